"""Filling a cart. Nothing is reserved for it; `shop.cart_view` says what it comes to."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from catalog import prepared, pricing
from catalog.models import Market
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
        cart_id, currency = _touch_cart(token, now=now)
        offer = pricing.find_offer(sku, currency=currency, now=now)
        if offer is None or offer.unit_cents is None:
            raise NoSuchVariant(sku)
        line = [cart_id, offer.variant_id, units, offer.unit_cents, now]
        if not prepared.fetch_all(PUT_SQL, [*line, MOST_LINES, offer.variant_id, cart_id]):
            raise CartFull(MOST_LINES)


PUT_SQL = """
INSERT INTO shop_cartline (cart_id, variant_id, units, seen_unit_cents, added_at)
SELECT %s, %s, %s, %s, %s
 WHERE (SELECT count(*) < %s OR bool_or(variant_id = %s) FROM shop_cartline WHERE cart_id = %s)
    ON CONFLICT (cart_id, variant_id)
       DO UPDATE SET units = excluded.units, seen_unit_cents = excluded.seen_unit_cents
RETURNING id
"""


def drop_line(*, token: str, sku: str, now: datetime) -> None:
    """Have none of a variant in the cart; dropping what is not there changes nothing."""
    with transaction.atomic(durable=True):
        cart_id, _ = _touch_cart(token, now=now)
        CartLine.objects.filter(cart_id=cart_id, variant__sku=sku).delete()


def drop_notices(*, token: str, now: datetime) -> None:
    """Have read what the cart says about its changes. Twice is the same. Raises NoSuchCart, CartClosed."""
    with transaction.atomic(durable=True):
        _touch_cart(token, now=now)


# Whoever changes a cart has read what stands in it: notices about it have done their work.
TOUCH_SQL = """
WITH touched AS (
  UPDATE shop_cart c SET touched_at = %s FROM catalog_market m WHERE m.id = c.market_id AND c.token = %s
  RETURNING c.id, m.currency, c.order_id
), read AS (
  DELETE FROM shop_cartnotice n USING touched WHERE n.cart_id = touched.id
)
SELECT id, currency, order_id FROM touched
"""


def _touch_cart(token: str, *, now: datetime) -> tuple[int, str]:
    """(id, currency) of the cart, which is locked until the transaction ends, and still open.

    Raises  NoSuchCart, CartClosed.
    """
    rows = prepared.fetch_all(TOUCH_SQL, [now, token])
    if not rows:
        raise NoSuchCart
    cart_id, currency, order_id = rows[0]
    if order_id is not None:
        _refuse_paid(Order.objects.get(pk=order_id))
    return cart_id, currency


def lock_cart(token: str) -> Cart:
    """The cart, held until the transaction ends, and still open.

    Locks   the cart.
    Raises  NoSuchCart, CartClosed.
    """
    carts = Cart.objects.select_for_update(no_key=True, of=("self",)).select_related("market", "order")
    cart = carts.filter(token=token).first()
    if cart is None:
        raise NoSuchCart
    _refuse_paid(cart.order)
    return cart


def _refuse_paid(order: Order | None) -> None:
    if order is not None and order.paid_at is not None:
        raise CartClosed(order.reference)
