"""Taking counts: what somebody found on the shelves at a moment, set against all that moved since.

A count is taken as of its time. What was received, shipped, returned, written off or carried away after
that moment is added to it, so an old file never brings back units that were sold meanwhile.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from catalog import counts as told
from catalog import stock
from catalog.counts import Count, Counted, Outcome, refuse, tell
from catalog.models import Lot
from catalog.stock import Correction

MOST_COUNTS = 1000  # at once: whoever has more asks again


def count_shelves(
    counts: Sequence[Count],
    *,
    counts_free: bool,
    cause: str,
    now: datetime,
    by: Any = None,
    feed_run_id: int | None = None,
) -> list[Counted]:
    """What came of each count, in their order. A count that is refused changes nothing and stops no other.

    Takes   `counts_free`: they say how many units were free to be sold, not how many stood there; so does
            what they expected. At most 1,000 at once: the number of statements does not grow with them.
    Writes  Lot.on_hand, Lot.counted_at, a COUNTED movement per lot whose books were wrong.
    Locks   the lots that are counted, once, in id order.
    """
    assert len(counts) <= MOST_COUNTS
    found = told.find_lots(counts, now=now)
    books = _open_books(counts, found, now=now)
    chosen = [_choose(count, one, pages) for count, one, pages in zip(counts, found, books, strict=True)]
    often = Counter(one.lot.pk for one in chosen if isinstance(one, Book))
    judged: list[Counted] = []
    corrections: list[Correction] = []
    for count, one in zip(counts, chosen, strict=True):
        if isinstance(one, Counted):
            judged.append(one)
            continue
        judged.append(_judge(count, one, twice=often[one.lot.pk] > 1, counts_free=counts_free))
        if judged[-1].outcome != Outcome.REFUSED and (judged[-1].change or one.at != one.lot.counted_at):
            corrections.append(Correction(one.lot.pk, judged[-1].change, one.at, cause, feed_run_id))
    if corrections:
        stock.correct_counts(corrections, now=now, by=by)
    return judged


@dataclass(frozen=True)
class Book:
    """What our books say of one lot now, and what moved since a moment."""

    lot: Lot
    at: datetime
    moved: int  # units that came (or, below zero, went) since; counts are no movement of goods
    promised: int  # units by which the promises grew since

    def stood(self, *, free: bool) -> int:
        """How many units stood there at that moment, or how many of them were free."""
        on_hand = self.lot.on_hand - self.moved
        return on_hand - (self.lot.reserved - self.promised) if free else on_hand


def _open_books(
    counts: Sequence[Count], found: Sequence[Counted | tuple[int, ...]], *, now: datetime
) -> list[list[Book]]:
    """For each count the books of the lots of which it may speak; the lots are held from here on."""
    asked = [
        (place, lot_id, min(count.counted_at, now))  # a clock that is a little fast means now
        for place, (count, lots) in enumerate(zip(counts, found, strict=True))
        if not isinstance(lots, Counted)
        for lot_id in lots
    ]
    lots = {lot.pk: lot for lot in stock.lock_lots({lot_id for _, lot_id, _ in asked})}
    moves = _sum_moves([(lot_id, at) for _, lot_id, at in asked])
    books: list[list[Book]] = [[] for _ in counts]
    for (place, lot_id, at), (moved, promised) in zip(asked, moves, strict=True):
        books[place].append(Book(lots[lot_id], at, moved, promised))
    return books


SUM_SQL = """
SELECT coalesce(sum(move.on_hand_change) FILTER (WHERE move.kind <> 'COUNTED'), 0),
       coalesce(sum(move.reserved_change), 0)
  FROM unnest(%s::bigint[], %s::timestamptz[]) WITH ORDINALITY AS told(lot_id, at, place)
  LEFT JOIN catalog_movement move ON move.lot_id = told.lot_id AND move.at > told.at
 GROUP BY told.place ORDER BY told.place
"""


def _sum_moves(asked: Sequence[tuple[int, datetime]]) -> list[tuple[int, int]]:
    """What moved since, and by how much the promises grew, for each lot and moment in their order."""
    with connection.cursor() as cursor:
        cursor.execute(SUM_SQL, [[lot_id for lot_id, _ in asked], [at for _, at in asked]])
        return [(moved, promised) for moved, promised in cursor.fetchall()]


def _choose(count: Count, found: Counted | tuple[int, ...], books: Sequence[Book]) -> Counted | Book:
    """The lot of which the count speaks: the named one, or the only one that has units or had some then."""
    if isinstance(found, Counted):
        return found
    if not count.lot:
        books = [book for book in books if book.lot.on_hand or book.stood(free=False)]
    if len(books) == 1:
        return books[0]
    where = f"{count.sku} at {count.location}"
    if books:
        codes = [book.lot.code for book in books]
        return refuse(count, "which-lot", f"Several lots of {where} have units: name one.", candidates=codes)
    if not count.counted:  # many lots came and went, and nothing is left of any
        return Counted(count, Outcome.UNCHANGED, on_hand=0, reserved=0)
    return refuse(count, "which-lot", f"No lot of {where} has units: name the one that was counted.")


def _judge(count: Count, book: Book, *, twice: bool, counts_free: bool) -> Counted:
    """What the count does to the books, or why it is not believed."""
    lot, then = book.lot, book.stood(free=counts_free)
    change = count.counted - then
    if twice:
        return refuse(count, "repeated", "This lot is counted twice here: neither count was taken.", lot)
    if lot.counted_at is not None and book.at < lot.counted_at:
        words = f"A newer count is in our books: of {tell(lot.counted_at)}."
        return refuse(count, "older-count", words, lot)
    if count.expected is not None and count.expected != then:
        words = f"At that moment our books said {then}, not {count.expected}."
        return refuse(count, "not-as-expected", words, lot)
    left = lot.on_hand + change
    if left < 0:
        words = f"Since then {-book.moved} units left that shelf: {count.counted} cannot have stood there."
        return refuse(count, "left-since", words, lot)
    if left < lot.reserved:
        words = f"{lot.reserved} units are promised to orders, and only {left} would be left."
        return refuse(count, "promised", words, lot)
    outcome = Outcome.APPLIED if change else Outcome.UNCHANGED
    return Counted(count, outcome, lot.pk, lot.code, change, left, lot.reserved)
