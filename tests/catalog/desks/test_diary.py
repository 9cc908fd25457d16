"""Who changed what: every curated row has its history, with a name, before and after."""

import pytest
from django.db import connection, transaction

from catalog import importing
from catalog.changes import CURATED
from catalog.models import Brand, Product, RowChange
from tests.builders import NOW, make_brand, make_market, make_product
from tests.builders.desk import words_of
from tests.builders.staff import make_staff, sign_in
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db


def test_the_tables_that_we_call_curated_are_those_with_a_diary() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_has_diary' ")
        assert {table for (table,) in cursor} == CURATED


def test_a_saved_page_has_a_name_to_it() -> None:
    browser, brand = Browser(email="ada@regimen.example"), make_brand()
    browser.open(f"/admin/catalog/brand/{brand.pk}/change/")
    browser.send(f"/admin/catalog/brand/{brand.pk}/change/", browser.form_with("_seen"), name="Ostby")

    change = RowChange.objects.filter(table="catalog_brand").latest("pk")
    assert (change.actor, change.before, change.after) == (
        "ada@regimen.example",
        {"name": "Maren Ostby"},
        {"name": "Ostby"},
    )


def test_a_row_taken_away_has_a_name_to_it() -> None:
    curator, brand = sign_in("curator"), make_brand()

    curator.post(f"/admin/catalog/brand/{brand.pk}/delete/", {"post": "yes"})

    assert not Brand.objects.exists()
    change = RowChange.objects.filter(table="catalog_brand").latest("pk")
    assert (change.actor, change.after) == ("curator@regimen.example", None)


def test_a_change_that_tells_no_name_is_listed_under_the_name_that_the_row_has_now() -> None:
    owner, product = sign_in("owner"), make_product("Quiet Cream")
    with transaction.atomic():
        Product.objects.filter(pk=product.pk).update(summary="Another")

    said = words_of(owner.get("/admin/catalog/rowchange/"))

    assert "nobody said changed product Quiet Cream summary" in said
    assert str(RowChange.objects.latest("pk")) == f"product {product.pk}"


def test_the_history_of_a_product_tells_its_parts_in_words() -> None:
    make_market("eu")
    browser, product = Browser(email="ada@regimen.example"), make_product("Quiet Cream")
    address = f"/admin/catalog/product/{product.pk}/change/"
    browser.open(address)
    form = browser.form_with("_seen")
    browser.send(address, form, name="Quieter Cream", **{"variants-0-weight_g": "77"})

    page = words_of(browser.open(f"/admin/catalog/product/{product.pk}/history/"))

    assert "ada@regimen.example changed the product" in page
    assert "name Quiet Cream Quieter Cream" in page
    assert "weight g 90 77" in page
    assert "category nothing Serums" in page, "rows by what they are called"


def test_the_page_of_a_row_leads_to_its_history() -> None:
    curator, brand = sign_in("curator"), make_brand()

    page = curator.get(f"/admin/catalog/brand/{brand.pk}/change/").content.decode()

    assert f"/admin/catalog/brand/{brand.pk}/history/" in page


def test_who_may_not_see_a_row_does_not_see_its_history() -> None:
    brand = make_brand()

    assert sign_in("warehouse").get(f"/admin/catalog/brand/{brand.pk}/history/").status_code == 403


def test_the_desk_of_changes_shows_both_sides_and_leads_to_the_row() -> None:
    browser, brand = Browser(email="ada@regimen.example"), make_brand()
    browser.open(f"/admin/catalog/brand/{brand.pk}/change/")
    browser.send(f"/admin/catalog/brand/{brand.pk}/change/", browser.form_with("_seen"), name="Ostby")
    change = RowChange.objects.filter(table="catalog_brand").latest("pk")

    page = words_of(browser.open("/admin/catalog/rowchange/", what="catalog_brand", q="ada"))
    assert "changed brand" in page
    assert "ada@regimen.example" in page
    answer = browser.open(f"/admin/catalog/rowchange/{change.pk}/change/")

    assert "name Maren Ostby Ostby" in words_of(answer)
    assert f"/admin/catalog/brand/{brand.pk}/change/" in answer.content.decode()


def test_an_import_has_a_name_to_it() -> None:
    make_market("eu")
    importing.import_catalogue(
        content=b"sku,product,name,brand,category,size,price_eur,published\n"
        b"QC-50,quiet-cream,Quiet Cream,Ostby,Face > Creams,50 ml,24.90,yes\n",
        name="goods.csv",
        by=make_staff("curator"),
        now=NOW,
    )

    actors = set(RowChange.objects.exclude(table="catalog_market").values_list("table", "actor"))
    assert ("catalog_product", "curator@regimen.example") in actors
    assert ("catalog_brand", "curator@regimen.example") in actors
    assert ("catalog_variant", "curator@regimen.example") in actors
