"""What may happen to an order, and nothing else. Every change of status writes its diary."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from catalog import stock
from orders import writing
from orders.models import Allocation, Order, OrderEvent

Status = Order.Status
Kind = OrderEvent.Kind


@dataclass(eq=False)
class OrderClosed(Exception):
    """The order has lapsed, was cancelled or has been shipped: this cannot happen to it any more."""

    status: str


@dataclass(eq=False)
class SentInPart(Exception):
    """A part of the order has left the house: only the rest can be called off."""


def lock_order(order_id: int) -> Order:
    """The order as it is now, held until the transaction ends.

    Locks   the order, before any lot.
    """
    assert connection.in_atomic_block, "lock_order() joins its caller's transaction"
    return Order.objects.select_for_update(no_key=True).get(pk=order_id)


def mark_paid(order_id: int, *, now: datetime) -> Order:
    """The order, paid. Paying twice changes nothing.

    Raises  OrderClosed: it lapsed or was cancelled; see `revive_order`.
    """
    order = lock_order(order_id)
    if order.paid_at is not None and order.status in (Status.PAID, Status.SHIPPED):
        return order
    if order.status != Status.PLACED:
        raise OrderClosed(order.status)
    order.status, order.paid_at = Status.PAID, now
    order.save(update_fields=["status", "paid_at"])
    write_diary(order, Kind.PAID, now=now)
    return order


def revive_order(order_id: int, *, now: datetime) -> Order:
    """A lapsed order, honoured after all because its money came late and its goods are still there.

    Locks   the order, then the lots.
    Raises  OrderClosed: it was cancelled by a person. OutOfStock: the goods are gone.
    """
    order = lock_order(order_id)
    if order.status != Status.LAPSED:
        raise OrderClosed(order.status)
    quantities = dict(order.lines.values_list("variant_id", "units"))
    writing.hold_goods(order, quantities, now=now)
    order.status, order.closed_at, order.paid_at = Status.PAID, None, now
    order.save(update_fields=["status", "closed_at", "paid_at"])
    write_diary(order, Kind.REVIVED, now=now, note="The money came after the time to pay was over.")
    return order


def lapse_order(order_id: int, *, now: datetime) -> Order:
    """The order, given up because nobody paid; its units are free again. Twice changes nothing.

    Only for callers who know that Stripe cannot take the money any more.
    Locks   the order, then its lots.
    """
    order = lock_order(order_id)
    if order.status == Status.PLACED:
        _give_back(order, now=now)
        order.status, order.closed_at = Status.LAPSED, now
        order.save(update_fields=["status", "closed_at"])
        write_diary(order, Kind.LAPSED, now=now)
    return order


def cancel_order(order_id: int, *, now: datetime, by: Any = None, note: str = "") -> Order:
    """The order, called off by a person; its units are free again. Twice changes nothing.

    Only for callers who have seen to the money: see `payments.closing`.
    Locks   the order, then its lots.
    Raises  OrderClosed: it was shipped. SentInPart.
    """
    order = lock_order(order_id)
    if order.status == Status.CANCELLED:
        return order
    if order.status == Status.SHIPPED:
        raise OrderClosed(order.status)
    if order.lines.filter(shipped_units__gt=0).exists():
        raise SentInPart
    _give_back(order, now=now, by=by)
    order.status, order.closed_at = Status.CANCELLED, now
    order.save(update_fields=["status", "closed_at"])
    write_diary(order, Kind.CANCELLED, now=now, by=by, note=note)
    return order


def cancel_rest(order_id: int, *, now: datetime, by: Any = None, note: str = "") -> Order:
    """The order, shipped as far as it goes: what was not sent is called off, its units are free again.

    Only for callers who have seen to the money: see `payments.closing`.
    Locks   the order, then its lots.
    Raises  OrderClosed: nothing of it has been sent, or nothing is left.
    """
    order = lock_order(order_id)
    if order.status != Status.PAID or not order.lines.filter(shipped_units__gt=0).exists():
        raise OrderClosed(order.status)
    rest = ", ".join(
        f"{line.units - line.shipped_units} × {line.sku}"
        for line in order.lines.order_by("pk")
        if line.shipped_units < line.units
    )
    _give_back(order, now=now, by=by)
    order.status, order.shipped_at = Status.SHIPPED, now
    order.save(update_fields=["status", "shipped_at"])
    write_diary(order, Kind.CANCELLED, now=now, by=by, note="; ".join(filter(None, [f"Only {rest}", note])))
    write_diary(order, Kind.SHIPPED, now=now, by=by)
    return order


def count_unsent(order: Order) -> dict[int, int]:
    """{line id: units} that are still to be sent."""
    rows = order.lines.annotate(unsent=F("units") - F("shipped_units")).filter(unsent__gt=0)
    return dict(rows.values_list("pk", "unsent"))


def extend_window(order: Order, *, until: datetime) -> None:
    """Give a customer who asks to pay again the time of their new session. The caller holds the order."""
    if order.pay_before < until:
        Order.objects.filter(pk=order.pk, status=Status.PLACED, pay_before__lt=until).update(pay_before=until)


def add_note(*, order_id: int, note: str, by: Any, now: datetime) -> OrderEvent:
    """A line in the order's diary, by a person."""
    return write_diary(Order.objects.get(pk=order_id), Kind.NOTED, now=now, by=by, note=note)


def write_diary(order: Order, kind: str, *, now: datetime, by: Any = None, note: str = "") -> OrderEvent:
    return OrderEvent.objects.create(order=order, kind=kind, at=now, actor=by, note=note[:300])


def list_promises(order: Order) -> dict[int, dict[int, int]]:
    """{line id: {lot id: units}} that are still to be sent, of each line the soonest expiry first."""
    held: dict[int, dict[int, int]] = {}
    rows = Allocation.objects.filter(line__order=order)
    for line_id, lot_id, units in rows.order_by(
        "line_id", F("lot__expires_on").asc(nulls_last=True), "lot_id"
    ).values_list("line_id", "lot_id", "units"):
        held.setdefault(line_id, {})[lot_id] = units
    return held


def _give_back(order: Order, *, now: datetime, by: Any = None) -> None:
    held = list_promises(order).values()
    units = {lot_id: count for lots in held for lot_id, count in lots.items()}
    stock.release(units, cause=order.reference, now=now, by=by)
    Allocation.objects.filter(line__order=order).delete()
