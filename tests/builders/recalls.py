"""Recalls, and orders whose parcels held the lots that they are about; each by the verbs of the shop."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from catalog.models import Lot, Variant
from orders import dispatch, recalls
from orders.models import Order, Recall
from orders.recall_codes import NamedLot
from orders.recalls import Draft
from shop.models import Cart, CartNotice
from tests.builders.clock import NOW
from tests.builders.goods import make_lot, make_product
from tests.builders.orders import make_order, pay_order

TEXTS = {
    "en": {
        "subject": "Product safety recall: Clear Gel 5 %",
        "text": "A lot of Clear Gel may hold too much benzene.\n\nPlease stop using it.",
        "where": "The code is stamped on the crimp of the tube.",
    },
    "de": {
        "subject": "Rückruf: Clear Gel 5 %",
        "text": "Bitte benutzen Sie Clear Gel nicht mehr.",
        "where": "",
    },
}


def make_recall(*named: tuple[Any, str], **changes: Any) -> Recall:
    """A draft about these lots, each (product or variant, code), at retail depth."""
    lots = [NamedLot(getattr(one, "product_id", one.pk), code) for one, code in named]
    facts: dict[str, Any] = {
        "title": "Benzene in Clear Gel",
        "source": "FDA notice of 11 March 2025, https://fda.example/notice",
        "reason": "Tests found more benzene than there should be in benzoyl peroxide products.",
        "announced_on": date(2025, 3, 11),
        "authority": "FDA",
        "texts": TEXTS,
    }
    return recalls.write_draft(draft=Draft(**facts | changes, named=lots))


def send_order(
    variant: Variant, units: int = 1, *, lot: Lot | None = None, now: datetime = NOW, **details: Any
) -> Order:
    """An order that was paid and sent; of this lot when one is given, which must be the next to go."""
    order = make_order({variant: units}, now=now, **details)
    pay_order(order, now=now)
    dispatch.dispatch_order(order_id=order.pk, carrier="DHL", tracking_code="JD1", tracking_url="", now=now)
    order.refresh_from_db()
    if lot is not None:
        assert {row.lot_id for row in order.shipments.get().lines.all()} == {lot.pk}
    return order


def make_lots(variant: Variant, *codes: str, units: int = 5, **facts: Any) -> list[Lot]:
    """Lots in the order in which they will be sent: the first one expires first."""
    first = date(2030, 1, 31)
    return [
        make_lot(variant, units=units, code=code, expires_on=first + timedelta(days=30 * place), **facts)
        for place, code in enumerate(codes)
    ]


def counters(lots: Mapping[str, Lot]) -> dict[str, tuple[str, int, int]]:
    """{name: (status, on hand, reserved)} as they are now."""
    fresh = {lot.pk: lot for lot in Lot.objects.filter(pk__in=[lot.pk for lot in lots.values()])}
    return {
        name: (fresh[lot.pk].status, fresh[lot.pk].on_hand, fresh[lot.pk].reserved)
        for name, lot in lots.items()
    }


def furnish_recall(market: Any) -> Recall:
    """An open recall with a lot, a buyer, a diary, and a cart that was told."""
    gel = make_product("Clear Gel").variants.get()
    (bad,) = make_lots(gel, "BAD", units=2)
    send_order(gel, 1, lot=bad)
    recall = make_recall((gel, "BAD"))
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    cart = Cart.objects.create(market=market, created_at=NOW, touched_at=NOW)
    CartNotice.objects.create(cart=cart, sku=gel.sku, words="It is being recalled.", written_at=NOW)
    return recall
