"""Bytes that no honest client sends, to the real web server: refused in words, never a 500, nothing written.

What well-formed requests may get wrong is in tests/journeys/test_odd_input.py; here it is the wire.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from catalog.models import Lot
from dev.embedded.children import child_setup
from dev.sandbox_process import reserve_port
from orders.models import Order
from payments.models import StripeEvent
from shop.models import Cart, CartLine, IdempotencyKey
from tests.builders import make_delivery, make_lot, make_market, make_product

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
UNCOUNTED = {f"THROTTLE_{scope}": "1000000/s" for scope in ("CART", "CHECKOUT", "ORDER")}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json", self.body[:300]
        problem: dict[str, Any] = json.loads(self.body)
        assert problem["status"] == self.status
        return problem


@dataclass(frozen=True)
class Wire:
    """A connection on which anything may be written."""

    port: int

    def send(self, raw: bytes) -> Answer:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            with suppress(ConnectionResetError, BrokenPipeError):  # it had seen enough
                line.sendall(raw)
            return read_answer(line)

    def ask(
        self, method: str, target: str | bytes, body: bytes = b"", *headers: tuple[str, str | bytes]
    ) -> Answer:
        target = target if isinstance(target, bytes) else target.encode()
        head = [method.encode() + b" " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close"]
        for name, value in headers:
            head.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
        if body or method in ("POST", "PUT"):
            head.append(b"Content-Length: %d" % len(body))
        return self.send(b"\r\n".join(head) + b"\r\n\r\n" + body)

    def say(self, method: str, target: str, body: bytes, *headers: tuple[str, str | bytes]) -> Answer:
        return self.ask(method, target, body, ("Content-Type", "application/json"), *headers)


def read_answer(line: socket.socket) -> Answer:
    raw = b""
    with suppress(ConnectionResetError):
        while part := line.recv(65536):
            raw += part
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines[1:])}
    return Answer(int(lines[0].split(" ")[1]), headers, body)


@pytest.fixture(scope="module")
def wire(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """The shop on its real web server, in front of this test's database."""
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    reserved = reserve_port()
    port = reserved.getsockname()[1]
    reserved.close()
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "2", "--no-ws", "config.wsgi:application"]
    log = tmp_path_factory.mktemp("web") / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | UNCOUNTED | {"DATABASE_URL": url, "DB_POOL": "2", "ALLOWED_HOSTS": "localhost"},
            stdout=out,
            stderr=out,
            preexec_fn=child_setup(),
        )
    try:
        wait_for(port, log)
        yield Wire(port)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(port: int, log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if Wire(port).ask("GET", "/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the web server did not start: {log.read_text()}")


@dataclass(frozen=True)
class Shelf:
    cart: str

    @property
    def line(self) -> str:
        return f"/api/v1/carts/{self.cart}/lines/QC-50/"

    @property
    def checkout(self) -> str:
        return f"/api/v1/carts/{self.cart}/checkout/"


@pytest.fixture
def shelf(wire: Wire) -> Shelf:
    """One jar, five units, one cart with two of them."""
    make_market()
    make_delivery()
    make_lot(make_product("Quiet Cream", sku="QC-50").variants.get(), units=5)
    opened = wire.say("POST", "/api/v1/carts/", b'{"market": "eu"}')
    assert opened.status == 201, opened
    shelf = Shelf(json.loads(opened.body)["token"])
    assert wire.say("PUT", shelf.line, b'{"units": 2}').status == 200
    return shelf


def assert_untouched() -> None:
    assert [line.units for line in CartLine.objects.all()] == [2]
    assert (Cart.objects.count(), Order.objects.count(), IdempotencyKey.objects.count()) == (1, 0, 0)
    assert StripeEvent.objects.count() == 0
    assert Lot.objects.get().reserved == 0


# -- Bodies --------------------------------------------------------------------------------------------

NEST = 10_000
BODIES: dict[str, tuple[bytes, int]] = {
    "six megabytes": (b'{"units": 2, "x": "' + b"x" * 6_000_000 + b'"}', 413),
    "six megabytes of nothing": (b" " * 6_000_000, 413),
    "bad UTF-8": (b'{"units": "\xc3\x28"}', 400),
    "UTF-16": ('{"units": 2}'.encode("utf-16"), 400),
    "a byte order mark": (b'\xef\xbb\xbf{"units": 2}', 400),
    "a NUL byte": (b'{"units": 2}\x00', 400),
    "a NUL in a name": (b'{"un\\u0000its": 2}', 400),
    "not a number": (b'{"units": NaN}', 400),
    "infinity": (b'{"units": -Infinity}', 400),
    "beyond a double": (b'{"units": 1e309}', 400),
    "a long number": (b'{"units": ' + b"9" * 5_000 + b"}", 400),
    "hexadecimal": (b'{"units": 0x2}', 400),
    "Arabic digits": ('{"units": ٣}'.encode(), 400),
    "Arabic digits in a text": ('{"units": "٣"}'.encode(), 400),
    "a lone surrogate": (b'{"units": "\\udc00"}', 400),
    "a lone surrogate in a name": (b'{"\\udc00": 2}', 400),
    "a deep list": (b'{"units": ' + b"[" * NEST + b"]" * NEST + b"}", 400),
    "a deep object": (b'{"units":' * NEST + b"2" + b"}" * NEST, 400),
    "just deep enough for the parser": (b'{"units": ' + b"[" * 1_000 + b"]" * 1_000 + b"}", 400),
    "the same name twice": (b'{"units": 1, "units": 3}', 400),
    "the same name, spelt otherwise": (b'{"units": 1, "\\u0075nits": 3}', 400),
    "two objects": (b'{"units": 1}{"units": 3}', 400),
    "a comma too many": (b'{"units": 1,}', 400),
    "a comment": (b'{"units": 1 /* one */}', 400),
    "a stranger": (b'{"units": 1, "price": 1}', 400),
    "twenty thousand strangers": (
        b'{"units": 1,' + b",".join(b'"a%d":1' % number for number in range(20_000)) + b"}",
        400,
    ),
    "__proto__": (b'{"__proto__": {"units": 1}}', 400),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES.keys())
def test_odd_bodies_are_refused_in_words(wire: Wire, shelf: Shelf, body: bytes, status: int) -> None:
    for target, method in ((shelf.line, "PUT"), (shelf.checkout, "POST"), ("/api/v1/carts/", "POST")):
        answer = wire.say(method, target, body, ("Idempotency-Key", "k1"))
        assert (answer.status, answer.problem()["status"]) == (status, status), target
    assert_untouched()


TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
    "a/b/c",
    "\xff",
]


