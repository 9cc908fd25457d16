"""Orders over the same SKUs in different sequence. Without sorted locks two of them wait for each other."""

import random
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db.models import F, Sum

from catalog import prepared, stock
from catalog.models import Lot, Movement, Variant
from catalog.stock import ledger
from orders import lifecycle, totals
from orders.models import Order
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = 6


def fill_shelves(kinds: int = 4) -> list[Variant]:
    make_market()
    make_delivery()
    variants = [make_product().variants.get() for _ in range(kinds)]
    for variant in reversed(variants):  # ids of lots do not follow ids of variants
        make_lot(variant, units=CUSTOMERS)
        make_lot(variant, units=CUSTOMERS)
    return variants


def order_in_every_sequence(variants: list[Variant]) -> list[Any]:
    def place(turn: int) -> Any:
        mine = variants[turn % len(variants) :] + variants[: turn % len(variants)]
        mine = mine if turn % 2 else mine[::-1]
        return lambda: make_order(dict.fromkeys(mine, 2))

    return rush(*(place(turn) for turn in range(CUSTOMERS)))


def assert_everybody_served(results: list[Any]) -> None:
    assert [error for error in results if isinstance(error, Exception)] == []
    assert Order.objects.count() == CUSTOMERS
    for lot in Lot.objects.annotate(moved=Sum("movements__reserved_change")):
        assert lot.reserved == lot.moved
    assert Lot.objects.aggregate(all=Sum("reserved")) == {"all": CUSTOMERS * 4 * 2}
    assert not Lot.objects.filter(reserved__gt=F("on_hand")).exists()


def test_the_same_goods_in_any_sequence_never_deadlock(slow_down: Any) -> None:
    variants = fill_shelves()
    slow_down(prepared, "fetch_all", 0.01)
    slow_down(totals, "add_up", 0.02)
    assert_everybody_served(order_in_every_sequence(variants))


def test_placing_lapsing_and_cancelling_the_same_lots_at_once_never_deadlock(slow_down: Any) -> None:
    variants = fill_shelves()
    standing = [make_order(dict.fromkeys(variants, 1)), make_order(dict.fromkeys(variants[::-1], 1))]
    slow_down(prepared, "fetch_all", 0.01)

    def end(verb: Any, order: Order) -> Any:
        def act() -> None:
            with transaction.atomic():
                verb(order.pk, now=NOW)

        return act

    results = rush(
        end(lifecycle.lapse_order, standing[0]),
        lambda: make_order(dict.fromkeys(variants[::-1], 3)),
        end(lifecycle.cancel_order, standing[1]),
        lambda: make_order(dict.fromkeys(variants, 3)),
    )
    assert [error for error in results if isinstance(error, Exception)] == []
    assert Lot.objects.aggregate(all=Sum("reserved")) == {"all": 2 * 3 * 4}


def reserve_as_they_come(
    quantities: Mapping[int, int], *, cause: str, now: Any, planned: Any = None
) -> stock.Shares:
    """The natural way to write it: line after line, as they come, in each order another way."""
    shares: stock.Shares = {}
    for variant_id, units in random.Random(cause).sample(list(quantities.items()), len(quantities)):
        lot = Lot.objects.select_for_update().filter(variant_id=variant_id).order_by("id")[0]
        ledger.move(Movement.Kind.RESERVED, {lot.pk: units}, reserved=1, cause=cause, by=None, now=now)
        shares[variant_id] = {lot.pk: units}
    return shares


def test_control_with_locks_in_the_customers_sequence_there_are_deadlocks(
    slow_down: Any, monkeypatch: Any
) -> None:
    variants = fill_shelves()
    slow_down(ledger, "move", 0.05)
    monkeypatch.setattr(stock, "reserve", reserve_as_they_come)
    results = order_in_every_sequence(variants)
    with pytest.raises(AssertionError):
        assert_everybody_served(results)
    deadlocked = [error for error in results if isinstance(error, OperationalError)]
    assert any("deadlock" in str(error) or "lock timeout" in str(error) for error in deadlocked)
