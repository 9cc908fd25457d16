"""The audit of the stock by whoever knows the money: unpaid goods may be held with good reason."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from orders import auditing
from orders.models import StockAudit
from payments.models import PaymentAttempt

State = PaymentAttempt.State
# A look at Stripe that is this long overdue will not come by itself: nobody sweeps, or nobody works.
OVERDUE = timedelta(minutes=10)


def audit_stock(*, now: datetime) -> StockAudit:
    """See `orders.auditing.audit_stock`: with the orders whose money may still come."""
    return auditing.audit_stock(now=now, asked=orders_in_question(now=now))


def orders_in_question(*, now: datetime) -> QuerySet[PaymentAttempt, int]:
    """Ids of the orders of which Stripe is still being asked, or a person is: their goods are held rightly.

    An attempt that was given up on (parked), or at which nobody has looked for OVERDUE, is no reason.
    """
    being_asked = Q(done_at=None, due_at__gte=now - OVERDUE)
    with_a_person = Q(state=State.NEEDS_REVIEW, order__status="PLACED")
    return PaymentAttempt.objects.filter(being_asked | with_a_person).values_list("order_id", flat=True)
