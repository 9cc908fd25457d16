"""What waits, in figures for the people who run the house."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, Min, OuterRef, Q

from orders import packing
from orders.models import Allocation, Order


@dataclass(frozen=True)
class Waiting:
    """Orders that wait: how many, and since when the oldest does."""

    to_ship: int
    to_ship_since: datetime | None
    awaiting_payment: int
    awaiting_since: datetime | None
    stopped: int = 0  # of those to ship: some of their lots may not leave the house


def count_waiting(*, on: date) -> Waiting:
    """Orders to ship, those that must not be packed, and orders that nobody has paid yet. One statement."""
    held = Allocation.objects.filter(line__order=OuterRef("pk"))
    paid, placed = Q(status=Order.Status.PAID), Q(status=Order.Status.PLACED)
    row = Order.objects.filter(paid | placed).aggregate(
        to_ship=Count("pk", filter=paid),
        to_ship_since=Min("paid_at", filter=paid),
        awaiting_payment=Count("pk", filter=placed),
        awaiting_since=Min("placed_at", filter=placed),
        stopped=Count("pk", filter=paid & Q(Exists(held.filter(packing.unfit(on=on))))),
    )
    return Waiting(**row)
