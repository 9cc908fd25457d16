"""What an order costs, where it goes, and what happens when that is no longer what the customer was shown."""

from typing import Any

import pytest
import requests
from django.db import transaction
from django.utils import timezone

from catalog import pricing, publishing
from catalog.models import Lot, Movement, Variant
from orders.models import Order
from payments.models import PaymentAttempt
from shop.models import IdempotencyKey
from tests.builders import make_category, make_delivery, make_lot, make_market, make_product, make_variant
from tests.journeys.conftest import ADDRESS, Customer

pytestmark = pytest.mark.django_db(transaction=True)
EUR = "EUR"


def eur(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": EUR}


@pytest.fixture
def shopper(customer: Customer) -> Customer:
    jar = make_product("Quiet Cream", sku="QC-50", prices={"EUR": 1999})
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 2})
    return customer


def change_price(sku: str, cents: int) -> None:
    variant = Variant.objects.get(sku=sku)
    with transaction.atomic():
        pricing.set_price(
            variant=variant, currency=EUR, amount_cents=cents, cause="a test", now=timezone.now()
        )
        publishing.publish_products(product_ids=[variant.product_id], now=timezone.now())


def assert_nothing_written() -> None:
    assert Order.objects.count() == PaymentAttempt.objects.count() == IdempotencyKey.objects.count() == 0
    assert not Movement.objects.exclude(kind="RECEIVED").exists()
    assert not Lot.objects.exclude(reserved=0).exists()


def test_a_price_that_moved_after_the_cart_was_read_is_refused_with_the_new_total(shopper: Customer) -> None:
    seen = shopper.read_cart()["totals"]["total"]
    assert seen == eur(2 * 1999 + 490)
    change_price("QC-50", 2099)

    refused = shopper.check_out(409, total=seen)
    assert refused == {
        "type": "/problems/price-changed",
        "title": "The total has changed since it was shown.",
        "status": 409,
        "seen": seen,
        "total": eur(2 * 2099 + 490),
    }
    assert_nothing_written()

    cart = shopper.read_cart()
    (trouble,) = cart["problems"]
    assert trouble == {
        "code": "price-changed",
        "sku": "QC-50",
        "detail": "The price has changed since you chose it.",
        "seen": 1999,
        "now": 2099,
    }
    assert cart["totals"]["total"] == eur(2 * 2099 + 490)
    shopper.check_out(total=cart["totals"]["total"])
    assert Order.objects.get().total_cents == 2 * 2099 + 490


@pytest.mark.parametrize("wrong", [1, 4487, 4489, 99_999_999])
def test_a_total_that_nobody_was_shown_is_refused(shopper: Customer, wrong: int) -> None:
    refused = shopper.check_out(409, total=eur(wrong))
    assert (refused["type"], refused["total"]) == ("/problems/price-changed", eur(4488))
    assert_nothing_written()


def test_the_right_number_in_another_currency_is_refused(shopper: Customer) -> None:
    refused = shopper.check_out(409, total={"amount": 4488, "currency": "USD"})
    assert refused["type"] == "/problems/not-shippable"
    assert_nothing_written()


@pytest.mark.parametrize("country", ["NZ", "US", "GB"])
def test_a_country_that_we_do_not_ship_to_is_refused(shopper: Customer, country: str) -> None:
    make_market("uk")
    cart = shopper.ask("GET", f"/api/v1/carts/{shopper.cart}/?country={country}&delivery_method=standard")
    assert [trouble["code"] for trouble in cart["problems"]] == ["not-shippable"]
    refused = shopper.check_out(409, shipping_address=ADDRESS | {"country": country}, total=eur(4488))
    assert (refused["type"], refused["country"]) == ("/problems/not-shippable", country)
    assert_nothing_written()


def test_a_delivery_method_that_does_not_go_there_is_refused(shopper: Customer) -> None:
    cart = shopper.ask("GET", f"/api/v1/carts/{shopper.cart}/?country=DE&delivery_method=pigeon")
    assert [trouble["code"] for trouble in cart["problems"]] == ["no-such-delivery"]
    refused = shopper.check_out(409, delivery_method="pigeon", total=eur(4488))
    assert refused["type"] == "/problems/no-such-delivery"
    assert_nothing_written()


def test_delivery_is_free_from_its_threshold_on_and_not_a_cent_earlier(customer: Customer) -> None:
    cheap = make_product("Almost", sku="A", prices={"EUR": 4899})
    dear = make_product("Enough", sku="E", prices={"EUR": 4900})
    for product in (cheap, dear):
        make_lot(product.variants.get(), units=1)
    assert customer.fill_cart(A=1)["totals"]["delivery"] == eur(490)
    assert customer.fill_cart(E=1)["totals"]["delivery"] == eur(0)
    customer.check_out()
    assert customer.read_order()["totals"]["delivery"] == eur(0)
    lines = ask_stripe_for_lines(customer)
    assert [(line["description"], line["amount_total"]) for line in lines] == [
        ("Enough, 30 ml", 4900),
        ("Delivery, Standard", 0),
    ]


