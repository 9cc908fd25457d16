"""Whose turn it is: feeds are fetched when they are due, by one worker at a time.

A worker takes a turn: the feed is lent to it until the lease is over, and `Feed.attempts` is its fence.
Whoever was overtaken writes nothing any more, so a worker that dies needs nobody to tidy up after it.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Feed, FeedRun

State = FeedRun.State
LEASE = timedelta(minutes=5)  # longer than a fetch may take in all; every batch of lines renews it
LONGEST_WAIT = timedelta(days=1)
PATIENCE = 3  # failures in a row, then people are told
CUT_OFF = "It was cut off: the worker died, or was stopped."
REREAD = {"url", "format", "encoding", "dates", "zone", "columns", "counts", "unknown_lots", "location"}


@dataclass(eq=False)
class Overtaken(Exception):
    """The lease was over and somebody else has the feed: nothing may be written."""

    feed: str


@dataclass(eq=False)
class FeedBusy(Exception):
    """A run of this feed is under way."""

    feed: str


@dataclass(eq=False)
class FeedPaused(Exception):
    """Nobody fetches this feed before it is resumed."""

    feed: str


@dataclass
class Turn:
    """One worker's turn with a feed: its run, and what the time is while it lasts."""

    feed: Feed
    run: FeedRun
    began_at: datetime
    was_held: bool = False
    began: float = field(default_factory=time.monotonic)

    def moment(self) -> datetime:
        return self.began_at + timedelta(seconds=time.monotonic() - self.began)


def find_due(now: datetime) -> QuerySet[Feed]:
    """Feeds to be lent to a worker: those whose time has come, and paused ones whose run was cut off."""
    runs = Exists(FeedRun.objects.filter(feed=OuterRef("pk"), state=State.RUNNING))
    return Feed.objects.filter(Q(paused_at=None) | runs, due_at__lte=now).order_by("due_at", "pk")


def take_turn(*, feed_id: int, now: datetime) -> Turn | None:
    """A turn with a feed that is due, or None when it is not, or somebody else has it.

    Writes  FeedRun (begun; an older one that was cut off is ended as failed), Feed.attempts, Feed.due_at.
    Locks   the feed.
    """
    with transaction.atomic(durable=True):
        feed = _lock(feed_id, skip_locked=True)
        if feed is None or feed.due_at is None or feed.due_at > now:
            return None
        was_cut_off = end_cut_off(feed, now=now)
        if feed.paused_at is not None:
            return None
        if was_cut_off and feed.failures >= PATIENCE:  # perhaps it is this file that kills its worker
            feed.due_at = now + wait_after(feed)
            feed.save(update_fields=["due_at"])
            return None
        run = FeedRun.objects.create(feed=feed, attempt=_lend(feed, now=now), started_at=now)
    return Turn(feed, run, now)


def take_held(*, run_id: int, now: datetime) -> Turn | None:
    """A turn with a held run that was let through; None when there is no such run, or another one runs."""
    with transaction.atomic(durable=True):
        wanted = FeedRun.objects.let_through().filter(pk=run_id).first()
        feed = _lock(wanted.feed_id) if wanted else None
        run = FeedRun.objects.let_through().filter(pk=run_id).defer("held_file").first()
        if feed is None or run is None:
            return None
        if _is_running(feed, now):
            return None
        end_cut_off(feed, now=now)
        run.state, run.ended_at, run.attempt = State.RUNNING, None, _lend(feed, now=now)
        run.save(update_fields=["state", "ended_at", "attempt"])
    return Turn(feed, run, now, was_held=True)


def _lock(feed_id: int, *, skip_locked: bool = False) -> Feed | None:
    rows = Feed.objects.select_related("supplier", "location").filter(pk=feed_id)
    return rows.select_for_update(skip_locked=skip_locked, no_key=True, of=("self",)).first()


def _is_running(feed: Feed, now: datetime) -> bool:
    """Whether a worker has the feed, and its lease is not over."""
    lent = feed.due_at is not None and feed.due_at > now
    return lent and feed.runs.filter(state=State.RUNNING).exists()


