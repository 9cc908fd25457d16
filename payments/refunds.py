"""Money back, in full: a row first, then Stripe, then what Stripe says of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from orders import errands, lifecycle
from orders.models import OrderEvent
from payments import stripe_gateway
from payments.models import Payment, Refund
from payments.stripe_gateway import RefundFacts

State = Refund.State
ASK_AGAIN = timedelta(minutes=10)  # a refund that waits for a bank takes days


def ask_refund(*, payment: Payment, reason: str, now: datetime, by: Any = None) -> Refund:
    """The refund of the whole payment, owed from now on. Asking twice asks once."""
    assert connection.in_atomic_block, "ask_refund() joins its caller's transaction"
    live: Refund | None = payment.refunds.exclude(state=State.FAILED).first()
    if live is not None:
        return live
    return Refund.objects.create(
        payment=payment,
        amount_cents=payment.amount_cents,
        currency=payment.currency,
        reason=reason,
        asked_at=now,
        asked_by=by,
        due_at=now,
    )


def pay_back(*, pk: UUID, now: datetime) -> bool:
    """Ask Stripe for one refund, or how it stands. True when it has ended well."""

    def act(refund: Refund) -> None:
        if refund.stripe_refund_id:
            facts = stripe_gateway.fetch_refund(refund.stripe_refund_id)
        else:
            facts = stripe_gateway.create_refund(
                payment_intent_id=refund.payment.payment_intent_id,
                amount_cents=refund.amount_cents,
                key=str(refund.pk),
            )
        with transaction.atomic(durable=True):
            Refund.objects.filter(pk=refund.pk).update(stripe_refund_id=facts.id)
            settle_refund(facts, now=now)
        refund.refresh_from_db()
        if refund.state == State.PENDING:
            raise errands.NotYet(now + ASK_AGAIN)

    ran = errands.run(Refund, pk, act, now=now)
    return ran and Refund.objects.filter(pk=pk, state=State.SUCCEEDED).exists()


def settle_refund(facts: RefundFacts, *, now: datetime) -> str:
    """What Stripe's word on a refund changed.

    Locks   the refund.
    Writes  Refund and, when the money is back, the order's diary. A failed refund is parked:
            the customer has not been paid back, and a person must see to it.
    """
    assert connection.in_atomic_block, "settle_refund() joins its caller's transaction"
    rows = Refund.objects.select_for_update(no_key=True, of=("self",)).select_related("payment__order")
    refund = rows.filter(stripe_refund_id=facts.id).first()
    if refund is None:
        return "no refund of ours"
    if facts.status == "succeeded" and refund.state in (State.ASKED, State.PENDING):
        refund.state = State.SUCCEEDED
        refund.save(update_fields=["state"])
        errands.finish(refund, now=now)
        lifecycle.write_diary(refund.payment.order, OrderEvent.Kind.REFUNDED, now=now, note=facts.id)
        return "money is back"
    if facts.status in ("failed", "canceled"):  # for good; also when somebody has tried it again
        known = refund.state == State.FAILED
        refund.state, refund.due_at, refund.done_at = State.FAILED, None, None
        refund.last_error = f"Stripe: {facts.status} {facts.failure}".strip()
        refund.save(update_fields=["state", "due_at", "done_at", "last_error"])
        return "nothing new" if known else "refund failed"
    if facts.status in ("pending", "requires_action") and refund.state == State.ASKED:
        refund.state = State.PENDING
        refund.save(update_fields=["state"])
        return "refund is under way"
    return "nothing new"
