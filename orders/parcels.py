"""The parcels of an order, and which units of which lot are in each. Reading only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from orders import statement
from orders.models import Order, OrderLine, Shipment, ShipmentLine


@dataclass(frozen=True)
class LotInside:
    """Units of one lot in a parcel. `code` is empty when nobody noted what is printed."""

    row: ShipmentLine
    code: str
    expires_on: str
    units: int
    returned_units: int


@dataclass(frozen=True)
class LineInside:
    line: OrderLine
    lots: tuple[LotInside, ...]

    @property
    def units(self) -> int:
        return sum(lot.units for lot in self.lots)


@dataclass(frozen=True)
class Parcel:
    shipment: Shipment
    lines: tuple[LineInside, ...]

    @property
    def tracking_url(self) -> str:
        """Staff type it in; a customer must be able to trust what a button opens."""
        url = self.shipment.tracking_url
        return url if urlsplit(url).scheme in ("http", "https") else ""


@dataclass(frozen=True)
class GoodsLine:
    """What stands in a list of goods without prices."""

    name: str
    size: str
    units: int


def list_parcels(order: Order) -> list[Parcel]:
    """The parcels, the first one first. Two statements."""
    rows = ShipmentLine.objects.filter(shipment__order=order).select_related("line", "lot")
    inside: dict[int, dict[int, list[ShipmentLine]]] = {}
    for row in rows.order_by("line_id", "pk"):
        inside.setdefault(row.shipment_id, {}).setdefault(row.line_id, []).append(row)
    return [
        Parcel(
            shipment,
            tuple(
                LineInside(lots[0].line, tuple(map(_tell_lot, lots)))
                for lots in inside.get(shipment.pk, {}).values()
            ),
        )
        for shipment in order.shipments.order_by("pk")
    ]


def _tell_lot(row: ShipmentLine) -> LotInside:
    lot = row.lot
    return LotInside(
        row,
        lot.code if lot.code_known else "",
        lot.expires_on.isoformat() if lot.expires_on else "",
        row.units,
        row.returned_units,
    )


def list_goods(lines: Iterable[LineInside]) -> list[GoodsLine]:
    """What is in a parcel, as a customer reads it."""
    return [GoodsLine(one.line.product_name, one.line.variant_name, one.units) for one in lines]


def list_left(order: Order) -> list[GoodsLine]:
    """What has been promised and is not sent yet."""
    return [
        GoodsLine(line.product_name, line.variant_name, line.units - line.shipped_units)
        for line in order.lines.order_by("pk")
        if line.shipped_units < line.units
    ]


def show_parcel(parcel: Parcel) -> dict[str, Any]:
    """The parcel as the API shows it."""
    shipment = parcel.shipment
    return {
        "carrier": shipment.carrier,
        "tracking_code": shipment.tracking_code,
        "tracking_url": shipment.tracking_url,
        "shipped_at": shipment.shipped_at.isoformat(),
        "lines": [
            {
                "sku": one.line.sku,
                "units": one.units,
                "lots": [
                    {"code": lot.code or None, "expires_on": lot.expires_on or None, "units": lot.units}
                    for lot in one.lots
                ],
            }
            for one in parcel.lines
        ],
    }


def tell_travel(parcel: Parcel) -> dict[str, str]:
    """Who brings it and how to follow it, in a mail's words."""
    return {
        "carrier": parcel.shipment.carrier,
        "tracking_code": parcel.shipment.tracking_code,
        "tracking_url": parcel.tracking_url,
        "shipped_on": statement.write_date(parcel.shipment.shipped_at),
    }
