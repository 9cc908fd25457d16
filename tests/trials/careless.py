"""Guards, and the careless way in which shops usually write the same: what a control puts in their place."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from catalog import counting, stock
from catalog.models import Lot, Movement
from orders import lifecycle
from orders.models import Order, OrderEvent


def reserve_what_was_read(
    quantities: Mapping[int, int], *, cause: str, now: datetime, **_: Any
) -> stock.Shares:
    """Looks how much is free, then writes: whoever looked meanwhile saw the same."""
    shares: stock.Shares = {}
    for variant_id, wanted in quantities.items():
        shares[variant_id], short = {}, wanted
        for lot in Lot.objects.filter(variant_id=variant_id, on_hand__gt=F("reserved")).order_by(
            "expires_on", "id"
        ):
            take = min(short, lot.on_hand - lot.reserved)
            time.sleep(0.002)  # as long as a remote database is away
            if take:
                _promise(lot.pk, take, cause=cause, now=now, reserved=lot.reserved + take)
                shares[variant_id][lot.pk] = take
                short -= take
        if short:
            raise stock.OutOfStock({variant_id: short})
    return shares


def reserve_as_they_come(
    quantities: Mapping[int, int], *, cause: str, now: datetime, **_: Any
) -> stock.Shares:
    """Locks line after line, in whatever sequence they come: two customers wait for each other."""
    shares: stock.Shares = {}
    for variant_id, wanted in random.sample(list(quantities.items()), len(quantities)):
        lot = Lot.objects.select_for_update().filter(variant_id=variant_id).order_by("id")[0]
        _promise(lot.pk, wanted, cause=cause, now=now, reserved=F("reserved") + wanted)
        time.sleep(0.002)
        shares[variant_id] = {lot.pk: wanted}
    return shares


def revive_without_goods(order_id: int, *, now: datetime) -> Order:
    """The money came, so the order is paid: whether its jars are still there, nobody asks."""
    order = lifecycle.lock_order(order_id)
    order.status, order.closed_at, order.paid_at = Order.Status.PAID, None, now
    order.save(update_fields=["status", "closed_at", "paid_at"])
    lifecycle.write_diary(order, OrderEvent.Kind.REVIVED, now=now)
    return order


def net_nothing(asked: Sequence[tuple[int, datetime]]) -> list[tuple[int, int]]:
    """What was counted is what is there, however long ago that was."""
    return [(0, 0) for _ in asked]


def _promise(lot_id: int, units: int, *, cause: str, now: datetime, reserved: Any) -> None:
    Lot.objects.filter(pk=lot_id).update(reserved=reserved)
    Movement.objects.create(
        lot_id=lot_id,
        kind=Movement.Kind.RESERVED,
        on_hand_change=0,
        reserved_change=units,
        at=now,
        cause=cause,
    )


GUARDS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "conditional-reserve": (stock, "reserve", reserve_what_was_read),
    "sorted-locks": (stock, "reserve", reserve_as_they_come),
    "counts-as-of-their-time": (counting, "_sum_moves", net_nothing),
    "goods-before-revival": (lifecycle, "revive_order", revive_without_goods),
}
