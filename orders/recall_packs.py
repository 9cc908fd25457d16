"""What one buyer holds of a recall: packs, line by line of the order."""

from dataclasses import dataclass

from catalog.models import Lot
from orders import recall_scope, worth
from orders.models import Order, OrderLine, RecallNotice, ShipmentLine
from orders.recall_scope import Scope


@dataclass(frozen=True)
class Pack:
    """Units of one size in one order, and the lots that their packs may say. No lots: all of them."""

    name: str
    brand: str
    size: str
    units: int
    lot_codes: tuple[str, ...]
    known: bool


@dataclass(frozen=True)
class Held:
    """One line of the order. `known`: from lots that are meant for sure."""

    line: OrderLine
    units: int
    lots: tuple[Lot, ...]
    known: bool


def find_packs(notice: RecallNotice) -> list[Pack]:
    """What the buyer reads: lots as printed on the pack, or, where nobody noted any, those recalled."""
    return [_describe(notice, held) for held in find_held(notice)]


def price_of(notice: RecallNotice) -> int:
    """What the buyer paid for what they hold of it, in minor units, with tax and without the delivery."""
    return sum(worth.share_of(held.line, 0, held.units) for held in find_held(notice))


def find_held(notice: RecallNotice) -> list[Held]:
    """Without what came back; when all of it has, what the parcel held."""
    scope = recall_scope.find_scope(notice.recall)
    return _find_held(notice.order, scope) or _find_held(notice.order, scope, with_returned=True)


def find_out(notice: RecallNotice) -> list[Held]:
    """What is still with the buyer: nothing, when all of it came back."""
    return _find_held(notice.order, recall_scope.find_scope(notice.recall))


def _find_held(order: Order, scope: Scope, *, with_returned: bool = False) -> list[Held]:
    certain = {lot.pk: lot for lot in scope.affected}
    meant = {*certain, *(lot.pk for lot in scope.unsure)}
    sent: dict[int, list[ShipmentLine]] = {}
    for row in ShipmentLine.objects.filter(line__order=order).order_by("id"):
        sent.setdefault(row.line_id, []).append(row)
    lines = order.lines.filter(variant__product__in=scope.product_ids).select_related(
        "variant__product__brand"
    )
    found = []
    for line in lines.order_by("id"):
        parcels = sent.get(line.pk, [])
        unnoted = max(line.shipped_units - sum(row.units for row in parcels), 0)
        left = {row: row.units - (0 if with_returned else row.returned_units) for row in parcels}
        rows = [row for row in parcels if row.lot_id in meant and left[row]]
        if units := sum(left[row] for row in rows) + unnoted:
            whole = line.variant.product_id in scope.whole_product_ids
            known = whole or (not unnoted and all(row.lot_id in certain for row in rows))
            lots = tuple(certain[row.lot_id] for row in rows if row.lot_id in certain)
            found.append(Held(line, units, lots, known))
    return found


def _describe(notice: RecallNotice, held: Held) -> Pack:
    codes = {code for lot in held.lots for code in ([lot.code] if lot.code_known else lot.other_codes)}
    if not held.known:
        named = notice.recall.lots.filter(product=held.line.variant.product_id)
        codes |= set(named.values_list("code", flat=True))
    line = held.line
    brand = line.variant.product.brand.name
    return Pack(line.product_name, brand, line.variant_name, held.units, tuple(sorted(codes)), held.known)
