"""A return and the money for it, in one story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from catalog import contention
from orders import lifecycle, returns, worth
from orders.models import Order, OrderReturn, ShipmentLine
from orders.packing_plan import OrderChanged
from orders.returns import Returned
from payments import refunds
from payments.models import Payment, Refund
from payments.refunds import RefundTooHigh


@dataclass(eq=False)
class NoReason(Exception):
    """Nothing is paid back for a return, and nobody said why."""


def take_return(
    *,
    order_id: int,
    lines: Sequence[Returned],
    note: str,
    now: datetime,
    by: Any = None,
    refund_cents: int | None = None,
    refund_note: str = "",
    seen: str | None = None,
) -> OrderReturn:
    """The return, written down, and its refund asked.

    Takes   `refund_cents`: None for what these units cost the customer; 0 needs a `refund_note`.
            `seen`: what had come back when somebody looked, as `write_seen` says it.
    Writes  what `returns.record_return` and `refunds.ask_refund` write: all or none.
    Locks   the order, then lots, then the payment.
    Raises  OrderChanged, NothingReturned, MoreThanSent, NoReason, RefundTooHigh.
    """

    def story() -> OrderReturn:
        with transaction.atomic(durable=True):
            order = lifecycle.lock_order(order_id)
            if seen is not None and seen != write_seen(order):
                raise OrderChanged
            cents = propose_refund(order, lines) if refund_cents is None else refund_cents
            if not cents and not refund_note:
                raise NoReason
            back = returns.record_return(
                order_id=order_id,
                lines=lines,
                note=note,
                refund_cents=cents,
                refund_note=refund_note,
                now=now,
                by=by,
            )
            if cents:
                _ask_refund(order, back, now=now, by=by)
        return back

    return contention.begin_again_when_blocked(story)


def propose_refund(order: Order, lines: Sequence[Returned]) -> int:
    """What these units cost the customer, at most what is left of the payment. In minor units."""
    row_ids = [line.shipment_line_id for line in lines]
    line_of = dict(
        ShipmentLine.objects.filter(pk__in=row_ids, shipment__order=order).values_list("pk", "line_id")
    )
    units: dict[int, int] = {}
    for line in lines:
        if line_id := line_of.get(line.shipment_line_id):
            units[line_id] = units.get(line_id, 0) + line.units
    return min(worth.price_of(order, units), left_to_pay_back(order))


def left_to_pay_back(order: Order) -> int:
    payment = find_payment(order)
    return payment.amount_cents - payment.refunded_cents if payment else 0


def find_payment(order: Order) -> Payment | None:
    """The money that pays the order; without it nothing can go back."""
    found: Payment | None = order.payments.filter(status=Payment.Status.APPLIED).first()
    return found


def write_seen(order: Order) -> str:
    """What has come back so far, as a page carries it along: the next return changes it."""
    rows = ShipmentLine.objects.filter(shipment__order=order).order_by("pk")
    return " ".join(f"{pk}/{units}" for pk, units in rows.values_list("pk", "returned_units"))


def _ask_refund(order: Order, back: OrderReturn, *, now: datetime, by: Any) -> None:
    payment = find_payment(order)
    if payment is None:
        raise RefundTooHigh(back.refund_cents, 0, order.currency)
    refunds.ask_refund(
        payment=payment,
        amount_cents=back.refund_cents,
        reason=Refund.Reason.RETURNED,
        key=f"return {back.reference}",
        now=now,
        by=by,
    )
