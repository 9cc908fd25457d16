"""Low stock: sizes that customers can see and can hardly buy any more."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from catalog import figures, stock
from catalog.figures import LOW, SHOWN
from tests.builders import LONG_AGO, NOW, make_lot, make_product, make_variant

pytestmark = pytest.mark.django_db


def stocked(sku: str, units: int, **product: object) -> None:
    variant = make_product(sku=sku, **product).variants.get()  # type: ignore[arg-type]
    if units:
        make_lot(variant, units=units)


def test_the_emptiest_sizes_come_first_with_what_is_left(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    stocked("NONE", 0, name="Loud Balm")
    stocked("TWO", 2)
    stocked("FOUR", LOW - 1)
    stocked("FIVE", LOW)

    with django_assert_num_queries(1):
        low = figures.find_low_stock(now=NOW)

    assert [(size.sku, size.free_units) for size in low.sizes] == [("NONE", 0), ("TWO", 2), ("FOUR", LOW - 1)]
    assert low.sizes[0].product_name == "Loud Balm"
    assert low.count == 3


def test_units_in_several_lots_are_added_up_but_not_the_promised_and_the_expired() -> None:
    variant = make_product(sku="QC").variants.get()
    make_lot(variant, units=3)
    make_lot(variant, units=3)
    make_lot(variant, units=50, expires_on=date(2026, 11, 20))  # today is too late
    assert figures.find_low_stock(now=NOW).count == 0
    with transaction.atomic():
        stock.reserve({variant.pk: 4}, cause="an order", now=NOW)

    (size,) = figures.find_low_stock(now=NOW).sizes

    assert (size.sku, size.free_units) == ("QC", 2)


def test_what_nobody_can_buy_is_not_missed() -> None:
    stocked("HIDDEN", 0, published_at=None)
    stocked("PLANNED", 0, published_at=NOW + timedelta(days=1))
    stocked("PRICELESS", 0, prices={})
    retired = make_variant(make_product(sku="SISTER"), sku="RETIRED")
    retired.retired_at = LONG_AGO
    retired.save()

    assert [size.sku for size in figures.find_low_stock(now=NOW).sizes] == ["SISTER"]


def test_a_long_list_is_cut_but_counted() -> None:
    for number in range(SHOWN + 3):
        stocked(f"S-{number:02}", 0)

    low = figures.find_low_stock(now=NOW)

    assert len(low.sizes) == SHOWN
    assert low.count == SHOWN + 3
