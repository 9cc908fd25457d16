"""What was sold, less what was paid back, in figures for the people who run the house."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.db.models import Count, Sum, Value
from django.db.models.functions import TruncDate

from orders.models import Order
from payments.models import Refund

WEEKS = 12
SOLD = [Order.Status.PAID, Order.Status.SHIPPED]  # a cancelled order is no sale, and what went back no refund


@dataclass
class WeekOfSales:
    """`total_cents` is what stays: `refunded_cents` are taken off already. It may be less than nothing."""

    monday: date
    total_cents: int = 0
    orders: int = 0
    refunded_cents: int = 0


@dataclass
class SalesIn:
    """Sales in one currency: today, and the last weeks with the oldest first (this week is the last)."""

    currency: str
    today_cents: int = 0
    today_orders: int = 0
    today_refunded_cents: int = 0
    weeks: list[WeekOfSales] = field(default_factory=list)

    @property
    def total_cents(self) -> int:
        return sum(week.total_cents for week in self.weeks)

    @property
    def refunded_cents(self) -> int:
        return sum(week.refunded_cents for week in self.weeks)


def sum_sales(*, now: datetime, zone: tzinfo) -> list[SalesIn]:
    """Sales by currency, the largest first; days and weeks are those of the shop. One statement.

    A sale belongs to the day on which its money came, a refund to the day on which it was made: weeks that
    are over keep their figures. A refund that failed was none; asked again, it belongs to that day.
    """
    today = now.astimezone(zone).date()
    this_monday = today - timedelta(days=today.weekday())
    mondays = [this_monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    since = datetime.combine(mondays[0], datetime.min.time(), tzinfo=zone)
    paid = Order.objects.filter(status__in=SOLD, paid_at__gte=since, paid_at__lte=now, replaces=None)
    came = paid.annotate(day=TruncDate("paid_at", tzinfo=zone)).values_list("currency", "day").order_by()
    back = Refund.objects.exclude(state=Refund.State.FAILED).filter(
        payment__order__status__in=SOLD, asked_at__gte=since, asked_at__lte=now
    )
    went = back.annotate(day=TruncDate("asked_at", tzinfo=zone)).values_list("currency", "day").order_by()
    rows = came.annotate(cents=Sum("total_cents"), orders=Count("pk"), refunded=Value(0)).union(
        went.annotate(cents=-Sum("amount_cents"), orders=Value(0), refunded=Sum("amount_cents")), all=True
    )
    return sorted(_by_currency(rows, mondays, today), key=lambda sales: (-sales.total_cents, sales.currency))


def _by_currency(rows: Iterable[Any], mondays: list[date], today: date) -> Iterable[SalesIn]:
    found: dict[str, SalesIn] = {}
    for currency, day, cents, orders, refunded_cents in rows:
        sales = found.setdefault(currency, SalesIn(currency, weeks=[WeekOfSales(day) for day in mondays]))
        week = sales.weeks[(day - mondays[0]).days // 7]
        week.total_cents += cents
        week.orders += orders
        week.refunded_cents += refunded_cents
        if day == today:
            sales.today_cents += cents
            sales.today_orders += orders
            sales.today_refunded_cents += refunded_cents
    return found.values()
