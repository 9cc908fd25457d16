"""Moving units: a counter and the line of the ledger that explains it, in one statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from catalog import prepared
from catalog.models import Lot, Movement

Kind = Movement.Kind


@dataclass(eq=False)
class LotNotFit(Exception):
    """Some lots may not leave the house: not released, recalled, or over their date."""

    lot_ids: list[int]


@dataclass(frozen=True)
class Correction:
    """By how much a count differs from the books, and the moment of which the count speaks."""

    lot_id: int
    change: int  # units; 0: the count agrees, and only its moment is noted
    counted_at: datetime
    cause: str
    feed_run_id: int | None = None


MOVE_SQL = """
WITH moved AS (
  UPDATE catalog_lot SET on_hand = on_hand + %(on_hand)s::int, reserved = reserved + %(reserved)s::int
   WHERE id = %(lot)s
  RETURNING id
)
INSERT INTO catalog_movement (lot_id, kind, on_hand_change, reserved_change, at, actor_id, cause, feed_run_id)
SELECT id, %(kind)s::varchar, %(on_hand)s::int, %(reserved)s::int, %(at)s, %(actor)s::bigint,
       %(cause)s::varchar, %(feed_run)s::bigint
  FROM moved
RETURNING lot_id
"""


def move(
    kind: Movement.Kind,
    units_by_lot: Mapping[int, int],
    *,
    on_hand: int = 0,
    reserved: int = 0,
    cause: str,
    by: Any,
    now: datetime,
    feed_run_id: int | None = None,
) -> None:
    """Change counters in the order of the lots' ids, and write down why.

    Takes   `on_hand`, `reserved`: +1, 0 or -1, by which the units count.
    """
    assert_joined()
    for lot_id, units in sorted(units_by_lot.items()):
        prepared.fetch_all(
            MOVE_SQL,
            {
                "lot": lot_id,
                "kind": kind.value,
                "on_hand": on_hand * units,
                "reserved": reserved * units,
                "at": now,
                "actor": by.pk if by is not None else None,
                "cause": cause,
                "feed_run": feed_run_id,
            },
        )


CORRECT_SQL = """
UPDATE catalog_lot lot
   SET on_hand = on_hand + told.change, counted_at = greatest(told.counted_at, lot.counted_at)
  FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS told(lot_id, change, counted_at)
 WHERE lot.id = told.lot_id
"""


def correct_counts(corrections: Sequence[Correction], *, now: datetime, by: Any = None) -> None:
    """Set the books right by what was counted. The caller holds the lots and has checked every count.

    Writes  Lot.on_hand, Lot.counted_at; a Movement for each change that is not 0. Two statements.
    """
    assert_joined()
    with connection.cursor() as cursor:
        columns = [[getattr(one, name) for one in corrections] for name in ("lot_id", "change", "counted_at")]
        cursor.execute(CORRECT_SQL, columns)
    Movement.objects.bulk_create(
        Movement(
            lot_id=one.lot_id,
            kind=Kind.COUNTED,
            on_hand_change=one.change,
            reserved_change=0,
            at=now,
            actor=by,
            cause=one.cause,
            counted_at=one.counted_at,
            feed_run_id=one.feed_run_id,
        )
        for one in corrections
        if one.change
    )


def lock_lots(lot_ids: Collection[int]) -> list[Lot]:
    """The lots as they are now, in the order of their ids, held until the transaction ends.

    Locks   the lots.
    """
    assert_joined()
    return list(Lot.objects.filter(pk__in=lot_ids).order_by("id").select_for_update(no_key=True))


def unfit(lots: Iterable[Lot], *, on: date) -> list[int]:
    """Ids of those that may not leave the house on that day."""
    return [
        lot.pk
        for lot in lots
        if lot.status != Lot.Status.RELEASED or (lot.expires_on is not None and lot.expires_on <= on)
    ]


def assert_joined() -> None:
    assert connection.in_atomic_block, "stock moves inside its caller's transaction"
