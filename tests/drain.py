"""Doing all work that is due, now, as a sweep and its workers would: until nothing is due any more."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from orders import mail
from orders.models import OrderMail
from payments import intake, receipts, refunds, sessions
from payments.models import PaymentAttempt, Receipt, Refund, StripeEvent
from shop import alert_mail, staff_mail
from shop.models import AlertMail, StaffMail

ERRANDS: list[tuple[Any, Callable[..., bool]]] = [
    (StripeEvent, intake.settle_event),
    (PaymentAttempt, sessions.follow_attempt),
    (Refund, refunds.pay_back),
    (Receipt, receipts.deliver_receipt),
    (OrderMail, mail.deliver_order_mail),
    (AlertMail, alert_mail.deliver_alert_mail),
    (StaffMail, staff_mail.deliver_staff_mail),
]
MOST_ROUNDS = 20


def drain(now: datetime) -> int:
    """How many errands were attempted. `now` is the workers' clock."""
    attempted = 0
    for _ in range(MOST_ROUNDS):
        due = [
            (act, pk) for kind, act in ERRANDS for pk in kind.objects.due(now).values_list("pk", flat=True)
        ]
        if not due:
            return attempted
        for act, pk in due:
            act(pk=pk, now=now)
        attempted += len(due)
    raise AssertionError(f"errands are still due after {MOST_ROUNDS} rounds: {due}")
