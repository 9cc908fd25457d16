"""Stock: counters are the sum of movements, shortages are told all at once, nothing is sold twice."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from catalog import lots, stock
from catalog.models import Location, Lot, Movement, Variant
from catalog.stock import BelowReserved, LotNotFit, OutOfStock, promises
from shop.models import User
from tests.builders import LONG_AGO, NOW, make_lot, make_product

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def variant(db: None) -> Variant:
    return make_product(sku="QC-50").variants.get()


def counters(*lots: Lot) -> list[tuple[int, int]]:
    found = {lot.pk: (lot.on_hand, lot.reserved) for lot in Lot.objects.all()}
    return [found[lot.pk] for lot in lots]


def assert_counters_are_the_sum_of_movements() -> None:
    for lot in Lot.objects.annotate(
        moved_on_hand=Sum("movements__on_hand_change"), moved_reserved=Sum("movements__reserved_change")
    ):
        assert (lot.on_hand, lot.reserved) == (lot.moved_on_hand or 0, lot.moved_reserved or 0)


def test_what_expires_first_is_promised_first_and_what_never_expires_last(variant: Variant) -> None:
    never = make_lot(variant, units=5, expires_on=None)
    late = make_lot(variant, units=2, expires_on=date(2028, 1, 1))
    soon = make_lot(variant, units=3, expires_on=date(2027, 9, 1))
    shares = stock.reserve({variant.pk: 6}, cause="ORDER", now=NOW)
    assert shares == {variant.pk: {soon.pk: 3, late.pk: 2, never.pk: 1}}
    assert counters(soon, late, never) == [(3, 3), (2, 2), (5, 1)]
    assert_counters_are_the_sum_of_movements()


def test_a_lot_is_sold_until_half_a_year_before_it_expires(variant: Variant) -> None:
    make_lot(variant, units=5, expires_on=TODAY + timedelta(days=180))
    assert stock.free_units([variant.pk], on=TODAY) == {variant.pk: 5}
    assert stock.free_units([variant.pk], on=TODAY + timedelta(days=1)) == {}
    with pytest.raises(OutOfStock) as refused:
        stock.reserve({variant.pk: 1}, cause="ORDER", now=NOW + timedelta(days=1))
    assert refused.value.missing == {variant.pk: 1}


@pytest.mark.parametrize("verb", [lots.block_lots, lots.quarantine_lots, lots.recall_lots])
def test_what_is_not_released_is_neither_promised_nor_shipped(variant: Variant, verb: Any) -> None:
    lot = make_lot(variant, units=5)
    stock.reserve({variant.pk: 2}, cause="ORDER", now=NOW)
    verb(lot_ids=[lot.pk], note="a smell", now=NOW)
    assert stock.free_units([variant.pk], on=TODAY) == {}
    with pytest.raises(OutOfStock):
        stock.reserve({variant.pk: 1}, cause="OTHER", now=NOW)
    with pytest.raises(LotNotFit) as refused:
        stock.ship({lot.pk: 2}, cause="ORDER", now=NOW)
    assert refused.value.lot_ids == [lot.pk]
    assert counters(lot) == [(5, 2)]
    stock.release({lot.pk: 2}, cause="ORDER", now=NOW)  # a promise can always be taken back
    assert counters(lot) == [(5, 0)]


def test_what_has_expired_is_not_shipped_though_it_was_promised(variant: Variant) -> None:
    lot = make_lot(variant, units=5, expires_on=TODAY + timedelta(days=200))
    stock.reserve({variant.pk: 2}, cause="ORDER", now=NOW)
    with pytest.raises(LotNotFit):
        stock.ship({lot.pk: 2}, cause="ORDER", now=NOW + timedelta(days=200))
    stock.ship({lot.pk: 2}, cause="ORDER", now=NOW + timedelta(days=199))
    assert counters(lot) == [(3, 0)]


def test_what_comes_in_stands_in_quarantine(variant: Variant) -> None:
    lot = make_lot(variant, units=5, released=False)
    assert (lot.status, lot.received_on) == ("QUARANTINE", LONG_AGO.date())
    assert stock.free_units([variant.pk], on=TODAY) == {}


def test_what_comes_back_stands_apart_or_is_destroyed(variant: Variant) -> None:
    lot = make_lot(variant, units=5, code="L1", other_codes=("FIL 77",))
    stock.reserve({variant.pk: 3}, cause="ORDER", now=NOW)
    stock.ship({lot.pk: 3}, cause="ORDER", now=NOW)
    kept = stock.take_back(lot_id=lot.pk, units=1, destroy=False, cause="RETURN", now=NOW)
    stock.take_back(lot_id=lot.pk, units=2, destroy=True, cause="RETURN", now=NOW)
    assert (kept.code, kept.other_codes, kept.status) == ("L1", ["FIL 77"], "QUARANTINE")
    assert kept.location.takes_returns
    assert counters(lot, kept) == [(2, 0), (1, 0)]
    assert stock.free_units([variant.pk], on=TODAY) == {variant.pk: 2}
    with pytest.raises(lots.NotFit, match="where returns stand"):
        lots.release_lots(lot_ids=[kept.pk], checks=lots.CHECKS, now=NOW)
    assert_counters_are_the_sum_of_movements()


def test_units_are_carried_to_another_place_and_promised_ones_stay(variant: Variant) -> None:
    lot = make_lot(variant, units=5, location="BER")
    hamburg = Location.objects.create(code="HAM", name="Hamburg")
    stock.reserve({variant.pk: 2}, cause="ORDER", now=NOW)
    with pytest.raises(BelowReserved):
        stock.move_units(lot_id=lot.pk, to=hamburg, units=4, cause="tour 7", now=NOW)
    there = stock.move_units(lot_id=lot.pk, to=hamburg, units=3, cause="tour 7", now=NOW)
    assert (there.code, there.location, there.status) == (lot.code, hamburg, "QUARANTINE")
    assert counters(lot, there) == [(2, 2), (3, 0)]
    with pytest.raises(BelowReserved):
        stock.write_off(lot_id=lot.pk, units=1, cause="broken", now=NOW)
    assert stock.write_off(lot_id=there.pk, units=2, cause="broken", now=NOW).on_hand == 1
    assert_counters_are_the_sum_of_movements()


def test_whoever_finds_a_lot_emptied_meanwhile_plans_anew(variant: Variant, monkeypatch: Any) -> None:
    first = make_lot(variant, units=2, expires_on=date(2028, 1, 1))
    second = make_lot(variant, units=5, expires_on=date(2029, 1, 1))
    real, plans = promises.plan, []

    def somebody_is_faster(*args: Any, **named: Any) -> Any:
        shares = real(*args, **named)
        plans.append(shares)
        if len(plans) == 1:
            promises.take({first.pk: 1}, cause="FASTER", now=NOW)
        return shares

    monkeypatch.setattr(promises, "plan", somebody_is_faster)
    assert stock.reserve({variant.pk: 3}, cause="ORDER", now=NOW) == {variant.pk: {first.pk: 1, second.pk: 2}}
    assert plans[0] == {variant.pk: {first.pk: 2, second.pk: 1}}
    assert counters(first, second) == [(2, 2), (5, 2)]
    assert_counters_are_the_sum_of_movements()


def test_after_many_plans_the_lots_are_locked_and_it_is_settled(variant: Variant, monkeypatch: Any) -> None:
    lot = make_lot(variant, units=9)
    real, tries = promises.take, []

    def fails_at_first(*args: Any, **named: Any) -> bool:
        tries.append(1)
        return len(tries) > promises.PLANS and real(*args, **named)

    monkeypatch.setattr(promises, "take", fails_at_first)
    assert stock.reserve({variant.pk: 2}, cause="ORDER", now=NOW) == {variant.pk: {lot.pk: 2}}
    assert counters(lot) == [(9, 2)]


def test_free_units_are_added_up_over_lots_and_need_one_statement(
    variant: Variant, django_assert_num_queries: Any
) -> None:
    make_lot(variant, units=5)
    make_lot(variant, units=2)
    other = make_product().variants.get()
    stock.reserve({variant.pk: 6}, cause="ORDER", now=NOW)
    with django_assert_num_queries(1):
        assert stock.free_units([variant.pk, other.pk], on=TODAY) == {variant.pk: 1}


def test_all_shortages_are_told_at_once_and_nothing_is_promised(variant: Variant) -> None:
    enough, none = make_product().variants.get(), make_product().variants.get()
    few_lot, enough_lot = make_lot(variant, units=2), make_lot(enough, units=9)
    before = Movement.objects.count()
    with pytest.raises(OutOfStock) as refused:
        stock.reserve({variant.pk: 5, enough.pk: 1, none.pk: 4}, cause="ORDER", now=NOW)
    assert refused.value.missing == {variant.pk: 3, none.pk: 4}
    assert counters(few_lot, enough_lot) == [(2, 0), (9, 0)]
    assert Movement.objects.count() == before


def test_every_step_is_written_down_with_its_cause_and_who_did_it(variant: Variant) -> None:
    ada = User.objects.create_user("ada@regimen.example")
    lot = make_lot(variant, units=4, code="L1")
    stock.reserve({variant.pk: 3}, cause="ORDER", now=NOW)
    stock.release({lot.pk: 1}, cause="ORDER", now=NOW, by=ada)
    stock.ship({lot.pk: 2}, cause="ORDER", now=NOW, by=ada)
    stock.count_lot(lot_id=lot.pk, counted=7, cause="shelf count", now=NOW, by=ada)
    rows = Movement.objects.order_by("id").values_list(
        "kind", "on_hand_change", "reserved_change", "cause", "actor"
    )
    assert list(rows) == [
        ("RECEIVED", 4, 0, "delivery of L1", None),
        ("RESERVED", 0, 3, "ORDER", None),
        ("RELEASED", 0, -1, "ORDER", ada.pk),
        ("SHIPPED", -2, -2, "ORDER", ada.pk),
        ("COUNTED", 5, 0, "shelf count", ada.pk),
    ]
    assert str(Movement.objects.get(kind="SHIPPED")) == "SHIPPED -2/-2"
    assert counters(lot) == [(7, 0)]
    assert_counters_are_the_sum_of_movements()


def test_the_same_delivery_twice_counts_once(variant: Variant) -> None:
    lot = make_lot(variant, units=4, code="L1")
    again = make_lot(variant, units=4, code="L1")
    assert (again.pk, again.on_hand) == (lot.pk, 4)
    more = stock.receive(
        variant=variant,
        location=lot.location,
        lot_code="L1",
        units=6,
        expires_on=lot.expires_on,
        cause="a second delivery",
        now=NOW,
    )
    assert (more.pk, more.on_hand) == (lot.pk, 10)
    assert_counters_are_the_sum_of_movements()


def test_a_count_below_what_is_promised_is_refused(variant: Variant) -> None:
    lot = make_lot(variant, units=4)
    stock.reserve({variant.pk: 3}, cause="ORDER", now=NOW)
    with pytest.raises(BelowReserved) as refused:
        stock.count_lot(lot_id=lot.pk, counted=2, cause="count", now=NOW)
    assert (refused.value.counted, refused.value.reserved) == (2, 3)
    assert stock.count_lot(lot_id=lot.pk, counted=3, cause="count", now=NOW).on_hand == 3
    moves = Movement.objects.count()
    assert stock.count_lot(lot_id=lot.pk, counted=3, cause="count again", now=NOW).on_hand == 3
    assert Movement.objects.count() == moves  # nothing changed, nothing to write down


def test_the_database_refuses_to_promise_what_is_not_there(variant: Variant) -> None:
    lot = make_lot(variant, units=1)
    with pytest.raises(IntegrityError, match="lot_never_oversold"), transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(reserved=2)
    with pytest.raises(IntegrityError, match="on_hand_check"), transaction.atomic():
        stock.ship({lot.pk: 2}, cause="ORDER", now=NOW)
    with pytest.raises(IntegrityError, match="reserved_check"), transaction.atomic():
        stock.release({lot.pk: 1}, cause="ORDER", now=NOW)
    assert counters(lot) == [(1, 0)]


@pytest.mark.django_db(transaction=True)
def test_stock_moves_only_inside_somebodys_transaction() -> None:
    with pytest.raises(AssertionError, match="inside its caller's transaction"):
        stock.reserve({1: 1}, cause="ORDER", now=NOW)
    with pytest.raises(AssertionError, match="inside its caller's transaction"):
        stock.release({1: 1}, cause="ORDER", now=NOW)
