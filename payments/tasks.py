"""Rounds of the money's floor: each looks at the clock and calls one verb."""

from typing import Any
from uuid import UUID

from celery import shared_task
from django.db.models import QuerySet
from django.utils import timezone

from payments import auditing, intake, receipts, refunds, sessions
from payments.models import PaymentAttempt, Receipt, Refund, StripeEvent

AT_MOST = 200  # rows lent in one sweep; the rest is still due at the next
STALE_S = 60  # a message that no worker took by then: a later sweep has sent another


@shared_task(name="payments.sweep_stripe_events")
def sweep_stripe_events() -> None:
    _lend(StripeEvent.objects.due(timezone.now()), settle_stripe_event)


@shared_task(name="payments.settle_stripe_event")
def settle_stripe_event(pk: int) -> None:
    intake.settle_event(pk=pk, now=timezone.now())


@shared_task(name="payments.sweep_attempts")
def sweep_attempts() -> None:
    """The round that needs no news: it asks Stripe about every attempt that is not over."""
    _lend(PaymentAttempt.objects.due(timezone.now()), follow_attempt)


@shared_task(name="payments.follow_attempt")
def follow_attempt(pk: str) -> None:
    sessions.follow_attempt(pk=UUID(pk), now=timezone.now())


@shared_task(name="payments.sweep_refunds")
def sweep_refunds() -> None:
    _lend(Refund.objects.due(timezone.now()), pay_back)


@shared_task(name="payments.pay_back")
def pay_back(pk: str) -> None:
    refunds.pay_back(pk=UUID(pk), now=timezone.now())


@shared_task(name="payments.sweep_receipts")
def sweep_receipts() -> None:
    _lend(Receipt.objects.due(timezone.now()), deliver_receipt)


@shared_task(name="payments.deliver_receipt")
def deliver_receipt(pk: int) -> None:
    receipts.deliver_receipt(pk=pk, now=timezone.now())


@shared_task(name="payments.audit_stock")
def audit_stock() -> None:
    """Here, because only this floor knows for whom money may still come."""
    auditing.audit_stock(now=timezone.now())


def _lend(due: QuerySet[Any], task: Any) -> None:
    """Lend rows to workers. Lending one twice is harmless: only one can claim it."""
    for pk in due.values_list("pk", flat=True)[:AT_MOST]:
        task.apply_async(kwargs={"pk": pk if isinstance(pk, int) else str(pk)}, expires=STALE_S)