def _lend(feed: Feed, *, now: datetime) -> int:
    feed.due_at, feed.attempts = now + LEASE, feed.attempts + 1
    feed.save(update_fields=["due_at", "attempts"])
    return feed.attempts


def end_cut_off(feed: Feed, *, now: datetime) -> bool:
    """Whether a run had lost its worker. It is ended; one that applied a held file is held again.

    Writes  FeedRun, Feed.failures.
    """
    lost = feed.runs.filter(state=State.RUNNING)
    again = {"decided_at": None, "decided_by": None, "why": f"{CUT_OFF} It waits again."}
    if lost.filter(held_file__isnull=False).update(state=State.HELD, ended_at=now, **again):
        return True
    if not lost.update(state=State.FAILED, ended_at=now, why=CUT_OFF):
        return False
    feed.failures += 1
    feed.save(update_fields=["failures"])
    return True


def keep_turn(turn: Turn) -> None:
    """The feed is ours until the transaction ends, and for another lease after that.

    Locks   the feed.
    Raises  Overtaken.
    """
    assert connection.in_atomic_block, "keep_turn() joins its caller's transaction"
    ours = Feed.objects.filter(pk=turn.feed.pk, attempts=turn.run.attempt)
    if not ours.update(due_at=turn.moment() + LEASE):
        raise Overtaken(turn.feed.name)


def end_turn(turn: Turn, *, well: bool) -> Feed:
    """The feed, free again, and due after its usual time; after a failure later each time.

    Writes  Feed.due_at, Feed.failures.
    """
    keep_turn(turn)
    feed = Feed.objects.get(pk=turn.feed.pk)  # somebody may have changed its times meanwhile
    if not turn.was_held:  # what a person let through says nothing about the supplier's server
        feed.failures = 0 if well else feed.failures + 1
    feed.due_at = turn.moment() + wait_after(feed)
    feed.save(update_fields=["failures", "due_at"])
    return feed


def wait_after(feed: Feed) -> timedelta:
    """How long until the next run: doubling with each failure up to a day, never under the usual time."""
    usual = timedelta(minutes=feed.every_minutes)
    doubled: timedelta = usual * 2 ** min(max(feed.failures - 1, 0), 20)
    return max(usual, min(doubled, LONGEST_WAIT))


def run_now(*, feed_id: int, now: datetime) -> None:
    """The feed is due: the next sweep, seconds later, lends it to a worker.

    Raises  FeedBusy, FeedPaused.
    """
    with transaction.atomic():
        feed = _lock(feed_id)
        assert feed is not None, "feeds are never deleted"
        if feed.paused_at is not None:
            raise FeedPaused(feed.name)
        if _is_running(feed, now):
            raise FeedBusy(feed.name)
        feed.due_at = now
        feed.save(update_fields=["due_at"])


def pause_feed(*, feed_id: int, now: datetime) -> None:
    """Nothing is fetched any more. A run that is under way comes to its end."""
    Feed.objects.filter(pk=feed_id, paused_at=None).update(paused_at=now)


def resume_feed(*, feed_id: int, now: datetime) -> None:
    """The feed is fetched again, from now on."""
    with transaction.atomic():
        feed = _lock(feed_id)
        if feed is None or feed.paused_at is None:
            return
        feed.paused_at = None
        if not _is_running(feed, now):
            feed.due_at = now
        feed.save(update_fields=["paused_at", "due_at"])


def write_feed(feed: Feed, changed: set[str], *, now: datetime) -> None:
    """The feed as somebody wrote it. What is read differently now is read anew, at once.

    Takes   `changed`: names of the columns; no others are written, for a run may be writing its own.
    """
    assert connection.in_atomic_block, "write_feed() joins its caller's transaction"
    if feed._state.adding:
        feed.due_at = now
        feed.save()
    elif changed:
        before = _lock(feed.pk)
        assert before is not None, "feeds are never deleted"
        feed.save(update_fields=changed)
        mine = Feed.objects.filter(pk=feed.pk)
        if changed & REREAD:
            mine.update(etag="", last_modified_at=None)
        if not _is_running(before, now):
            soon = now if changed & REREAD else now + timedelta(minutes=feed.every_minutes)
            mine.filter(due_at__gt=soon).update(due_at=soon)
