"""Whether a file as a whole can be believed: where suddenly most shelves are empty, an export is broken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from catalog import counts
from catalog.counts import Count, Counted
from catalog.feeds import scheduling
from catalog.feeds.columns import ShelfLine
from catalog.feeds.diary import Tally
from catalog.feeds.scheduling import Turn
from catalog.feeds.scratch import Scratch
from catalog.models import Feed, Lot

FEWEST = 5  # lots: fewer may well have sold out since the last file


@dataclass
class Verdict:
    """What the file would do to the lots that it speaks of. `why`: a person must look first."""

    known: int = 0  # lines whose SKU is ours
    standing: int = 0  # lots with units
    emptied: int = 0  # of these: how many would have none
    why: str = ""

    @property
    def is_useless(self) -> bool:
        return not self.known


def judge_file(turn: Turn, scratch: Scratch, tally: Tally) -> Verdict:
    """Whether the lines may be taken. Nothing is locked or changed; four statements for each batch."""
    verdict = Verdict()
    for batch in scratch.read_once():
        with transaction.atomic(durable=True):
            scheduling.keep_turn(turn)
        _weigh(batch, turn, verdict)
    feed = turn.feed
    if tally.refused == tally.rows_read:
        verdict.why = f"Not one of {tally.rows_read:,} lines can be read: {tally.tell_reasons()}."
    elif not verdict.known:
        verdict.why = f"None of {tally.rows_read:,} lines speaks of a SKU that we have."
    elif _is_suspicious(verdict, feed):
        share = 100 * verdict.emptied / verdict.standing
        verdict.why = (
            f"{verdict.emptied:,} of {verdict.standing:,} lots with units would have none ({share:.0f} %; "
            f"a person looks above {feed.hold_zeros_over_percent} %)."
        )
    return verdict


def _is_suspicious(verdict: Verdict, feed: Feed) -> bool:
    many = verdict.emptied * 100 > verdict.standing * feed.hold_zeros_over_percent
    return many and verdict.emptied >= FEWEST


def _weigh(batch: Sequence[ShelfLine], turn: Turn, verdict: Verdict) -> None:
    found = counts.find_lots([to_count(line, turn.run.file_at) for line in batch], now=turn.moment())
    named = {lot_id for one in found if not isinstance(one, Counted) for lot_id in one}
    rows = Lot.objects.filter(pk__in=named, on_hand__gt=0).values_list("pk", "on_hand", "reserved")
    counts_free = turn.feed.counts == Feed.Counts.FREE
    standing = {pk for pk, on_hand, reserved in rows if on_hand > (reserved if counts_free else 0)}
    for line, one in zip(batch, found, strict=True):
        if isinstance(one, Counted):
            verdict.known += one.reason != "unknown-sku"
            continue
        verdict.known += 1
        alive = standing.intersection(one)
        verdict.standing += len(alive)
        verdict.emptied += len(alive) if line.units == 0 else 0


def to_count(line: ShelfLine, file_at: datetime | None) -> Count:
    """What a line says, as of its own moment or else the file's."""
    counted_at = line.counted_at or file_at
    assert counted_at is not None, "a file has a moment from when it was fetched"
    return Count(line.sku, line.location, line.lot, line.units, counted_at)
