"""Publishing: what customers read is rendered when it changes, for each market that has a price."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import transaction

from catalog import pricing, publishing, search
from catalog.models import Brand, Concern, Market, Product, PublishedPage, ShelfPlace, Variant
from catalog.search import NoSuchProduct
from tests.builders import LONG_AGO, NOW, make_category, make_lot, make_market, make_product, make_variant

pytestmark = pytest.mark.django_db


def read(slug: str = "quiet-cream", market: str = "eu") -> dict[str, Any]:
    page: dict[str, Any] = orjson.loads(search.read_product(slug=slug, market=market, now=NOW).body)
    return page


def cream(**how: Any) -> Product:
    how = {"sku": "QC-50", "prices": {"EUR": 1999}, "size": ("50", "ml")} | how
    return make_product("Quiet Cream", category="Face > Creams", **how)


def test_a_page_says_everything_and_a_card_what_a_listing_needs() -> None:
    product = cream(concerns=["Milia"], summary="For quiet skin.", description="Rich, without scent.")
    variant = product.variants.get()
    make_lot(variant, units=3)
    card = orjson.loads(PublishedPage.objects.get().card)
    common = {
        "slug": "quiet-cream",
        "name": "Quiet Cream",
        "brand": {"slug": "maren-ostby", "name": "Maren Ostby"},
        "summary": "For quiet skin.",
        "price_from": {"amount": 1999, "currency": "EUR"},
        "prices_include_tax": True,
    }
    assert card == common | {
        "category": {"slug": "creams", "name": "Creams"},
        "concerns": ["milia"],
        "image": None,
        "variants": 1,
    }
    assert read() == common | {
        "category": {
            "slug": "creams",
            "name": "Creams",
            "path": [{"slug": "face", "name": "Face"}, {"slug": "creams", "name": "Creams"}],
        },
        "concerns": [{"slug": "milia", "name": "Milia"}],
        "description": "Rich, without scent.",
        "skin_types": [],
        "ingredients": {
            "text": "Aqua, Glycerin, Niacinamide",
            "version": 1,
            "status": "unknown",  # nothing was ever learnt here: nobody knows a word of it
            "formulas": [],
            "unresolved": 0,
            "claims": [],
        },
        "pick": None,
        "withdrawn_picks": [],
        "advice": [
            {
                "rule": "unknown-list",
                "severity": "info",
                "audience": "",
                "grade": None,
                "words": "We do not know everything that is in Quiet Cream. What we say here leaves it out.",
                "other_view": None,
                "source": None,
                "products": ["quiet-cream"],
                "because": [],
            }
        ],
        "sale": [
            {
                "jurisdiction": jurisdiction,
                "regulatory_class": None,
                "can_be_sold": True,
                "until": None,
                "list": "unknown",
                "barriers": [],
            }
            for jurisdiction in ("eu", "uk", "us")
        ],
        "images": [],
        "variants": [
            {
                "sku": "QC-50",
                "name": "50 ml",
                "size": {"quantity": "50", "unit": "ml"},
                "barcode": None,
                "price": {"amount": 1999, "currency": "EUR"},
                "unit_price": {"amount": 3998, "currency": "EUR", "per": "100 ml"},
                "in_stock": True,
                "few_left": 3,
            }
        ],
    }


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    cream(label_text="", size=None)
    page = read()
    assert page["ingredients"] is None
    assert page["variants"][0]["size"] is page["variants"][0]["unit_price"] is None
    assert page["variants"][0]["in_stock"] is False


def test_there_is_a_page_in_every_market_that_has_a_price() -> None:
    for code in ("eu", "uk", "us"):
        make_market(code)
    cream(prices={"EUR": 1999, "USD": 2499})
    assert sorted(PublishedPage.objects.values_list("market", flat=True)) == ["eu", "us"]
    assert read(market="us")["price_from"] == {"amount": 2499, "currency": "USD"}
    assert read(market="us")["prices_include_tax"] is False
    with pytest.raises(NoSuchProduct):
        read(market="uk")


def test_the_cheapest_size_makes_the_price_and_a_retired_one_is_not_shown() -> None:
    product = cream()
    make_variant(product, sku="QC-10", prices={"EUR": 599})
    assert read()["price_from"]["amount"] == 599
    Variant.objects.filter(sku="QC-10").update(retired_at=NOW)
    assert publishing.publish_products(product_ids=[product.pk], now=NOW) == 1
    assert read()["price_from"]["amount"] == 1999
    assert [variant["sku"] for variant in read()["variants"]] == ["QC-50"]


def test_a_product_whose_last_size_is_retired_has_no_page() -> None:
    product = cream()
    Variant.objects.update(retired_at=NOW)
    assert publishing.publish_products(product_ids=[product.pk], now=NOW) == 0
    assert PublishedPage.objects.count() == 0


def test_showing_and_hiding() -> None:
    product = cream(published_at=None)
    with pytest.raises(NoSuchProduct):
        read()
    assert publishing.show_products(product_ids=[product.pk], by="", now=NOW) == 1
    assert read()["slug"] == "quiet-cream"
    later = NOW + timedelta(days=3)
    publishing.show_products(product_ids=[product.pk], by="", now=later)
    assert Product.objects.get().published_at == NOW  # it does not become new again
    assert publishing.hide_products(product_ids=[product.pk], by="", now=later) == 1
    assert publishing.hide_products(product_ids=[product.pk], by="", now=later) == 0
    assert PublishedPage.objects.count() == 0


def test_what_is_dated_in_the_future_is_there_and_waits() -> None:
    cream(published_at=NOW + timedelta(hours=1))
    with pytest.raises(NoSuchProduct):
        search.read_product(slug="quiet-cream", market="eu", now=NOW)
    body = search.read_product(slug="quiet-cream", market="eu", now=NOW + timedelta(hours=1)).body
    assert orjson.loads(body)["slug"] == "quiet-cream"


def test_what_is_published_is_a_question_of_time() -> None:
    cream(published_at=NOW)
    hidden = make_product("Hidden", published_at=None)
    assert [product.slug for product in Product.objects.published(NOW)] == ["quiet-cream"]
    assert list(Product.objects.published(NOW - timedelta(seconds=1))) == []
    assert not Product.objects.published(NOW).filter(pk=hidden.pk).exists()


def test_publishing_again_without_a_change_keeps_the_version() -> None:
    product = cream()
    before = PublishedPage.objects.get()
    publishing.publish_products(product_ids=[product.pk], now=NOW)
    assert PublishedPage.objects.get().version == before.version
    pricing.set_price(
        variant=product.variants.get(), currency="EUR", amount_cents=2099, cause="a test", now=NOW
    )
    publishing.publish_products(product_ids=[product.pk], now=NOW)
    after = PublishedPage.objects.get()
    assert (after.pk, after.price_from_cents) == (before.pk, 2099)
    assert after.version != before.version


def test_many_products_need_no_more_statements_than_one(django_assert_max_num_queries: Any) -> None:
    products = [make_product(concerns=["Milia"]) for _ in range(12)]
    with django_assert_max_num_queries(25):
        publishing.publish_products(product_ids=[product.pk for product in products], now=NOW)


def test_it_is_known_which_products_show_a_thing() -> None:
    one = cream(concerns=["Milia"])
    two = make_product(brand="Other", category="Body > Oils")
    face, creams = make_category("Face"), make_category("Face > Creams")
    assert publishing.products_that_show(face) == publishing.products_that_show(creams) == [one.pk]
    assert publishing.products_that_show(Concern.objects.get()) == [one.pk]
    assert publishing.products_that_show(Brand.objects.get(name="Other")) == [two.pk]
    assert sorted(publishing.products_that_show(Market.objects.get())) == [one.pk, two.pk]


@pytest.mark.django_db(transaction=True)
def test_publishing_joins_somebodys_transaction() -> None:
    with pytest.raises(AssertionError, match="joins its caller's transaction"):
        publishing.publish_products(product_ids=[], now=LONG_AGO)
    with transaction.atomic():
        assert publishing.publish_products(product_ids=[], now=LONG_AGO) == 0


def test_a_page_stands_on_its_category_those_above_its_concerns_and_its_brand() -> None:
    product = make_product(brand="Other", category="Body > Oils", concerns=["Milia", "Dryness"])
    here = {"category/body", "category/oils", "concern/milia", "concern/dryness", "brand/other"}
    assert set(ShelfPlace.objects.values_list("shelf", flat=True)) == here
    assert ShelfPlace.objects.count() == len(here)

    product.concerns.clear()
    publishing.publish_products(product_ids=[product.pk], now=NOW)
    assert set(ShelfPlace.objects.values_list("shelf", flat=True)) == here - {
        "concern/milia",
        "concern/dryness",
    }

    Product.objects.update(published_at=None)
    publishing.publish_products(product_ids=[product.pk], now=NOW)
    assert not ShelfPlace.objects.exists()
