"""What the customer reads about an order: it left, in one parcel or several; it is off; it came back."""

from collections.abc import Callable
from typing import Any

from catalog.money import format_money
from orders import letters, parcels, recall_letters, statement
from orders.letters import Letter
from orders.models import Order, OrderMail, OrderReturn, RecallNotice

Kind = OrderMail.Kind


def compose_order_mail(mail: OrderMail) -> Letter:
    """The letter of a mail that we owe, in the words of its kind."""
    return COMPOSERS[Kind(mail.kind)](mail)


def _compose_shipped(mail: OrderMail) -> Letter:
    """One parcel: what is in it, and what follows."""
    order = mail.order
    sent = parcels.list_parcels(order)
    place = next(place for place, parcel in enumerate(sent) if parcel.shipment.pk == mail.about)
    parcel = sent[place]
    # What follows this parcel: what was still to send when it left. A later mail tells of the rest.
    left = _left_after(order, sent[: place + 1])
    is_part = bool(left) or place > 0
    subject = f"Your order {order.reference} is on its way"
    if is_part:
        subject = f"{'Part' if left else 'The last part'} of your order {order.reference} is on its way"
    return _compose(
        mail,
        subject,
        goods=parcels.list_goods(parcel.lines),
        left=left,
        is_part=is_part,
        **parcels.tell_travel(parcel),
    )


def _left_after(order: Order, sent: list[parcels.Parcel]) -> list[parcels.GoodsLine]:
    """Units that none of these parcels holds. Nothing, once the order is off or all of it has gone."""
    if order.status == Order.Status.SHIPPED and len(sent) == order.shipments.count():
        return []
    gone: dict[int, int] = {}
    for parcel in sent:
        for inside in parcel.lines:
            gone[inside.line.pk] = gone.get(inside.line.pk, 0) + inside.units
    return [
        parcels.GoodsLine(line.product_name, line.variant_name, line.units - gone.get(line.pk, 0))
        for line in order.lines.order_by("pk")
        if line.units > gone.get(line.pk, 0)
    ]


def _compose_cancelled(mail: OrderMail) -> Letter:
    """All of it, or what had not been sent."""
    order = mail.order
    if order.status != Order.Status.SHIPPED:
        subject = f"Your order {order.reference} is cancelled"
        return _compose(mail, subject, was_paid=order.paid_at is not None and order.total_cents > 0)
    subject = f"The rest of your order {order.reference} is cancelled"
    return _compose(mail, subject, was_paid=order.total_cents > 0, goods=parcels.list_left(order))


def _compose_too_late(mail: OrderMail) -> Letter:
    return _compose(mail, f"Your payment for order {mail.order.reference} came too late and goes back")


def _compose_returned(mail: OrderMail) -> Letter:
    """What came back, and the money for it; or why there is none."""
    order = mail.order
    back = OrderReturn.objects.get(pk=mail.about)
    units: dict[int, parcels.GoodsLine] = {}
    for row in back.lines.select_related("shipment_line__line").order_by("pk"):
        line = row.shipment_line.line
        so_far = units[line.pk].units if line.pk in units else 0
        units[line.pk] = parcels.GoodsLine(line.product_name, line.variant_name, so_far + row.units)
    return _compose(
        mail,
        f"Your return for order {order.reference} has arrived",
        goods=list(units.values()),
        received_on=statement.write_date(back.received_at),
        back=format_money(back.refund_cents, order.currency) if back.refund_cents else "",
        why=back.refund_note,
    )


def _compose_recalled(mail: OrderMail) -> Letter:
    return recall_letters.compose_recall_letter(RecallNotice.objects.get(pk=mail.about))


def _compose(mail: OrderMail, subject: str, **words: Any) -> Letter:
    order = statement.draw_statement(mail.order)
    return letters.compose_letter(mail.kind.lower(), subject=subject, order=order, **words)


COMPOSERS: dict[OrderMail.Kind, Callable[[OrderMail], Letter]] = {
    Kind.SHIPPED: _compose_shipped,
    Kind.CANCELLED: _compose_cancelled,
    Kind.PAID_TOO_LATE: _compose_too_late,
    Kind.RETURNED: _compose_returned,
    Kind.RECALLED: _compose_recalled,
}
