"""Asking for money: one Checkout Session per attempt, its parameters kept before Stripe is asked."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from orders import errands, lifecycle
from orders.models import Order
from orders.placing import PAYMENT_WINDOW
from payments import settlement, stripe_gateway
from payments.models import PaymentAttempt
from payments.stripe_gateway import SessionFacts, StripeRefused, StripeUnreachable

logger = logging.getLogger(__name__)
State = PaymentAttempt.State

FIRST_LOOK = timedelta(seconds=30)  # the door that made the attempt opens it itself; then we look after it
SOONEST, LATEST = timedelta(seconds=20), timedelta(minutes=5)


@dataclass(eq=False)
class PaymentRefused(Exception):
    """Stripe does not take this payment at all; the order is given up and its goods are free."""

    why: str


def begin_attempt(order: Order, *, now: datetime) -> PaymentAttempt:
    """The order's live attempt; a new one when it has none. Its parameters never change.

    Locks   the order (the caller has it).
    Raises  OrderClosed: Stripe has taken money for it that a person must look at first.
    """
    assert connection.in_atomic_block, "begin_attempt() joins its caller's transaction"
    attempts: list[PaymentAttempt] = list(PaymentAttempt.objects.filter(order=order).order_by("seq"))
    for earlier in attempts:
        if earlier.state in (State.CREATED, State.OPEN):
            return earlier
    if any(earlier.state == State.NEEDS_REVIEW for earlier in attempts):  # money came: never ask for it twice
        raise lifecycle.OrderClosed("IN-REVIEW")
    attempt = PaymentAttempt(
        order=order,
        seq=attempts[-1].seq + 1 if attempts else 1,
        amount_cents=order.total_cents,
        currency=order.currency,
        created_at=now,
        expires_at=(now + PAYMENT_WINDOW).replace(microsecond=0),
        due_at=now + FIRST_LOOK,
    )
    attempt.params = write_params(order, attempt)
    attempt.save(force_insert=True)
    lifecycle.extend_window(order, until=attempt.expires_at)
    return attempt


def write_params(order: Order, attempt: PaymentAttempt) -> dict[str, Any]:
    """Exactly what Stripe is asked: one line per order line, then tax if it comes on top, then delivery.

    We compute everything; the page may change no amount. Methods that pay days later are left out:
    jars cannot wait on a shelf for them.
    """
    names = {"order": order.reference, "attempt": str(attempt.id)}
    lines = [
        _line(line.product_name, line.variant_name, line.units, line.unit_cents, order.currency)
        for line in order.lines.order_by("id")
    ]
    shown = order.delivery_cents if order.prices_include_tax else order.delivery_net_cents
    lines.append(_line("Delivery", order.delivery_name, 1, shown, order.currency))
    if not order.prices_include_tax and order.tax_cents:
        lines.append(_line("Tax", "", 1, order.tax_cents, order.currency))
    return {
        "mode": "payment",
        "client_reference_id": order.reference,
        "customer_email": order.email,
        "line_items": lines,
        "metadata": names,
        "payment_intent_data": {"metadata": names, "description": f"Order {order.reference}"},
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "expires_at": int(attempt.expires_at.timestamp()),
        "success_url": settings.CHECKOUT_SUCCESS_URL,
        "cancel_url": settings.CHECKOUT_CANCEL_URL,
    }


def open_session(*, attempt_id: UUID, now: datetime) -> PaymentAttempt:
    """The attempt with the address where the customer pays. Asking twice asks Stripe for the same.

    Raises  StripeUnreachable: nobody knows; a sweep asks again, and so may the customer.
            PaymentRefused: Stripe said no.
    """
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    if attempt.state != State.CREATED:
        return attempt
    try:
        facts = stripe_gateway.create_session(params=attempt.params, key=str(attempt.id))
    except StripeRefused as refusal:
        _give_up(attempt_id, refusal, now=now)
        raise PaymentRefused(refusal.message) from refusal
    return _keep_session(attempt_id, facts, now=now)


def follow_attempt(*, pk: UUID, now: datetime) -> bool:
    """Ask Stripe how an attempt stands, and settle what it says. True when it is over.

    An attempt that Stripe does not answer for is asked about again, for as long as it takes: its
    goods are held until somebody knows.
    """

    def ask(attempt: PaymentAttempt) -> None:
        try:
            _look_once(attempt, now=now)
        except PaymentRefused:
            return
        except StripeUnreachable:
            raise errands.NotYet(next_look(attempt, now=now)) from None
        attempt.refresh_from_db()
        if attempt.done_at is None:
            raise errands.NotYet(next_look(attempt, now=now))

    return errands.run(PaymentAttempt, pk, ask, now=now)


def _look_once(attempt: PaymentAttempt, *, now: datetime) -> None:
    if attempt.state == State.CREATED:
        attempt = open_session(attempt_id=attempt.pk, now=now)
    if attempt.state == State.OPEN:
        facts = stripe_gateway.fetch_session(attempt.session_id or "")
        with transaction.atomic(durable=True):
            settlement.settle(facts, now=now)


def next_look(attempt: PaymentAttempt, *, now: datetime) -> datetime:
    """When to ask Stripe again: often while it is young, at the latest just after it expires."""
    wait = min(max((now - attempt.created_at) / 2, SOONEST), LATEST)
    last = attempt.expires_at + timedelta(seconds=5)
    return min(now + wait, last) if now < last else now + SOONEST


def _keep_session(attempt_id: UUID, facts: SessionFacts, *, now: datetime) -> PaymentAttempt:
    with transaction.atomic(durable=True):
        attempt: PaymentAttempt = PaymentAttempt.objects.select_for_update(no_key=True).get(pk=attempt_id)
        attempt.url = attempt.url or facts.url
        if attempt.state == State.CREATED:  # else its news was faster than this answer
            attempt.state, attempt.session_id = State.OPEN, facts.id
            attempt.due_at = next_look(attempt, now=now)
        attempt.save(update_fields=["state", "session_id", "url", "due_at"])
    return attempt


def _give_up(attempt_id: UUID, refusal: StripeRefused, *, now: datetime) -> None:
    logger.error("Stripe refused a session", extra={"code": refusal.code, "param": refusal.param})
    with transaction.atomic(durable=True):
        attempt = PaymentAttempt.objects.select_for_update(no_key=True).get(pk=attempt_id)
        if attempt.state == State.CREATED:
            settlement.close_attempt(attempt, State.REFUSED, now=now, note=refusal.message)
            lifecycle.lapse_order(attempt.order_id, now=now)


def _line(name: str, detail: str, units: int, unit_cents: int, currency: str) -> dict[str, Any]:
    return {
        "quantity": units,
        "price_data": {
            "currency": currency.lower(),
            "unit_amount": unit_cents,
            "product_data": {"name": f"{name}, {detail}" if detail else name},
        },
    }
