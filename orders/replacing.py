"""Another one for nothing: an order that nobody pays, in place of packs that were recalled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from catalog import law
from catalog.pricing import Offer
from catalog.stock import OutOfStock
from catalog.tax import Taxed
from orders import lifecycle, recall_packs, writing
from orders.models import Order, OrderEvent, RecallNotice
from orders.placing import PAYMENT_WINDOW
from orders.recall_packs import Held
from orders.totals import TotalLine

Kind = OrderEvent.Kind


@dataclass(eq=False)
class CannotReplace(Exception):
    """There is nothing to send: no fit lots, the law of that country, or the buyer holds none of it."""

    why: str


def name_replacement(notice: RecallNotice) -> str:
    """The key of the one order that may replace what this buyer holds."""
    return f"recall {notice.recall.reference} {notice.order.reference}"


def send_another(notice: RecallNotice, *, now: datetime) -> Order:
    """The order that replaces what one buyer holds of a recall: paid with nothing, ready to be packed.

    Asked twice it is the same order. It goes where the first one went, by the same way.
    Writes  Order(PAID), its lines, its diary and the first order's; what `writing.hold_goods` writes.
    Locks   the first order, then lots.
    Raises  CannotReplace: nothing is written then.
    """
    assert connection.in_atomic_block, "send_another() joins its caller's transaction"
    first = lifecycle.lock_order(notice.order_id)
    made: Order | None = Order.objects.filter(key=name_replacement(notice)).first()
    if made is not None:
        return made
    held = recall_packs.find_out(notice)
    if not held:
        raise CannotReplace("nothing of it is with the buyer any more")
    quantities = {one.line.variant_id: one.units for one in held}
    if law.find_barriers(variant_ids=quantities, country=first.country, on=now.date()):
        raise CannotReplace(f"it may not be sold to {first.country}")
    try:
        with transaction.atomic():
            return _send(first, held, notice, now=now)
    except OutOfStock as short:
        raise CannotReplace("no fit lot has enough of it") from short


def _send(first: Order, held: Sequence[Held], notice: RecallNotice, *, now: datetime) -> Order:
    order = _draw_up(first, key=name_replacement(notice), now=now)
    writing.write_order(order, [_as_line(one) for one in held])
    about = f"recall {notice.recall.reference}"
    lifecycle.write_diary(order, Kind.NOTED, now=now, note=f"Replaces {first.reference}, {about}.")
    lifecycle.write_diary(first, Kind.RECALLED, now=now, note=f"Replaced by {order.reference}, {about}.")
    writing.hold_goods(order, {one.line.variant_id: one.units for one in held}, now=now)
    return order


FROM_THE_FIRST = (
    *("email", "recipient", "street", "street_more", "postcode", "city", "region", "country", "phone"),
    *("market", "currency", "prices_include_tax", "delivery_method_id", "delivery_name", "delivery_tax_bp"),
)


def _draw_up(first: Order, *, key: str, now: datetime) -> Order:
    return Order(
        **{name: getattr(first, name) for name in FROM_THE_FIRST},
        key=key,
        replaces=first,
        status=Order.Status.PAID,
        delivery_net_cents=0,
        delivery_tax_cents=0,
        delivery_cents=0,
        net_cents=0,
        tax_cents=0,
        total_cents=0,
        placed_at=now,
        pay_before=now + PAYMENT_WINDOW,
        paid_at=now,
    )


def _as_line(held: Held) -> TotalLine:
    line = held.line
    offer = Offer(line.variant_id, line.sku, line.variant_name, "", line.product_name, (), 0)
    return TotalLine(offer, held.units, 0, Taxed(0, 0, 0, line.tax_bp))
