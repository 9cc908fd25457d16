"""What customers send back: looked at, set apart or destroyed, never straight back to a shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Value

from catalog import stock
from orders import dispatch, lifecycle, mail
from orders.models import Order, OrderEvent, OrderMail, OrderReturn, ReturnLine, ShipmentLine

Condition = ReturnLine.Condition
Fate = ReturnLine.Fate


@dataclass(frozen=True)
class Returned:
    """Units of one lot of one parcel, and in what state they came back."""

    shipment_line_id: int
    units: int
    condition: str


@dataclass(eq=False)
class NothingReturned(Exception):
    """A return without a unit in it."""


@dataclass(eq=False)
class MoreThanSent(Exception):
    """More units are said to come back than were sent and have not come back yet."""

    left: dict[int, int]  # shipment line id → units that may still come back


def record_return(
    *,
    order_id: int,
    lines: Sequence[Returned],
    note: str,
    now: datetime,
    by: Any = None,
    refund_cents: int = 0,
    refund_note: str = "",
) -> OrderReturn:
    """The return, unpacked: sealed units stand in quarantine, what was opened is destroyed. Joins a story.

    Takes   `refund_cents`, `refund_note`: what the customer is told of the money; `payments.returning` pays.
    Writes  OrderReturn, its lines, ShipmentLine.returned_units, Movement, the diary, the mail that we owe.
    Locks   the order, then the lots where returns stand.
    Raises  NothingReturned, MoreThanSent: nothing is kept, once the caller's transaction has rolled back.
    """
    assert connection.in_atomic_block, "record_return() joins its caller's transaction"
    order = lifecycle.lock_order(order_id)
    lines = sorted((line for line in lines if line.units), key=lambda line: line.shipment_line_id)
    if not lines:
        raise NothingReturned
    _count_back(order, lines)
    back = OrderReturn.objects.create(
        order=order,
        note=note,
        refund_cents=refund_cents,
        refund_note=refund_note,
        received_at=now,
        received_by=by,
    )
    _put_away(back, lines, now=now, by=by)
    _tell(back, lines, now=now, by=by)
    return back


def _count_back(order: Order, lines: Sequence[Returned]) -> None:
    """One conditional statement per line: whoever comes second finds that nothing is left to come back."""
    sent = ShipmentLine.objects.filter(shipment__order=order)
    ours = set(sent.values_list("pk", flat=True))
    for line in lines:
        # Without a join: PostgreSQL looks again at the row itself when it had to wait for it.
        may = ShipmentLine.objects.filter(
            pk=line.shipment_line_id, returned_units__lte=F("units") - Value(line.units)
        )
        counts = line.units > 0 and line.shipment_line_id in ours
        if not (counts and may.update(returned_units=F("returned_units") + line.units)):
            raise MoreThanSent({row.pk: row.units - row.returned_units for row in sent})


def _put_away(back: OrderReturn, lines: Sequence[Returned], *, now: datetime, by: Any) -> None:
    lots = dict(
        ShipmentLine.objects.filter(pk__in=[line.shipment_line_id for line in lines]).values_list(
            "pk", "lot_id"
        )
    )
    rows = []
    for line in sorted(lines, key=lambda line: lots[line.shipment_line_id]):
        destroy = line.condition != Condition.SEALED
        stands = stock.take_back(
            lot_id=lots[line.shipment_line_id],
            units=line.units,
            destroy=destroy,
            cause=f"{back.order.reference} return {back.reference}",
            now=now,
            by=by,
        )
        rows.append(
            ReturnLine(
                order_return=back,
                shipment_line_id=line.shipment_line_id,
                lot=stands,
                units=line.units,
                condition=line.condition,
                fate=Fate.DESTROYED if destroy else Fate.QUARANTINED,
            )
        )
    ReturnLine.objects.bulk_create(rows)


def _tell(back: OrderReturn, lines: Sequence[Returned], *, now: datetime, by: Any) -> None:
    line_of = dict(ShipmentLine.objects.filter(shipment__order=back.order).values_list("pk", "line_id"))
    units: dict[int, int] = {}
    for line in lines:
        line_id = line_of[line.shipment_line_id]
        units[line_id] = units.get(line_id, 0) + line.units
    words = dispatch.write_units(units, back.order, back.reference, back.note)
    lifecycle.write_diary(back.order, OrderEvent.Kind.RETURNED, now=now, by=by, note=words)
    mail.owe_mail(order=back.order, kind=OrderMail.Kind.RETURNED, about=back.pk, now=now)
