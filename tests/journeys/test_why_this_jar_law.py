"""What may be sold where, and what is advised, as a customer meets it: from the page to the order."""

from typing import Any

import pytest

from catalog.models import AdviceRule, Lot, Movement, Product
from orders.models import Order
from shop.models import IdempotencyKey
from tests.builders import make_category, make_delivery, make_lot, make_market, make_product
from tests.builders.knowledge import learn, say_kind, say_percent, tell
from tests.builders.staff import make_staff
from tests.journeys.conftest import ADDRESS, Customer, write_wish

pytestmark = pytest.mark.django_db(transaction=True)
AMERICA = {"name": "Mara L", "street": "Pine St 4", "postcode": "98101", "city": "Seattle", "country": "US"}
HOMES = {"DE": ADDRESS, "US": AMERICA}


@pytest.fixture
def shop(customer: Customer) -> Customer:
    """Sells to Germany and to the United States, and knows some law and some advice."""
    learn()
    make_market("us")
    make_delivery(country="US", currency="USD")
    return customer


def stock(name: str, sku: str, label_text: str) -> Product:
    jar = make_product(name, sku=sku, label_text=label_text, prices={"EUR": 1999, "USD": 2199})
    make_lot(jar.variants.get(), units=5)
    return jar


def fill(shop: Customer, country: str, *skus: str) -> dict[str, Any]:
    """The new cart, with its totals for the country."""
    market = {"DE": "eu", "US": "us"}[country]
    shop.cart = shop.ask("POST", "/api/v1/carts/", 201, json={"market": market})["token"]
    for sku in skus:
        shop.put(sku, 1)
    where = f"?country={country}&delivery_method=standard"
    cart: dict[str, Any] = shop.ask("GET", f"/api/v1/carts/{shop.cart}/{where}")
    return cart


def buy(shop: Customer, country: str, expect: int, *skus: str) -> dict[str, Any]:
    total = fill(shop, country, *skus)["totals"]["total"]
    wish = write_wish(shop.email, total) | {"shipping_address": HOMES[country]}
    answer: dict[str, Any] = shop.ask(
        "POST",
        f"/api/v1/carts/{shop.cart}/checkout/",
        expect,
        json=wish,
        headers={"Idempotency-Key": shop.cart},
    )
    return answer


def assert_nothing_written() -> None:
    assert not Order.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert set(Movement.objects.values_list("kind", flat=True)) == {"RECEIVED"}
    assert set(Lot.objects.values_list("reserved", flat=True)) == {0}


def test_a_forbidden_substance_is_not_sold_to_germany_and_is_to_america(shop: Customer) -> None:
    stock("Lily Milk", "LILY", "Aqua, Glycerin, Butylphenyl Methylpropional")
    told = {
        "reason": "prohibited",
        "words": (
            "It holds Butylphenyl Methylpropional. Lilial is forbidden in cosmetics in the European Union."
        ),
        "source": "Reg. (EC) 1223/2009 Annex II/1666",
    }
    cart = fill(shop, "DE", "LILY")
    assert cart["problems"] == [
        {"code": "not-sold-there", "detail": "We may not sell this to DE.", "sku": "LILY"} | told
    ]
    assert shop.ask("GET", f"/api/v1/carts/{shop.cart}/")["problems"] == []  # nobody has said where to

    refused = buy(shop, "DE", 409, "LILY")
    assert refused == {
        "type": "/problems/not-sold-there",
        "title": "Some things may not be sold to that country.",
        "status": 409,
        "country": "DE",
        "barriers": [{"sku": "LILY"} | told],
    }
    assert_nothing_written()

    assert fill(shop, "US", "LILY")["problems"] == []
    assert buy(shop, "US", 201, "LILY")["order"]["status"] == "placed"


def test_a_prescription_is_written_about_and_never_sold(shop: Customer) -> None:
    stock("Renova", "RX", "Tretinoin, Aqua, Glycerin")
    page = shop.ask("GET", "/api/v1/products/renova/")
    assert {one["jurisdiction"]: (one["regulatory_class"], one["can_be_sold"]) for one in page["sale"]} == {
        "eu": ("rx", False),
        "uk": ("rx", False),
        "us": ("rx", False),
    }
    for country in ("DE", "US"):
        refused = buy(shop, country, 409, "RX")
        assert refused["type"] == "/problems/not-sold-there"
        assert "regulatory_class" in [one["reason"] for one in refused["barriers"]]
    assert_nothing_written()


def test_retinol_waits_for_the_suppliers_word_and_then_sells(shop: Customer) -> None:
    jar = stock("Night Oil", "NIGHT", "Squalane, Retinol")
    say_kind(make_category("Face > Serums"), "face")
    (eu, *_) = shop.ask("GET", "/api/v1/products/night-oil/")["sale"]
    assert (eu["can_be_sold"], eu["barriers"][0]["reason"]) == (False, "undeclared")
    refused = buy(shop, "DE", 409, "NIGHT")
    assert refused["barriers"] == [
        {
            "sku": "NIGHT",
            "reason": "undeclared",
            "words": (
                "How much Retinol is in it, nobody has told us. "
                "Other cosmetics may hold at most 0.3 % vitamin A in the European Union."
            ),
            "source": "Reg. (EC) 1223/2009 Annex III/376 as amended by (EU) 2024/996",
        }
    ]
    assert_nothing_written()

    say_percent(jar, "Retinol", "0.2", by=make_staff())

    (eu, *_) = shop.ask("GET", "/api/v1/products/night-oil/")["sale"]
    assert (eu["can_be_sold"], eu["barriers"]) == (True, [])
    assert buy(shop, "DE", 201, "NIGHT")["order"]["status"] == "placed"


def test_a_cart_is_advised_and_the_order_keeps_it_word_for_word(shop: Customer) -> None:
    stock("Night", "NIGHT", "Aqua, Retinal")
    stock("Eye", "EYE", "Aqua, Glycerin, Retinal")
    stock("Peel", "PEEL", "Aqua, Glycolic Acid")
    stock("Sun", "SUN", "Aqua, Zinc Oxide")

    advised = fill(shop, "DE", "NIGHT", "EYE", "PEEL")["advice"]
    assert [(one["rule"], one["severity"], one["grade"], one["source"]) for one in advised] == [
        ("two-retinoids", "avoid_together", "C", "Consensus of clinics"),
        ("retinoid-with-aha", "alternate", "C", "Consensus of clinics"),
        ("aha-without-sunscreen", "info", "B", "FDA guidance on alpha hydroxy acids, 2005"),
        ("retinoid-pregnancy", "info", "B", "Can Fam Physician 2011;57:665"),
    ]
    assert advised[1]["products"] == ["night", "eye", "peel"]
    assert advised[1]["because"] == ["Retinal", "Glycolic Acid"]
    with_sun = fill(shop, "DE", "NIGHT", "EYE", "PEEL", "SUN")["advice"]
    assert "aha-without-sunscreen" not in [one["rule"] for one in with_sun]

    shop.order = buy(shop, "DE", 201, "NIGHT", "EYE", "PEEL")["order"]
    AdviceRule.objects.update(words="We think otherwise now.", grade="A")
    tell()
    assert fill(shop, "DE", "NIGHT")["advice"][0]["words"] == "We think otherwise now."
    assert shop.read_order()["advice"] == advised
