"""Markets decide which pages exist; their desk keeps pages and markets in step."""

from typing import Any

import pytest

from catalog.models import Market, PublishedPage, TaxRate
from tests.builders import make_category, make_market, make_product
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db


def typed(**changes: Any) -> dict[str, Any]:
    page = {"code": "uk", "name": "United Kingdom", "currency": "GBP", "default_country": "GB"}
    page |= {"prices_include_tax": "on", "countries-TOTAL_FORMS": 1, "countries-INITIAL_FORMS": 0}
    return page | {"countries-0-country": "GB"} | changes


def pages() -> list[str]:
    return sorted(PublishedPage.objects.values_list("market", flat=True))


def test_a_new_market_publishes_what_has_a_price_there() -> None:
    owner = sign_in("owner")
    make_product(prices={"EUR": 1999, "GBP": 1799})
    make_product(prices={"EUR": 1999})

    assert owner.post("/admin/catalog/market/add/", typed()).status_code == 302

    assert pages() == ["eu", "eu", "uk"]
    assert [row.country for row in Market.objects.get(code="uk").countries.all()] == ["GB"]


def test_a_market_that_is_closed_takes_its_pages_along() -> None:
    owner = sign_in("owner")
    uk = make_market("uk")
    make_market("eu")
    make_product(prices={"EUR": 1999, "GBP": 1799})
    assert pages() == ["eu", "uk"]

    owner.post(f"/admin/catalog/market/{uk.pk}/delete/", {"post": "yes"})

    assert pages() == ["eu"]


@pytest.mark.parametrize("wrong", [{"currency": "eur"}, {"default_country": "Germany"}, {"code": "eu"}])
def test_a_market_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    owner = sign_in("owner")
    make_market("eu")

    answer = owner.post("/admin/catalog/market/add/", typed(**wrong))

    assert answer.status_code == 200
    assert Market.objects.count() == 1


def test_a_tax_rate_is_shown_in_percent_with_what_it_is_for() -> None:
    owner = sign_in("owner")
    TaxRate.objects.create(country="DE", category=make_category("Books"), rate_bp=700)
    TaxRate.objects.create(country="US", rate_bp=825)

    page = owner.get("/admin/catalog/taxrate/").content.decode()

    for part in ("Books", "7 %", "everything else", "8.25 %"):
        assert part in page
