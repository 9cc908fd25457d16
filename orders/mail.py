"""Mail about an order: owed once per kind and thing that it is about, sent by an errand."""

from datetime import datetime

from django.db import connection, transaction

from orders import errands, letters, order_letters
from orders.models import Order, OrderMail


def owe_mail(*, order: Order, kind: OrderMail.Kind, now: datetime, about: int = 0) -> OrderMail:
    """The mail of that kind that we owe the customer, due now. Joins a transaction.

    Takes   `about`: the key of the shipment, the return or the notice; 0: the order as a whole.
    Writes  OrderMail, once per order, kind and thing: a second call gives the first row, sent or not.
    """
    assert connection.in_atomic_block, "owe_mail() joins its caller's transaction"
    mail, _ = OrderMail.objects.get_or_create(order=order, kind=kind, about=about, defaults={"due_at": now})
    return mail


def deliver_order_mail(*, pk: int, now: datetime) -> bool:
    """True if the mail was sent by this call. Outward errand: at least once, always with one Message-ID.

    Writes  OrderMail: done, or when it is due again and why.
    """
    return errands.run(OrderMail, pk, lambda mail: _send(mail, now=now), now=now)


def _send(mail: OrderMail, *, now: datetime) -> None:
    to = mail.order.email
    letters.send_letter(order_letters.compose_order_mail(mail), to=to, message_id=message_id_of(mail))
    with transaction.atomic(durable=True):
        ours = errands.still_ours(mail)
        if ours is not None:
            ours.sent_to = to  # the proof that the buyer of a recalled lot was told, and where
            ours.save(update_fields=["sent_to"])
            errands.finish(ours, now=now)


def message_id_of(mail: OrderMail, earlier: int | None = None) -> str:
    """The same at each retry; the second parcel's mail is another one. Keys never leave the house.

    Takes   `earlier`: how many of its kind the order had before, when the caller knows.
    """
    if earlier is None:
        earlier = OrderMail.objects.filter(order=mail.order_id, kind=mail.kind, pk__lt=mail.pk).count()
    number = f".{earlier + 1}" if earlier else ""
    return letters.message_id_for(f"order-{mail.order.reference}.{mail.kind}{number}".lower())
