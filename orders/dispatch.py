"""Sending things: promised units leave the house, and the customer is told."""

from datetime import datetime
from typing import Any

from django.db import transaction

from catalog import stock
from orders import lifecycle, mail
from orders.models import Order, OrderEvent, OrderMail, Shipment


def dispatch_order(
    *,
    order_id: int,
    carrier: str,
    tracking_code: str,
    tracking_url: str,
    now: datetime,
    by: Any = None,
) -> Order:
    """The order, shipped. Dispatching it twice changes nothing: the first parcel stands.

    Writes  Shipment, Movement per lot, Order(SHIPPED), the diary, and the mail that we owe.
    Locks   the order, then its lots.
    Raises  OrderClosed: it is not paid, or was cancelled.
    """
    with transaction.atomic(durable=True):
        order = lifecycle.lock_order(order_id)
        if order.status == Order.Status.SHIPPED:
            return order
        if order.status != Order.Status.PAID:
            raise lifecycle.OrderClosed(order.status)
        stock.ship(lifecycle.allocated_units(order), cause=order.reference, now=now, by=by)
        Shipment.objects.create(
            order=order,
            carrier=carrier,
            tracking_code=tracking_code,
            tracking_url=tracking_url,
            shipped_at=now,
            shipped_by=by,
        )
        order.status, order.shipped_at = Order.Status.SHIPPED, now
        order.save(update_fields=["status", "shipped_at"])
        lifecycle.write_diary(order, OrderEvent.Kind.SHIPPED, now=now, by=by, note=tracking_code)
        mail.owe_mail(order=order, kind=OrderMail.Kind.SHIPPED, now=now)
    return order
