"""Believing Stripe: what a Checkout Session, fetched just now, changes in our books.

News, rounds and staff all end here. It may be called twice, late, out of order and at the same time:
states only move forward (created, open, expired, paid), and each effect has a constraint of its own.
"""

import contextlib
import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from catalog.stock import OutOfStock
from orders import lifecycle, mail
from orders.models import Order, OrderMail
from payments import receipts, refunds
from payments.models import Payment, PaymentAttempt, Refund
from payments.stripe_gateway import SessionFacts

logger = logging.getLogger(__name__)
State = PaymentAttempt.State


def settle(facts: SessionFacts, *, now: datetime) -> str:
    """What the session changed, in words; saying it again changes nothing.

    Writes  PaymentAttempt, Payment, Order, Receipt, OrderMail, Refund: all or none.
    Locks   the attempt, then its order, then lots.
    """
    assert connection.in_atomic_block, "settle() joins its caller's transaction"
    attempt = _find_attempt(facts)
    if attempt is None:
        return "no attempt of ours"
    if attempt.state in (State.PAID, State.NEEDS_REVIEW):
        return "known already"
    if facts.status == "complete" and facts.payment_status != "unpaid":
        if differences := compare(facts, attempt):
            return _ask_a_person(attempt, facts, differences, now=now)
        return _take_money(attempt, facts, now=now)
    if facts.status == "expired" and attempt.state in (State.CREATED, State.OPEN):
        close_attempt(attempt, State.EXPIRED, now=now, session_id=facts.id)
        order = lifecycle.lapse_order(attempt.order_id, now=now)
        return f"expired; order {order.status.lower()}"
    return "nothing new"


def compare(facts: SessionFacts, attempt: PaymentAttempt) -> list[str]:
    """Where Stripe's session and our attempt disagree; only without any is an order paid by itself."""
    names = {
        "session": (facts.id, attempt.session_id or facts.id),
        "order": (facts.order_reference, attempt.order.reference),
        "attempt": (facts.attempt_id, str(attempt.id)),
    }
    return _list_differences(names) + compare_money(facts, attempt)


def compare_money(facts: SessionFacts, attempt: PaymentAttempt) -> list[str]:
    """The same of the money alone: whatever a session is called, that must be right."""
    money = {
        "mode": (facts.mode, "payment"),
        "payment status": (facts.payment_status, "paid"),
        "amount": (facts.amount_cents, attempt.amount_cents),
        "amount received": (facts.received_cents, attempt.amount_cents),
        "currency": (facts.currency, attempt.currency),
        "live mode": (facts.livemode, settings.STRIPE_LIVE),
    }
    return _list_differences(money)


def _list_differences(pairs: Mapping[str, tuple[object, object]]) -> list[str]:
    return [f"{name} is {theirs!r}, not {ours!r}" for name, (theirs, ours) in pairs.items() if theirs != ours]


def close_attempt(
    attempt: PaymentAttempt, state: State, *, now: datetime, session_id: str | None = None, note: str = ""
) -> None:
    """Nothing more will happen to this attempt."""
    attempt.state, attempt.note = state, note[:300]
    attempt.session_id = attempt.session_id or session_id
    attempt.done_at, attempt.due_at, attempt.last_error = now, None, ""
    attempt.save(update_fields=["state", "note", "session_id", "done_at", "due_at", "last_error"])


def _find_attempt(facts: SessionFacts) -> PaymentAttempt | None:
    """By session, or, when the news was faster than the answer to our call, by the attempt it names."""
    names = Q(session_id=facts.id)
    with contextlib.suppress(ValueError):  # metadata that is not ours
        names |= Q(pk=UUID(facts.attempt_id), session_id=None)
    attempts = PaymentAttempt.objects.select_for_update(no_key=True, of=("self",)).select_related("order")
    return attempts.filter(names).order_by("created_at").first()


def _take_money(attempt: PaymentAttempt, facts: SessionFacts, *, now: datetime) -> str:
    close_attempt(attempt, State.PAID, now=now, session_id=facts.id)
    payment = _write_down(attempt, facts, now=now)
    order = lifecycle.lock_order(attempt.order_id)
    already_paid = order.payments.filter(status=Payment.Status.APPLIED).exists()
    if not already_paid and _honour(order, now=now):
        payment.status = Payment.Status.APPLIED
        payment.save(force_insert=True)
        order.refresh_from_db()
        receipts.issue_receipt(order=order, payment=payment, now=now)
        return "paid"
    payment.status = Payment.Status.UNAPPLIED
    payment.save(force_insert=True)
    refunds.ask_what_is_left(payment=payment, reason=Refund.Reason.PAID_TOO_LATE, now=now)
    if not already_paid:
        mail.owe_mail(order=order, kind=OrderMail.Kind.PAID_TOO_LATE, now=now)
    return "paid too late; the money goes back"


def _honour(order: Order, *, now: datetime) -> bool:
    """Whether the order stands: as promised, or revived when its goods are still there."""
    if order.status == Order.Status.PLACED:
        lifecycle.mark_paid(order.pk, now=now)
        return True
    if order.status != Order.Status.LAPSED:
        return False
    try:
        with transaction.atomic():
            lifecycle.revive_order(order.pk, now=now)
    except OutOfStock:
        return False
    return True


def _ask_a_person(
    attempt: PaymentAttempt, facts: SessionFacts, differences: list[str], *, now: datetime
) -> str:
    note = "; ".join(differences)
    logger.error("Stripe disagrees about an attempt", extra={"attempt": str(attempt.pk), "differences": note})
    close_attempt(attempt, State.NEEDS_REVIEW, now=now, session_id=facts.id, note=note)
    # The money is real, whatever else is wrong: it is kept in the books until a person has it paid back.
    if facts.received_cents > 0 and facts.payment_intent_id and facts.livemode == settings.STRIPE_LIVE:
        payment = _write_down(attempt, facts, now=now)
        payment.status = Payment.Status.UNAPPLIED
        payment.save(force_insert=True)
    return f"needs review: {note}"[:200]


def _write_down(attempt: PaymentAttempt, facts: SessionFacts, *, now: datetime) -> Payment:
    """What Stripe took, not yet saved: whether it pays the order is decided by the caller."""
    return Payment(
        attempt=attempt,
        order_id=attempt.order_id,
        payment_intent_id=facts.payment_intent_id,
        charge_id=facts.charge_id or None,
        method=facts.method,
        amount_cents=facts.received_cents,
        currency=facts.currency,
        paid_at=now,
    )
