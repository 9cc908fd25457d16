"""Placing an order: the moment when a wish becomes a promise."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from catalog import advice, law, prepared, pricing, stock, tax
from catalog.advice import Advice
from catalog.law import Standing
from catalog.prepared import Question, Row
from catalog.pricing import Offer
from catalog.stock import OutOfStock as OutOfStock  # raised here, so caught here
from catalog.tax import CountryRates
from orders import delivery, limits, totals, writing
from orders.delivery import Choice
from orders.limits import Touched
from orders.models import Order

# Stripe refuses sessions shorter than 30 minutes; the rest is for a slow answer and its repeats.
PAYMENT_WINDOW = timedelta(minutes=35)
MOST_CENTS = 99_999_999  # Stripe charges no more at once


@dataclass(eq=False)
class EmptyOrder(Exception):
    """An order needs at least one line."""


@dataclass(eq=False)
class NotForSale(Exception):
    """Some variants are not sold in that market any more."""

    skus: list[str]


@dataclass(eq=False)
class NotSoldThere(Exception):
    """The law of that country, or what the goods are there, does not let us sell some of them."""

    country: str
    barriers: list[Standing]


@dataclass(eq=False)
class NotShippable(Exception):
    """We do not send things of that market to that country."""

    country: str


@dataclass(eq=False)
class PriceChanged(Exception):
    """The customer agreed to another total than the one that we would charge."""

    seen_cents: int
    total_cents: int
    currency: str


@dataclass(eq=False)
class TooExpensive(Exception):
    """The total is more than can be charged at once."""

    total_cents: int
    currency: str


@dataclass(frozen=True)
class Address:
    recipient: str
    street: str
    city: str
    country: str
    street_more: str = ""
    postcode: str = ""
    region: str = ""
    phone: str = ""


def place_order(
    *,
    key: str,
    email: str,
    address: Address,
    delivery_code: str,
    quantities: Mapping[int, int],
    seen_cents: int,
    seen_currency: str,
    now: datetime,
) -> Order:
    """Promise goods to a customer until they pay or the window closes.

    For whoever has nothing else to write; the checkout calls the two halves by itself.
    Takes, writes, locks, raises: what `draw_up_order` and `writing.hold_goods` do.
    """
    order, planned = draw_up_order(
        key=key,
        email=email,
        address=address,
        delivery_code=delivery_code,
        quantities=quantities,
        seen_cents=seen_cents,
        seen_currency=seen_currency,
        now=now,
    )
    writing.hold_goods(order, quantities, now=now, planned=planned)
    return order


def draw_up_order(
    *,
    key: str,
    email: str,
    address: Address,
    delivery_code: str,
    quantities: Mapping[int, int],
    seen_cents: int,
    seen_currency: str,
    now: datetime,
) -> tuple[Order, stock.Shares]:
    """An order with all that is promised in it. `writing.hold_goods` holds its goods, in this story, last.

    Takes   {variant id: units}; the total that the customer was shown, in minor units.
    Gives   the order, and which lots would stand for its units, as it looks before anything is written.
    Writes  Order(PLACED) with the advice of that moment, its lines, its diary.
    Locks   the customer's address, when a purchase limit touches the order.
    Raises  EmptyOrder, NotShippable, NoSuchDelivery, NotForSale, NotSoldThere, PriceChanged,
            TooExpensive, LimitReached, OutOfStock: nothing is written then, once the caller has rolled back.
    """
    assert connection.in_atomic_block, "draw_up_order() joins its caller's transaction"
    if not quantities:
        raise EmptyOrder
    known = _look(quantities, country=address.country, currency=seen_currency, now=now)
    ship = known.market
    if ship is None or ship.currency != seen_currency:
        raise NotShippable(address.country)
    choice = delivery.choose(known.methods, code=delivery_code, country=address.country)
    _refuse_goods(known, country=address.country)
    sums = totals.add_up(
        known.offers,
        quantities,
        rates=known.rates,
        prices_include_tax=ship.prices_include_tax,
        delivery=choice,
    )
    if sums.total_cents > MOST_CENTS:
        raise TooExpensive(sums.total_cents, ship.currency)
    if sums.total_cents != seen_cents:
        raise PriceChanged(seen_cents, sums.total_cents, ship.currency)
    limits.check_limits(known.touched, email=email, quantities=quantities, now=now)
    planned = stock.share_out(quantities, known.lots)  # who is too late is told before anything is written
    assert sums.delivery is not None
    order = Order(
        key=key,
        email=email,
        **asdict(address),
        market=ship.code,
        currency=ship.currency,
        prices_include_tax=ship.prices_include_tax,
        delivery_method_id=choice.method_id,
        delivery_name=choice.name,
        delivery_net_cents=sums.delivery.net_cents,
        delivery_tax_cents=sums.delivery.tax_cents,
        delivery_cents=sums.delivery.total_cents,
        delivery_tax_bp=sums.delivery.rate_bp,
        net_cents=sums.net_cents,
        tax_cents=sums.tax_cents,
        total_cents=sums.total_cents,
        advice=[one.as_json() for one in known.advice],
        placed_at=now,
        pay_before=now + PAYMENT_WINDOW,
    )
    writing.write_order(order, sums.lines)
    return order, planned


class _Market(NamedTuple):
    code: str
    currency: str
    prices_include_tax: bool


class _Known(NamedTuple):
    """What is so at one moment, of some goods that go to one country."""

    market: _Market | None
    methods: list[Choice]
    offers: dict[int, Offer]
    barriers: list[Standing]
    rates: CountryRates
    touched: list[Touched]
    lots: Sequence[Row]
    advice: list[Advice]


MARKET_SQL = """
SELECT m.code, m.currency, m.prices_include_tax FROM catalog_marketcountry c
  JOIN catalog_market m ON m.id = c.market_id WHERE c.country = %(country)s
"""


def _look(quantities: Mapping[int, int], *, country: str, currency: str, now: datetime) -> _Known:
    on = now.date()
    return _Known(
        *prepared.ask_together(
            Question(MARKET_SQL, {"country": country}, _read_market),
            delivery.ask_for_methods(country=country, currency=currency),
            pricing.ask_for_offers(quantities, currency=currency, now=now),
            law.ask_for_barriers(variant_ids=quantities, country=country, on=on),
            tax.ask_for_rates(country),
            limits.ask_for_touched(quantities, on=on),
            stock.ask_for_lots(quantities, on=on),
            advice.ask_for_advice(quantities, on=on),
        )
    )


def _read_market(rows: Sequence[Row]) -> _Market | None:
    return _Market(*rows[0]) if rows else None


def _refuse_goods(known: _Known, *, country: str) -> None:
    """Raises  NotForSale, NotSoldThere."""
    if gone := [offer.sku for offer in known.offers.values() if offer.unit_cents is None]:
        raise NotForSale(gone)
    if known.barriers:
        raise NotSoldThere(country, known.barriers)
