"""The order desk as a browser sees it."""

import re
from typing import Any

from django.db import transaction
from django.test import Client

from orders.models import Order
from payments import receipts
from tests.builders.clock import NOW
from tests.builders.goods import make_lot
from tests.builders.orders import make_order, pay_order

ORDERS = "/admin/orders/order/"


def make_paid_order(**details: Any) -> Order:
    order = make_order(**details)
    payment = pay_order(order)
    with transaction.atomic():
        receipts.issue_receipt(order=order, payment=payment, now=NOW)
    order.refresh_from_db()
    return order


def more(order: Order) -> Order:
    """Another order of the same jar, still to be paid."""
    variant = order.lines.get().variant
    make_lot(variant, units=5)
    return make_order({variant: 1}, email="jonas@example.org", recipient="Jonas Meyer")


def act(client: Client, order: Order, action: str, **typed: Any) -> Any:
    return client.post(f"{ORDERS}{order.pk}/{action}/", typed, follow=True)


def listed(client: Client, query: str = "") -> list[str]:
    return sorted(order.reference for order in client.get(f"{ORDERS}?{query}").context["cl"].result_list)


def words_of(response: Any) -> str:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", text)
