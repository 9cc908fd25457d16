"""How a feed stands, and how a run went, in words."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from catalog.models import Feed, FeedRun

State = FeedRun.State
STATES = {
    "running": ("Running", "info"),
    "held": ("Waits for a person", "warning"),
    "failing": ("Fails", "danger"),
    "paused": ("Paused", "plain"),
    "well": ("Well", "success"),
    "new": ("New", "info"),
}
RUN_STATES = {
    State.RUNNING: ("Running", "info"),
    State.APPLIED: ("Applied", "success"),
    State.UNCHANGED: ("Nothing new", "plain"),
    State.HELD: ("Waits for a person", "warning"),
    State.FAILED: ("Failed", "danger"),
    State.DISCARDED: ("Discarded", "plain"),
}
REASONS = {
    "bad-code": "a SKU, lot or place that is none",
    "bad-date": "a day or moment that cannot be read",
    "bad-units": "no whole number of units",
    "broken-line": "cells are missing",
    "in-the-future": "its moment has not come",
    "left-since": "more left the shelf since than stood there",
    "older-count": "a newer count is in our books",
    "promised": "fewer than are promised to orders",
    "repeated": "two lines speak of one shelf",
    "too-old": "the count is more than a month old",
    "unknown-location": "a place that we do not have",
    "unknown-lot": "a lot that we do not know",
    "unknown-sku": "a SKU that we do not have",
    "which-lot": "several lots may be meant",
}


def with_last_run(feeds: QuerySet[Feed]) -> QuerySet[Any]:
    """With `last` (a few facts of the newest run, or None), `last_at`, and whether one is held."""
    lately = FeedRun.objects.filter(feed=OuterRef("pk")).order_by("-started_at", "-pk")
    names = ("pk", "state", "applied", "unchanged", "refused", "rows_read", "why")
    facts = lately.values(facts=JSONObject(**{name: name for name in names}))
    waiting = FeedRun.objects.held().filter(feed=OuterRef("pk"))
    return feeds.annotate(
        last=Subquery(facts[:1]), last_at=Subquery(lately.values("started_at")[:1]), is_held=Exists(waiting)
    )


def tell_state(feed: Any) -> str:
    """The key of STATES that a person should see first."""
    if feed.last and feed.last["state"] == State.RUNNING:
        return "running"
    if feed.is_held:
        return "held"
    if feed.paused_at:
        return "paused"
    if feed.failures:
        return "failing"
    return "well" if feed.last else "new"


def tell_numbers(run: Any) -> str:
    """“120 read, 7 applied, 2 refused”. Takes the facts of a run."""
    if run["state"] == State.UNCHANGED:
        return "nothing new"
    said = [f"{run['rows_read']:,} read", f"{run['applied']:,} applied"]
    return ", ".join([*said, f"{run['refused']:,} refused"] if run["refused"] else said)
