"""Looking at a cart: what it comes to, and what is wrong with it.

What has changed since the customer chose (a price, the stock, the country) is told as data, never as
an error: a cart can always be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog import advice, law, prepared, pricing, stock, tax
from catalog.advice import Advice
from catalog.law import Standing
from catalog.prepared import Question
from catalog.pricing import Offer
from catalog.search import FEW
from catalog.tax import CountryRates
from orders import delivery, limits, totals
from orders.limits import Touched
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
    where = country or head.default_country
    seen = _look(head, quantities, country=country, now=now)
    free = seen.free | _free_with_its_own(head, seen.free) if held else {}
    lines = [LineView(units, price, seen.offers[variant_id]) for variant_id, units, price in held]
    chosen = next((choice for choice in seen.methods if choice.code == delivery_code), None)
    troubles = [found for line in lines for found in _look_at_line(line, free)]
    troubles += _look_at_limits(seen.touched, quantities)
    troubles += _look_at_law(seen.barriers, where)
    if country and not (seen.ships and seen.methods):
        troubles.append(Trouble("not-shippable", f"We do not ship from this market to {country}."))
    elif delivery_code and chosen is None:
        troubles.append(Trouble("no-such-delivery", f"{delivery_code} does not go to {where}."))
    return CartView(
        head=head,
        country=where,
        lines=lines,
        totals=totals.add_up(
            seen.offers,
            quantities,
            rates=seen.rates,
            prices_include_tax=head.prices_include_tax,
            delivery=chosen,
        ),
        delivery=chosen,
        troubles=troubles,
        advice=seen.advice,
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


SHIPS_SQL = "SELECT 1 FROM catalog_marketcountry WHERE market_id = %(market)s AND country = %(country)s"


@dataclass(frozen=True)
class _Seen:
    """What is so at one moment, of some goods; the last three only when a country was named."""

    offers: dict[int, Offer]
    free: dict[int, int]
    touched: list[Touched]
    rates: CountryRates
    advice: list[Advice]
    methods: list[delivery.Choice] = field(default_factory=list)
    barriers: list[Standing] = field(default_factory=list)
    ships: bool = False


def _look(head: CartHead, quantities: Mapping[int, int], *, country: str | None, now: datetime) -> _Seen:
    """One statement."""
    on = now.date()
    asked: dict[str, Question[Any]] = {
        "offers": pricing.ask_for_offers(quantities, currency=head.currency, now=now),
        "free": stock.ask_for_free_units(quantities, on=on),
        "touched": limits.ask_for_touched(quantities, on=on),
        "rates": tax.ask_for_rates(country or head.default_country),
        "advice": advice.ask_for_advice(quantities, on=on),
    }
    if country:
        asked["methods"] = delivery.ask_for_methods(country=country, currency=head.currency)
        asked["barriers"] = law.ask_for_barriers(variant_ids=quantities, country=country, on=on)
        asked["ships"] = Question(SHIPS_SQL, {"market": head.market_id, "country": country}, bool)
    return _Seen(**dict(zip(asked, prepared.ask_together(*asked.values()), strict=True)))


def _free_with_its_own(head: CartHead, free: Mapping[int, int]) -> dict[int, int]:
    """Free units of what this cart's own unpaid order already holds."""
    if head.order_id is None or head.order_status != Order.Status.PLACED:
        return {}
    held = OrderLine.objects.filter(order_id=head.order_id).values_list("variant_id", "units")
    return {variant_id: free.get(variant_id, 0) + units for variant_id, units in held}


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


def _look_at_law(barriers: Sequence[Standing], country: str) -> list[Trouble]:
    return [
        Trouble(
            "not-sold-there",
            f"We may not sell this to {country}.",
            one.sku,
            {"reason": one.reason, "words": one.words, "source": one.source},
        )
        for one in barriers
    ]


def _look_at_limits(touched: Sequence[Touched], quantities: Mapping[int, int]) -> list[Trouble]:
    """What no customer may buy at once. Whether this one bought some before is known at the checkout only."""
    return [
        Trouble(
            "over-limit",
            f"We sell at most {one.most} of this to one customer in {one.within_days} days.",
            sku,
            {"most_units": one.most, "within_days": one.within_days, "words": one.words},
        )
        for one in limits.find_over(touched, quantities)
        for sku in one.skus
    ]
