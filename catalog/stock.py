"""How much there is, and to whom it is promised. The only writer of a lot's counters.

Every change of a counter writes its Movement in the same transaction, so that a lot's counters
are always the sum of its movements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F

from catalog import fefo, prepared
from catalog.models import Location, Lot, Movement, Variant


@dataclass(eq=False)
class OutOfStock(Exception):
    """Some variants have fewer free units than asked for."""

    missing: dict[int, int]  # variant id → units short


@dataclass(eq=False)
class BelowReserved(Exception):
    """A count says fewer units than are promised to orders."""

    counted: int
    reserved: int


@dataclass(frozen=True)
class Delivery:
    """Units of one lot that came in. `cause` is what a delivery note calls it."""

    variant: Variant
    location: Location
    lot_code: str
    units: int
    expires_on: date | None
    cause: str


Shares = dict[int, dict[int, int]]  # variant id → {lot id: units}


FREE_SQL = """
SELECT variant_id, sum(on_hand - reserved) FROM catalog_lot
 WHERE variant_id = ANY(%s) AND on_hand > reserved AND (expires_on IS NULL OR expires_on > %s)
 GROUP BY variant_id
"""


def free_units(variant_ids: Iterable[int], *, on: date) -> dict[int, int]:
    """Free units per variant; a variant without any is not in the answer."""
    return dict(prepared.fetch_all(FREE_SQL, [list(variant_ids), on]))


def reserve(quantities: Mapping[int, int], *, cause: str, now: datetime) -> Shares:
    """Promise units to an order, soonest expiry first.

    Takes   {variant id: units}; `cause` is the order's reference.
    Gives   which lots stand for which units.
    Writes  Lot.reserved and a Movement per lot.
    Locks   the sellable lots of those variants, once, in id order.
    Raises  OutOfStock with every shortage at once, before anything is written.
    """
    _assert_joined()
    sellable = Lot.objects.sellable(now.date()).filter(variant_id__in=quantities)
    lots = list(sellable.order_by("id").select_for_update(no_key=True))
    shares: Shares = {}
    missing: dict[int, int] = {}
    for variant_id, wanted in quantities.items():
        own = sorted((lot for lot in lots if lot.variant_id == variant_id), key=_soonest_expiry)
        shelves = [fefo.Shelf(lot.pk, lot.on_hand - lot.reserved) for lot in own]
        shares[variant_id], short = fefo.split_units(wanted, shelves)
        if short:
            missing[variant_id] = short
    if missing:
        raise OutOfStock(missing)
    changes = {lot_id: units for share in shares.values() for lot_id, units in share.items()}
    _move(Movement.Kind.RESERVED, changes, on_hand=0, reserved=+1, cause=cause, actor=None, now=now)
    return shares


def release(units_by_lot: Mapping[int, int], *, cause: str, now: datetime, by: Any = None) -> None:
    """Take a promise back: the units are free again."""
    _assert_joined()
    _move(Movement.Kind.RELEASED, units_by_lot, on_hand=0, reserved=-1, cause=cause, actor=by, now=now)


def ship(units_by_lot: Mapping[int, int], *, cause: str, now: datetime, by: Any = None) -> None:
    """Promised units leave the house."""
    _assert_joined()
    _move(Movement.Kind.SHIPPED, units_by_lot, on_hand=-1, reserved=-1, cause=cause, actor=by, now=now)


def receive(
    *,
    variant: Variant,
    location: Location,
    lot_code: str,
    units: int,
    expires_on: date | None,
    cause: str,
    now: datetime,
    by: Any = None,
) -> Lot:
    """Put units on a shelf. The same cause for the same lot is the same delivery: it counts once.

    Writes  Lot (made when new), Movement.
    """
    delivery = Delivery(variant, location, lot_code, units, expires_on, cause)
    return receive_all([delivery], now=now, by=by)[0]


def receive_all(deliveries: Sequence[Delivery], *, now: datetime, by: Any = None) -> list[Lot]:
    """The lots of many deliveries, in their order; each lot stands for one of them at most.

    Writes  Lot (made when new), Movement.
    Locks   the lots, once, in id order.
    """
    _assert_joined()
    wanted = _lock_lots(deliveries)
    received = Movement.objects.filter(kind=Movement.Kind.RECEIVED, lot__in=[lot.pk for lot in wanted])
    counted = set(received.values_list("lot_id", "cause"))
    new = [
        (lot, each)
        for lot, each in zip(wanted, deliveries, strict=True)
        if (lot.pk, each.cause) not in counted
    ]
    for lot, each in new:
        lot.on_hand += each.units
    Lot.objects.bulk_update([lot for lot, _ in new], ["on_hand"], batch_size=500)
    Movement.objects.bulk_create(
        Movement(
            lot=lot,
            kind=Movement.Kind.RECEIVED,
            on_hand_change=each.units,
            reserved_change=0,
            at=now,
            actor=by,
            cause=each.cause,
        )
        for lot, each in new
    )
    return wanted


def _lock_lots(deliveries: Sequence[Delivery]) -> list[Lot]:
    """The lot of each delivery; missing ones are made, empty."""
    Lot.objects.bulk_create(
        [
            Lot(variant=each.variant, location=each.location, code=each.lot_code, expires_on=each.expires_on)
            for each in deliveries
        ],
        ignore_conflicts=True,
    )
    rows = Lot.objects.filter(
        variant__in={each.variant.pk for each in deliveries}, code__in={each.lot_code for each in deliveries}
    )
    locked = list(rows.order_by("id").select_for_update(no_key=True))
    lots = {(lot.variant_id, lot.location_id, lot.code): lot for lot in locked}
    return [lots[each.variant.pk, each.location.pk, each.lot_code] for each in deliveries]


def count_lot(*, lot_id: int, counted: int, cause: str, now: datetime, by: Any = None) -> Lot:
    """Set what stands on the shelf to what was counted there.

    Raises  BelowReserved: units promised to orders cannot be counted away.
    """
    _assert_joined()
    lot = Lot.objects.select_for_update(no_key=True).get(pk=lot_id)
    if counted < lot.reserved:
        raise BelowReserved(counted=counted, reserved=lot.reserved)
    if counted != lot.on_hand:
        change = counted - lot.on_hand
        _move(Movement.Kind.COUNTED, {lot.pk: change}, on_hand=+1, reserved=0, cause=cause, actor=by, now=now)
        lot.refresh_from_db()
    return lot


def _soonest_expiry(lot: Lot) -> tuple[date, int]:
    return lot.expires_on or date.max, lot.pk


def _move(
    kind: Movement.Kind,
    units_by_lot: Mapping[int, int],
    *,
    on_hand: int,
    reserved: int,
    cause: str,
    actor: Any,
    now: datetime,
) -> None:
    """Change counters in lot order, and write down why. `on_hand` and `reserved` are +1, 0 or -1."""
    for lot_id, units in sorted(units_by_lot.items()):
        Lot.objects.filter(pk=lot_id).update(
            on_hand=F("on_hand") + on_hand * units, reserved=F("reserved") + reserved * units
        )
    Movement.objects.bulk_create(
        Movement(
            lot_id=lot_id,
            kind=kind,
            on_hand_change=on_hand * units,
            reserved_change=reserved * units,
            at=now,
            actor=actor,
            cause=cause,
        )
        for lot_id, units in sorted(units_by_lot.items())
    )


def _assert_joined() -> None:
    assert connection.in_atomic_block, "stock moves inside its caller's transaction"
