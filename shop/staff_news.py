"""What our own people must be told: a round that looks, and owes one mail per thing."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Min, Q

from catalog.feeds import diary
from catalog.models import Feed, FeedRun
from orders import auditing, incident_duties
from orders.models import IncidentDuty, StockAudit
from orders.statement import write_date
from shop import staff_mail, week_of_stock
from shop.models import StaffMail

Kind = StaffMail.Kind
SHOWN = 5  # findings of an audit in the letter
FAILURES = 3  # in a row: one is the internet, three are a supplier
SOON_DAYS = 3
MONDAY_AT = time(7, 0)
LATE_FOR = timedelta(days=2)  # a house that slept on Monday still gets its week; on Friday it is no news


class News(NamedTuple):
    key: str
    kind: StaffMail.Kind
    facts: Callable[[], dict[str, Any]]


def tell_staff(*, now: datetime, zone: ZoneInfo) -> int:
    """How many mails to our people we owe from now on that we did not owe before.

    Takes   `zone`: where the shop stands; its Monday begins there.
    Writes  StaffMail.
    """
    found = [
        *_look_at_week(now, zone),
        *_look_at_failing_feeds(),
        *_look_at_held_feeds(),
        *_look_at_audit(now),
        *_look_at_duties(now.astimezone(zone).date()),
    ]
    known = set(StaffMail.objects.filter(key__in=[one.key for one in found]).values_list("key", flat=True))
    return sum(_owe(one, now=now) for one in found if one.key not in known)


def _owe(news: News, *, now: datetime) -> bool:
    with transaction.atomic(durable=True):
        return staff_mail.owe_staff_mail(key=news.key, kind=news.kind, facts=news.facts(), now=now)


def _look_at_week(now: datetime, zone: ZoneInfo) -> Iterator[News]:
    local = now.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())
    begins = datetime.combine(monday, MONDAY_AT, zone)
    if begins <= local < begins + LATE_FOR:
        year, week, _ = monday.isocalendar()
        key = f"week {year}-W{week:02}"
        yield News(key, Kind.WEEK_OF_STOCK, partial(week_of_stock.gather_week, monday=monday, now=now))


def _look_at_failing_feeds() -> Iterator[News]:
    """A streak is named by its first failed run: the next streak is another."""
    for feed in diary.failing(FAILURES).select_related("supplier").order_by("pk"):
        runs = FeedRun.objects.filter(feed=feed)
        good = runs.filter(state__in=["APPLIED", "UNCHANGED"]).aggregate(last=Max("pk"))["last"] or 0
        bad = runs.filter(state="FAILED", pk__gt=good)
        first = bad.aggregate(first=Min("pk"))["first"]
        newest = bad.order_by("-pk").first()
        if newest is not None:
            key = f"feed {feed.pk} fails since run {first}"
            yield News(key, Kind.FEED_FAILS, partial(_tell_failing, feed, newest))


def _tell_failing(feed: Feed, newest: FeedRun) -> dict[str, Any]:
    return {
        "feed": feed.name,
        "feed_id": feed.pk,
        "supplier": feed.supplier.name,
        "failures": feed.failures,
        "why": newest.why,
        "since": write_date(newest.started_at),
    }


def _look_at_held_feeds() -> Iterator[News]:
    """A feed that says zero again and again is one question: until a file is applied, or a person decides."""
    held = diary.held().select_related("feed__supplier").defer("held_file")
    for run in held.order_by("pk"):
        runs = FeedRun.objects.filter(feed=run.feed_id)
        settled = Q(state="APPLIED") | Q(state="DISCARDED", decided_by__isnull=False)
        good = runs.filter(settled).aggregate(last=Max("pk"))["last"] or 0
        waits = runs.filter(state__in=["HELD", "DISCARDED"], pk__gt=good)
        first = waits.aggregate(first=Min("pk"))["first"] or run.pk
        yield News(f"feed {run.feed_id} held since run {first}", Kind.FEED_HELD, partial(_tell_held, run))


def _tell_held(run: FeedRun) -> dict[str, Any]:
    return {
        "feed": run.feed.name,
        "row": run.pk,
        "supplier": run.feed.supplier.name,
        "why": run.why,
        "since": write_date(run.started_at),
    }


def _look_at_audit(now: datetime) -> Iterator[News]:
    audit = auditing.newest()
    if audit is None or audit.is_clean:
        return
    yield News(f"audit {audit.at:%Y-%m-%d}", Kind.AUDIT_BROKEN, partial(_tell_audit, audit))


def _tell_audit(audit: StockAudit) -> dict[str, Any]:
    count = sum(audit.broken.values())
    return {
        "row": audit.pk,
        "count": f"{count} thing{'s' if count != 1 else ''}",
        "on": write_date(audit.at),
        "findings": audit.findings[:SHOWN],
        "more": max(0, count - SHOWN),
    }


def _look_at_duties(today: date) -> Iterator[News]:
    """Twice at most about each: when it comes near, and when it is overdue."""
    for duty in incident_duties.due_soon(today, within_days=SOON_DAYS):
        stage = "overdue" if duty.due_on < today else "soon"
        yield News(f"duty {duty.pk} {stage}", Kind.DUTY_DUE, partial(_tell_duty, duty, stage == "overdue"))


def _tell_duty(duty: IncidentDuty, overdue: bool) -> dict[str, Any]:
    due = week_of_stock.write_day(duty.due_on)
    return {
        "when": f"overdue since {due}" if overdue else f"due {due}",
        "row": duty.incident_id,
        "reference": duty.incident.reference,
        "kind": duty.get_kind_display(),
        "to": duty.to,
        "source": duty.source,
        "due": due,
        "overdue": overdue,
    }
