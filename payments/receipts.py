"""Receipts: one per paid order, numbered without gaps, sent by mail, sent again when somebody asks."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from orders.models import Order
from payments.models import Payment, Receipt


def issue_receipt(*, order: Order, payment: Payment, now: datetime) -> Receipt:
    """The order's one receipt, numbered in the year of `now` and due to be sent. Joins a transaction.

    Called again it gives the receipt that exists. Call it last: from here to the commit
    nobody else in the house can number a receipt.

    Writes  ReceiptSeries, Receipt.
    Locks   the order, then the year's series.
    """
    assert connection.in_atomic_block, "issue_receipt() joins its caller's transaction"
    # Whoever pays the same order at the same moment waits here, before a number is spent.
    Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    issued = Receipt.objects.filter(order=order).first()
    if issued is not None:
        return issued
    year = timezone.localtime(now).year
    return Receipt.objects.create(
        order=order, payment=payment, year=year, number=_take_number(year), issued_at=now, due_at=now
    )


def _take_number(year: int) -> int:
    """The year's next number. The row stays locked until the caller's transaction ends.

    A sequence would not wait, but it forgets numbers at a rollback; a tax office asks about each gap.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO payments_receiptseries AS series (year, last_number) VALUES (%s, 1)
            ON CONFLICT (year) DO UPDATE SET last_number = series.last_number + 1
            RETURNING last_number
            """,
            [year],
        )
        (number,) = cursor.fetchone()
    return int(number)
