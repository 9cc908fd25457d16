"""Money back for recalled goods: what one buyer paid for what they hold of it, asked once per recall."""

from datetime import datetime
from typing import Any

from django.db import transaction

from orders import lifecycle, recall_packs
from orders.models import Order, OrderEvent, RecallNotice
from payments import refunds
from payments.models import Payment, Refund


def refund_notice(*, notice_id: int, now: datetime, by: Any = None) -> Refund | None:
    """The refund for one buyer, owed from now on; None when nothing of the payment is left. Twice asks once.

    Writes  Refund, and a line in the order's diary.
    Locks   the order, then the payment.
    """
    notice = RecallNotice.objects.select_related("recall", "order").get(pk=notice_id)
    with transaction.atomic(durable=True):
        return ask_for_notice(notice, now=now, by=by)


def ask_for_notice(notice: RecallNotice, *, now: datetime, by: Any = None, why: str = "") -> Refund | None:
    """The same, for a story that does more. `why`: for the diary."""
    order: Order = lifecycle.lock_order(notice.order_id)
    payment = order.payments.filter(status=Payment.Status.APPLIED).first()
    if payment is None:
        return None
    key = name_refund(notice)
    asked: Refund | None = payment.refunds.exclude(state=Refund.State.FAILED).filter(key=key).first()
    if asked is not None:
        return asked
    held = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    cents = min(recall_packs.price_of(notice), held.amount_cents - held.refunded_cents)
    if cents <= 0:
        return None
    refund = refunds.ask_refund(
        payment=held, amount_cents=cents, reason=Refund.Reason.RECALLED, key=key, now=now, by=by
    )
    note = f"Recall {notice.recall.reference}: money back is asked{why}."
    lifecycle.write_diary(order, OrderEvent.Kind.RECALLED, now=now, by=by, note=note)
    return refund


def name_refund(notice: RecallNotice) -> str:
    """The key of the one refund that a recall may owe this buyer."""
    return f"recall {notice.recall.reference}"
