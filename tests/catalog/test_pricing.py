"""Prices: one per currency, with their history; and what things cost now."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog import pricing
from catalog.models import Price, PriceChange, Variant
from shop.models import User
from tests.builders import LONG_AGO, NOW, make_category, make_product, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant(db: None) -> Variant:
    return make_product("Quiet Cream", sku="QC-50", prices={"EUR": 1999}).variants.get()


def set_price(variant: Variant, cents: int, currency: str = "EUR", **how: Any) -> bool:
    return pricing.set_price(
        variant=variant, currency=currency, amount_cents=cents, cause="spring list", now=NOW, **how
    )


def history(variant: Variant) -> list[tuple[str, int | None, int]]:
    rows = PriceChange.objects.filter(variant=variant).order_by("id")
    return list(rows.values_list("currency", "old_cents", "new_cents"))


def test_a_price_that_changes_leaves_its_history_and_who_changed_it(variant: Variant) -> None:
    ada = User.objects.create_user("ada@regimen.example")
    assert set_price(variant, 2099, by=ada) is True
    assert Price.objects.get(variant=variant).amount_cents == 2099
    assert history(variant) == [("EUR", None, 1999), ("EUR", 1999, 2099)]
    last = PriceChange.objects.latest("id")
    assert (last.changed_by, last.changed_at, last.cause) == (ada, NOW, "spring list")
    assert str(last) == "1999 → 2099 EUR"


def test_the_same_price_again_changes_nothing(variant: Variant) -> None:
    assert set_price(variant, 1999) is False
    assert history(variant) == [("EUR", None, 1999)]


def test_each_currency_has_a_price_of_its_own(variant: Variant) -> None:
    assert set_price(variant, 1799, "GBP") is True
    prices = dict(Price.objects.filter(variant=variant).values_list("currency", "amount_cents"))
    assert prices == {"EUR": 1999, "GBP": 1799}
    assert history(variant) == [("EUR", None, 1999), ("GBP", None, 1799)]


def test_many_prices_are_set_with_few_statements(
    variant: Variant, django_assert_max_num_queries: Any
) -> None:
    others = [make_variant(variant.product, prices={"EUR": 100}) for _ in range(20)]
    wanted = {(other.pk, "EUR"): 100 + number for number, other in enumerate(others)}
    wanted[(variant.pk, "USD")] = 2199
    with django_assert_max_num_queries(3):
        changed = pricing.set_prices(wanted=wanted, cause="list", now=NOW)
    assert changed == {other.pk for other in others[1:]} | {variant.pk}


def test_a_price_of_nothing_is_refused_by_the_database(variant: Variant) -> None:
    with pytest.raises(IntegrityError, match="price_is_positive"), transaction.atomic():
        set_price(variant, 0)
    assert Price.objects.get(variant=variant).amount_cents == 1999


def test_the_history_can_neither_be_altered_nor_removed(variant: Variant) -> None:
    row = PriceChange.objects.get()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PriceChange.objects.filter(pk=row.pk).update(new_cents=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        row.delete()
    assert history(variant) == [("EUR", None, 1999)]


def test_an_offer_holds_what_an_order_freezes(variant: Variant, django_assert_num_queries: Any) -> None:
    shelf = make_category("Face > Serums")
    with django_assert_num_queries(1):
        (offer,) = pricing.find_offers([variant.pk], currency="EUR", now=NOW).values()
    assert offer == pricing.Offer(
        variant_id=variant.pk,
        sku="QC-50",
        variant_name="30 ml",
        product_slug="quiet-cream",
        product_name="Quiet Cream",
        category_lineage=tuple(shelf.lineage),
        unit_cents=1999,
    )


def test_what_is_not_for_sale_has_no_price(variant: Variant) -> None:
    product = variant.product

    def unit_cents(currency: str = "EUR") -> int | None:
        return pricing.find_offers([variant.pk], currency=currency, now=NOW)[variant.pk].unit_cents

    assert unit_cents() == 1999
    assert unit_cents("USD") is None
    for published_at, cents in (
        (None, None),
        (NOW + timedelta(seconds=1), None),
        (NOW, 1999),
        (LONG_AGO, 1999),
    ):
        type(product).objects.filter(pk=product.pk).update(published_at=published_at)
        assert unit_cents() == cents
    for hidden_at, cents in ((NOW, None), (NOW + timedelta(seconds=1), 1999)):
        type(product).objects.filter(pk=product.pk).update(hidden_at=hidden_at)
        assert unit_cents() == cents
    Variant.objects.filter(pk=variant.pk).update(retired_at=timezone.now())
    assert unit_cents() is None
    assert pricing.find_offers([], currency="EUR", now=NOW) == {}


@pytest.mark.parametrize(
    ("cents", "quantity", "unit", "expected"),
    [
        (1999, "30", "ml", (6663, "100 ml")),
        (1999, "50.5", "g", (3958, "100 g")),
        (100, "200", "ml", (50, "100 ml")),
        (1, "200", "ml", (1, "100 ml")),  # half a cent is one
        (500, "3", "piece", None),
        (500, None, "ml", None),
        (500, "0", "ml", None),
    ],
)
def test_two_sizes_can_be_compared(cents: int, quantity: str | None, unit: str, expected: Any) -> None:
    assert pricing.unit_price(cents, Decimal(quantity) if quantity else None, unit) == expected


@given(cents=st.integers(1, 10**8), tenths=st.integers(1, 10**6))
def test_a_unit_price_is_off_by_half_a_cent_at_most(cents: int, tenths: int) -> None:
    quantity = Decimal(tenths) / 10
    found = pricing.unit_price(cents, quantity, "ml")
    assert found is not None
    assert abs(Decimal(found[0]) - Decimal(cents) * 100 / quantity) <= Decimal("0.5")
