"""A count is taken as of its time: what moved since is added to it, and nothing that was sold comes back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum

from catalog import lots, stock
from catalog.models import Location, Lot, Movement, Variant
from tests.builders import NOW, make_lot, make_product
from tests.builders.counts import count, say, take

pytestmark = pytest.mark.django_db


def minutes(many: int) -> datetime:
    """So many minutes before (or after) now."""
    return NOW + timedelta(minutes=many)


@pytest.fixture
def variant(db: None) -> Variant:
    return make_product(sku="QC-50").variants.get()


@pytest.fixture
def lot(variant: Variant) -> Lot:
    return make_lot(variant, units=10, code="L1")


def sell(lot: Lot, units: int, *, at: datetime) -> None:
    with transaction.atomic():
        stock.reserve({lot.variant_id: units}, cause="ORDER", now=at)
        stock.ship({lot.pk: units}, cause="ORDER", now=at)


def read(lot: Lot) -> tuple[int, int]:
    lot.refresh_from_db()
    moved = lot.movements.aggregate(on_hand=Sum("on_hand_change"), reserved=Sum("reserved_change"))
    assert (lot.on_hand, lot.reserved) == (moved["on_hand"], moved["reserved"])
    return lot.on_hand, lot.reserved


def test_a_count_sets_the_books_right_and_says_who_told_it(lot: Lot) -> None:
    [taken] = take(count(7), cause="key rgm_1: Berlin")
    assert say(taken) == ("applied", "", 7, 0)
    assert (taken.change, taken.lot_id, taken.lot_code) == (-3, lot.pk, "L1")
    assert read(lot) == (7, 0)
    assert lot.counted_at == NOW
    written = Movement.objects.filter(kind="COUNTED").values_list(
        "on_hand_change", "cause", "counted_at", "at"
    )
    assert list(written) == [(-3, "key rgm_1: Berlin", NOW, NOW)]


def test_an_old_count_never_brings_back_what_was_sold_after_it(lot: Lot) -> None:
    sell(lot, 4, at=minutes(-10))
    [taken] = take(count(10, at=minutes(-30)))
    assert say(taken) == ("unchanged", "", 6, 0)
    assert read(lot) == (6, 0)


def test_what_was_sold_before_it_is_in_the_count_already(lot: Lot) -> None:
    sell(lot, 4, at=minutes(-40))
    assert say(take(count(6, at=minutes(-30)))[0]) == ("unchanged", "", 6, 0)
    assert say(take(count(5, at=minutes(-30)))[0]) == ("applied", "", 5, 0)
    assert read(lot) == (5, 0)


def test_a_movement_at_the_very_moment_of_the_count_came_before_it(lot: Lot) -> None:
    sell(lot, 4, at=minutes(-30))
    assert say(take(count(6, at=minutes(-30)))[0]) == ("unchanged", "", 6, 0)


def move(lot: Lot, kind: str) -> None:
    place, _ = Location.objects.get_or_create(code="HAM", defaults={"name": "Hamburg"})
    at = minutes(-10)
    match kind:
        case "received":
            stock.receive(
                variant=lot.variant,
                location=lot.location,
                lot_code="L1",
                units=5,
                expires_on=None,
                cause="note 2",
                now=at,
            )
        case "written off":
            stock.write_off(lot_id=lot.pk, units=2, cause="broken", now=at)
        case "carried away":
            stock.move_units(lot_id=lot.pk, to=place, units=3, cause="to Hamburg", now=at)
        case "promised":
            stock.reserve({lot.variant_id: 4}, cause="ORDER", now=at)
        case "counted":
            stock.count_lot(lot_id=lot.pk, counted=9, cause="yearly", now=minutes(-60))


@pytest.mark.parametrize(
    ("kind", "left"),
    [("received", 13), ("written off", 6), ("carried away", 5), ("promised", 8), ("counted", 8)],
)
def test_each_kind_of_movement_since_the_count_is_added_to_it(lot: Lot, kind: str, left: int) -> None:
    with transaction.atomic():
        move(lot, kind)
    [taken] = take(count(8, at=minutes(-30)))
    assert (taken.outcome.value, taken.on_hand) == ("applied", left)
    assert read(lot)[0] == left


def test_what_came_back_to_the_shelf_since_is_added_too(variant: Variant) -> None:
    place = Location.objects.create(code="BACK", name="Returns", takes_returns=True)
    lot = make_lot(variant, units=3, code="L1", location="BER")
    with transaction.atomic():
        stock.reserve({variant.pk: 3}, cause="ORDER", now=minutes(-60))
        stock.ship({lot.pk: 3}, cause="ORDER", now=minutes(-50))
        back = stock.take_back(lot_id=lot.pk, units=2, destroy=False, cause="RETURN", now=minutes(-10))
    assert back.location == place
    assert say(take(count(1, location="BACK", at=minutes(-30)))[0]) == ("applied", "", 3, 0)


def test_the_same_count_again_changes_nothing_at_all(lot: Lot) -> None:
    take(count(7, at=minutes(-30)))
    sell(lot, 2, at=minutes(-20))
    before = Movement.objects.count()
    assert say(take(count(7, at=minutes(-30)))[0]) == ("unchanged", "", 5, 0)
    assert (read(lot), lot.counted_at, Movement.objects.count()) == ((5, 0), minutes(-30), before)


def test_a_count_that_agrees_is_remembered_by_its_moment(lot: Lot) -> None:
    take(count(10, at=minutes(-30)))
    lot.refresh_from_db()
    assert lot.counted_at == minutes(-30)
    assert not Movement.objects.filter(kind="COUNTED").exists()


def test_a_clock_that_is_a_little_fast_means_now(lot: Lot) -> None:
    assert say(take(count(7, at=NOW + timedelta(seconds=60)))[0]) == ("applied", "", 7, 0)
    lot.refresh_from_db()
    assert lot.counted_at == NOW


def test_of_what_is_free_the_promises_of_that_time_are_added(lot: Lot) -> None:
    """Ten stood there, three were promised: seven free. Then two more were promised, and four shipped."""
    with transaction.atomic():
        stock.reserve({lot.variant_id: 3}, cause="FIRST", now=minutes(-60))
        stock.reserve({lot.variant_id: 2}, cause="SECOND", now=minutes(-20))
        stock.ship({lot.pk: 4}, cause="BOTH", now=minutes(-10))
    assert read(lot) == (6, 1)
    assert say(take(count(7, at=minutes(-30), expected=7), free=True)[0]) == ("unchanged", "", 6, 1)
    assert say(take(count(6, at=minutes(-30)), free=True)[0]) == ("applied", "", 5, 1)
    assert read(lot) == (5, 1)


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        (lots.block_lots, "BLOCKED"),
        (lots.quarantine_lots, "QUARANTINE"),
        (lots.recall_lots, "RECALLED"),
    ],
)
def test_what_may_not_be_sold_is_counted_and_stays_set_apart(lot: Lot, verb: Any, status: str) -> None:
    with transaction.atomic():
        verb(lot_ids=[lot.pk], note="a smell", now=minutes(-5))
    assert say(take(count(7))[0]) == ("applied", "", 7, 0)
    lot.refresh_from_db()
    assert lot.status == status
