"""The diary of a feed: what a run read, what it changed, what it refused and why, and how it ended."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from catalog.counts import Counted, Outcome
from catalog.feeds import scheduling
from catalog.feeds.columns import MOST_SHOWN_CHARS, BadLine, ShelfLine
from catalog.feeds.scheduling import PATIENCE, Turn
from catalog.feeds.sources import Fetched
from catalog.models import Feed, FeedRefusal, FeedRun

logger = logging.getLogger(__name__)

State = FeedRun.State
MOST_REFUSALS = 200  # kept of one run; all are counted
MOST_ETAG_CHARS = 200  # a longer one is not remembered, and its file comes again each time
UNCHANGED_KEPT = timedelta(days=14)
# What was read depends on these: when one has changed meanwhile, the same file must be read again.
READ_BY = [*sorted(scheduling.REREAD - {"location"}), "location_id"]


def failing(at_least: int = PATIENCE) -> QuerySet[Feed]:
    """Feeds that have failed so many times in a row: people must be told."""
    return Feed.objects.failing(at_least)


def held() -> QuerySet[FeedRun]:
    """Runs that wait for a person."""
    return FeedRun.objects.held()


@dataclass
class Tally:
    """What became of the lines of one run, so far."""

    rows_read: int = 0
    applied: int = 0
    unchanged: int = 0
    units_up: int = 0
    units_down: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    fresh: list[FeedRefusal] = field(default_factory=list)  # not written yet
    kept: int = 0

    @property
    def refused(self) -> int:
        return self.reasons.total()

    def refuse(self, bad: BadLine) -> None:
        self.reasons[bad.reason] += 1
        if self.kept < MOST_REFUSALS:
            self.kept += 1
            shown = {"sku": bad.sku[:MOST_SHOWN_CHARS], "lot_code": bad.lot[:MOST_SHOWN_CHARS]}
            self.fresh.append(
                FeedRefusal(line=bad.line, reason=bad.reason[:24], words=bad.words[:300], **shown)
            )

    def take(self, line: ShelfLine, counted: Counted) -> None:
        if counted.outcome == Outcome.REFUSED:
            self.refuse(BadLine(line.line, counted.reason, counted.words, line.sku, line.lot))
        elif counted.outcome == Outcome.UNCHANGED:
            self.unchanged += 1
        else:
            self.move(counted.change)

    def move(self, change: int) -> None:
        self.applied += 1
        self.units_up += max(change, 0)
        self.units_down += max(-change, 0)

    def tell_reasons(self) -> str:
        """“12 unknown-sku, 3 bad-units”, the most frequent first."""
        return ", ".join(f"{count:,} {reason}" for reason, count in self.reasons.most_common(5))


def write_tally(turn: Turn, tally: Tally) -> None:
    """The run's numbers so far, in the transaction of the lines that they count."""
    assert connection.in_atomic_block, "write_tally() joins its caller's transaction"
    run = turn.run
    names = ["rows_read", "applied", "unchanged", "refused", "units_up", "units_down"]
    for name in names:
        setattr(run, name, getattr(tally, name))
    run.reasons = dict(tally.reasons.most_common())
    run.took_ms = _took_ms(turn)
    run.save(update_fields=[*names, "reasons", "took_ms"])
    for refusal in tally.fresh:
        refusal.run = run
    FeedRefusal.objects.bulk_create(tally.fresh)
    tally.fresh = []


def end_run(
    turn: Turn,
    state: FeedRun.State,
    *,
    why: str = "",
    tally: Tally | None = None,
    fetched: Fetched | None = None,
    held_file: bytes | None = None,
) -> None:
    """The run has come to its end, and the feed is free again.

    Takes   `fetched`: what we know of the file from now on, so that it need not come twice.
    Writes  FeedRun, FeedRefusal, Feed; an older run that is held is overtaken by a newer file.
    Locks   the feed.
    Raises  Overtaken.
    """
    with transaction.atomic(durable=True):
        feed = scheduling.end_turn(turn, well=state != State.FAILED)
        if tally is not None:
            write_tally(turn, tally)
        run = turn.run
        run.state, run.why, run.ended_at, run.took_ms = state, why, turn.moment(), _took_ms(turn)
        names = ["state", "why", "ended_at", "took_ms"]
        if state == State.HELD and turn.was_held:
            run.decided_at = run.decided_by = None
            names += ["decided_at", "decided_by"]
        else:
            run.held_file = held_file
            names.append("held_file")
        run.save(update_fields=names)
        if fetched is not None and all(getattr(feed, name) == getattr(turn.feed, name) for name in READ_BY):
            feed.etag = fetched.etag if len(fetched.etag) <= MOST_ETAG_CHARS else ""
            feed.last_modified_at = fetched.last_modified
            feed.save(update_fields=["etag", "last_modified_at"])
        if state in (State.APPLIED, State.HELD):
            older = FeedRun.objects.filter(feed=feed.pk, state=State.HELD).exclude(pk=run.pk)
            words = "A newer file came before anybody had decided."
            older.update(state=State.DISCARDED, decided_at=run.ended_at, why=words, held_file=None)
    logger.info("feed run", extra={"feed": feed.name, "state": state.value, "took_ms": run.took_ms})


def fail_run(turn: Turn, why: str, *, tally: Tally | None = None) -> None:
    """The run has failed; what it had taken stays, and the next one begins anew.

    A held file that failed when it was let through is held again: it would not come by itself.
    """
    state = State.HELD if turn.was_held else State.FAILED
    end_run(turn, state, why=why, tally=tally)


def _took_ms(turn: Turn) -> int:
    return int((turn.moment() - turn.began_at).total_seconds() * 1000)


def forget_runs(*, older_than: datetime) -> int:
    """How many old runs that had nothing to tell were forgotten."""
    told_nothing = FeedRun.objects.filter(state=State.UNCHANGED, started_at__lt=older_than, movements=None)
    return told_nothing.delete()[0]
