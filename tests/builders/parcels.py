"""Parcels that left and came back, by the shop's own verbs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from catalog.models import Lot
from orders import dispatch
from orders.models import Order, OrderLine, OrderReturn, ReturnLine, ShipmentLine
from orders.returns import Returned
from payments import returning
from tests.builders.clock import NOW
from tests.builders.goods import make_lot, make_product
from tests.builders.markets import make_delivery, make_market
from tests.builders.orders import make_order, pay_order

SEALED = ReturnLine.Condition.SEALED


def make_paid(*, units: int = 3, lots: int = 1, **details: Any) -> Order:
    """A paid order of one size; its units stand in as many lots, named A, B, C, that expire in that order."""
    make_market()
    make_delivery()
    variant = make_product().variants.get()
    each, more = divmod(units, lots)
    for place, code in enumerate("ABCDEFG"[:lots]):
        make_lot(variant, units=each + (more if place == 0 else 0), code=code)
    order = make_order({variant: units}, **details)
    pay_order(order)
    return order


def send(
    order: Order, units: Mapping[int, Mapping[int, int]] | None = None, *, now: datetime = NOW, **how: Any
) -> Order:
    """The order, sent as told or all of it."""
    parcel = {"carrier": "DHL", "tracking_code": "JD1", "tracking_url": "https://dhl.example/JD1"} | how
    return dispatch.dispatch_order(order_id=order.pk, units=units, now=now, **parcel)


def only_line(order: Order) -> OrderLine:
    return order.lines.get()


def from_lots(order: Order, **units: int) -> dict[int, dict[int, int]]:
    """A parcel of an order of one line, by the codes of the lots."""
    line = only_line(order)
    lots = dict(Lot.objects.filter(variant=line.variant_id, code__in=units).values_list("code", "pk"))
    return {line.pk: {lots[code]: count for code, count in units.items()}}


def send_back(
    order: Order, units: int | None = None, *, condition: str = SEALED, now: datetime = NOW, **how: Any
) -> OrderReturn:
    """Units of the order's first parcel, back in the house; all that are still out unless told."""
    row = ShipmentLine.objects.filter(shipment__order=order).order_by("pk")[0]
    count = row.units - row.returned_units if units is None else units
    return returning.take_return(
        order_id=order.pk, lines=[Returned(row.pk, count, condition)], note="", now=now, **how
    )


def furnish_parcels() -> None:
    """An order of three units: one is with the customer, one came back sealed, one is still to be sent."""
    order = make_paid(units=3, lots=2)
    send(order, from_lots(order, A=2))
    send_back(order, 1)
