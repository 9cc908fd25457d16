"""What a stranger may send: it is refused in words, with a place to look at, and nothing is half written."""

import json

import pytest
import requests
from django.utils import timezone

from catalog import publishing
from catalog.models import Variant
from orders.models import Order
from shop.models import Cart, CartLine
from shop.models.cart import MOST_UNITS
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer, write_wish
from tests.journeys.strangers import assert_problem, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shopper(customer: Customer) -> Customer:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 2})
    return customer


ODD_UNITS = {
    "zero": "0",
    "negative": "-1",
    "one too many": str(MOST_UNITS + 1),
    "huge": str(2**63),
    "beyond counting": "1" + "0" * 400,
    "a fraction": "1.5",
    "a whole fraction": "2.0",
    "an exponent": "1e1",
    "a string": '"2"',
    "yes": "true",
    "nothing": "null",
    "a list": "[2]",
    "an object": '{"units": 2}',
    "no number": "NaN",
    "infinity": "Infinity",
}


@pytest.mark.parametrize("units", ODD_UNITS.values(), ids=ODD_UNITS.keys())
def test_odd_quantities_are_refused_and_the_cart_stays_as_it_was(shopper: Customer, units: str) -> None:
    path = f"/api/v1/carts/{shopper.cart}/lines/QC-50/"
    before = list(CartLine.objects.values())
    problem = assert_problem(send(shopper, "PUT", path, b'{"units": %s}' % units.encode()), 400, "malformed")
    assert problem["errors"][0]["pointer"] in ("/units", "")
    assert list(CartLine.objects.values()) == before


def test_the_largest_honest_quantity_is_taken(shopper: Customer) -> None:
    shopper.put("QC-50", MOST_UNITS)
    assert CartLine.objects.get().units == MOST_UNITS


ODD_BODIES = {
    "nothing": b"",
    "no JSON": b"units=2",
    "half of it": b'{"units": ',
    "no UTF-8": b'{"units": "\xff\xfe"}',
    "a NUL": b'{"units": "\\u0000"}',
    "a list": b"[1, 2]",
    "a number": b"2",
    "null": b"null",
    "a text": b'"units"',
    "a deep nest": b'{"units": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "half a letter": b'{"units": "\\ud800"}',
    "no units": b"{}",
}


@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES.keys())
def test_odd_bodies_are_refused(shopper: Customer, body: bytes) -> None:
    path = f"/api/v1/carts/{shopper.cart}/lines/QC-50/"
    problem = assert_problem(send(shopper, "PUT", path, body), 400, "malformed")
    assert problem["errors"]
    assert CartLine.objects.get().units == 2


def test_what_is_not_json_is_refused(shopper: Customer) -> None:
    path = f"/api/v1/carts/{shopper.cart}/lines/QC-50/"
    assert_problem(send(shopper, "PUT", path, b"<units/>", Content_Type="text/xml"), 415, "not-json")


def test_who_wants_xml_is_told(shopper: Customer) -> None:
    assert_problem(
        send(shopper, "GET", f"/api/v1/carts/{shopper.cart}/", Accept="text/xml"), 406, "only-json"
    )


def test_somebody_elses_or_no_cart_is_not_found_with_the_same_bytes(shopper: Customer) -> None:
    stranger = "A" * 32
    asked = [
        send(shopper, "GET", f"/api/v1/carts/{stranger}/"),
        send(shopper, "PUT", f"/api/v1/carts/{stranger}/lines/QC-50/", b'{"units": 1}'),
        send(shopper, "DELETE", f"/api/v1/carts/{stranger}/lines/QC-50/"),
        send(
            shopper,
            "POST",
            f"/api/v1/carts/{stranger}/checkout/",
            json.dumps(write_wish("mara@customer.example", {"amount": 4488, "currency": "EUR"})).encode(),
            Idempotency_Key="k",
        ),
        send(shopper, "GET", "/api/v1/carts/%00/"),
        send(shopper, "GET", f"/api/v1/carts/{'A' * 500}/"),
    ]
    for answer in asked:
        assert_problem(answer, 404, "not-found")
    assert len({answer.content for answer in asked}) == 1
    assert CartLine.objects.count() == Cart.objects.count() == 1


def test_an_order_without_its_secret_is_not_found_with_the_same_bytes(shopper: Customer) -> None:
    shopper.check_out()
    path = f"/api/v1/orders/{shopper.order['reference']}/"
    secrets = ["", "x", "é", shopper.order["secret"][:-1], shopper.order["secret"] + "x"]
    asked = [send(shopper, "GET", path, Order_Secret=secret) for secret in secrets if secret != "é"]
    asked.append(requests.get(shopper.shop + path, headers={"Order-Secret": "é".encode()}, timeout=20))
    asked.append(send(shopper, "GET", path))
    asked.append(send(shopper, "GET", "/api/v1/orders/AAAA-BBBB/", Order_Secret=shopper.order["secret"]))
    asked.append(send(shopper, "POST", f"{path}payment/", Order_Secret="x"))
    asked.append(send(shopper, "GET", f"{path}?secret=%00"))
    for answer in asked:
        assert_problem(answer, 404, "not-found")
    assert len({answer.content for answer in asked}) == 1


