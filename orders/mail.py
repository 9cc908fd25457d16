"""Mail about an order: owed once per kind, sent by an errand."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction

from orders import errands, letters, statement
from orders.letters import Letter
from orders.models import Order, OrderMail, Shipment

Kind = OrderMail.Kind


def owe_mail(*, order: Order, kind: OrderMail.Kind, now: datetime) -> OrderMail:
    """The mail of that kind that we owe the customer, due now. Joins a transaction.

    Writes  OrderMail, once per order and kind: a second call gives the first row, sent or not.
    """
    assert connection.in_atomic_block, "owe_mail() joins its caller's transaction"
    mail, _ = OrderMail.objects.get_or_create(order=order, kind=kind, defaults={"due_at": now})
    return mail


def deliver_order_mail(*, pk: int, now: datetime) -> bool:
    """True if the mail was sent by this call. Outward errand: at least once, always with one Message-ID.

    Writes  OrderMail: done, or when it is due again and why.
    """
    return errands.run(OrderMail, pk, lambda mail: _send(mail, now=now), now=now)


def _send(mail: OrderMail, *, now: datetime) -> None:
    order = mail.order
    letters.send_letter(
        compose_order_mail(order=order, kind=Kind(mail.kind)),
        to=order.email,
        message_id=letters.message_id_for(f"order-{order.reference}.{mail.kind}".lower()),
    )
    with transaction.atomic(durable=True):
        ours = errands.still_ours(mail)
        if ours is not None:
            errands.finish(ours, now=now)


def compose_order_mail(*, order: Order, kind: OrderMail.Kind) -> Letter:
    """What the customer reads when the parcel leaves, the order is cancelled, or the money came too late."""
    words: dict[str, Any] = {"order": statement.draw_statement(order)}
    if kind == Kind.SHIPPED:
        subject = f"Your order {order.reference} is on its way"
        words |= _tell_parcel(order.shipment)
    elif kind == Kind.CANCELLED:
        subject = f"Your order {order.reference} is cancelled"
        words["was_paid"] = order.paid_at is not None
    else:
        subject = f"Your payment for order {order.reference} came too late and goes back"
    return letters.compose_letter(kind.lower(), subject=subject, **words)


def _tell_parcel(shipment: Shipment) -> dict[str, str]:
    url = shipment.tracking_url
    return {
        "carrier": shipment.carrier,
        "tracking_code": shipment.tracking_code,
        # Staff type it in; a customer must be able to trust what the button opens.
        "tracking_url": url if urlsplit(url).scheme in ("http", "https") else "",
        "shipped_on": statement.write_date(shipment.shipped_at),
    }
