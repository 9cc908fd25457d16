"""Checkouts as strangers send them: refused with a pointer to each fault, and nothing is half written."""

import json
import math
from typing import Any

import pytest

from catalog.models import Movement
from orders.models import Order
from shop.models import IdempotencyKey
from tests.builders import make_lot, make_product
from tests.journeys.conftest import ADDRESS, Customer, write_wish
from tests.journeys.strangers import assert_problem, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shopper(customer: Customer) -> Customer:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 2})
    return customer


def wish(**changes: Any) -> dict[str, Any]:
    return write_wish("mara@customer.example", {"amount": 4488, "currency": "EUR"}) | changes


def where(**changes: Any) -> dict[str, Any]:
    return {"shipping_address": {**ADDRESS, **changes}}


def cost(**changes: Any) -> dict[str, Any]:
    return {"total": {"amount": 4488, "currency": "EUR", **changes}}


ODD_CHECKOUTS: dict[str, tuple[dict[str, Any], str]] = {
    "no e-mail": ({"email": None}, "/email"),
    "no such e-mail": ({"email": "mara"}, "/email"),
    "two e-mails": ({"email": "a@b.example, c@d.example"}, "/email"),
    "a forged header": ({"email": "a@b.example\r\nBcc: all@d.example"}, "/email"),
    "a very long e-mail": ({"email": "a" * 250 + "@b.example"}, "/email"),
    "no address": ({"shipping_address": None}, "/shipping_address"),
    "a text for an address": ({"shipping_address": "Berlin"}, "/shipping_address"),
    "no name": (where(name=""), "/shipping_address/name"),
    "only spaces": (where(name="   "), "/shipping_address/name"),
    "a number for a name": (where(name=7), "/shipping_address/name"),
    "a line break in the street": (where(street="A\nB"), "/shipping_address/street"),
    "an endless street": (where(street="x" * 161), "/shipping_address/street"),
    "a country in words": (where(country="Germany"), "/shipping_address/country"),
    "small letters": (where(country="de"), "/shipping_address/country"),
    "a country that is none": (where(country="ZZ"), "/shipping_address/country"),
    "a method with a space": ({"delivery_method": "by air"}, "/delivery_method"),
    "a negative total": (cost(amount=-4488), "/total/amount"),
    "a total of zero": (cost(amount=0), "/total/amount"),
    "a huge total": (cost(amount=2**63), "/total/amount"),
    "a fraction of a cent": (cost(amount=4488.0), "/total/amount"),
    "a total in words": (cost(amount="4488"), "/total/amount"),
    "yes": (cost(amount=True), "/total/amount"),
    "a small currency": (cost(currency="eur"), "/total/currency"),
    "a currency of four": (cost(currency="EURO"), "/total/currency"),
    "a currency of digits": (cost(currency="978"), "/total/currency"),
}


@pytest.mark.parametrize(("changes", "pointer"), ODD_CHECKOUTS.values(), ids=ODD_CHECKOUTS.keys())
def test_odd_checkouts_are_refused_with_a_pointer(
    shopper: Customer, changes: dict[str, Any], pointer: str
) -> None:
    path, body = f"/api/v1/carts/{shopper.cart}/checkout/", json.dumps(wish(**changes)).encode()
    problem = assert_problem(send(shopper, "POST", path, body, Idempotency_Key="mine"), 400, "malformed")
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert_no_order()


def test_every_fault_of_a_checkout_is_told_at_once(shopper: Customer) -> None:
    path = f"/api/v1/carts/{shopper.cart}/checkout/"
    problem = assert_problem(
        send(shopper, "POST", path, b'{"shipping_address": {}}', Idempotency_Key="mine"), 400, "malformed"
    )
    assert {error["pointer"] for error in problem["errors"]} == {
        "/email",
        "/shipping_address/name",
        "/shipping_address/street",
        "/shipping_address/city",
        "/shipping_address/country",
        "/delivery_method",
        "/total",
    }


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "naïve"])
def test_a_checkout_needs_a_proper_key(shopper: Customer, key: str) -> None:
    path, body = f"/api/v1/carts/{shopper.cart}/checkout/", json.dumps(wish()).encode()
    headers = {"Idempotency_Key": key} if key else {}
    problem = assert_problem(send(shopper, "POST", path, body, **headers), 400, "malformed")
    assert [error["pointer"] for error in problem["errors"]] == ["/Idempotency-Key"]
    assert_no_order()


def assert_no_order() -> None:
    assert Order.objects.count() == IdempotencyKey.objects.count() == 0
    assert not Movement.objects.exclude(kind="RECEIVED").exists()


def test_six_megabytes_are_refused_unread(shopper: Customer) -> None:
    path, body = f"/api/v1/carts/{shopper.cart}/checkout/", b'{"email": "' + b"x" * 6_000_000 + b'"}'
    assert_problem(send(shopper, "POST", path, body, Idempotency_Key="mine"), 413, "body-too-large")
    assert_no_order()


def test_numbers_that_python_reads_and_json_does_not_are_no_json(shopper: Customer) -> None:
    body = json.dumps(wish(total={"amount": math.nan, "currency": "EUR"})).encode()
    path = f"/api/v1/carts/{shopper.cart}/checkout/"
    assert_problem(send(shopper, "POST", path, body, Idempotency_Key="mine"), 400, "malformed")
