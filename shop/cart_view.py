"""Looking at a cart: what it comes to, and what is wrong with it.

What has changed since the customer chose (a price, the stock, the country) is told as data, never as
an error: a cart can always be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog import advice, law, prepared, pricing, stock, tax
from catalog.advice import Advice
from catalog.pricing import Offer
from catalog.search import FEW
from orders import delivery, limits, totals
from orders.models import Order, OrderLine
from shop.cart import NoSuchCart


@dataclass(frozen=True)
class Trouble:
    """Something that the customer should know before paying. `sku` is empty when it is not a line's."""

    code: str
    detail: str
    sku: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CartHead:
    """A cart and its market; `order_*` are of the order that it became, and None before."""

    token: str
    market_id: int
    market: str
    currency: str
    default_country: str
    prices_include_tax: bool
    order_id: int | None
    order_reference: str | None
    order_status: str | None


@dataclass(frozen=True)
class LineView:
    units: int
    seen_unit_cents: int
    offer: Offer


@dataclass(frozen=True)
class CartView:
    """A cart as it can be shown: lines, totals for one country, troubles, and what we advise."""

    head: CartHead
    country: str
    lines: list[LineView]
    totals: totals.Totals
    delivery: delivery.Choice | None
    troubles: list[Trouble]
    advice: list[Advice]
    notices: list[dict[str, str]]  # what we changed in it ourselves, until the customer changes it


def read_cart(*, token: str, country: str | None, delivery_code: str | None, now: datetime) -> CartView:
    """The cart with its totals for a country (the market's own when none is named), and its troubles.

    Raises  NoSuchCart.
    """
    head, held, notices = _read_rows(token)
    quantities = {variant_id: units for variant_id, units, _ in held}
    offers = pricing.find_offers(quantities, currency=head.currency, now=now) if held else {}
    free = _free_for(head, quantities, now=now) if held else {}
    lines = [LineView(units, seen, offers[variant_id]) for variant_id, units, seen in held]
    where = country or head.default_country
    choices = delivery.find_methods(country=where, currency=head.currency) if country else []
    chosen = next((choice for choice in choices if choice.code == delivery_code), None)
    troubles = [found for line in lines for found in _look_at_line(line, free)]
    if held:
        troubles += _look_at_limits(quantities, now=now)
    if held and country:
        troubles += _look_at_law(quantities, country, now=now)
    if country and not _ships_to(country, head, choices):
        troubles.append(Trouble("not-shippable", f"We do not ship from this market to {country}."))
    elif delivery_code and chosen is None:
        troubles.append(Trouble("no-such-delivery", f"{delivery_code} does not go to {where}."))
    return CartView(
        head=head,
        country=where,
        lines=lines,
        totals=totals.add_up(
            offers,
            quantities,
            rates=tax.rates_of(where),
            prices_include_tax=head.prices_include_tax,
            delivery=chosen,
        ),
        delivery=chosen,
        troubles=troubles,
        advice=advice.advise_variants(quantities, on=now.date()),
        notices=notices,
    )


CART_SQL = """
SELECT c.token, m.id, m.code, m.currency, m.default_country, m.prices_include_tax,
       o.id, o.reference, o.status, l.variant_id, l.units, l.seen_unit_cents,
       (SELECT json_agg(json_build_object('sku', n.sku, 'words', n.words) ORDER BY n.sku)
          FROM shop_cartnotice n WHERE n.cart_id = c.id)
  FROM shop_cart c
  JOIN catalog_market m ON m.id = c.market_id
  LEFT JOIN orders_order o ON o.id = c.order_id
  LEFT JOIN shop_cartline l ON l.cart_id = c.id
 WHERE c.token = %s
 ORDER BY l.added_at, l.id
"""


def _read_rows(token: str) -> tuple[CartHead, list[tuple[int, int, int]], list[dict[str, str]]]:
    """The cart, (variant id, units, price when chosen) of its lines, its notices. Raises NoSuchCart."""
    rows = prepared.fetch_all(CART_SQL, [token])
    if not rows:
        raise NoSuchCart
    lines = [(row[9], row[10], row[11]) for row in rows if row[9] is not None]
    return CartHead(*rows[0][:9]), lines, rows[0][12] or []


def _free_for(head: CartHead, quantities: Mapping[int, int], *, now: datetime) -> dict[int, int]:
    """Free units, and with them those that this cart's own unpaid order already holds."""
    free = stock.free_units(quantities, on=now.date())
    if head.order_id is not None and head.order_status == Order.Status.PLACED:
        lines = OrderLine.objects.filter(order_id=head.order_id)
        for variant_id, units in lines.values_list("variant_id", "units"):
            free[variant_id] = free.get(variant_id, 0) + units
    return free


def _look_at_line(line: LineView, free: Mapping[int, int]) -> list[Trouble]:
    offer = line.offer
    if offer.unit_cents is None:
        return [Trouble("not-for-sale", "This is not sold any more.", offer.sku)]
    troubles = []
    if offer.unit_cents != line.seen_unit_cents:
        facts = {"seen": line.seen_unit_cents, "now": offer.unit_cents}
        troubles.append(
            Trouble("price-changed", "The price has changed since you chose it.", offer.sku, facts)
        )
    there = free.get(offer.variant_id, 0)
    if there == 0:
        troubles.append(Trouble("sold-out", "This is sold out.", offer.sku, {"available": 0}))
    elif there < line.units:
        detail = f"Only {there} left." if there < FEW else f"We have {there} of these."
        troubles.append(Trouble("few-left", detail, offer.sku, {"available": there}))
    return troubles


def _look_at_law(quantities: Mapping[int, int], country: str, *, now: datetime) -> list[Trouble]:
    found = law.find_barriers(variant_ids=quantities, country=country, on=now.date())
    return [
        Trouble(
            "not-sold-there",
            f"We may not sell this to {country}.",
            one.sku,
            {"reason": one.reason, "words": one.words, "source": one.source},
        )
        for one in found
    ]


def _look_at_limits(quantities: Mapping[int, int], *, now: datetime) -> list[Trouble]:
    """What no customer may buy at once. Whether this one bought some before is known at the checkout only."""
    return [
        Trouble(
            "over-limit",
            f"We sell at most {one.most} of this to one customer in {one.within_days} days.",
            sku,
            {"most_units": one.most, "within_days": one.within_days, "words": one.words},
        )
        for one in limits.find_over(quantities, on=now.date())
        for sku in one.skus
    ]


def _ships_to(country: str, head: CartHead, choices: list[delivery.Choice]) -> bool:
    known = "SELECT 1 FROM catalog_marketcountry WHERE market_id = %s AND country = %s"
    return bool(choices) and bool(prepared.fetch_all(known, [head.market_id, country]))
