"""What is wrong with a cart is told as data, and what can be had is told before anybody orders."""

from typing import Any

import pytest
from django.utils import timezone

from catalog import publishing
from catalog.models import Lot, Variant
from orders.models import Order
from tests.builders import make_delivery, make_lot, make_product
from tests.builders.waiting import make_limit
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)


def eur(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": "EUR"}


@pytest.fixture
def shopper(customer: Customer) -> Customer:
    jar = make_product("Quiet Cream", sku="QC-50", prices={"EUR": 1999})
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 2})
    return customer


def test_a_cart_that_passes_a_limit_by_itself_says_so(shopper: Customer) -> None:
    make_limit(product=Variant.objects.get(sku="QC-50").product, most=1, days=30, words="One is enough.")
    assert shopper.read_cart()["problems"] == [
        {
            "code": "over-limit",
            "detail": "We sell at most 1 of this to one customer in 30 days.",
            "sku": "QC-50",
            "most_units": 1,
            "within_days": 30,
            "words": "One is enough.",
        }
    ]
    refused = shopper.check_out(409)
    assert refused["limits"] == [
        {
            "skus": ["QC-50"],
            "most_units": 1,
            "within_days": 30,
            "asked_units": 2,
            "words": "One is enough.",
        }
    ]
    shopper.put("QC-50", 1)
    assert shopper.read_cart()["problems"] == []
    assert shopper.check_out()["order"]["status"] == "placed"


def test_what_is_sold_out_or_few_or_gone_is_data_in_the_cart(shopper: Customer) -> None:
    few = make_product("Few", sku="FEW")
    make_lot(few.variants.get(), units=2)
    make_product("None left", sku="NONE")
    gone = make_product("Gone", sku="GONE")
    hidden = make_product("Hidden", sku="HIDDEN")
    for product in (gone, hidden):
        make_lot(product.variants.get(), units=9)
    for sku, units in {"FEW": 3, "NONE": 1, "GONE": 1, "HIDDEN": 1}.items():
        shopper.put(sku, units)
    Variant.objects.filter(sku="GONE").update(retired_at=timezone.now())
    publishing.hide_products(product_ids=[hidden.pk], by="", now=timezone.now())

    cart = shopper.read_cart()
    assert {trouble["sku"]: (trouble["code"], trouble.get("available")) for trouble in cart["problems"]} == {
        "FEW": ("few-left", 2),
        "NONE": ("sold-out", 0),
        "GONE": ("not-for-sale", None),
        "HIDDEN": ("not-for-sale", None),
    }
    by_sku = {line["sku"]: line for line in cart["lines"]}
    assert by_sku["GONE"]["unit_price"] is by_sku["GONE"]["total"] is None
    assert cart["totals"]["goods"] == eur(
        2 * 1999 + 3 * 1999 + 1999
    )  # what cannot be bought counts for nothing

    refused = shopper.check_out(409)
    assert (refused["type"], sorted(refused["skus"])) == ("/problems/not-for-sale", ["GONE", "HIDDEN"])
    for sku in ("GONE", "HIDDEN"):
        shopper.ask("DELETE", f"/api/v1/carts/{shopper.cart}/lines/{sku}/")
    refused = shopper.check_out(409)
    assert refused["type"] == "/problems/out-of-stock"
    assert sorted(refused["missing"], key=lambda one: one["sku"]) == [
        {"sku": "FEW", "short": 1},
        {"sku": "NONE", "short": 1},
    ]
    assert Order.objects.count() == 0
    assert not Lot.objects.exclude(reserved=0).exists()


def test_the_delivery_methods_of_a_country_are_told_with_their_prices(customer: Customer) -> None:
    make_delivery("express", price_cents=990, free_over_cents=None, min_days=1, max_days=1, position=1)
    found = customer.ask("GET", "/api/v1/delivery-methods/?country=DE")["results"]
    assert found == [
        {
            "code": "standard",
            "name": "Standard",
            "carrier": "DHL",
            "price": eur(490),
            "free_over": eur(4900),
            "min_days": 1,
            "max_days": 2,
        },
        {
            "code": "express",
            "name": "Express",
            "carrier": "DHL",
            "price": eur(990),
            "free_over": None,
            "min_days": 1,
            "max_days": 1,
        },
    ]
    assert customer.ask("GET", "/api/v1/delivery-methods/?country=NZ") == {"results": []}
