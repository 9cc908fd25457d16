"""Sending things: promised units leave the house, all at once or in parcels, and the customer is told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from catalog import contention, stock
from orders import lifecycle, mail, packing, packing_plan
from orders.models import Allocation, Order, OrderEvent, OrderLine, OrderMail, Shipment, ShipmentLine
from orders.packing_plan import LotNotFree, OrderChanged, Plan


def dispatch_order(
    *,
    order_id: int,
    carrier: str,
    tracking_code: str,
    tracking_url: str,
    now: datetime,
    by: Any = None,
    units: Mapping[int, Mapping[int, int]] | None = None,
    seen: str | None = None,
) -> Order:
    """The order, sent or sent in part. Sending all of it twice changes nothing: the first parcel stands.

    Takes   `units`: {line id: {lot id: units}} in this parcel, None for all that is left; a lot may be
            another than the promised one, when the packer found it better. `seen`: what was left when
            somebody looked, as `packing_plan.write_seen` says it.
    Writes  Shipment, its lines, Movement per lot, Allocation, Order(SHIPPED) once nothing is left, the
            diary, and the mail that we owe for this parcel.
    Locks   the order, then its lots.
    Raises  OrderClosed: it is not paid, or was cancelled. OrderChanged: something was sent or moved since.
            NotLeft, LotNotFree; LotNotFit: a lot is blocked, recalled or over its date. Nothing is sent then.
    """

    def story() -> Order:
        with transaction.atomic(durable=True):
            order = lifecycle.lock_order(order_id)
            if order.status == Order.Status.SHIPPED and units is None:
                return order
            if order.status != Order.Status.PAID:
                raise lifecycle.OrderClosed(order.status)
            shipment = Shipment(
                order=order,
                carrier=carrier,
                tracking_code=tracking_code,
                tracking_url=tracking_url,
                shipped_at=now,
                shipped_by=by,
            )
            _send(shipment, units=units, seen=seen)
        return order

    return contention.begin_again_when_blocked(story)


def _send(shipment: Shipment, *, units: Mapping[int, Mapping[int, int]] | None, seen: str | None) -> None:
    order, now, by = shipment.order, shipment.shipped_at, shipment.shipped_by
    held = lifecycle.list_promises(order)
    if seen is not None and seen != packing_plan.write_seen(held):
        raise OrderChanged
    plan = packing_plan.plan_parcel(held, units)
    _move_units(order, plan, now=now, by=by)
    shipment.save(force_insert=True)
    _write_down(shipment, plan)
    _tell(order, shipment, plan, now=now, by=by)


def _move_units(order: Order, plan: Plan, *, now: datetime, by: Any) -> None:
    """The counters: other lots are promised first, what they replace is let go, the parcel leaves.

    Locks   all of these lots at once, in id order.
    """
    lots = stock.lock_lots([*plan.parcel, *plan.spare])
    if plan.swapped:
        variants = dict(order.lines.values_list("pk", "variant_id"))
        at_home = {lot.pk for lot in lots if lot.variant_id == variants[plan.line_of[lot.pk]]}
        fits = at_home >= set(plan.swapped)
        if not fits or not stock.take(plan.swapped, cause=order.reference, now=now):
            raise LotNotFree(sorted(plan.swapped))
        stock.release(plan.spare, cause=order.reference, now=now, by=by)
    stock.ship(plan.parcel, cause=order.reference, now=now, by=by)


def _write_down(shipment: Shipment, plan: Plan) -> None:
    """Which units of which lot the customer has now: a recall asks. And what is still promised."""
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, line_id=plan.line_of[lot_id], lot_id=lot_id, units=units)
        for lot_id, units in plan.parcel.items()
    )
    lines = list(OrderLine.objects.filter(order=shipment.order_id))
    for line in lines:
        line.shipped_units += sum(plan.parcel[lot_id] for lot_id in plan.lots_of(line.pk))
    OrderLine.objects.bulk_update(lines, ["shipped_units"])
    rows = Allocation.objects.filter(line__in=lines)
    rows.filter(lot__in=[lot_id for lot_id, units in plan.left.items() if not units]).delete()
    for lot_id in {*plan.parcel, *plan.spare} & {lot_id for lot_id, units in plan.left.items() if units}:
        rows.filter(lot=lot_id).update(units=plan.left[lot_id])


def _tell(order: Order, shipment: Shipment, plan: Plan, *, now: datetime, by: Any) -> None:
    note, kind = shipment.tracking_code, OrderEvent.Kind.SHIPPED
    if any(plan.left.values()):
        kind, note = OrderEvent.Kind.SENT_PART, write_units(plan.units_by_line(), order, note)
    else:
        order.status, order.shipped_at = Order.Status.SHIPPED, now
        order.save(update_fields=["status", "shipped_at"])
    lifecycle.write_diary(order, kind, now=now, by=by, note=note)
    mail.owe_mail(order=order, kind=OrderMail.Kind.SHIPPED, about=shipment.pk, now=now)


def promise_anew(*, order_id: int, now: datetime, by: Any = None) -> Order:
    """The order, promised from lots that may be sent; what was fit stays as it was. Twice changes nothing.

    Writes  Allocation, Movement, the diary.
    Locks   the order, then lots.
    Raises  OrderClosed: it is over, or all of it has gone. OutOfStock: nothing has changed.
    """
    return contention.begin_again_when_blocked(lambda: _promise_anew(order_id, now=now, by=by))


def _promise_anew(order_id: int, *, now: datetime, by: Any) -> Order:
    with transaction.atomic(durable=True):
        order = lifecycle.lock_order(order_id)
        if order.status not in (Order.Status.PLACED, Order.Status.PAID):
            raise lifecycle.OrderClosed(order.status)
        unfit = packing.find_unfit(order, on=now.date())
        if not unfit:
            return order
        wanted: dict[int, int] = {}
        for row in unfit:
            wanted[row.line.variant_id] = wanted.get(row.line.variant_id, 0) + row.units
        shares = stock.reserve(wanted, cause=order.reference, now=now)
        stock.release({row.lot_id: row.units for row in unfit}, cause=order.reference, now=now, by=by)
        Allocation.objects.filter(pk__in=[row.pk for row in unfit]).delete()
        for line in order.lines.filter(variant__in=shares):
            _promise_more(line, shares[line.variant_id])
        note = "Instead of " + ", ".join(
            f"{row.units} × {row.line.sku} of lot {row.lot.code}" for row in unfit
        )
        lifecycle.write_diary(order, OrderEvent.Kind.MOVED, now=now, by=by, note=note)
    return order


def _promise_more(line: OrderLine, units_by_lot: Mapping[int, int]) -> None:
    for lot_id, units in units_by_lot.items():
        row, new = Allocation.objects.get_or_create(line=line, lot_id=lot_id, defaults={"units": units})
        if not new:
            row.units += units
            row.save(update_fields=["units"])


def write_units(units_by_line: Mapping[int, int], order: Order, *more: str) -> str:
    """A line of the diary: 2 × QC-50, 1 × SPF-30; JD0146."""
    skus = dict(order.lines.values_list("pk", "sku"))
    named: Iterable[str] = (f"{units} × {skus[line_id]}" for line_id, units in units_by_line.items())
    return "; ".join([", ".join(named), *filter(None, more)])
