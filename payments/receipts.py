"""Receipts: one per paid order, numbered without gaps, sent by mail, sent again when somebody asks."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from orders import errands, letters, lifecycle, statement
from orders.letters import Enclosure
from orders.models import Order, OrderEvent
from payments import receipt_pdf
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
    lifecycle.lock_order(order.pk)
    issued: Receipt | None = Receipt.objects.filter(order=order).first()
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


def deliver_receipt(*, pk: int, now: datetime) -> bool:
    """True if the receipt was sent by this call. Outward errand: at least once, one Message-ID a copy.

    Writes  Receipt: its PDF before the first mail, then done; or when it is due again and why.
    """
    return errands.run(Receipt, pk, lambda receipt: _send(receipt, now=now), now=now)


def _send(receipt: Receipt, *, now: datetime) -> None:
    pdf = receipt.pdf
    if pdf is None:
        pdf = _print(receipt)
    to = receipt.send_to or receipt.order.email
    letters.send_letter(
        compose_receipt_mail(receipt),
        to=to,
        message_id=letters.message_id_for(f"receipt-{receipt}.{receipt.copies}"),
        enclosures=[Enclosure(f"receipt-{receipt}.pdf", bytes(pdf), "application/pdf")],
    )
    with transaction.atomic(durable=True):
        ours = errands.still_ours(receipt)
        if ours is not None:
            ours.sent_to = to
            ours.save(update_fields=["sent_to"])
            errands.finish(ours, now=now)


def _print(receipt: Receipt) -> bytes:
    """The receipt's PDF, kept from now on: whoever printed it first wins, and every copy is that one."""
    pdf = receipt_pdf.render_receipt(
        order=receipt.order, payment=receipt.payment, receipt=receipt, seller=settings.SELLER
    )
    with transaction.atomic(durable=True):
        Receipt.objects.filter(pk=receipt.pk, pdf=None).update(pdf=pdf)
    kept = Receipt.objects.values_list("pdf", flat=True).get(pk=receipt.pk)
    assert kept is not None
    return bytes(kept)


def compose_receipt_mail(receipt: Receipt) -> letters.Letter:
    """What the customer reads when the money has arrived."""
    order, payment = receipt.order, receipt.payment
    return letters.compose_letter(
        "receipt",
        subject=f"Receipt {receipt} for your order {order.reference}",
        order=statement.draw_statement(order),
        number=str(receipt),
        paid_on=statement.write_date(payment.paid_at),
        method=payment.method,
        # A copy for somebody's books, or a receipt that lagged behind, promises no parcel.
        to_pack=order.status == Order.Status.PAID,
    )


def send_again(*, receipt_id: int, to: str | None, now: datetime, by: Any = None) -> bool:
    """True if one more mail is now owed: the same PDF and number, to `to` or the order's address.

    A mail that is still on its way to the same address is not owed twice: if it had been given up,
    it is due again with fresh patience and its old Message-ID.

    Writes  Receipt (a copy more, due), the order's diary.
    Locks   the receipt.
    """
    with transaction.atomic(durable=True):
        receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt_id)
        asked_for = to or ""
        if receipt.done_at is None and receipt.send_to == asked_for:
            return errands.try_again(Receipt, receipt.pk, now=now)
        receipt.copies, receipt.send_to = receipt.copies + 1, asked_for
        receipt.done_at, receipt.due_at, receipt.failures, receipt.last_error = None, now, 0, ""
        receipt.attempts += 1  # the fence: a worker who is still at an older copy cannot finish this one
        receipt.save(
            update_fields=["copies", "send_to", "done_at", "due_at", "failures", "last_error", "attempts"]
        )
        lifecycle.write_diary(
            receipt.order,
            OrderEvent.Kind.NOTED,
            now=now,
            by=by,
            note=f"Receipt {receipt} is sent again to {asked_for or receipt.order.email}.",
        )
    return True
