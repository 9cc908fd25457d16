"""Our own people are told once about each thing, and the right ones of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from catalog.feeds import deciding
from catalog.models import Feed, FeedRun, Location, Product, Supplier
from orders.models import Incident, IncidentDuty, StockAudit
from shop import staff_mail, staff_news
from shop.models import StaffMail, User
from tests.builders import make_lot, make_market, make_product
from tests.builders.staff import make_staff
from tests.builders.waiting import make_alert
from tests.drain import drain
from tests.postbox import Postbox, html_of, open_postbox, text_of

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LONDON, BERLIN = ZoneInfo("Europe/London"), ZoneInfo("Europe/Berlin")


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with open_postbox(settings) as box:
        yield box


def tell(now: datetime = THURSDAY, zone: ZoneInfo = LONDON) -> int:
    return staff_news.tell_staff(now=now, zone=zone)


def keys() -> list[str]:
    return sorted(StaffMail.objects.values_list("key", flat=True))


@pytest.mark.parametrize(
    ("now", "zone", "owed"),
    [
        (MONDAY - timedelta(seconds=1), LONDON, []),
        (MONDAY, LONDON, ["week 2026-W47"]),
        (MONDAY - timedelta(hours=1), BERLIN, ["week 2026-W47"]),
        (MONDAY + 2 * DAY - timedelta(seconds=1), LONDON, ["week 2026-W47"]),
        (MONDAY + 2 * DAY, LONDON, []),
        (datetime(2027, 1, 4, 8, tzinfo=UTC), LONDON, ["week 2027-W01"]),
    ],
)
def test_the_weeks_stock_is_owed_on_monday_morning_where_the_shop_stands(
    now: datetime, zone: ZoneInfo, owed: list[str]
) -> None:
    tell(now, zone)
    assert keys() == owed


def test_the_round_may_run_any_number_of_times() -> None:
    assert [tell(MONDAY + timedelta(minutes=minute)) for minute in range(3)] == [1, 0, 0]
    assert tell(MONDAY + 7 * DAY) == 1


def test_the_week_says_what_runs_out_what_is_near_its_day_and_who_waits(postbox: Postbox) -> None:
    make_staff("warehouse")
    sold_out = make_product("Quiet Cream", sku="QC-50").variants.get()
    make_alert(sold_out, now=MONDAY)
    near = make_product("Loud <Balm>", sku="LB-15").variants.get()
    make_lot(near, units=40, code="L-77", expires_on=MONDAY.date() + 190 * DAY)
    make_lot(near, units=6, code="L-01", expires_on=MONDAY.date() - DAY)
    make_lot(near, units=6, released=False)

    tell(MONDAY)
    StaffMail.objects.exclude(kind="WEEK_OF_STOCK").delete()
    drain(MONDAY)

    letter = next(one for one in postbox.letters if one["To"] == "warehouse@regimen.example")
    assert letter["Subject"] == (
        "Stock, week of 16 November 2026: 1 low, 1 near expiry, 1 to take off the shelf"
    )
    text = " ".join(text_of(letter).split())
    assert "Quiet Cream, 30 ml (QC-50): sold out" in text
    assert "Loud <Balm>, lot L-77 (BER): until 26 November 2026, 40 free, 40 would be left" in text
    assert "Loud <Balm>, lot L-01 (BER): 6 units, expired 15 November 2026" in text
    assert "1 lot in quarantine." in text
    assert "Quiet Cream (QC-50): 1 person" in text
    assert "The stock has not been audited yet." in text
    assert "/admin/stock/low/" in text
    assert "/admin/stock/near-expiry/" in text
    assert "Loud &lt;Balm&gt;" in html_of(letter)


def test_a_quiet_week_is_said_in_a_line(postbox: Postbox) -> None:
    make_staff("owner")
    tell(MONDAY)
    drain(MONDAY)
    assert postbox.only["Subject"] == "Stock, week of 16 November 2026: nothing to do"
    assert "Nothing runs out" in text_of(postbox.only)


def test_whoever_works_here_with_that_role_gets_it_and_nobody_else(postbox: Postbox) -> None:
    for role in ("warehouse", "owner", "curator", "support"):
        make_staff(role)
    User.objects.create_user("gone@regimen.example", is_staff=True, is_active=False, is_superuser=True)
    root = User.objects.create_superuser("root@regimen.example")
    tell(MONDAY)
    drain(MONDAY)
    assert postbox.recipients == [["owner@regimen.example", root.email, "warehouse@regimen.example"]]
    assert staff_mail.find_recipients(StaffMail.Kind.DUTY_DUE) == [
        "owner@regimen.example",
        root.email,
        "support@regimen.example",
    ]


def test_the_environment_may_name_who_gets_it(postbox: Postbox, settings: Any) -> None:
    settings.STAFF_EMAIL = ["stock@regimen.example"]
    make_staff("owner")
    tell(MONDAY)
    drain(MONDAY)
    assert postbox.recipients == [["stock@regimen.example"]]


def test_a_house_without_staff_keeps_the_mail_until_somebody_works_there(postbox: Postbox) -> None:
    tell(MONDAY)
    drain(MONDAY)
    owed = StaffMail.objects.get()
    assert (owed.done_at, owed.failures, owed.due_at) == (None, 0, MONDAY + timedelta(hours=1))
    make_staff("owner")
    drain(MONDAY + timedelta(hours=1))
    assert len(postbox.letters) == 1


def make_feed(name: str = "Nordlys daily") -> Feed:
    place, _ = Location.objects.get_or_create(code="BER", defaults={"name": "Berlin"})
    supplier, _ = Supplier.objects.get_or_create(code="NOR", defaults={"name": "Nordlys Lab"})
    return Feed.objects.create(
        supplier=supplier, name=name, url="https://files.nordlys.example/a.csv", format="CSV", location=place
    )


def run_feed(feed: Feed, state: str, why: str = "", hours: int = 0) -> FeedRun:
    at = THURSDAY + timedelta(hours=hours)
    return FeedRun.objects.create(
        feed=feed, state=state, attempt=1, started_at=at, ended_at=at, why=why, held_file=b"x"
    )


def fail(feed: Feed, times: int) -> None:
    for _ in range(times):
        run_feed(feed, "FAILED", "The server answered with a login page.")
        Feed.objects.filter(pk=feed.pk).update(failures=feed.failures + 1)
        feed.refresh_from_db()


def test_a_feed_that_fails_three_times_is_told_once_a_streak(postbox: Postbox) -> None:
    make_staff("warehouse")
    feed = make_feed()
    fail(feed, 2)
    assert tell() == 0
    fail(feed, 1)
    first = FeedRun.objects.order_by("pk")[0]
    assert tell() == 1
    assert keys() == [f"feed {feed.pk} fails since run {first.pk}"]
    fail(feed, 4)
    assert tell() == 0
    drain(THURSDAY)
    assert postbox.only["Subject"] == "The feed Nordlys daily fails"
    assert "The server answered with a login page." in text_of(postbox.only)
    assert f"feed__id__exact={feed.pk}" in text_of(postbox.only)

    run_feed(feed, "APPLIED")
    Feed.objects.update(failures=0)
    feed.refresh_from_db()
    assert tell() == 0
    fail(feed, 3)
    assert tell() == 1


def test_a_held_run_is_told_once(postbox: Postbox) -> None:
    make_staff("warehouse")
    run = run_feed(make_feed(), "HELD", "412 of 500 counts fell to zero.")
    assert [tell(), tell()] == [1, 0]
    drain(THURSDAY)
    assert postbox.only["Subject"] == "The feed Nordlys daily waits for you"
    assert "412 of 500 counts fell to zero." in text_of(postbox.only)
    assert f"/{run.pk}/" in text_of(postbox.only)


def test_a_feed_that_says_zero_again_and_again_is_told_once_until_somebody_decided() -> None:
    boss = make_staff("warehouse")
    feed = make_feed()
    first = run_feed(feed, "HELD")
    assert [tell(), keys()] == [1, [f"feed {feed.pk} held since run {first.pk}"]]
    FeedRun.objects.update(state="DISCARDED", decided_at=THURSDAY)  # overtaken by the next file
    overtaking = run_feed(feed, "HELD")
    assert tell() == 0
    deciding.discard(run_id=overtaking.pk, by=boss, now=THURSDAY)
    again = run_feed(feed, "HELD")
    assert [tell(), keys()[-1]] == [1, f"feed {feed.pk} held since run {again.pk}"]
    FeedRun.objects.filter(pk=again.pk).update(state="DISCARDED", decided_at=THURSDAY)
    run_feed(feed, "APPLIED")
    run_feed(feed, "HELD")
    assert tell() == 1


def test_a_broken_audit_is_told_once_a_day_and_a_clean_one_never(postbox: Postbox) -> None:
    make_staff("owner")
    findings = [
        {"rule": "S1", "row": f"lot {n}", "words": "on hand is 5, the ledger says 4"} for n in range(7)
    ]
    for hours in (0, 1):
        StockAudit.objects.create(
            at=THURSDAY + timedelta(hours=hours),
            took_ms=9,
            is_clean=False,
            broken={"S1": 7},
            findings=findings,
        )
        tell(THURSDAY + timedelta(hours=hours))
    assert keys() == ["audit 2026-11-19"]
    drain(THURSDAY)
    assert postbox.only["Subject"] == "The stock audit found 7 things"
    text = text_of(postbox.only)
    assert "S1 · lot 4: on hand is 5, the ledger says 4" in text
    assert "lot 5" not in text
    assert "And 2 more." in text
    StockAudit.objects.create(at=THURSDAY + DAY, took_ms=9, is_clean=True)
    assert tell(THURSDAY + DAY) == 0


def test_a_duty_is_told_when_it_comes_near_and_when_it_is_overdue(postbox: Postbox) -> None:
    make_staff("support")
    make_market()
    product = Product.objects.get(pk=make_product("Quiet Peel").pk)
    incident = Incident.objects.create(
        source="DESK", country="DE", product=product, symptoms="A burn", aware_at=THURSDAY, name="Mara L"
    )
    duty = IncidentDuty.objects.create(
        incident=incident,
        kind="REPORT",
        to="BVL",
        due_on=(THURSDAY + 4 * DAY).date(),
        source="Reg. (EC) 1223/2009 art. 23",
    )
    assert tell() == 0
    told = [tell(THURSDAY + days * DAY) for days in (1, 2, 4, 5, 6)]
    assert told == [1, 0, 1, 1, 0]  # on the fourth day it is Monday: the week's stock
    assert keys() == [f"duty {duty.pk} overdue", f"duty {duty.pk} soon", "week 2026-W48"]
    StaffMail.objects.filter(kind="WEEK_OF_STOCK").delete()
    drain(THURSDAY + 6 * DAY)
    reference = incident.reference
    assert [one["Subject"] for one in postbox.letters] == [
        f"Adverse report {reference}: Report to the authority, {when} 23 November 2026"
        for when in ("due", "overdue since")
    ]
    assert "Overdue: Report to the authority" in text_of(postbox.letters[1])
    for letter in postbox.letters:
        assert "burn" not in text_of(letter)
        assert "Mara" not in text_of(letter)


def test_a_key_is_owed_once_and_vanishes_with_its_transaction() -> None:
    owe: dict[str, Any] = {"kind": StaffMail.Kind.FEED_HELD, "facts": {}, "now": THURSDAY}
    with transaction.atomic():
        assert staff_mail.owe_staff_mail(key="one", **owe) is True
        assert staff_mail.owe_staff_mail(key="one", **owe) is False
    with transaction.atomic():
        staff_mail.owe_staff_mail(key="two", **owe)
        transaction.set_rollback(True)
    assert keys() == ["one"]
