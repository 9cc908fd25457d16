"""The cart: what a customer picked up, what it comes to, and what is wrong with it.

Nothing is reserved for a cart. What has changed since the customer chose (a price, the stock, the
country) is told as data, never as an error: the cart can always be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from catalog import pricing, stock, tax
from catalog.models import Market, MarketCountry, Variant
from catalog.pricing import Offer
from catalog.search import FEW
from orders import delivery, totals
from orders.models import Order
from shop.models import Cart, CartLine
from shop.models.cart import MOST_UNITS

MOST_LINES = 80  # Stripe takes 100 lines; delivery and tax are two of them


@dataclass(eq=False)
class NoSuchCart(Exception):
    """No cart has that token."""


@dataclass(eq=False)
class NoSuchMarket(Exception):
    """We do not sell in that market."""

    market: str


@dataclass(eq=False)
class NoSuchVariant(Exception):
    """Nothing with that SKU is sold in the cart's market."""

    sku: str


@dataclass(eq=False)
class CartFull(Exception):
    """A cart holds so many different things and no more."""

    most_lines: int


@dataclass(eq=False)
class CartClosed(Exception):
    """The cart became an order that is paid: begin another."""

    reference: str


@dataclass(frozen=True)
class Trouble:
    """Something that the customer should know before paying. `sku` is empty when it is not a line's."""

    code: str
    detail: str
    sku: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CartView:
    """A cart as it can be shown: lines, totals for one country, and troubles."""

    cart: Cart
    market: Market
    country: str
    lines: list[tuple[CartLine, Offer]]
    totals: totals.Totals
    delivery: delivery.Choice | None
    troubles: list[Trouble]
    order: Order | None


def open_cart(*, market: str, now: datetime) -> Cart:
    """A new, empty cart. Raises NoSuchMarket."""
    found = Market.objects.filter(code=market).first()
    if found is None:
        raise NoSuchMarket(market)
    return Cart.objects.create(market=found, created_at=now, touched_at=now)


def put_line(*, token: str, sku: str, units: int, now: datetime) -> None:
    """Have so many units of a variant in the cart. Putting the same twice is the same.

    Takes   `units` 1 to 99.
    Locks   the cart.
    Raises  NoSuchCart, CartClosed, NoSuchVariant, CartFull. That it is sold out is no error: see troubles.
    """
    assert 1 <= units <= MOST_UNITS, "the door checks the range"
    with transaction.atomic(durable=True):
        cart = lock_cart(token)
        variant_id, unit_cents = _find_for_sale(sku, currency=cart.market.currency, now=now)
        held = CartLine.objects.filter(cart=cart)
        if not held.filter(variant_id=variant_id).exists() and held.count() >= MOST_LINES:
            raise CartFull(MOST_LINES)
        CartLine.objects.update_or_create(
            cart=cart,
            variant_id=variant_id,
            defaults={"units": units, "seen_unit_cents": unit_cents},
            create_defaults={"units": units, "seen_unit_cents": unit_cents, "added_at": now},
        )
        Cart.objects.filter(pk=cart.pk).update(touched_at=now)


def drop_line(*, token: str, sku: str, now: datetime) -> None:
    """Have none of a variant in the cart; dropping what is not there changes nothing."""
    with transaction.atomic(durable=True):
        cart = lock_cart(token)
        CartLine.objects.filter(cart=cart, variant__sku=sku).delete()
        Cart.objects.filter(pk=cart.pk).update(touched_at=now)


def read_cart(*, token: str, country: str | None, delivery_code: str | None, now: datetime) -> CartView:
    """The cart with its totals for a country (the market's own when none is named), and its troubles."""
    cart = Cart.objects.select_related("market", "order").filter(token=token).first()
    if cart is None:
        raise NoSuchCart
    market = cart.market
    lines = list(CartLine.objects.filter(cart=cart).order_by("added_at", "id"))
    quantities = {line.variant_id: line.units for line in lines}
    offers = pricing.find_offers(quantities, currency=market.currency, now=now) if lines else {}
    free = _free_for(cart, quantities, now=now) if lines else {}
    where = country or market.default_country
    choices = delivery.find_methods(country=where, currency=market.currency) if country else []
    chosen = next((choice for choice in choices if choice.code == delivery_code), None)
    troubles = [found for line in lines for found in _look_at_line(line, offers[line.variant_id], free)]
    if country and not _ships_to(country, market, choices):
        troubles.append(Trouble("not-shippable", f"We do not ship from this market to {country}."))
    elif delivery_code and chosen is None:
        troubles.append(Trouble("no-such-delivery", f"{delivery_code} does not go to {where}."))
    return CartView(
        cart=cart,
        market=market,
        country=where,
        lines=[(line, offers[line.variant_id]) for line in lines],
        totals=totals.add_up(
            offers,
            quantities,
            rates=tax.rates_of(where),
            prices_include_tax=market.prices_include_tax,
            delivery=chosen,
        ),
        delivery=chosen,
        troubles=troubles,
        order=cart.order,
    )


def lock_cart(token: str) -> Cart:
    """The cart, held until the transaction ends, and still open.

    Locks   the cart.
    Raises  NoSuchCart, CartClosed.
    """
    carts = Cart.objects.select_for_update(no_key=True, of=("self",)).select_related("market", "order")
    cart = carts.filter(token=token).first()
    if cart is None:
        raise NoSuchCart
    if cart.order is not None and cart.order.paid_at is not None:
        raise CartClosed(cart.order.reference)
    return cart


def _find_for_sale(sku: str, *, currency: str, now: datetime) -> tuple[int, int]:
    """(variant id, unit price). Raises NoSuchVariant."""
    variant_id = Variant.objects.filter(sku=sku).values_list("id", flat=True).first()
    if variant_id is not None:
        unit_cents = pricing.find_offers([variant_id], currency=currency, now=now)[variant_id].unit_cents
        if unit_cents is not None:
            return variant_id, unit_cents
    raise NoSuchVariant(sku)


def _free_for(cart: Cart, quantities: Mapping[int, int], *, now: datetime) -> dict[int, int]:
    """Free units, and with them those that this cart's own unpaid order already holds."""
    free = stock.free_units(quantities, on=now.date())
    if cart.order is not None and cart.order.status == Order.Status.PLACED:
        for variant_id, units in cart.order.lines.values_list("variant_id", "units"):
            free[variant_id] = free.get(variant_id, 0) + units
    return free


def _look_at_line(line: CartLine, offer: Offer, free: Mapping[int, int]) -> list[Trouble]:
    if offer.unit_cents is None:
        return [Trouble("not-for-sale", "This is not sold any more.", offer.sku)]
    troubles = []
    if offer.unit_cents != line.seen_unit_cents:
        facts = {"seen": line.seen_unit_cents, "now": offer.unit_cents}
        troubles.append(
            Trouble("price-changed", "The price has changed since you chose it.", offer.sku, facts)
        )
    there = free.get(line.variant_id, 0)
    if there == 0:
        troubles.append(Trouble("sold-out", "This is sold out.", offer.sku, {"available": 0}))
    elif there < line.units:
        detail = f"Only {there} left." if there < FEW else f"We have {there} of these."
        troubles.append(Trouble("few-left", detail, offer.sku, {"available": there}))
    return troubles


def _ships_to(country: str, market: Market, choices: list[delivery.Choice]) -> bool:
    return bool(choices) and MarketCountry.objects.filter(market=market, country=country).exists()
