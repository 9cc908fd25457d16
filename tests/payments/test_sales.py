"""Sales by day and week, less what was paid back: sums by hand, in the shop's own days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from orders.models import Order
from payments import closing, refunds, sales
from payments.models import Refund
from payments.sales import WEEKS
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order, pay_order

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
        euros, pounds = sales.sum_sales(now=NOW, zone=UTC)

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

    (in_berlin,) = sales.sum_sales(now=NOW, zone=BERLIN)
    (in_greenwich,) = sales.sum_sales(now=NOW, zone=UTC)

    assert [week.orders for week in in_berlin.weeks[-2:]] == [0, 1]
    assert [week.orders for week in in_greenwich.weeks[-2:]] == [1, 0]


def test_the_clock_change_moves_no_sale_into_another_week() -> None:
    make_market("eu")
    last_summer_moment = datetime(
        2026, 10, 25, 22, 59, tzinfo=UTC
    )  # Sunday 23:59 in Berlin, an hour later than UTC
    sell(paid_at=last_summer_moment)
    sell(paid_at=last_summer_moment + timedelta(minutes=1))

    (euros,) = sales.sum_sales(now=NOW, zone=BERLIN)

    assert [(week.monday, week.orders) for week in euros.weeks if week.orders] == [
        (date(2026, 10, 19), 1),
        (date(2026, 10, 26), 1),
    ]


def test_sales_begin_twelve_weeks_ago_on_monday_and_end_now() -> None:
    first_moment = datetime(2026, 8, 31, tzinfo=UTC)
    sell(paid_at=first_moment)
    sell(paid_at=first_moment - timedelta(seconds=1))
    sell(paid_at=NOW + timedelta(minutes=1))

    (euros,) = sales.sum_sales(now=NOW, zone=UTC)

    assert [week.orders for week in euros.weeks] == [1] + [0] * 11


def test_cancelled_lapsed_and_unpaid_orders_are_no_sales() -> None:
    cancelled = sell(paid_at=NOW)
    closing.cancel_order(order_id=cancelled.pk, by=None, now=NOW)
    make_order()

    assert sales.sum_sales(now=NOW, zone=UTC) == []


def pay_back(order: Order, cents: int, *, at: datetime, key: str = "return") -> Refund:
    with transaction.atomic():
        return refunds.ask_refund(
            payment=order.payments.get(), amount_cents=cents, reason="RETURNED", key=key, now=at
        )


def test_a_refund_is_taken_off_on_the_day_on_which_it_was_made(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    order = sell(paid_at=NOW - timedelta(days=7), units=3)
    sell(paid_at=NOW)
    pay_back(order, 1500, at=NOW - timedelta(days=1), key="one jar leaked")
    pay_back(order, 500, at=NOW)

    with django_assert_num_queries(1):
        (euros,) = sales.sum_sales(now=NOW, zone=UTC)

    assert [(week.total_cents, week.orders, week.refunded_cents) for week in euros.weeks[-2:]] == [
        (6000, 1, 0),
        (0, 1, 2000),
    ]
    assert (euros.today_cents, euros.today_orders, euros.today_refunded_cents) == (1500, 1, 500)
    assert (euros.total_cents, euros.refunded_cents) == (6000, 2000)


def test_a_week_may_give_back_more_than_it_took() -> None:
    long_ago = sell(paid_at=NOW - timedelta(weeks=20), units=2)
    pay_back(long_ago, 4000, at=NOW)

    (euros,) = sales.sum_sales(now=NOW, zone=UTC)

    assert (euros.weeks[-1].total_cents, euros.weeks[-1].orders, euros.total_cents) == (-4000, 0, -4000)


def test_a_refund_that_failed_was_none_and_asked_again_it_belongs_to_that_day() -> None:
    order = sell(paid_at=NOW - timedelta(days=7))
    failed = pay_back(order, 700, at=NOW - timedelta(days=7))
    Refund.objects.update(state="FAILED", due_at=None)

    assert [week.total_cents for week in sales.sum_sales(now=NOW, zone=UTC)[0].weeks[-2:]] == [2000, 0]

    refunds.ask_again(refund_id=failed.pk, now=NOW)

    assert [week.total_cents for week in sales.sum_sales(now=NOW, zone=UTC)[0].weeks[-2:]] == [2000, -700]


def test_what_a_cancelled_order_gave_back_is_taken_off_nothing() -> None:
    sell(paid_at=NOW)
    closing.cancel_order(order_id=sell(paid_at=NOW).pk, by=None, now=NOW)

    (euros,) = sales.sum_sales(now=NOW, zone=UTC)

    assert (Refund.objects.count(), euros.today_cents, euros.today_refunded_cents) == (1, 2000, 0)