def test_what_is_not_sold_cannot_be_put_into_a_cart(shopper: Customer) -> None:
    """Unknown, retired, not published, without a price in this market: one answer."""
    retired = make_product("Retired", sku="OLD")
    Variant.objects.filter(sku="OLD").update(retired_at=timezone.now())
    hidden = make_product("Hidden", sku="HID")
    publishing.hide_products(product_ids=[hidden.pk], by="", now=timezone.now())
    make_product("Yen only", sku="YEN", prices={"JPY": 2000})
    for sku in ("NOWHERE", "OLD", "HID", "YEN", "qc-50"):
        path = f"/api/v1/carts/{shopper.cart}/lines/{sku}/"
        problem = assert_problem(send(shopper, "PUT", path, b'{"units": 1}'), 404, "unknown-sku")
        assert problem["sku"] == sku
    assert_problem(
        send(shopper, "PUT", f"/api/v1/carts/{shopper.cart}/lines/a%20b/", b'{"units": 1}'), 404, "not-found"
    )
    assert [line["sku"] for line in shopper.read_cart()["lines"]] == ["QC-50"]
    assert retired.pk != hidden.pk


def test_dropping_what_is_not_there_changes_nothing(shopper: Customer) -> None:
    cart = shopper.ask("DELETE", f"/api/v1/carts/{shopper.cart}/lines/NOWHERE/")
    assert [line["sku"] for line in cart["lines"]] == ["QC-50"]
    cart = shopper.ask("DELETE", f"/api/v1/carts/{shopper.cart}/lines/QC-50/")
    assert (cart["lines"], cart["totals"]["total"]["amount"]) == ([], 0)


@pytest.mark.parametrize("query", ["country=Germany", "country=de", "country=", "delivery_method=a b"])
def test_odd_questions_about_a_cart_are_refused(shopper: Customer, query: str) -> None:
    assert_problem(send(shopper, "GET", f"/api/v1/carts/{shopper.cart}/?{query}"), 400, "malformed")


ODD_LISTINGS = {
    "price_min=-1": "?price_min",
    "price_min=1.5": "?price_min",
    "price_min=": "?price_min",
    "price_min=٣": "?price_min",
    f"price_max={2**31}": "?price_max",
    f"price_max={'9' * 19}": "?price_max",
    f"price_max={'9' * 40}": "?price_max",
    "in_stock=maybe": "?in_stock",
    "sort=random": "?sort",
    "limit=0": "?limit",
    "limit=101": "?limit",
    "limit=10&limit=20": "?limit",
    "cursor=nonsense": "?cursor",
    "cursor=%00": "?cursor",
    f"cursor={'A' * 601}": "?cursor",
    "brand=a%20b": "?brand",
    "brand=%27%3B--": "?brand",
    "market=eu&market=uk": "?market",
    "colour=red": "?colour",
    "&".join(f"brand=b{n}" for n in range(21)): "?brand",
}


@pytest.mark.parametrize(("query", "pointer"), ODD_LISTINGS.items(), ids=range(len(ODD_LISTINGS)))
def test_odd_questions_about_products_are_refused(customer: Customer, query: str, pointer: str) -> None:
    problem = assert_problem(send(customer, "GET", f"/api/v1/products/?{query}"), 400, "malformed")
    assert pointer in [error["pointer"] for error in problem["errors"]]


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT"])
def test_a_method_that_an_address_does_not_know_is_refused(shopper: Customer, method: str) -> None:
    assert_problem(send(shopper, method, "/api/v1/products/"), 405, "method-not-allowed")
    assert_problem(send(shopper, method, "/api/v1/carts/"), 405, "method-not-allowed")


def test_the_webhook_takes_posts_only(shopper: Customer) -> None:
    assert send(shopper, "GET", "/webhooks/stripe").status_code == 405


def test_the_page_after_paying_reads_and_believes_nothing(shopper: Customer) -> None:
    shopper.check_out()
    known = send(shopper, "GET", f"/checkout/done/?session_id={shopper.session_id}")
    assert known.status_code == 200
    assert shopper.order["reference"] in known.text
    for nonsense in ("", "cs_test_of_somebody_else", "%00", "x" * 5000):
        answer = send(shopper, "GET", f"/checkout/done/?session_id={nonsense}")
        assert answer.status_code == 404
        assert shopper.order["reference"] not in answer.text
    assert Order.objects.get().status == Order.Status.PLACED
    assert send(shopper, "GET", "/checkout/back/").status_code == 200


def test_a_field_that_does_not_exist_is_refused_by_its_name(customer: Customer) -> None:
    refused = customer.ask("POST", "/api/v1/carts/", 400, json={"market": "eu", "markt": "uk"})
    assert refused["type"] == "/problems/malformed"
    assert refused["errors"] == [{"pointer": "/markt", "detail": "There is no such field here."}]
    assert not Cart.objects.exists()
