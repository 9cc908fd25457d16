"""Orders that hold recalled goods and are still to be sent: from other lots, or not at all.

Nothing recalled leaves the house in any case: `catalog.stock.ship` refuses it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.stock import OutOfStock
from orders import dispatch, recall_finding, recall_scope
from orders.lifecycle import OrderClosed
from orders.models import Order, Recall
from payments import closing
from payments.stripe_gateway import StripeRefused, StripeUnreachable

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stopped:
    """What became of unpaid orders: promised from other lots, withdrawn, paid meanwhile, or not reached."""

    moved: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def stop_unpaid(*, recall: Recall, now: datetime) -> Stopped:
    """Make sure that nobody pays for recalled units. A round, with no transaction open around Stripe.

    Other lots stand in where they can; otherwise the payment page is closed and the order lapses. Whoever
    paid faster stands on the desk's list: a person decides.
    """
    scope = recall_scope.find_scope(recall)
    promised = recall_finding.find_promised(scope, on=now.date())
    unpaid = [one.order for one in promised if one.order.status == Order.Status.PLACED]
    moved, withdrawn, left = list[str](), list[str](), list[str]()
    for order in unpaid:
        if promise_anew(order_id=order.pk, now=now):
            moved.append(order.reference)
        elif _withdraw(order, now=now):
            withdrawn.append(order.reference)
        else:
            left.append(order.reference)
    return Stopped(tuple(moved), tuple(withdrawn), tuple(left))


def promise_anew(*, order_id: int, now: datetime, by: Any = None) -> bool:
    """Whether other lots stand for the order now, so that it can be sent."""
    try:
        dispatch.promise_anew(order_id=order_id, now=now, by=by)
    except (OutOfStock, OrderClosed):
        return False
    return True


def _withdraw(order: Order, *, now: datetime) -> bool:
    try:
        return closing.withdraw_order(order_id=order.pk, now=now).status == Order.Status.LAPSED
    except (StripeUnreachable, StripeRefused) as error:
        logger.warning(
            "recall: payment page not closed yet", extra={"order": order.reference, "why": str(error)}
        )
        return False
