"""Sales by day and week, and what waits: sums by hand, in the shop's own days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from catalog import lots
from catalog.models import Lot
from orders import figures, lifecycle
from orders.figures import WEEKS, Waiting
from orders.models import Order
from payments import closing
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order, pay_order
from tests.builders.parcels import make_paid

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def sell(*, paid_at: datetime, units: int = 1, country: str = "DE", currency: str = "EUR") -> Order:
    """An order of jars at 20.00 without delivery costs, paid at that moment."""
    make_delivery(country=country, currency=currency, price_cents=0)
    variant = make_product(prices={"EUR": 2000, "GBP": 1500}).variants.get()
    make_lot(variant, units=units)
    order = make_order(
        {variant: units}, country=country, currency=currency, now=paid_at - timedelta(minutes=5)
    )
    pay_order(order, now=paid_at)
    return order


def test_sales_are_summed_by_currency_day_and_week(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_market("eu")
    make_market("uk")
    sell(paid_at=NOW, units=2)  # Friday
    sell(paid_at=NOW - timedelta(days=1))
    sell(paid_at=NOW - timedelta(days=7))
    sell(paid_at=NOW - timedelta(hours=1), country="GB", currency="GBP")

    with django_assert_num_queries(1):
        euros, pounds = figures.sum_sales(now=NOW, zone=UTC)

    assert (euros.currency, euros.today_cents, euros.today_orders) == ("EUR", 4000, 1)
    assert [(week.monday, week.total_cents, week.orders) for week in euros.weeks[-2:]] == [
        (date(2026, 11, 9), 2000, 1),
        (date(2026, 11, 16), 6000, 2),
    ]
    assert len(euros.weeks) == WEEKS
    assert euros.total_cents == 8000
    assert (pounds.currency, pounds.today_cents, pounds.weeks[-1].total_cents) == ("GBP", 1500, 1500)


def test_a_day_and_a_week_begin_where_the_shop_stands() -> None:
    sunday_night = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)  # Monday, half past midnight, in Berlin
    sell(paid_at=sunday_night)

    (in_berlin,) = figures.sum_sales(now=NOW, zone=BERLIN)
    (in_greenwich,) = figures.sum_sales(now=NOW, zone=UTC)

    assert [week.orders for week in in_berlin.weeks[-2:]] == [0, 1]
    assert [week.orders for week in in_greenwich.weeks[-2:]] == [1, 0]


def test_the_clock_change_moves_no_sale_into_another_week() -> None:
    make_market("eu")
    last_summer_moment = datetime(
        2026, 10, 25, 22, 59, tzinfo=UTC
    )  # Sunday 23:59 in Berlin, an hour later than UTC
    sell(paid_at=last_summer_moment)
    sell(paid_at=last_summer_moment + timedelta(minutes=1))

    (euros,) = figures.sum_sales(now=NOW, zone=BERLIN)

    assert [(week.monday, week.orders) for week in euros.weeks if week.orders] == [
        (date(2026, 10, 19), 1),
        (date(2026, 10, 26), 1),
    ]


def test_sales_begin_twelve_weeks_ago_on_monday_and_end_now() -> None:
    first_moment = datetime(2026, 8, 31, tzinfo=UTC)
    sell(paid_at=first_moment)
    sell(paid_at=first_moment - timedelta(seconds=1))
    sell(paid_at=NOW + timedelta(minutes=1))

    (euros,) = figures.sum_sales(now=NOW, zone=UTC)

    assert [week.orders for week in euros.weeks] == [1] + [0] * 11


def test_cancelled_lapsed_and_unpaid_orders_are_no_sales() -> None:
    cancelled = sell(paid_at=NOW)
    closing.cancel_order(order_id=cancelled.pk, by=None, now=NOW)
    make_order()

    assert figures.sum_sales(now=NOW, zone=UTC) == []


def test_what_waits_is_counted_with_its_oldest(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    sell(paid_at=NOW - timedelta(hours=3))
    sell(paid_at=NOW - timedelta(hours=30))
    waits = make_order(now=NOW - timedelta(minutes=4))
    lapsed = make_order(now=NOW - timedelta(days=2))
    with transaction.atomic():
        lifecycle.lapse_order(lapsed.pk, now=NOW)

    with django_assert_num_queries(1):
        waiting = figures.count_waiting(on=NOW.date())

    assert waiting == Waiting(
        to_ship=2, to_ship_since=NOW - timedelta(hours=30), awaiting_payment=1, awaiting_since=waits.placed_at
    )


def test_an_empty_house_has_nothing_waiting() -> None:
    assert figures.count_waiting(on=NOW.date()) == Waiting(0, None, 0, None)


def test_orders_that_must_not_be_packed_are_counted_once_each() -> None:
    stopped, fine = make_paid(units=3, lots=2), make_paid(units=1)
    with transaction.atomic():
        for row in stopped.lines.get().allocations.all():
            lots.block_lots(lot_ids=[row.lot_id], note="x", now=NOW)

    waiting = figures.count_waiting(on=NOW.date())

    assert (waiting.to_ship, waiting.stopped) == (2, 1)
    Lot.objects.filter(pk=fine.lines.get().allocations.get().lot_id).update(expires_on=NOW.date())
    assert figures.count_waiting(on=NOW.date()).stopped == 2
    assert figures.count_waiting(on=NOW.date() - timedelta(days=1)).stopped == 1
