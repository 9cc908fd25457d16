"""Money back without goods: a jar came dented, a parcel took three weeks."""

from datetime import datetime
from typing import Any

from django.db import transaction

from catalog.money import format_money
from orders import lifecycle
from orders.models import OrderEvent
from payments import refunds, returning
from payments.models import Refund
from payments.refunds import RefundTooHigh


def give_back(*, order_id: int, amount_cents: int, why: str, key: str, now: datetime, by: Any) -> Refund:
    """The refund that somebody of the house decided on, owed from now on. The same key gives it once.

    Takes   `key`: what the page carried along, at most 31 characters; `why`, in up to 200.
    Writes  Refund, Payment.refunded_cents, a line in the order's diary.
    Locks   the order, then its payment.
    Raises  RefundTooHigh: so much is not left of what was paid, or nothing pays the order. Nothing is
            written then.
    """
    name = f"goodwill {key}"
    with transaction.atomic(durable=True):
        order = lifecycle.lock_order(order_id)
        payment = returning.find_payment(order)
        if payment is None:
            raise RefundTooHigh(amount_cents, 0, order.currency)
        given: Refund | None = payment.refunds.exclude(state=Refund.State.FAILED).filter(key=name).first()
        if given is not None:
            return given
        refund = refunds.ask_refund(
            payment=payment,
            amount_cents=amount_cents,
            reason=Refund.Reason.GOODWILL,
            key=name,
            now=now,
            by=by,
        )
        note = f"{format_money(amount_cents, order.currency)} back without goods: {why}"
        lifecycle.write_diary(order, OrderEvent.Kind.NOTED, now=now, by=by, note=note)
    return refund
