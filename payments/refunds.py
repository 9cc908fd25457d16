"""Money back, all or a part of it: a row first, then Stripe, then what Stripe says of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Value

from catalog.money import format_money
from orders import errands, lifecycle
from orders.models import OrderEvent
from payments import stripe_gateway
from payments.models import Payment, Refund
from payments.stripe_gateway import RefundFacts

State = Refund.State
ASK_AGAIN = timedelta(minutes=10)  # a refund that waits for a bank takes days


@dataclass(eq=False)
class RefundTooHigh(Exception):
    """More is to go back than is left of the payment."""

    asked_cents: int
    left_cents: int
    currency: str


def ask_refund(
    *,
    payment: Payment,
    amount_cents: int,
    reason: str,
    key: str,
    now: datetime,
    by: Any = None,
) -> Refund:
    """The refund of a part of a payment, or of all of it, owed from now on. The same key asks once.

    Takes   `key`: what it is for ("order", "return 7K2M-…"); after a failed one it may be asked again.
    Writes  Refund, and Payment.refunded_cents by one conditional statement: however many ask at once,
            never more goes back than came in.
    Raises  RefundTooHigh: nothing is written then.
    """
    assert connection.in_atomic_block, "ask_refund() joins its caller's transaction"
    refund = Refund(
        payment=payment,
        amount_cents=amount_cents,
        currency=payment.currency,
        reason=reason,
        key=key,
        asked_at=now,
        asked_by=by,
        due_at=now,
    )
    with transaction.atomic():
        Refund.objects.bulk_create([refund], ignore_conflicts=True)  # one live refund per key: SQL holds it
        live: Refund = payment.refunds.exclude(state=State.FAILED).get(key=key)
        if live.pk == refund.pk and not _claim(payment, amount_cents):
            left = Payment.objects.values_list("amount_cents", "refunded_cents").get(pk=payment.pk)
            raise RefundTooHigh(amount_cents, left[0] - left[1], payment.currency)
    return live


def ask_what_is_left(
    *, payment: Payment, reason: str, now: datetime, by: Any = None, key: str = "order"
) -> Refund | None:
    """The refund of all that has not gone back yet, or None when nothing is left. Asking twice asks once.

    Locks   the payment, so that nobody asks for a part of it in between.
    """
    assert connection.in_atomic_block, "ask_what_is_left() joins its caller's transaction"
    held = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    left = held.amount_cents - held.refunded_cents
    if not left:
        return None
    return ask_refund(payment=held, amount_cents=left, reason=reason, key=key, now=now, by=by)


def ask_again(*, refund_id: UUID, now: datetime, by: Any = None) -> Refund:
    """A failed refund, asked once more under the same key and a new idempotency key of Stripe's.

    Writes  Refund, Payment.refunded_cents; the failed one is done with, and waits for nobody any more.
    Locks   the failed one, then its payment.
    Raises  RefundTooHigh: the money has gone back another way since.
    """
    with transaction.atomic(durable=True):
        rows = Refund.objects.select_for_update(no_key=True, of=("self",)).select_related("payment")
        failed = rows.get(pk=refund_id, state=State.FAILED)
        errands.finish(failed, now=now)
        return ask_refund(
            payment=failed.payment,
            amount_cents=failed.amount_cents,
            reason=failed.reason,
            key=failed.key,
            now=now,
            by=by,
        )


def _claim(payment: Payment, amount_cents: int) -> bool:
    """Whether that much was left; it is spoken for now."""
    enough = Payment.objects.filter(
        pk=payment.pk, refunded_cents__lte=F("amount_cents") - Value(amount_cents)
    )
    return bool(enough.update(refunded_cents=F("refunded_cents") + amount_cents))


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

    Locks   the refund; when it failed, then its payment.
    Writes  Refund and, when the money is back, the order's diary. A failed refund is parked, and its
            amount is left to be asked again: the customer has not been paid back, a person must see to it.
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
        note = f"{format_money(refund.amount_cents, refund.currency)}, {facts.id}"
        lifecycle.write_diary(refund.payment.order, OrderEvent.Kind.REFUNDED, now=now, note=note)
        return "money is back"
    if facts.status in ("failed", "canceled"):  # for good; also when somebody has tried it again
        known = refund.state == State.FAILED
        if known and refund.done_at is not None:  # another was asked in its place
            return "nothing new"
        refund.state, refund.due_at, refund.done_at = State.FAILED, None, None
        refund.last_error = f"Stripe: {facts.status} {facts.failure}".strip()
        refund.save(update_fields=["state", "due_at", "done_at", "last_error"])
        if known:
            return "nothing new"
        amount = F("refunded_cents") - refund.amount_cents
        Payment.objects.filter(pk=refund.payment_id).update(refunded_cents=amount)
        return "refund failed"
    if facts.status in ("pending", "requires_action") and refund.state == State.ASKED:
        refund.state = State.PENDING
        refund.save(update_fields=["state"])
        return "refund is under way"
    return "nothing new"
