"""Ending an order before its time: the money is seen to first, then the goods."""

from datetime import datetime
from typing import Any

from django.db import transaction

from orders import lifecycle, mail, worth
from orders.models import Order, OrderMail
from payments import refunds, sessions, settlement, stripe_gateway
from payments.models import Payment, PaymentAttempt, Refund

State = PaymentAttempt.State


def withdraw_order(*, order_id: int, now: datetime) -> Order:
    """The order as it stands once nobody can pay it any more: lapsed, or paid when that was faster.

    Raises  StripeUnreachable: nothing has changed.
    """
    for attempt in PaymentAttempt.objects.filter(order_id=order_id, done_at=None).order_by("seq"):
        if attempt.state == State.CREATED:  # perhaps Stripe knows it: only the same question tells
            try:
                attempt = sessions.open_session(attempt_id=attempt.pk, now=now)
            except sessions.PaymentRefused:
                continue
        if attempt.state == State.OPEN:
            facts = stripe_gateway.expire_session(attempt.session_id or "")
            with transaction.atomic(durable=True):
                settlement.settle(facts, now=now)
    return Order.objects.get(pk=order_id)


def cancel_order(*, order_id: int, by: Any, now: datetime, note: str = "") -> Order:
    """The order, called off by a person: its session is closed, or what is left of its money goes back.

    Writes  Order(CANCELLED), freed lots, Refund when it was paid, the mail that says so.
    Locks   the order, then its lots.
    Raises  OrderClosed: it was shipped. SentInPart: see `cancel_rest`.
            StripeUnreachable: nothing has changed.
    """
    withdraw_order(order_id=order_id, now=now)
    with transaction.atomic(durable=True):
        before = lifecycle.lock_order(order_id).status
        # Only now: whoever was honouring a late payment had the order's lock, and has committed.
        # Money that a person had to look at goes back as well.
        paid = list(Payment.objects.filter(order_id=order_id).order_by("id"))
        order = lifecycle.cancel_order(order_id, now=now, by=by, note=note)
        for payment in paid:
            refunds.ask_what_is_left(payment=payment, reason=Refund.Reason.CANCELLED, now=now, by=by)
        if before != Order.Status.CANCELLED:
            mail.owe_mail(order=order, kind=OrderMail.Kind.CANCELLED, now=now)
    return order


def cancel_rest(*, order_id: int, by: Any, now: datetime, note: str = "") -> Order:
    """The order, shipped: what was not sent is called off, and what it cost goes back.

    Writes  Order(SHIPPED), freed lots, Refund, the mail that says so.
    Locks   the order, then its lots, then the payment.
    Raises  OrderClosed: nothing of it was sent, or nothing is left to send.
    """
    with transaction.atomic(durable=True):
        order = lifecycle.lock_order(order_id)
        cents = worth.price_of(order, lifecycle.count_unsent(order))
        order = lifecycle.cancel_rest(order_id, now=now, by=by, note=note)
        payment = order.payments.filter(status=Payment.Status.APPLIED).first()
        cents = min(cents, payment.amount_cents - payment.refunded_cents) if payment else 0
        if payment and cents:
            reason = Refund.Reason.CANCELLED
            refunds.ask_refund(payment=payment, amount_cents=cents, reason=reason, key="rest", now=now, by=by)
        mail.owe_mail(order=order, kind=OrderMail.Kind.CANCELLED, now=now)
    return order
