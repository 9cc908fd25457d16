"""Promising units to orders: one conditional statement per lot, in the order of the lots' ids.

Nothing is locked while we look for lots. The statement that takes units asks again whether they are there,
whether the lot is released and fresh; whoever comes too late plans anew with what is left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from catalog import fefo, prepared
from catalog.fefo import Shelf
from catalog.prepared import Question, Row
from catalog.stock import ledger
from catalog.stock.ledger import Kind, LotNotFit

PLANS = 4  # before the lots are locked to settle it: each failed plan means that somebody else was served

Shares = dict[int, dict[int, int]]  # variant id → {lot id: units}


@dataclass(eq=False)
class OutOfStock(Exception):
    """Some variants have fewer free units than asked for."""

    missing: dict[int, int]  # variant id → units short


# What may be promised on a day; `catalog.search` and `catalog.finding` ask the same in their own joins.
SELLABLE = """status = 'RELEASED' AND on_hand > 0 AND on_hand > reserved
   AND (sell_until_on IS NULL OR sell_until_on >= %(today)s)"""

FREE_SQL = f"""
SELECT variant_id, sum(on_hand - reserved) FROM catalog_lot
 WHERE variant_id = ANY(%(variants)s) AND {SELLABLE}
 GROUP BY variant_id
"""


def free_units(variant_ids: Iterable[int], *, on: date) -> dict[int, int]:
    """Free units per variant; a variant without any is not in the answer."""
    return ask_for_free_units(variant_ids, on=on).ask()


def ask_for_free_units(variant_ids: Iterable[int], *, on: date) -> Question[dict[int, int]]:
    """The same, to be asked together with other things."""
    return Question(FREE_SQL, {"variants": list(variant_ids), "today": on}, _read_free_units)


def _read_free_units(rows: Sequence[Row]) -> dict[int, int]:
    return dict(rows)


def reserve(
    quantities: Mapping[int, int], *, cause: str, now: datetime, planned: Shares | None = None
) -> Shares:
    """Promise units to an order, soonest expiry first. To be called last: it holds what others wait for.

    Takes   {variant id: units}; `cause` is the order's reference; `planned`: what `plan` said a moment ago.
    Gives   which lots stand for which units.
    Writes  Lot.reserved and a Movement per lot, in one statement for each.
    Locks   the lots that it takes from, in id order.
    Raises  OutOfStock with every shortage at once; nothing is written then.
    """
    ledger.assert_joined()
    for _ in range(PLANS):
        shares = planned or plan(quantities, on=now.date())
        if take(_by_lot(shares), cause=cause, now=now):
            return shares
        planned = None
    asked = {"variants": list(quantities), "today": now.date()}
    lots = sorted(prepared.fetch_all(LOCK_SQL, asked), key=_soonest)
    shares = share_out(quantities, lots)
    assert take(_by_lot(shares), cause=cause, now=now), "nobody else can take from lots that we hold"
    return shares


LOTS_SQL = f"""
SELECT variant_id, id, on_hand - reserved AS free FROM catalog_lot
 WHERE variant_id = ANY(%(variants)s) AND {SELLABLE}
 ORDER BY sell_until_on NULLS LAST, id
"""
LOCK_SQL = f"""
SELECT variant_id, id, on_hand - reserved, sell_until_on FROM catalog_lot
 WHERE variant_id = ANY(%(variants)s) AND {SELLABLE}
 ORDER BY id FOR NO KEY UPDATE
"""


def plan(quantities: Mapping[int, int], *, on: date) -> Shares:
    """Which lots would stand for which units, as it looks now. One statement, no lock.

    Raises  OutOfStock.
    """
    return share_out(quantities, ask_for_lots(quantities, on=on).ask())


def ask_for_lots(variant_ids: Iterable[int], *, on: date) -> Question[Sequence[Row]]:
    """The lots with free units, soonest expiry first, for `share_out`."""
    return Question(LOTS_SQL, {"variants": list(variant_ids), "today": on}, _as_they_are)


def _as_they_are(rows: Sequence[Row]) -> Sequence[Row]:
    return rows


def share_out(quantities: Mapping[int, int], lots: Iterable[Row]) -> Shares:
    """Which of these lots would stand for which units. Raises OutOfStock."""
    shelves: dict[int, list[Shelf]] = {}
    for variant_id, lot_id, free, *_ in lots:
        shelves.setdefault(variant_id, []).append(Shelf(lot_id, free))
    shares: Shares = {}
    missing: dict[int, int] = {}
    for variant_id, wanted in quantities.items():
        shares[variant_id], short = fefo.split_units(wanted, shelves.get(variant_id, ()))
        if short:
            missing[variant_id] = short
    if missing:
        raise OutOfStock(missing)
    return shares


def _soonest(lot: Row) -> tuple[date, int]:
    _, lot_id, _, last_day = lot
    return last_day or date.max, lot_id


def _by_lot(shares: Shares) -> dict[int, int]:
    return {lot_id: units for share in shares.values() for lot_id, units in share.items()}


TAKE_SQL = f"""
WITH taken AS (
  UPDATE catalog_lot SET reserved = reserved + %(units)s::int
   WHERE id = %(lot)s AND on_hand - reserved >= %(units)s::int AND {SELLABLE}
  RETURNING id
)
INSERT INTO catalog_movement (lot_id, kind, on_hand_change, reserved_change, at, cause)
SELECT id, 'RESERVED', 0, %(units)s::int, %(at)s, %(cause)s::varchar FROM taken
RETURNING lot_id
"""


def take(units_by_lot: Mapping[int, int], *, cause: str, now: datetime) -> bool:
    """Whether all of these units were promised; if one lot had too few, none of them is."""
    if len(units_by_lot) == 1:  # nothing else is held: no savepoint is needed
        return _take_each(units_by_lot, cause=cause, now=now)
    try:
        with transaction.atomic():  # going back to it lets the lots go that we hold already
            if not _take_each(units_by_lot, cause=cause, now=now):
                raise _TooLate
    except _TooLate:
        return False
    return True


class _TooLate(Exception):
    pass


def _take_each(units_by_lot: Mapping[int, int], *, cause: str, now: datetime) -> bool:
    return all(
        prepared.fetch_all(
            TAKE_SQL, {"lot": lot_id, "units": units, "today": now.date(), "at": now, "cause": cause}
        )
        for lot_id, units in sorted(units_by_lot.items())
    )


def release(units_by_lot: Mapping[int, int], *, cause: str, now: datetime, by: Any = None) -> None:
    """Take a promise back: the units are free again, if their lot may be sold."""
    ledger.move(Kind.RELEASED, units_by_lot, reserved=-1, cause=cause, by=by, now=now)


def ship(units_by_lot: Mapping[int, int], *, cause: str, now: datetime, by: Any = None) -> None:
    """Promised units leave the house.

    Locks   the lots, in id order.
    Raises  LotNotFit: one is not released (any more), or has expired. Nothing is written then.
    """
    if bad := ledger.unfit(ledger.lock_lots(list(units_by_lot)), on=now.date()):
        raise LotNotFit(bad)
    ledger.move(Kind.SHIPPED, units_by_lot, on_hand=-1, reserved=-1, cause=cause, by=by, now=now)
