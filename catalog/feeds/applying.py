"""Taking the counts of a file that was judged to be good: a thousand lines in each transaction."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from catalog import counting, shelf_life, stock
from catalog.counts import Counted
from catalog.feeds import diary, scheduling
from catalog.feeds.columns import ShelfLine
from catalog.feeds.diary import Tally
from catalog.feeds.holding import to_count
from catalog.feeds.scheduling import Turn
from catalog.feeds.scratch import Scratch
from catalog.models import Feed, Location, Variant
from catalog.stock import Correction, Delivery


def apply_lines(turn: Turn, scratch: Scratch, tally: Tally, *, cause: str, by: Any = None) -> None:
    """Every line is taken or refused; the number of statements for a batch does not grow with its lines.

    Writes  Lot, Movement, FeedRun, FeedRefusal; Feed.due_at (the lease).
    Locks   the feed, then the batch's lots in id order.
    Raises  Overtaken: somebody else has the feed; what came before stays.
    """
    for batch in scratch.read_once():
        with transaction.atomic(durable=True):
            scheduling.keep_turn(turn)
            _apply_batch(batch, turn, tally, cause=cause, by=by)
            diary.write_tally(turn, tally)


def _apply_batch(batch: Sequence[ShelfLine], turn: Turn, tally: Tally, *, cause: str, by: Any) -> None:
    counted = _count(batch, turn, cause=cause, by=by)
    unknown = [line for line in batch if _may_receive(turn.feed, line, counted[line.line])]
    if unknown:
        try:
            with transaction.atomic():
                _receive(unknown, turn, cause=cause, by=by)
        except _KnownMeanwhile:
            counted |= _count(unknown, turn, cause=cause, by=by)
        else:
            for line in unknown:
                tally.move(line.units)
                del counted[line.line]
    for line in batch:
        one = counted.get(line.line)
        if one is not None and _is_nothing(turn.feed, line, one):
            tally.unchanged += 1
        elif one is not None:
            tally.take(line, one)


def _count(lines: Sequence[ShelfLine], turn: Turn, *, cause: str, by: Any) -> dict[int, Counted]:
    """{line: what came of its count}."""
    counted = counting.count_shelves(
        [to_count(line, turn.run.file_at) for line in lines],
        counts_free=turn.feed.counts == Feed.Counts.FREE,
        cause=cause,
        now=turn.moment(),
        by=by,
        feed_run_id=turn.run.pk,
    )
    return {line.line: one for line, one in zip(lines, counted, strict=True)}


def _may_receive(feed: Feed, line: ShelfLine, one: Counted) -> bool:
    return _is_wanted(feed, line, one) and line.units > 0


def _is_nothing(feed: Feed, line: ShelfLine, one: Counted) -> bool:
    """A lot that came and went without us: there is nothing of it to receive."""
    return _is_wanted(feed, line, one) and line.units == 0


def _is_wanted(feed: Feed, line: ShelfLine, one: Counted) -> bool:
    receives = feed.unknown_lots == Feed.UnknownLots.QUARANTINE
    return receives and one.reason == "unknown-lot" and bool(line.lot)


class _KnownMeanwhile(Exception):
    pass


def _receive(unknown: Sequence[ShelfLine], turn: Turn, *, cause: str, by: Any) -> None:
    """Lots that nobody knew stand in quarantine, as of the moment at which they were counted.

    As of the earliest of these moments, because the same file again must find that nothing moved since.
    Raises  _KnownMeanwhile: somebody has just received one of them; nothing was written.
    """
    now = turn.moment()
    moments = [min(to_count(line, turn.run.file_at).counted_at, now) for line in unknown]
    variants = {row.sku: row for row in Variant.objects.filter(sku__in={line.sku for line in unknown})}
    places = {row.code: row for row in Location.objects.filter(code__in={line.location for line in unknown})}
    deliveries = [
        Delivery(
            variant=variants[line.sku],
            location=places[line.location],
            lot_code=line.lot,
            units=line.units,
            expires_on=line.expires_on,
            cause=cause,
            supplier=turn.feed.supplier,
            feed_run_id=turn.run.pk,
        )
        for line in unknown
    ]
    lots = stock.receive_all(deliveries, now=min(moments), by=by)
    if any(lot.on_hand != line.units for lot, line in zip(lots, unknown, strict=True)):
        raise _KnownMeanwhile
    agreed = [Correction(lot.pk, 0, at, cause) for lot, at in zip(lots, moments, strict=True)]
    stock.correct_counts(agreed, now=now, by=by)
    shelf_life.date_lots({variant.product_id for variant in variants.values()})
