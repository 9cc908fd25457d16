"""What Stripe might say of a session of ours, without asking it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from orders.models import Order
from payments import sessions
from payments.models import PaymentAttempt
from payments.stripe_gateway import SessionFacts
from tests.builders import NOW
from tests.builders.orders import make_order


def begin(order: Order | None = None, *, now: datetime = NOW, opened: bool = True) -> PaymentAttempt:
    """An attempt to pay an order, its session open unless told."""
    with transaction.atomic():
        attempt = sessions.begin_attempt(order or make_order(now=now), now=now)
    if opened:
        attempt.state, attempt.session_id = PaymentAttempt.State.OPEN, f"cs_test_{attempt.pk.hex}"
        attempt.url = f"https://pay.example/{attempt.session_id}"
        attempt.save()
    return attempt


def say(attempt: PaymentAttempt, **changes: Any) -> SessionFacts:
    """Stripe's word that the session is paid, as agreed; or what differs from that."""
    paid = SessionFacts(
        id=attempt.session_id or f"cs_test_{attempt.pk.hex}",
        status="complete",
        payment_status="paid",
        mode="payment",
        url="",
        amount_cents=attempt.amount_cents,
        currency=attempt.currency,
        livemode=False,
        order_reference=attempt.order.reference,
        attempt_id=str(attempt.pk),
        payment_intent_id=f"pi_{attempt.pk.hex}",
        received_cents=attempt.amount_cents,
        charge_id=f"ch_{attempt.pk.hex}",
        method="Visa ending in 4242",
    )
    return replace(paid, **changes)
