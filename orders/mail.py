"""Mail about an order: owed once per kind, sent by an errand."""

from datetime import datetime

from django.db import connection

from orders.models import Order, OrderMail


def owe_mail(*, order: Order, kind: OrderMail.Kind, now: datetime) -> OrderMail:
    """The mail of that kind that we owe the customer, due now. Joins a transaction.

    Writes  OrderMail, once per order and kind: a second call gives the first row, sent or not.
    """
    assert connection.in_atomic_block, "owe_mail() joins its caller's transaction"
    mail, _ = OrderMail.objects.get_or_create(order=order, kind=kind, defaults={"due_at": now})
    return mail
