"""What runs out, and what runs out of time: the figures of the two lists, by hand."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from catalog import shelf_figures, shelf_life, stock
from catalog.models import Lot, Variant
from tests.builders import NOW, make_lot, make_product

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


def jar(sku: str, **product: Any) -> Variant:
    return make_product(f"Jar {sku}", sku=sku, **product).variants.get()


def lot_until(variant: Variant, days: int, units: int) -> Lot:
    """A lot that may be sold for so many days from today."""
    life = timedelta(days=shelf_life.MIN_LIFE_DAYS + days - 1)
    return make_lot(variant, units=units, expires_on=TODAY + life)


def ship(variant: Variant, units: int, now: Any = NOW) -> None:
    with transaction.atomic():
        shares = stock.reserve({variant.pk: units}, cause="an order", now=now)
        stock.ship(shares[variant.pk], cause="an order", now=now)


def test_what_sells_and_is_gone_comes_first_then_what_lasts_shortest(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    gone, brisk, slow, few = jar("GONE"), jar("BRISK"), jar("SLOW"), jar("FEW")
    for variant, received, shipped in ((gone, 28, 28), (brisk, 80, 56), (slow, 100, 28), (few, 3, 0)):
        make_lot(variant, units=received)
        if shipped:
            ship(variant, shipped)
    make_lot(gone, units=7, released=False)
    jar("HIDDEN", published_at=None)
    jar("NEVER")

    with django_assert_num_queries(1):
        found = shelf_figures.find_low(now=NOW)

    assert [(one.sku, one.free_units, one.shipped_units, one.cover_days) for one in found] == [
        ("GONE", 0, 28, 0),
        ("BRISK", 24, 56, 12),
        ("NEVER", 0, 0, 0),
        ("FEW", 3, 0, None),
    ]
    assert found[0].quarantine_units == 7


def test_the_pace_is_that_of_four_weeks() -> None:
    variant = jar("QC")
    make_lot(variant, units=100)
    ship(variant, 80, now=NOW - 28 * DAY - timedelta(seconds=1))
    assert shelf_figures.find_low(now=NOW) == []
    ship(variant, 15, now=NOW - 28 * DAY + timedelta(seconds=1))
    (found,) = shelf_figures.find_low(now=NOW)
    assert (found.free_units, found.shipped_units, found.cover_days) == (5, 15, 9)


def test_a_lot_near_its_day_says_what_would_be_left_and_what_is_fresher() -> None:
    variant = jar("QC")
    make_lot(variant, units=28)
    ship(variant, 28)
    first, second, fresh = lot_until(variant, 10, 12), lot_until(variant, 30, 25), lot_until(variant, 400, 9)

    found = shelf_figures.find_near_expiry(now=NOW, within_days=60)

    assert [(one.lot, one.days_left, one.free_units, one.left_units, one.fresher_units) for one in found] == [
        (first, 10, 12, 2, 34),
        (second, 30, 25, 5, 9),
    ]
    assert fresh not in [one.lot for one in found]


def test_promised_units_are_sold_already() -> None:
    variant = jar("QC")
    lot_until(variant, 10, 12)
    with transaction.atomic():
        stock.reserve({variant.pk: 5}, cause="an order", now=NOW)
    (found,) = shelf_figures.find_near_expiry(now=NOW)
    assert (found.free_units, found.left_units) == (7, 7)


def test_what_cannot_be_sold_any_more_stands_apart() -> None:
    variant = jar("QC")
    short, expired = lot_until(variant, 0, 4), make_lot(variant, units=2, expires_on=date(2026, 11, 20))
    lot_until(variant, 1, 4)
    make_lot(variant, units=4, expires_on=None)
    empty = lot_until(variant, -5, 1)
    Lot.objects.filter(pk=empty.pk).update(on_hand=0)

    assert list(shelf_figures.too_late_to_sell(on=TODAY)) == [expired, short]
    assert [one.days_left for one in shelf_figures.find_near_expiry(now=NOW)] == [1]


def test_the_lists_take_the_same_whatever_there_is(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        lot_until(jar(f"S-{number}"), 20, 3)
    with django_assert_num_queries(2):
        assert len(shelf_figures.find_near_expiry(now=NOW)) == 12
