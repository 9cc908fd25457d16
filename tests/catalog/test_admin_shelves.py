"""Brands, concerns, categories and the list of products: a change reaches every page that shows it."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from catalog.models import Brand, Category, Concern, Product, PublishedPage
from tests.builders import LONG_AGO, make_category, make_lot, make_market, make_product, make_variant
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator() -> Client:
    make_market("eu")
    return sign_in("curator")


def read_page(product: Product) -> dict[str, Any]:
    page: dict[str, Any] = json.loads(PublishedPage.objects.get(product=product, market="eu").page)
    return page


def test_products_are_hidden_and_shown_from_the_list(curator: Client) -> None:
    first, second = make_product(), make_product()
    chosen = {"_selected_action": [first.pk, second.pk]}

    answer = curator.post("/admin/catalog/product/", {"action": "hide", **chosen}, follow=True)
    assert "2 products are hidden from customers." in answer.content.decode()
    assert not PublishedPage.objects.exists()

    answer = curator.post("/admin/catalog/product/", {"action": "show_now", **chosen}, follow=True)
    assert PublishedPage.objects.count() == 2
    first.refresh_from_db()
    assert first.published_at is not None


def test_showing_what_is_shown_already_does_not_make_it_new_again(curator: Client) -> None:
    product = make_product()

    curator.post("/admin/catalog/product/", {"action": "show_now", "_selected_action": [product.pk]})

    product.refresh_from_db()
    assert product.published_at == LONG_AGO


def test_renaming_a_brand_publishes_its_products_only(curator: Client) -> None:
    ours, theirs = make_product(brand="Maren Ostby"), make_product(brand="Solvenna")
    before = PublishedPage.objects.get(product=theirs).version

    brand = Brand.objects.get(name="Maren Ostby")
    curator.post(f"/admin/catalog/brand/{brand.pk}/change/", {"name": "Ostby", "slug": "ostby"})

    assert read_page(ours)["brand"] == {"slug": "ostby", "name": "Ostby"}
    assert PublishedPage.objects.get(product=theirs).version == before


def test_a_deleted_concern_leaves_the_pages(curator: Client) -> None:
    product = make_product(concerns=["Dryness", "Rosacea"])
    concern = Concern.objects.get(name="Dryness")

    curator.post(f"/admin/catalog/concern/{concern.pk}/delete/", {"post": "yes"})

    assert [shown["name"] for shown in read_page(product)["concerns"]] == ["Rosacea"]


def test_a_moved_category_takes_along_what_stands_below(curator: Client) -> None:
    product = make_product(category="Face > Care > Serums")
    care, body = Category.objects.get(name="Care"), make_category("Body")

    curator.post(
        f"/admin/catalog/category/{care.pk}/change/",
        {"name": "Care", "slug": care.slug, "parent": body.pk, "position": 0},
    )

    assert [shelf["name"] for shelf in read_page(product)["category"]["path"]] == ["Body", "Care", "Serums"]


@pytest.mark.parametrize("below", ["Face", "Serums"])
def test_a_category_cannot_stand_below_itself(curator: Client, below: str) -> None:
    make_category("Face > Serums")
    face = Category.objects.get(name="Face")

    answer = curator.post(
        f"/admin/catalog/category/{face.pk}/change/",
        {"name": "Visage", "slug": "face", "parent": Category.objects.get(name=below).pk, "position": 0},
    )

    assert "“Visage” cannot stand below itself. Nothing was saved." in str(answer.context["adminform"].errors)
    face.refresh_from_db()
    assert (face.name, face.parent_id) == ("Face", None)


def test_the_tree_is_listed_with_children_below_their_parents(curator: Client) -> None:
    for path in ("Body > Hands", "Face > Serums", "Face > Cleansers"):
        make_category(path)

    shown = curator.get("/admin/catalog/category/").context["cl"].result_list

    assert [shelf.name for shelf in shown] == ["Body", "Hands", "Face", "Cleansers", "Serums"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=quiet", ["Quiet Cream"]),
        ("q=LOUD-50", ["Loud Balm"]),
        ("q=4006381333931", ["Loud Balm"]),
        ("shown=no", ["Loud Balm"]),
        ("shown=yes", ["Quiet Cream"]),
        ("missing=label", ["Loud Balm"]),
        ("missing=picture", ["Loud Balm", "Quiet Cream"]),
        ("missing=price", []),
    ],
)
def test_products_are_found_by_what_one_knows_of_them(curator: Client, query: str, found: list[str]) -> None:
    make_product("Quiet Cream")
    loud = make_product("Loud Balm", published_at=None, label_text="")
    make_variant(loud, sku="LOUD-50", barcode="4006381333931")

    shown = curator.get(f"/admin/catalog/product/?{query}").context["cl"].result_list

    assert [product.name for product in shown] == found


def test_a_shelf_shows_what_stands_on_it_and_below(curator: Client) -> None:
    make_product("Quiet Cream", category="Face > Serums")
    make_product("Body Milk", category="Body")
    face = Category.objects.get(name="Face")

    shown = curator.get(f"/admin/catalog/product/?shelf={face.pk}").context["cl"].result_list

    assert [product.name for product in shown] == ["Quiet Cream"]


def test_a_shelf_says_how_much_life_its_customers_must_find(curator: Client) -> None:
    product = make_product(category="Sun > Sun milks")
    lot = make_lot(product.variants.get(), expires_on=date(2028, 5, 31))
    assert lot.sell_until_on == date(2027, 12, 3)
    sun = Category.objects.get(slug="sun")
    page = {"name": "Sun", "slug": "sun", "parent": "", "position": 0, "min_life_days": 365}
    assert curator.post(f"/admin/catalog/category/{sun.pk}/change/", page).status_code == 302
    lot.refresh_from_db()
    assert lot.sell_until_on == date(2027, 6, 1)
