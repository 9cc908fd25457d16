"""Units come into the house: from a supplier, or back from a customer. Neither goes straight to a shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from catalog.models import Location, Lot, Movement, Supplier, Variant
from catalog.stock import ledger
from catalog.stock.ledger import Kind

RETURNS = "RETURNS"  # the place that is made when no other takes returns


@dataclass(frozen=True)
class Delivery:
    """Units of one lot that came in. `cause` is what a delivery note calls it.

    The facts of the pack describe a lot that is new to us; a known lot keeps what was written down first.
    """

    variant: Variant
    location: Location
    lot_code: str
    units: int
    expires_on: date | None
    cause: str
    supplier: Supplier | None = None
    other_codes: tuple[str, ...] = ()
    made_on: date | None = None
    pao_months: int | None = None
    storage_note: str = ""
    code_known: bool = True
    feed_run_id: int | None = None


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
    **facts: Any,
) -> Lot:
    """Put units on a shelf. The same cause for the same lot is the same delivery: it counts once.

    Takes   `facts`: what else a Delivery may say.
    Writes  Lot (made in quarantine when new), Movement.
    """
    delivery = Delivery(variant, location, lot_code, units, expires_on, cause, **facts)
    return receive_all([delivery], now=now, by=by)[0]


def receive_all(deliveries: Sequence[Delivery], *, now: datetime, by: Any = None) -> list[Lot]:
    """The lots of many deliveries, in their order; each lot stands for one of them at most.

    Writes  Lot (made in quarantine when new), Movement. The caller dates new lots: `shelf_life.date_lots`.
    Locks   the lots, once, in id order.
    """
    ledger.assert_joined()
    wanted = _lock_lots(deliveries, now=now)
    received = Movement.objects.filter(kind=Kind.RECEIVED, lot__in=[lot.pk for lot in wanted])
    counted = set(received.values_list("lot_id", "cause"))
    new = [
        (lot, each)
        for lot, each in zip(wanted, deliveries, strict=True)
        if (lot.pk, each.cause) not in counted
    ]
    for lot, each in new:
        lot.on_hand += each.units
    with connection.cursor() as cursor:
        cursor.execute(ADD_SQL, [[lot.pk for lot, _ in new], [each.units for _, each in new]])
    Movement.objects.bulk_create(
        Movement(
            lot=lot,
            kind=Kind.RECEIVED,
            on_hand_change=each.units,
            reserved_change=0,
            at=now,
            actor=by,
            cause=each.cause,
            feed_run_id=each.feed_run_id,
        )
        for lot, each in new
    )
    return wanted


ADD_SQL = """
UPDATE catalog_lot lot SET on_hand = on_hand + told.units
  FROM unnest(%s::bigint[], %s::int[]) AS told(lot_id, units) WHERE lot.id = told.lot_id
"""


def _lock_lots(deliveries: Sequence[Delivery], *, now: datetime) -> list[Lot]:
    """The lot of each delivery; missing ones are made, empty and in quarantine."""
    Lot.objects.bulk_create(
        [
            Lot(
                variant=each.variant,
                location=each.location,
                code=each.lot_code,
                expires_on=each.expires_on,
                supplier=each.supplier,
                other_codes=list(each.other_codes),
                made_on=each.made_on,
                received_on=now.date(),
                pao_months=each.pao_months,
                storage_note=each.storage_note,
                code_known=each.code_known,
            )
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


def take_back(*, lot_id: int, units: int, destroy: bool, cause: str, now: datetime, by: Any = None) -> Lot:
    """The lot in which returned units stand now: apart, in quarantine; or destroyed at once.

    Takes   `lot_id`: the lot that they were shipped from.
    Writes  the lot's twin at the place that takes returns (made when there is none), RETURNED, and
            WRITTEN_OFF when they are destroyed.
    Locks   the twin.
    """
    ledger.assert_joined()
    place, _ = Location.objects.get_or_create(
        takes_returns=True, defaults={"code": RETURNS, "name": "Returns"}
    )
    twin = make_twin(Lot.objects.get(pk=lot_id), place)
    ledger.move(Kind.RETURNED, {twin.pk: units}, on_hand=+1, cause=cause, by=by, now=now)
    if destroy:
        ledger.move(Kind.WRITTEN_OFF, {twin.pk: units}, on_hand=-1, cause=cause, by=by, now=now)
    twin.refresh_from_db()
    return twin


OF_THE_PACK = (
    *("supplier_id", "formula_id", "code_known", "other_codes", "made_on", "received_on", "expires_on"),
    *("pao_months", "sell_until_on", "storage_note"),
)


def make_twin(lot: Lot, place: Location) -> Lot:
    """The same lot at another place: the same packs, another shelf. In quarantine when it is new."""
    twin, _ = Lot.objects.get_or_create(
        variant_id=lot.variant_id,
        location=place,
        code=lot.code,
        defaults={name: getattr(lot, name) for name in OF_THE_PACK},
    )
    return twin