@pytest.mark.parametrize("kind", TYPES)
def test_a_body_that_does_not_say_json_is_refused(wire: Wire, shelf: Shelf, kind: str) -> None:
    answer = wire.ask("PUT", shelf.line, b'{"units": 1}', ("Content-Type", kind.encode("latin-1")))
    assert answer.problem()["type"] == "/problems/not-json"
    assert_untouched()


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "idna", "rot13"])
def test_a_charset_changes_nothing(wire: Wire, shelf: Shelf, charset: str) -> None:
    answer = wire.ask("PUT", shelf.line, b"[", ("Content-Type", f"application/json; charset={charset}"))
    assert answer.status in (400, 415)
    assert answer.problem()
    assert_untouched()


def test_half_a_body_writes_nothing(wire: Wire, shelf: Shelf) -> None:
    head = f"PUT {shelf.line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", wire.port), timeout=20) as line:
        line.sendall(head.encode() + b'Content-Length: 400\r\n\r\n{"units": 1}')
        line.shutdown(socket.SHUT_WR)
        line.settimeout(3)
        with suppress(TimeoutError, ConnectionResetError):  # it waits for the rest, or has hung up: both fine
            assert b" 200 " not in line.recv(1000)
    assert_untouched()


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "99999999999999999999999999"])
def test_a_length_that_is_none_is_refused(wire: Wire, shelf: Shelf, length: str) -> None:
    head = f"PUT {shelf.line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    answer = wire.send(f'{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{{"units": 1}}'.encode())
    assert 400 <= answer.status < 500
    assert_untouched()


# -- Addresses -----------------------------------------------------------------------------------------

