"""What to take from which shelf for the orders that are to be sent: by place, soonest expiry first."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Q, QuerySet

from catalog.models import Location, Lot
from orders.models import Allocation, Order

SAY = {
    Lot.Status.QUARANTINE: "is in quarantine",
    Lot.Status.BLOCKED: "is blocked",
    Lot.Status.RECALLED: "is recalled",
}


@dataclass
class LotPick:
    """Units of one lot, and for which orders."""

    lot: Lot
    name: str
    size: str
    sku: str
    units: int = 0
    picks: list[Allocation] = field(default_factory=list)


@dataclass
class Place:
    location: Location
    lots: list[LotPick] = field(default_factory=list)

    @property
    def units(self) -> int:
        return sum(lot.units for lot in self.lots)


@dataclass
class Stop:
    """An order that must not be packed: some of its lots may not leave the house."""

    order: Order
    why: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PackingList:
    stops: list[Stop]
    places: list[Place]
    orders: list[Order]  # that are on it: the longest paid first


def draw_packing_list(
    *, on: date, order_ids: Collection[int] | None = None, location_code: str = ""
) -> PackingList:
    """What to pack: all orders to ship, or the chosen ones; at one place, or at all of them. One statement.

    An order with a lot that is not fit stands among the stops with nothing to take for it.
    """
    rows = list(_find_promises(order_ids))
    stops = {stop.order.pk: stop for stop in _find_stops(rows, on=on)}
    places: dict[int, Place] = {}
    lots: dict[int, LotPick] = {}
    for row in rows:
        if row.line.order_id in stops or location_code not in ("", row.lot.location.code):
            continue
        place = places.setdefault(row.lot.location_id, Place(row.lot.location))
        if row.lot_id not in lots:
            lots[row.lot_id] = LotPick(row.lot, row.line.product_name, row.line.variant_name, row.line.sku)
            place.lots.append(lots[row.lot_id])
        lots[row.lot_id].units += row.units
        lots[row.lot_id].picks.append(row)
    on_it = {row.line.order_id: row.line.order for lot in lots.values() for row in lot.picks}
    ordered = sorted(on_it.values(), key=lambda order: (order.paid_at or order.placed_at, order.pk))
    return PackingList(list(stops.values()), list(places.values()), ordered)


def _find_promises(order_ids: Collection[int] | None) -> QuerySet[Allocation]:
    rows = Allocation.objects.filter(line__order__status=Order.Status.PAID)
    if order_ids is not None:
        rows = rows.filter(line__order__in=order_ids)
    return rows.select_related("line__order", "lot__location").order_by(
        "lot__location__code",
        F("lot__expires_on").asc(nulls_last=True),
        "lot_id",
        "line__order__paid_at",
        "pk",
    )


def _find_stops(rows: Iterable[Allocation], *, on: date) -> list[Stop]:
    stops: dict[int, Stop] = {}
    for row in rows:
        if why := say_unfit(row.lot, on=on):
            stop = stops.setdefault(row.line.order_id, Stop(row.line.order))
            stop.why.append(f"{row.units} × {row.line.product_name}: {why}")
    return list(stops.values())


def say_unfit(lot: Lot, *, on: date) -> str:
    """Why the lot may not leave the house on that day, in words; empty when it may."""
    if lot.status != Lot.Status.RELEASED:
        return f"lot {lot.code} {SAY[Lot.Status(lot.status)]}"
    if lot.expires_on is not None and lot.expires_on <= on:
        return f"lot {lot.code} is over its date"
    return ""


def find_unfit(order: Order, *, on: date) -> list[Allocation]:
    """The promises of an order that cannot be kept from their lots."""
    rows = Allocation.objects.filter(unfit(on=on), line__order=order)
    return list(rows.select_related("line", "lot").order_by("pk"))


def unfit(*, on: date) -> Q:
    """Of allocations: those whose lot may not leave the house, as `catalog.stock.ship` sees it."""
    return ~Q(lot__status=Lot.Status.RELEASED) | Q(lot__expires_on__lte=on)
