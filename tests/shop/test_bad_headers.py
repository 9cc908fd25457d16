"""Methods and headers that no honest client sends: they place no order and do no harm."""

import json
from typing import Any

import pytest

from tests.shop.wire import Shelf, Wire, assert_untouched

pytestmark = pytest.mark.django_db(transaction=True)

READABLE = ["/api/v1/products/", "/api/v1/products/quiet-cream/", "/api/v1/categories/", "/api/openapi.yaml"]


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "TRACE", "BREW", "POST"])
def test_a_method_that_an_address_does_not_do_is_refused(wire: Wire, shelf: Shelf, method: str) -> None:
    for target in (*READABLE, f"/api/v1/carts/{shelf.cart}/", "/webhooks/stripe"):
        if (method, target) == ("POST", "/webhooks/stripe"):
            continue
        answer = wire.ask(method, target)
        assert answer.status in (400, 405), (target, answer.status)
        if answer.body and answer.status == 405:
            assert answer.problem()["type"] == "/problems/method-not-allowed"
    assert_untouched()


def test_head_is_get_without_its_body(wire: Wire, shelf: Shelf) -> None:
    for target in READABLE:
        whole, head = wire.ask("GET", target), wire.ask("HEAD", target)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["etag"] == whole.headers["etag"]


def test_options_says_what_may_be_asked(wire: Wire, shelf: Shelf) -> None:
    answer = wire.ask("OPTIONS", shelf.checkout)
    assert answer.status == 200
    assert {"POST", "OPTIONS"} <= set(answer.headers["allow"].split(", "))
    assert_untouched()


TAGS = [
    '"',
    "W/",
    "*",
    '"a", "b", W/"c"',
    "\xff\xfe",
    ",,,,",
    "x" * 5_000,
    "'; DROP TABLE catalog_product; --",
]


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_that_is_none_gets_the_page(wire: Wire, shelf: Shelf, tag: str) -> None:
    for target in READABLE:
        answer = wire.ask("GET", target, b"", ("If-None-Match", tag.encode("latin-1")))
        assert answer.status == (304 if tag == "*" else 200), target


DOUBLES = {
    "two keys": [("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
    "two lengths": [("Content-Length", "1"), ("Content-Length", "400")],
    "chunks and a length": [("Transfer-Encoding", "chunked")],
    "two types": [("Content-Type", "text/plain")],
    "two hosts": [("Host", "evil.example")],
}


@pytest.mark.parametrize("extra", DOUBLES.values(), ids=DOUBLES.keys())
def test_headers_given_twice_place_no_order(wire: Wire, shelf: Shelf, extra: Any) -> None:
    try:
        answer = wire.say("POST", shelf.checkout, b"{}", *extra)
    except (ValueError, IndexError):
        answer = None  # it hung up without a word
    assert answer is None or 400 <= answer.status < 500
    assert_untouched()


@pytest.mark.parametrize("key", ["", " ", "a b", "\xe9", "\x00", "\t", "x" * 256, "x" * 9_000, "\u2028"])
def test_a_key_that_is_none_places_no_order(wire: Wire, shelf: Shelf, key: str) -> None:
    body = json.dumps({"email": "a@b.example"}).encode()
    answer = wire.say("POST", shelf.checkout, body, ("Idempotency-Key", key.encode("utf-8")))
    assert answer.status == 400
    assert_untouched()


@pytest.mark.parametrize(
    "header",
    [
        ("Accept", "text/html"),
        ("Accept", "\xff"),
        ("Accept", "a/b;q=x"),
        ("Accept", "," * 3_000),
        ("Accept-Language", "*" * 5_000),
        ("Authorization", "Basic \xff\xff"),
        ("Cookie", "sessionid=\xff; csrftoken="),
        ("X-Request-Id", "a\tb"),
        ("X-Forwarded-For", "unknown, 999.999.999.999, ::1%eth0"),
        ("X-Forwarded-Proto", "javascript"),
        ("Content-Encoding", "gzip"),
        ("Range", "bytes=-1-,9"),
        ("Expect", "100-continue"),
        ("Origin", "null"),
    ],
)
def test_headers_that_we_do_not_need_do_no_harm(wire: Wire, shelf: Shelf, header: tuple[str, str]) -> None:
    name, value = header
    for target in ("/api/v1/products/", f"/api/v1/carts/{shelf.cart}/", "/", "/checkout/done/"):
        answer = wire.ask("GET", target, b"", (name, value.encode("latin-1")))
        assert answer.status in (200, 400, 404, 406), target
    assert_untouched()


@pytest.mark.parametrize(
    "host", ["evil.example", "", "localhost:x", "\xff", "a" * 5_000, "localhost\\@evil.example"]
)
def test_a_host_that_is_not_ours_is_refused(wire: Wire, shelf: Shelf, host: str) -> None:
    raw = (
        b"GET /api/v1/products HTTP/1.1\r\nHost: " + host.encode("latin-1") + b"\r\nConnection: close\r\n\r\n"
    )
    answer = wire.send(raw)
    assert 400 <= answer.status < 500
    assert b"evil.example" not in answer.body
    assert "location" not in answer.headers
