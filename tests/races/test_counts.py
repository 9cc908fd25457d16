"""Counts that come at once, and while goods leave: each guard is taken away once, and the damage is seen."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from catalog import counting, stock
from catalog.models import Lot, Movement
from catalog.models.stock import LotQuerySet
from catalog.stock import OutOfStock
from shop import pushing
from shop.api_keys import Made
from shop.models import CountPush
from tests.builders import make_lot, make_product
from tests.builders.counts import count, make_api_key
from tests.races.crowd import PATIENCE_S, held_at, rush

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 4


@pytest.fixture
def lot(db: None) -> Lot:
    return make_lot(make_product(sku="QC-50").variants.get(), units=10, code="L1")


def pusher(made: Made, counted: int, at: datetime, *, name: str = "file-1") -> Callable[[], Any]:
    told = [count(counted, at=at)]
    return lambda: pushing.push_counts(key=made.key, name=name, counts=told, free=False, now=timezone.now())


def ago(minutes: int) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def assert_books(lot: Lot, on_hand: int, reserved: int = 0) -> None:
    lot.refresh_from_db()
    moved = lot.movements.aggregate(on_hand=Sum("on_hand_change"), reserved=Sum("reserved_change"))
    assert (lot.on_hand, lot.reserved) == (on_hand, reserved)
    assert (moved["on_hand"], moved["reserved"]) == (on_hand, reserved)


@pytest.fixture
def no_lock(monkeypatch: Any) -> None:
    monkeypatch.setattr(LotQuerySet, "select_for_update", lambda lots, **_: lots)


@pytest.fixture
def no_netting(monkeypatch: Any) -> None:
    monkeypatch.setattr(counting, "_sum_moves", lambda asked: [(0, 0) for _ in asked])


# -- two warehouses -----------------------------------------------------------------------------------


def two_warehouses_push(lot: Lot, slow_down: Any) -> None:
    """Whoever comes first: the newer count is what the books say in the end."""
    slow_down(stock, "correct_counts")
    earlier, later = pusher(make_api_key("A"), 7, ago(30)), pusher(make_api_key("B"), 6, ago(20))
    first, second = rush(earlier, later)
    assert second["results"][0]["result"] == "applied"
    assert first["results"][0]["reason"] in (None, "older-count")
    assert_books(lot, 6)


def test_of_two_counts_at_once_the_newer_one_stays(lot: Lot, slow_down: Any) -> None:
    two_warehouses_push(lot, slow_down)


def test_control_without_the_lock_both_corrections_are_made(lot: Lot, slow_down: Any, no_lock: None) -> None:
    with pytest.raises(AssertionError):
        two_warehouses_push(lot, slow_down)
    lot.refresh_from_db()
    assert lot.on_hand == 3  # ten less three less four: nobody ever counted three


def test_pushes_over_the_same_shelves_in_any_order_never_wait_for_each_other_in_a_ring(lot: Lot) -> None:
    variant = lot.variant
    lots = [lot, *(make_lot(variant, units=10, code=f"M{n}") for n in range(5))]
    keys = [make_api_key(f"Warehouse {n}") for n in range(CROWD)]

    def push(made: Made, turn: int) -> Any:
        order = lots[turn:] + lots[:turn]
        told = [count(9 - turn, lot=each.code, at=ago(40 - turn)) for each in order]
        return pushing.push_counts(key=made.key, name="f", counts=told, free=False, now=timezone.now())

    answers = rush(*(lambda made=made, turn=turn: push(made, turn) for turn, made in enumerate(keys)))
    assert all(isinstance(answer, dict) for answer in answers), answers
    for each in lots:
        assert_books(each, 9 - (CROWD - 1))


# -- one push, twice ----------------------------------------------------------------------------------


def the_same_push_comes_twice(lot: Lot, slow_down: Any) -> None:
    slow_down(counting, "count_shelves")
    push = pusher(make_api_key(), 7, ago(30))
    answers = rush(*[push] * CROWD)
    assert all(answer == answers[0] for answer in answers), answers
    assert answers[0]["applied"] == 1
    assert CountPush.objects.count() == Movement.objects.filter(kind="COUNTED").count() == 1
    assert_books(lot, 7)


def test_the_same_push_at_once_is_taken_once_and_answered_the_same(lot: Lot, slow_down: Any) -> None:
    the_same_push_comes_twice(lot, slow_down)


@pytest.fixture
def look_first(monkeypatch: Any) -> Iterator[None]:
    """As many do it: look whether the push was made, then write it down, with nothing unique about it."""

    def begin(key: Any, name: str, body_sha256: str, *, now: datetime) -> int | None:
        if CountPush.objects.filter(api_key=key, key=name).exists():
            return None
        row = CountPush.objects.create(
            api_key=key, key=name, body_sha256=body_sha256, answer={}, pushed_at=now
        )
        return int(row.pk)

    monkeypatch.setattr(pushing, "_begin", begin)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE shop_countpush DROP CONSTRAINT count_push_once_per_key")
    yield
    CountPush.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE shop_countpush ADD CONSTRAINT count_push_once_per_key UNIQUE (api_key_id, key)"
        )


def test_control_whoever_looks_first_takes_it_several_times(
    lot: Lot, slow_down: Any, look_first: None
) -> None:
    with pytest.raises(AssertionError):
        the_same_push_comes_twice(lot, slow_down)
    assert CountPush.objects.count() > 1


# -- while goods leave --------------------------------------------------------------------------------


def ship(lot: Lot) -> None:
    with transaction.atomic():
        stock.ship({lot.pk: 1}, cause="ORDER", now=timezone.now())


def an_old_file_comes_while_parcels_leave(lot: Lot, slow_down: Any) -> None:
    """Ten stood there half an hour ago. Four leave now: six are left, however often the file comes."""
    slow_down(counting, "_sum_moves")
    with transaction.atomic():
        stock.reserve({lot.variant_id: CROWD}, cause="ORDER", now=ago(60))
    made, seen_at = make_api_key(), ago(30)
    pushes = [pusher(made, 10, seen_at, name=f"file-{n}") for n in range(CROWD)]
    parcels = [lambda: ship(lot)] * CROWD
    answers = rush(*(act for pair in zip(pushes, parcels, strict=True) for act in pair))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Counter(answer["unchanged"] for answer in answers if answer) == {1: CROWD}
    again = pusher(made, 10, seen_at, name="at last")()
    assert (again["results"][0]["result"], again["results"][0]["on_hand"]) == ("unchanged", 10 - CROWD)
    assert_books(lot, 10 - CROWD)


def test_an_old_file_brings_back_nothing_that_leaves_meanwhile(lot: Lot, slow_down: Any) -> None:
    an_old_file_comes_while_parcels_leave(lot, slow_down)


def test_control_without_netting_sold_units_come_back(lot: Lot, slow_down: Any, no_netting: None) -> None:
    with pytest.raises(AssertionError):
        an_old_file_comes_while_parcels_leave(lot, slow_down)
    pusher(make_api_key("B"), 10, ago(1))()
    lot.refresh_from_db()
    assert lot.on_hand == 10  # and four of them are with customers


def a_parcel_leaves_in_the_middle_of_an_old_file(lot: Lot, monkeypatch: Any) -> None:
    """The books are open before one of the ten leaves, and their movements are summed up after it."""
    with transaction.atomic():
        stock.reserve({lot.variant_id: 1}, cause="ORDER", now=ago(60))
    left: list[Any] = []
    with held_at(monkeypatch, counting, "_sum_moves", pusher(make_api_key(), 10, ago(30))) as stile:
        parcel = threading.Thread(target=lambda: left.extend(rush(lambda: ship(lot))), daemon=True)
        parcel.start()
        parcel.join(0.5)
        stile.opened.set()
        parcel.join(PATIENCE_S)
    assert left == [None]
    assert not Movement.objects.filter(kind="COUNTED").exists()
    assert_books(lot, 9)


def test_a_parcel_waits_for_a_file_whose_books_are_open(lot: Lot, monkeypatch: Any) -> None:
    a_parcel_leaves_in_the_middle_of_an_old_file(lot, monkeypatch)


def test_control_without_the_lock_the_books_are_read_while_they_change(
    lot: Lot, monkeypatch: Any, no_lock: None
) -> None:
    with pytest.raises(AssertionError):
        a_parcel_leaves_in_the_middle_of_an_old_file(lot, monkeypatch)
    (correction,) = Movement.objects.filter(kind="COUNTED")
    assert correction.on_hand_change == -1  # of what was never wrong


# -- while customers order ----------------------------------------------------------------------------


def order(lot: Lot) -> Any:
    with transaction.atomic():
        return stock.reserve({lot.variant_id: 8}, cause="ORDER", now=timezone.now())


def test_a_count_and_a_customer_at_once_never_both_have_their_way(lot: Lot) -> None:
    """Ten are in the books, three are counted, eight are wanted: one of the two hears no."""
    pushed, ordered = rush(pusher(make_api_key(), 3, ago(30)), lambda: order(lot))
    if isinstance(ordered, OutOfStock):
        assert (pushed["applied"], ordered.missing) == (1, {lot.variant_id: 5})
        assert_books(lot, 3)
    else:
        assert pushed["results"][0]["reason"] == "promised"
        assert_books(lot, 10, 8)


def a_customer_orders_in_the_middle_of_a_count(lot: Lot, monkeypatch: Any) -> None:
    """The count was judged and is about to be written when eight of the ten are wanted."""
    ordered: list[Any] = []
    push = pusher(make_api_key(), 3, ago(30))
    with held_at(monkeypatch, stock, "correct_counts", push) as stile:
        customer = threading.Thread(target=lambda: ordered.extend(rush(lambda: order(lot))), daemon=True)
        customer.start()
        customer.join(0.5)
        stile.opened.set()
        customer.join(PATIENCE_S)
    assert isinstance(ordered[0], OutOfStock), ordered
    assert ordered[0].missing == {lot.variant_id: 5}
    assert_books(lot, 3)


def test_what_is_being_counted_is_promised_after_the_count(lot: Lot, monkeypatch: Any) -> None:
    a_customer_orders_in_the_middle_of_a_count(lot, monkeypatch)


def test_what_was_promised_a_moment_ago_is_not_counted_away(lot: Lot, slow_down: Any) -> None:
    with transaction.atomic():
        stock.reserve({lot.variant_id: 8}, cause="ORDER", now=timezone.now())
    answer = pusher(make_api_key(), 3, ago(30))()
    assert answer["results"][0]["reason"] == "promised"
    assert_books(lot, 10, 8)


def test_control_with_both_guards_off_promised_units_are_counted_away(
    lot: Lot, monkeypatch: Any, no_lock: None, no_constraint: None
) -> None:
    with pytest.raises(AssertionError):
        a_customer_orders_in_the_middle_of_a_count(lot, monkeypatch)
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (3, 8)