def ask_stripe_for_lines(customer: Customer) -> list[dict[str, Any]]:
    url = f"{customer.sandbox.url}/v1/checkout/sessions/{customer.session_id}/line_items?limit=100"
    lines: list[dict[str, Any]] = requests.get(url, auth=(customer.sandbox.api_key, ""), timeout=20).json()[
        "data"
    ]
    return lines


def test_two_rates_in_one_basket_are_told_apart_and_add_up(customer: Customer, workers: Any) -> None:
    books = make_category("Books")
    make_market("eu", category_rates=[("DE", books, 700)])
    book = make_product("On Skin", sku="BOOK", category="Books", prices={"EUR": 1000})
    jar = make_product("Quiet Cream", sku="QC-50", prices={"EUR": 1999})
    for product in (book, jar):
        make_lot(product.variants.get(), units=9)
    cart = customer.fill_cart(**{"BOOK": 1, "QC-50": 1})
    assert cart["totals"]["tax"] == [
        {"rate_bp": 1900, "net": eur(1680 + 412), "tax": eur(319 + 78)},
        {"rate_bp": 700, "net": eur(935), "tax": eur(65)},
    ]
    customer.check_out()
    assert customer.read_order()["totals"] == cart["totals"]
    customer.pay()
    workers()
    assert customer.read_order()["status"] == "paid"


def test_where_tax_comes_on_top_stripes_lines_add_up_to_the_order(customer: Customer, workers: Any) -> None:
    make_market("us")
    make_delivery(country="US", currency="USD", price_cents=795, free_over_cents=None)
    jar = make_product("Quiet Cream", sku="QC-50", prices={"USD": 2333})
    make_variant(jar, sku="QC-100", name="100 ml", prices={"USD": 3999})
    for variant in jar.variants.all():
        make_lot(variant, units=9)
    customer.cart = customer.ask("POST", "/api/v1/carts/", 201, json={"market": "us"})["token"]
    customer.put("QC-50", 3)
    customer.put("QC-100", 1)
    cart = customer.ask("GET", f"/api/v1/carts/{customer.cart}/?country=US&delivery_method=standard")
    goods, delivery = 3 * 2333 + 3999, 795
    tax = 577 + 330 + 66  # 8.25 % of 69.99, 39.99 and 7.95, each rounded by itself
    assert cart["prices_include_tax"] is False
    assert cart["totals"] == {
        "goods": {"amount": goods, "currency": "USD"},
        "delivery": {"amount": delivery, "currency": "USD"},
        "tax": [
            {
                "rate_bp": 825,
                "net": {"amount": goods + delivery, "currency": "USD"},
                "tax": {"amount": tax, "currency": "USD"},
            }
        ],
        "total": {"amount": goods + delivery + tax, "currency": "USD"},
    }
    address = ADDRESS | {"country": "US", "region": "OR", "city": "Portland", "postcode": "97205"}
    customer.check_out(shipping_address=address, total=cart["totals"]["total"])
    lines = ask_stripe_for_lines(customer)
    assert [(line["description"], line["quantity"], line["amount_total"]) for line in lines] == [
        ("Quiet Cream, 30 ml", 3, 3 * 2333),
        ("Quiet Cream, 100 ml", 1, 3999),
        ("Delivery, Standard", 1, 795),
        ("Tax", 1, tax),
    ]
    assert sum(line["amount_total"] for line in lines) == Order.objects.get().total_cents
    assert customer.read_order()["totals"] == cart["totals"]
    customer.pay()
    workers()
    assert customer.read_order()["status"] == "paid"


def test_a_currency_without_cents_is_charged_as_it_is_shown(customer: Customer, workers: Any) -> None:
    make_market("jp")
    make_delivery(country="JP", currency="JPY", price_cents=600, free_over_cents=None)
    jar = make_product("Quiet Cream", sku="QC-50", prices={"JPY": 2480})
    make_lot(jar.variants.get(), units=1)
    customer.cart = customer.ask("POST", "/api/v1/carts/", 201, json={"market": "jp"})["token"]
    customer.put("QC-50", 1)
    cart = customer.ask("GET", f"/api/v1/carts/{customer.cart}/?country=JP&delivery_method=standard")
    assert cart["totals"]["total"] == {"amount": 3080, "currency": "JPY"}
    customer.check_out(shipping_address=ADDRESS | {"country": "JP"}, total=cart["totals"]["total"])
    customer.pay()
    workers()
    assert customer.read_order()["status"] == "paid"
