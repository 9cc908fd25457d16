"""Who has what a recall means: buyers, by the lot that left in their parcel; and orders still to be sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog import stock
from catalog.models import Lot
from orders.models import Allocation, Order, OrderLine, RecallNotice, ShipmentLine
from orders.recall_scope import Scope

Sort = RecallNotice.Sort
HAVE_SOME = Q(units__gt=F("returned_units"))


@dataclass
class Buyer:
    """One order that holds units of it, without those that came back."""

    order_id: int
    reference: str
    email: str
    country: str
    currency: str
    sort: Sort = Sort.UNKNOWN_LOT
    units: int = 0
    lot_codes: list[str] = field(default_factory=list)
    sent_on: date | None = None
    paid_cents: int = 0  # for these units, with tax, rounded up: what giving it back would cost at most


def find_buyers(scope: Scope) -> list[Buyer]:
    """Everybody whose parcel held affected units, or units of whose lot we know too little.

    A lot that nobody noted, a parcel sent before lots were noted: each counts as unknown, not as fine.
    """
    buyers: dict[int, Buyer] = {}
    certain = {lot.pk for lot in scope.affected}
    codes = {lot.pk: lot.code for lot in scope.affected if lot.code_known}
    for row in _parcel_lines(scope.lot_ids):
        buyer = _buyer_of(buyers, row)
        _count(buyer, row, row["units"] - row["returned_units"])
        if row["lot_id"] in certain:
            buyer.sort = Sort.KNOWN_LOT
            if (code := codes.get(row["lot_id"])) is not None and code not in buyer.lot_codes:
                buyer.lot_codes.append(code)
    for row in _lines_without_lots(scope):
        buyer = _buyer_of(buyers, row)
        _count(buyer, row, row["shipped_units"] - row["noted"])
        if row["product_id"] in scope.whole_product_ids:
            buyer.sort = Sort.KNOWN_LOT
    for buyer in buyers.values():
        buyer.lot_codes.sort()
    return [buyers[order_id] for order_id in sorted(buyers)]


ABOUT_ORDER = ("reference", "email", "country", "currency")
ABOUT_LINE: dict[str, Any] = {
    **{name: F(f"line__order__{name}") for name in ABOUT_ORDER},
    "order_id": F("line__order_id"),
    "bought": F("line__units"),
    "cents": F("line__total_cents"),
}


def _parcel_lines(lot_ids: Iterable[int]) -> Iterable[dict[str, Any]]:
    rows = ShipmentLine.objects.filter(HAVE_SOME, lot__in=list(lot_ids)).order_by("id")
    columns = ("lot_id", "units", "returned_units", "sent_at")
    told = rows.annotate(sent_at=F("shipment__shipped_at"), **ABOUT_LINE)
    found: Iterable[dict[str, Any]] = told.values(*columns, *ABOUT_LINE).iterator()
    return found


def _lines_without_lots(scope: Scope) -> Iterable[dict[str, Any]]:
    """Lines of which more units were sent than parcels say lots for."""
    noted = ShipmentLine.objects.filter(line=OuterRef("pk")).order_by().values("line")
    sent = Coalesce(Subquery(noted.annotate(all=Sum("units")).values("all")), 0)
    about = {name: F(f"order__{name}") for name in ABOUT_ORDER}
    rows = OrderLine.objects.filter(variant__product__in=scope.product_ids).annotate(
        noted=sent,
        product_id=F("variant__product_id"),
        sent_at=F("order__shipped_at"),
        bought=F("units"),
        cents=F("total_cents"),
        **about,
    )
    columns = ("shipped_units", "noted", "product_id", "sent_at", "order_id", "bought", "cents")
    more: Any = rows.filter(shipped_units__gt=F("noted")).order_by("id")
    found: Iterable[dict[str, Any]] = more.values(*columns, *about).iterator()
    return found


def _buyer_of(buyers: dict[int, Buyer], row: dict[str, Any]) -> Buyer:
    about = {name: row[name] for name in ABOUT_ORDER}
    return buyers.setdefault(row["order_id"], Buyer(order_id=row["order_id"], **about))


def _count(buyer: Buyer, row: dict[str, Any], units: int) -> None:
    buyer.units += units
    buyer.paid_cents += -(-row["cents"] * units // row["bought"])
    if row["sent_at"] is not None:
        sent_on = timezone.localtime(row["sent_at"]).date()
        buyer.sent_on = min(buyer.sent_on or sent_on, sent_on)


def count_unaffected(scope: Scope, buyers: Iterable[Buyer]) -> int:
    """Orders that got units of the same products, all of them from lots that are not meant."""
    sent = OrderLine.objects.filter(variant__product__in=scope.product_ids, shipped_units__gt=0)
    orders = set(sent.order_by().values_list("order_id", flat=True))
    returned = ShipmentLine.objects.filter(lot__in=scope.lot_ids).order_by()  # also what all came back
    touched = set(returned.values_list("line__order_id", flat=True))
    return len(orders - touched - {buyer.order_id for buyer in buyers})


@dataclass
class Promised:
    """An order still to be sent that holds units of it."""

    order: Order
    units: int = 0
    lot_codes: list[str] = field(default_factory=list)
    others_can_stand_in: bool = True  # other released lots have as many free units, as it looks now


def find_promised(scope: Scope, *, on: date) -> list[Promised]:
    """Orders that wait for money or for their parcel, and hold units of these lots; the oldest first."""
    held = Allocation.objects.filter(lot__in=scope.lot_ids).select_related("line__order", "lot")
    spare = find_spare(scope, on=on)
    found: dict[int, Promised] = {}
    for one in held.order_by("line__order__placed_at", "line__order_id", "id"):
        promised = found.setdefault(one.line.order_id, Promised(one.line.order))
        promised.units += one.units
        promised.lot_codes.append(one.lot.code)
        if spare.get(one.lot.variant_id, 0) < one.units:
            promised.others_can_stand_in = False
    return list(found.values())


def find_spare(scope: Scope, *, on: date) -> dict[int, int]:
    """{variant id: units free in lots that are not meant}, also before those are blocked."""
    free = stock.free_units(scope.variant_ids, on=on)
    meant = Lot.objects.sellable(on).filter(pk__in=scope.lot_ids)
    for lot in meant:
        free[lot.variant_id] -= lot.on_hand - lot.reserved
    return free


def sum_cost(buyers: Iterable[Buyer]) -> dict[str, int]:
    """{currency: minor units} that buyers paid for what they hold."""
    cost: dict[str, int] = {}
    for buyer in buyers:
        cost[buyer.currency] = cost.get(buyer.currency, 0) + buyer.paid_cents
    return cost
