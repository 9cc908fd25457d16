"""The first page: each role's panels, the same figures as the questions give, few statements."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.models import StockAudit
from payments import refunds
from payments.models import PaymentAttempt, StripeEvent
from payments.sales import SalesIn, WeekOfSales
from shop.admin.dashboard import draw_sales, shorten
from tests.builders.clock import NOW
from tests.builders.house import furnish
from tests.builders.orders import make_order, pay_order
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db
PANELS = {"waiting", "sales", "needs_person", "low_stock", "to_review", "stock_audit", "near_expiry"}
OWN_STATEMENTS = 10  # of the page; session, user and permissions come on top


@pytest.mark.parametrize(
    ("role", "panels"),
    [
        ("owner", PANELS),
        ("support", PANELS - {"to_review", "stock_audit", "near_expiry"}),
        ("warehouse", {"waiting", "low_stock", "stock_audit", "near_expiry"}),
        ("curator", {"low_stock", "to_review", "near_expiry"}),
        ("dermatologist", {"low_stock", "to_review"}),
    ],
)
def test_each_role_sees_the_panels_of_its_work(role: str, panels: set[str]) -> None:
    client = sign_in(role)
    furnish()

    assert PANELS & client.get("/admin/").context.keys() == panels


def test_the_page_says_what_was_sold_and_what_waits() -> None:
    client = sign_in("owner")
    order = make_order(now=timezone.now())
    pay_order(order, now=timezone.now())
    make_order(now=timezone.now())

    page = client.get("/admin/")

    assert page.context["waiting"].to_ship == 1
    assert page.context["waiting"].awaiting_payment == 1
    assert [(each["today"], each["today_orders"]) for each in page.context["sales_today"]] == [("€44.88", 1)]
    text = page.content.decode()
    assert "€44.88 in 12 weeks" in text
    assert "All that we owe goes on by itself." in text


def test_the_page_says_what_went_back_and_takes_it_off() -> None:
    client = sign_in("owner")
    order = make_order(now=timezone.now())
    pay_order(order, now=timezone.now())
    with transaction.atomic():
        refunds.ask_refund(
            payment=order.payments.get(), amount_cents=488, reason="RETURNED", key="one", now=timezone.now()
        )

    text = client.get("/admin/").content.decode()

    assert "1 order in EUR less €4.88 paid back" in text
    assert "€40.00 in 12 weeks, €4.88 paid back is taken off" in text
    assert "€40.00 in 1 order, €4.88 paid back taken off" in text


def test_an_empty_house_is_told_in_words() -> None:
    page = sign_in("owner").get("/admin/").content.decode()

    for words in (
        "Nothing waits. Paid orders appear here.",
        "No order has been paid yet today.",
        "Nobody is on the payment page.",
        "All that we owe goes on by itself.",
        "The first one draws the first bar.",
        "Everything on sale has at least five free units.",
    ):
        assert words in page, words


def test_what_needs_a_person_is_said_in_red_words() -> None:
    client = sign_in("owner")
    furnish()
    StripeEvent.objects.update(due_at=None)
    PaymentAttempt.objects.update(state="NEEDS_REVIEW", done_at=NOW)

    page = client.get("/admin/").content.decode()

    assert "We gave up on it: please look." in page
    assert "1 payment about which Stripe and we disagree." in page


def test_the_page_asks_the_database_little_whatever_there_is() -> None:
    client = sign_in("owner")
    furnish(12)
    client.get("/admin/")

    with CaptureQueriesContext(connection) as asked:
        client.get("/admin/")

    ours = [
        query["sql"]
        for query in asked
        if "django_session" not in query["sql"] and "auth_" not in query["sql"]
    ]
    ours = [sql for sql in ours if "shop_user" not in sql]
    assert len(ours) <= OWN_STATEMENTS, "\n".join(sql[:120] for sql in ours)


def test_bars_begin_at_zero_and_the_best_week_is_whole() -> None:
    weeks = [WeekOfSales(NOW.date(), total_cents, 1) for total_cents in (0, 2500, 10_000, -1200)]

    bars: list[dict[str, Any]] = draw_sales(SalesIn("EUR", weeks=weeks))["bars"]

    assert [(bar["share"], bar["short"], bar["is_now"]) for bar in bars] == [
        (0.0, "", False),
        (0.25, "€25", False),
        (1.0, "€100", False),
        (0, "-€12", True),
    ]


@pytest.mark.parametrize(
    ("cents", "currency", "short"),
    [
        (99, "EUR", "€0.99"),
        (99_999, "EUR", "€999"),
        (123_456, "EUR", "€1.2k"),
        (999_900, "GBP", "£10.0k"),
        (12_345_600, "USD", "$123k"),
        (1234, "JPY", "¥1.2k"),
        (123_456_789, "EUR", "€1,235k"),
    ],
)
def test_an_amount_is_shortened_to_what_fits_above_a_bar(cents: int, currency: str, short: str) -> None:
    assert shorten(cents, currency) == short


@pytest.mark.parametrize(
    ("minutes", "broken", "words"),
    [
        (None, {}, "Not yet made. A worker makes one every five minutes."),
        (4, {}, "All eight rules held 4\xa0minutes ago."),
        (16, {}, "But asked 16\xa0minutes ago: does a worker run?"),
        (4, {"S1": 2, "S3": 1}, "rows break a rule, found 4\xa0minutes ago."),
    ],
)
def test_the_last_audit_of_the_stock_is_told(minutes: int | None, broken: dict[str, int], words: str) -> None:
    client = sign_in("warehouse")
    if minutes is not None:
        at = timezone.now() - timedelta(minutes=minutes, seconds=1)
        StockAudit.objects.create(at=at, took_ms=90, is_clean=not broken, broken=broken)

    page = client.get("/admin/")

    assert words in page.content.decode()
    assert page.context["stock_audit"]["findings"] == sum(broken.values())
