"""A payment about which Stripe and we disagree, accepted by a person: when only its names are wrong.

Money is no matter of opinion: what Stripe holds now must be what the order costs, to the cent, in its
currency and mode, and nothing of it gone back. Else a receipt would say what was not paid; the way is to
cancel the order. What is left to accept is a session that names another order or attempt than its own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from catalog import contention
from orders import lifecycle
from orders.lifecycle import OrderClosed
from orders.models import Order, OrderEvent
from payments import receipts, settlement, stripe_gateway
from payments.models import Payment, PaymentAttempt
from payments.stripe_gateway import SessionFacts

State = PaymentAttempt.State


@dataclass(eq=False)
class MoneyDiffers(Exception):
    """Stripe does not hold what the order costs: a person's word does not change that."""

    differences: list[str]


def find_in_review(order: Order) -> PaymentAttempt | None:
    """The attempt to pay the order that waits for a person; none once the order has been decided on."""
    if order.status not in (Order.Status.PLACED, Order.Status.LAPSED):
        return None
    found: PaymentAttempt | None = order.attempts.filter(state=State.NEEDS_REVIEW).order_by("-seq").first()
    return found


def accept_payment(*, attempt_id: UUID, why: str, now: datetime, by: Any) -> Order:
    """The order, paid, and its receipt owed. Twice changes nothing.

    Takes   `why`: up to 200 characters, for the order's diary.
    Writes  Order(PAID), Payment(APPLIED), PaymentAttempt(PAID), Receipt, the diary; asks Stripe before, with
            no transaction open.
    Locks   the attempt, then its order, then lots (when it had lapsed), then the payment.
    Raises  MoneyDiffers, OrderClosed, OutOfStock (it had lapsed, and its goods are gone), StripeUnreachable,
            StripeRefused: nothing is written then.
    """
    asked = PaymentAttempt.objects.get(pk=attempt_id)
    facts = stripe_gateway.fetch_session(asked.session_id or "")
    return contention.begin_again_when_blocked(lambda: _accept(attempt_id, facts, why=why, now=now, by=by))


def _accept(attempt_id: UUID, facts: SessionFacts, *, why: str, now: datetime, by: Any) -> Order:
    with transaction.atomic(durable=True):
        rows = PaymentAttempt.objects.select_for_update(no_key=True, of=("self",)).select_related("order")
        attempt = rows.get(pk=attempt_id)
        order = lifecycle.lock_order(attempt.order_id)
        if attempt.state == State.PAID:
            return order
        if attempt.state != State.NEEDS_REVIEW:
            raise OrderClosed(order.status)
        payment = _find_money(attempt, facts)
        order = _honour(order, now=now)
        payment.status = Payment.Status.APPLIED
        payment.save(update_fields=["status"])
        settlement.close_attempt(attempt, State.PAID, now=now, note=attempt.note)
        note = f"Payment accepted though Stripe disagreed: {why}"
        lifecycle.write_diary(order, OrderEvent.Kind.NOTED, now=now, by=by, note=note)
        receipts.issue_receipt(order=order, payment=payment, now=now)
    return order


def _find_money(attempt: PaymentAttempt, facts: SessionFacts) -> Payment:
    """What was written down when they disagreed, if it is all there still. Raises MoneyDiffers."""
    differences = settlement.compare_money(facts, attempt)
    payment: Payment | None = Payment.objects.select_for_update(no_key=True).filter(attempt=attempt).first()
    if facts.refunded_cents:
        differences.append(f"{facts.refunded_cents} went back at Stripe")
    if payment is None:
        differences.append("our books hold no money of it")
    elif payment.refunded_cents:
        differences.append(f"{payment.refunded_cents} goes back already")
    elif (payment.amount_cents, payment.currency) != (attempt.amount_cents, attempt.currency):
        differences.append(f"our books hold {payment.amount_cents} {payment.currency}")
    if differences or payment is None:
        raise MoneyDiffers(differences)
    return payment


def _honour(order: Order, *, now: datetime) -> Order:
    if order.status == Order.Status.LAPSED:
        return lifecycle.revive_order(order.pk, now=now)
    if order.status != Order.Status.PLACED:  # paid another way, or called off
        raise OrderClosed(order.status)
    return lifecycle.mark_paid(order.pk, now=now)