PATHS = {
    "a NUL": "/api/v1/products/a%00b/",
    "a NUL in a token": "/api/v1/carts/%00/",
    "a bare percent": "/api/v1/products/%/",
    "no hexadecimal": "/api/v1/products/%zz/",
    "half a letter": "/api/v1/products/%C3/",
    "a surrogate": "/api/v1/products/%ED%A0%80/",
    "overlong": "/api/v1/products/%C0%AF/",
    "Arabic digits": "/api/v1/products/%D9%A3/",
    "up and up": "/api/v1/products/../../../etc/passwd",
    "up, escaped": "/media/%2e%2e/%2e%2e/etc/passwd",
    "a NUL in a picture": "/media/a%00.webp",
    "a backslash": "/media/..\\..\\etc\\passwd",
    "an endless slug": "/api/v1/products/" + "a" * 6_000 + "/",
    "an endless token": "/api/v1/carts/" + "a" * 6_000 + "/",
    "an endless picture": "/media/" + "a" * 6_000,
    "two slashes": "//api//v1//products//",
    "another site": "//evil.example/api/v1/products/",
    "a line break": "/api/v1/products/a%0d%0aSet-Cookie:%20a=b/",
    "a template": "/api/v1/products/%7B%7B7*7%7D%7D/",
    "SQL": "/api/v1/products/'%20OR%201=1--/",
    "a reference of other letters": "/api/v1/orders/%EF%BC%A1BCD-EFGH/",
    "an order without its secret": "/api/v1/orders/ABCD-EFGH/?secret=%00",
    "a session that is none": "/checkout/done/?session_id=%00%FF",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_odd_addresses_are_not_there(wire: Wire, shelf: Shelf, path: str) -> None:
    answer = wire.ask("GET", path)
    assert answer.status in (400, 404), answer.body[:200]
    if not path.startswith("/checkout/"):
        assert answer.problem()["type"] in ("/problems/not-found", "/problems/malformed")
    assert "set-cookie" not in answer.headers
    assert_untouched()


def test_raw_bytes_in_an_address_are_not_there(wire: Wire, shelf: Shelf) -> None:
    for target in (b"/api/v1/products/\xc3\xa9/", b"/api/v1/products/\xff\xfe/", b"/\x7f"):
        assert wire.ask("GET", target).status in (400, 404)
    assert_untouched()


QUERIES = {
    "a NUL": "market=%00",
    "half a letter": "category=%C3",
    "a surrogate": "brand=%ED%A0%80",
    "Arabic digits": "limit=%D9%A3",
    "a fraction": "limit=2.5",
    "spaces": "limit=%202",
    "a sign": "limit=%2B2",
    "beyond counting": "price_min=" + "9" * 400,
    "not a number": "price_max=NaN",
    "twice": "limit=1&limit=2",
    "a stranger": "q=cream",
    "an empty name": "=1",
    "brackets": "category[]=serums",
    "many categories": "&".join(["category=serums"] * 40),
    "two thousand parameters": "&".join(f"a{number}=1" for number in range(2_000)),
    "a cursor of spaces": "cursor=%20%20",
    "a cursor that is no base64": "cursor=%%%",
    "a cursor that is no JSON": "cursor=AAAA",
    "a cursor of another kind": "cursor=W10",
    "a cursor from a deep nest": "cursor=" + "W1tb" * 140,
    "a cursor with a NUL": "cursor=WyJuYW1lIiwiXHUwMDAwIiwxXQ&sort=name",
    "a cursor with NaN": "cursor=WyJwcmljZSIsTmFOLDFd&sort=price",
    "a cursor far away": "cursor=WyJwcmljZSIsOTk5OTk5OTk5OTk5OTk5OTk5LDFd&sort=price",
    "a cursor before Christ": "cursor=WyJuZXdlc3QiLCIwMDAwLTAxLTAxVDAwOjAwOjAwWiIsMV0",
    "an endless cursor": "cursor=" + "A" * 5_000,
    "yes": "in_stock=yes",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_odd_questions_are_refused_with_a_pointer(wire: Wire, shelf: Shelf, query: str) -> None:
    problem = wire.ask("GET", f"/api/v1/products/?{query}").problem()
    assert problem["type"] in ("/problems/malformed", "/problems/unknown-filter")
    assert problem["status"] == 400
    assert_untouched()


@pytest.mark.parametrize(
    "query",
    ["country=DE&country=FR", "land=DE", "country=%00", "country=%C3", "country=de", "delivery_method=%0a"],
)
def test_odd_questions_about_a_cart_are_refused(wire: Wire, shelf: Shelf, query: str) -> None:
    problem = wire.ask("GET", f"/api/v1/carts/{shelf.cart}/?{query}").problem()
    assert (problem["type"], problem["status"]) == ("/problems/malformed", 400)
    assert problem["errors"]


@pytest.mark.parametrize("long", [9_000, 70_000, 1_000_000])
def test_an_endless_address_ends(wire: Wire, shelf: Shelf, long: int) -> None:
    try:
        answer = wire.ask("GET", "/api/v1/products/?market=" + "a" * long)
    except (ValueError, IndexError):
        answer = None  # it hung up without a word
    assert answer is None or 400 <= answer.status < 500
    assert_untouched()


# -- Methods and headers -------------------------------------------------------------------------------

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


# -- Stripe's door -------------------------------------------------------------------------------------

SIGNATURES = [
    "",
    "t=,v1=",
    "t=x,v1=y",
    "t=1,v1=" + "0" * 64,
    "t=-1,v1=\xff",
    "v1",
    "=" * 5_000,
    "t=" + "9" * 5_000,
]
NEWS = [b"", b"{}", b"null", b"[]", b"\xff\xfe", b'{"id": "evt_1"}', b'{"id": NaN}', b"[" * 10_000, b"\x00"]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_news_that_stripe_did_not_sign_is_not_kept(wire: Wire, shelf: Shelf, signature: str) -> None:
    for body in NEWS:
        answer = wire.say("POST", "/webhooks/stripe", body, ("Stripe-Signature", signature.encode("latin-1")))
        assert (answer.status, answer.problem()["type"]) == (400, "/problems/bad-signature")
    too_much = wire.say("POST", "/webhooks/stripe", b"x" * 6_000_000, ("Stripe-Signature", "t=1,v1=a"))
    assert too_much.problem()["type"] == "/problems/body-too-large"
    assert_untouched()
