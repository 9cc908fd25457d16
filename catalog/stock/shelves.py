"""What a person does at a shelf: counting, writing off, carrying to another one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.models import Location, Lot
from catalog.stock import arrivals, ledger
from catalog.stock.ledger import Correction, Kind


@dataclass(eq=False)
class BelowReserved(Exception):
    """A count says fewer units than are promised to orders, or fewer than that would stay."""

    counted: int
    reserved: int


def count_lot(*, lot_id: int, counted: int, cause: str, now: datetime, by: Any = None) -> Lot:
    """Set what stands on the shelf to what was counted there, now.

    Writes  Lot.on_hand, Lot.counted_at, a Movement when they differ.
    Locks   the lot.
    Raises  BelowReserved: units promised to orders cannot be counted away.
    """
    [lot] = ledger.lock_lots([lot_id])
    if counted < lot.reserved:
        raise BelowReserved(counted=counted, reserved=lot.reserved)
    ledger.correct_counts([Correction(lot_id, counted - lot.on_hand, now, cause)], now=now, by=by)
    lot.refresh_from_db()
    return lot


def write_off(*, lot_id: int, units: int, cause: str, now: datetime, by: Any = None) -> Lot:
    """Units that are gone or must go: broken, expired, recalled.

    Locks   the lot.
    Raises  BelowReserved: what is promised to orders must be promised from elsewhere first.
    """
    [lot] = ledger.lock_lots([lot_id])
    if lot.on_hand - units < lot.reserved:
        raise BelowReserved(counted=lot.on_hand - units, reserved=lot.reserved)
    ledger.move(Kind.WRITTEN_OFF, {lot_id: units}, on_hand=-1, cause=cause, by=by, now=now)
    lot.refresh_from_db()
    return lot


def move_units(*, lot_id: int, to: Location, units: int, cause: str, now: datetime, by: Any = None) -> Lot:
    """The lot at the other place, with the units that were carried there.

    A twin that is new there stands in quarantine: `catalog.lots` says whether it may be sold from.
    Writes  a MOVED movement at each place.
    Locks   both lots, in id order.
    Raises  BelowReserved: promised units stay where they are promised.
    """
    twin = arrivals.make_twin(Lot.objects.get(pk=lot_id), to)
    assert twin.pk != lot_id, "the door offers other places only"
    here = next(lot for lot in ledger.lock_lots([lot_id, twin.pk]) if lot.pk == lot_id)
    if here.on_hand - units < here.reserved:
        raise BelowReserved(counted=here.on_hand - units, reserved=here.reserved)
    changes = {lot_id: -units, twin.pk: units}
    ledger.move(Kind.MOVED, changes, on_hand=+1, cause=cause, by=by, now=now)
    twin.refresh_from_db()
    return twin
