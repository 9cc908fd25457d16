"""What was sold and what waits, in figures for the people who run the house."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, Sum
from django.db.models.functions import TruncDate

from orders import packing
from orders.models import Allocation, Order

WEEKS = 12
SOLD = [Order.Status.PAID, Order.Status.SHIPPED]  # a cancelled order's money goes back


@dataclass
class WeekOfSales:
    monday: date
    total_cents: int = 0
    orders: int = 0


@dataclass
class SalesIn:
    """Sales in one currency: today, and the last weeks with the oldest first (this week is the last)."""

    currency: str
    today_cents: int = 0
    today_orders: int = 0
    weeks: list[WeekOfSales] = field(default_factory=list)

    @property
    def total_cents(self) -> int:
        return sum(week.total_cents for week in self.weeks)


@dataclass(frozen=True)
class Waiting:
    """Orders that wait: how many, and since when the oldest does."""

    to_ship: int
    to_ship_since: datetime | None
    awaiting_payment: int
    awaiting_since: datetime | None
    stopped: int = 0  # of those to ship: some of their lots may not leave the house


def sum_sales(*, now: datetime, zone: tzinfo) -> list[SalesIn]:
    """Sales by currency, the largest first; days and weeks are those of the shop. One statement.

    A sale belongs to the day on which its money came.
    """
    today = now.astimezone(zone).date()
    this_monday = today - timedelta(days=today.weekday())
    mondays = [this_monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    first_moment = datetime.combine(mondays[0], datetime.min.time(), tzinfo=zone)
    paid = Order.objects.filter(status__in=SOLD, paid_at__gte=first_moment, paid_at__lte=now)
    days = paid.annotate(day=TruncDate("paid_at", tzinfo=zone)).values_list("currency", "day").order_by()
    rows = days.annotate(total=Sum("total_cents"), orders=Count("pk"))
    return sorted(_by_currency(rows, mondays, today), key=lambda sales: (-sales.total_cents, sales.currency))


def _by_currency(rows: Iterable[Any], mondays: list[date], today: date) -> Iterable[SalesIn]:
    found: dict[str, SalesIn] = {}
    for currency, day, total_cents, orders in rows:
        sales = found.setdefault(currency, SalesIn(currency, weeks=[WeekOfSales(day) for day in mondays]))
        week = sales.weeks[(day - mondays[0]).days // 7]
        week.total_cents += total_cents
        week.orders += orders
        if day == today:
            sales.today_cents += total_cents
            sales.today_orders += orders
    return found.values()


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
