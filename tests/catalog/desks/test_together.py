"""Two people at one row: the second is told, keeps her own words, and nothing is overwritten."""

from typing import Any

import pytest
from django.contrib import admin

from catalog.admin import together
from catalog.admin.desk import Desk, RefusableForm
from catalog.changes import CURATED
from catalog.models import Brand, Concern, Market, MarketCountry, Product
from tests.builders import make_brand, make_market, make_product
from tests.builders.desk import words_of
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Browser:
    make_market("eu")
    return Browser("curator", email="ada@regimen.example")


@pytest.fixture
def ben() -> Browser:
    make_market("eu")
    return Browser("owner", email="ben@regimen.example")


def page_of(row: Any) -> str:
    return f"/admin/catalog/{row._meta.model_name}/{row.pk}/change/"


def save(browser: Browser, row: Any, **typed: Any) -> Any:
    return browser.send(page_of(row), browser.form_with("_seen"), **typed)


def test_the_second_to_save_is_told_and_nothing_is_overwritten(ada: Browser, ben: Browser) -> None:
    product = make_product("Quiet Cream", summary="Calms.")
    ada.open(page_of(product))
    ben.open(page_of(product))

    assert save(ada, product, name="Quieter Cream").status_code == 302
    answer = save(ben, product, summary="Soothes.")

    assert answer.status_code == 200
    said = words_of(answer)
    assert "Somebody was here while you were writing" in said
    assert "ada@regimen.example changed the product" in said
    assert "name Quiet Cream Quieter Cream" in said
    assert ben.form_with("_seen")["summary"] == ["Soothes."], "what was typed in is still there"
    product.refresh_from_db()
    assert (product.name, product.summary) == ("Quieter Cream", "Calms.")


def test_whoever_was_told_saves_again_without_undoing_the_other(ada: Browser, ben: Browser) -> None:
    milia = Concern.objects.create(slug="milia", name="Milia")
    product = make_product("Quiet Cream", summary="Calms.", concerns=["Dryness"])
    ada.open(page_of(product))
    ben.open(page_of(product))
    theirs = {
        "name": "Quieter Cream",
        "summary": "Ada's.",
        "variants-0-weight_g": "77",
        "concerns": [milia.pk],
    }
    assert save(ada, product, **theirs).status_code == 302
    ada.open(page_of(product))
    assert save(ada, product, name="Quietest Cream").status_code == 302

    save(ben, product, summary="Soothes.")
    answer = save(ben, product)

    assert answer.status_code == 302
    product.refresh_from_db()
    assert (product.name, product.summary) == ("Quietest Cream", "Soothes.")
    assert product.variants.get().weight_g == 77
    assert [concern.slug for concern in product.concerns.all()] == ["milia"]


def test_a_price_that_moved_is_told_even_beside_other_changes(ada: Browser, ben: Browser) -> None:
    product = make_product("Quiet Cream")
    ada.open(page_of(product))
    ben.open(page_of(product))
    save(ada, product, name="Quieter Cream", **{"variants-0-price_EUR": "20.00"})

    said = words_of(save(ben, product, summary="Soothes."))

    assert "name Quiet Cream Quieter Cream" in said
    assert "A price is different now" in said


def test_with_the_guard_off_the_first_is_overwritten(
    ada: Browser, ben: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "find_overtaken", lambda *asked: None)
    product = make_product("Quiet Cream", summary="Calms.")
    ada.open(page_of(product))
    ben.open(page_of(product))

    save(ada, product, name="Quieter Cream")
    save(ben, product, summary="Soothes.")

    product.refresh_from_db()
    assert (product.name, product.summary) == ("Quiet Cream", "Soothes."), "the control: Ada's name is lost"


def test_nobody_is_told_of_their_own_saving(ada: Browser) -> None:
    product = make_product("Quiet Cream")
    for name in ("Quieter Cream", "Quietest Cream"):
        ada.open(page_of(product))
        assert save(ada, product, name=name).status_code == 302


def test_a_slip_of_the_finger_does_not_make_one_forget_what_one_saw(ada: Browser, ben: Browser) -> None:
    product = make_product("Quiet Cream")
    ben.open(page_of(product))
    assert save(ben, product, name="").status_code == 200
    ada.open(page_of(product))
    save(ada, product, name="Quieter Cream")

    answer = save(ben, product, name="Loud Cream")

    assert "ada@regimen.example changed" in words_of(answer)
    assert Product.objects.get().name == "Quieter Cream"


@pytest.mark.parametrize("part", ["concern", "size", "price", "label"])
def test_what_belongs_to_a_product_counts_as_the_product(ada: Browser, ben: Browser, part: str) -> None:
    milia = Concern.objects.create(slug="milia", name="Milia")
    product = make_product("Quiet Cream", label_text="Aqua, Glycerin")
    ada.open(page_of(product))
    ben.open(page_of(product))
    typed: dict[str, dict[str, Any]] = {
        "concern": {"concerns": [milia.pk]},
        "size": {"variants-0-weight_g": "77"},
        "price": {"variants-0-price_EUR": "20.00"},
        "label": {"label_text": "Aqua, Panthenol"},
    }
    told = {"concern": "Milia", "size": "77", "price": "A price is different now", "label": "version 2"}[part]

    assert save(ada, product, **typed[part]).status_code == 302
    answer = save(ben, product, summary="Soothes.")

    assert told in words_of(answer)
    product.refresh_from_db()
    assert product.summary == ""


def test_a_brand_and_a_market_are_guarded_too(ada: Browser, ben: Browser) -> None:
    brand, market = make_brand(), make_market("eu")
    ada.open(page_of(brand))
    ben.open(page_of(brand))
    save(ada, brand, name="Ostby")
    assert "changed the brand" in words_of(save(ben, brand, name="Maren"))
    assert Brand.objects.get().name == "Ostby"

    ben.open(page_of(market))
    MarketCountry.objects.create(market=market, country="CH")
    assert "added a market country" in words_of(save(ben, market, name="All Europe"))
    assert Market.objects.get().name != "All Europe"


def test_a_row_that_was_taken_away_meanwhile_is_not_made_again(ada: Browser, ben: Browser) -> None:
    brand = make_brand()
    ben.open(page_of(brand))
    Brand.objects.all().delete()

    assert save(ben, brand, name="Maren").status_code == 302

    assert not Brand.objects.exists()


def test_every_desk_of_a_curated_row_can_refuse() -> None:
    desks = {
        model._meta.db_table: desk
        for model, desk in admin.site._registry.items()
        if model._meta.db_table in CURATED
    }
    for name in ("product", "concern", "ingredient", "category", "brand", "market", "legalrule"):
        assert f"catalog_{name}" in desks
    for desk in desks.values():
        assert isinstance(desk, Desk)
        assert issubclass(desk.form, RefusableForm)
