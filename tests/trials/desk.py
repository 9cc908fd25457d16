"""The verbs that a warehouse uses, in a process with Django set up: pack, receive, count, look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from catalog import counting, stock
from catalog.counts import Count
from catalog.models import Lot
from orders import dispatch, lifecycle, packing_plan
from orders.models import Order

Promises = dict[int, dict[int, int]]  # line id → {lot id: units}


def list_paid(most: int = 5) -> list[int]:
    """Some orders that wait for a parcel."""
    return list(
        Order.objects.filter(status=Order.Status.PAID).order_by("?").values_list("pk", flat=True)[:most]
    )


def read_promises(order_id: int) -> Promises:
    return lifecycle.list_promises(Order.objects.get(pk=order_id))


def send(order_id: int, parcel: Promises | None, held: Promises, at: datetime) -> bool:
    """True when that parcel has left, now or at an earlier try whose answer was lost.

    Takes   `parcel`: a part, None for all that is left; `held`: what was left when somebody looked.
    """
    try:
        dispatch.dispatch_order(
            order_id=order_id,
            carrier="DHL",
            tracking_code=f"T{order_id}",
            tracking_url="",
            now=at,
            units=parcel,
            seen=packing_plan.write_seen(held) if parcel else None,
        )
    except packing_plan.OrderChanged:  # nobody else packs here: it was us
        return True
    except lifecycle.OrderClosed as closed:
        return closed.status == Order.Status.SHIPPED and parcel is not None
    return True


def bring(lot_id: int, units: int, note: str, at: datetime) -> None:
    """Units come; the same note twice is one delivery."""
    lot = Lot.objects.select_related("variant", "location").get(pk=lot_id)
    with transaction.atomic():
        stock.receive(
            variant=lot.variant,
            location=lot.location,
            lot_code=lot.code,
            units=units,
            expires_on=lot.expires_on,
            cause=note,
            now=at,
        )


def count(seen: Mapping[int, int], at: datetime, note: str, now: datetime) -> dict[int, str]:
    """{lot: what came of its count}: "applied", "unchanged", or why not."""
    lots = Lot.objects.select_related("variant", "location").in_bulk(list(seen))
    counts = [
        Count(lots[lot].variant.sku, lots[lot].location.code, lots[lot].code, units, at)
        for lot, units in seen.items()
    ]
    with transaction.atomic():
        told = counting.count_shelves(counts, counts_free=False, cause=note, now=now)
    return {lot: one.reason or one.outcome.value for lot, one in zip(seen, told, strict=True)}


def read_books() -> dict[int, int]:
    """{lot: units on hand}."""
    return dict(Lot.objects.values_list("pk", "on_hand"))


def name_lots() -> dict[int, tuple[str, str, str]]:
    """{lot: (SKU, location, code)}."""
    rows = Lot.objects.values_list("pk", "variant__sku", "location__code", "code")
    return {pk: (sku, location, code) for pk, sku, location, code in rows}
