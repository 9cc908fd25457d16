"""Addresses and questions that no honest client sends: not there, or refused with a pointer."""

import pytest

from tests.shop.wire import Shelf, Wire, assert_untouched

pytestmark = pytest.mark.django_db(transaction=True)

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
    "a stranger": "colour=cream",
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
