"""Checking out: a cart becomes an order, and the customer is sent to pay.

The same checkout twice, at once or an hour apart, is one order and one payment: by its
Idempotency-Key, and, with another key, by what it says.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from catalog.contention import begin_again_when_blocked
from catalog.stock import Shares
from orders import lifecycle, placing, writing
from orders.lifecycle import OrderClosed
from orders.models import Order
from payments import closing, sessions
from payments.models import PaymentAttempt
from shop import cart as carts
from shop.models import Cart, CartLine, IdempotencyKey


@dataclass(eq=False)
class KeyReused(Exception):
    """The Idempotency-Key was used before, for another request."""


@dataclass(frozen=True)
class Wish:
    """What a customer sends when checking out."""

    email: str
    address: placing.Address
    delivery_code: str
    total_cents: int
    currency: str

    def fingerprint(self, quantities: dict[int, int]) -> str:
        """The SHA-256 of the whole checkout: the same basket, wishes and total."""
        whole = [self, sorted(quantities.items())]
        return hashlib.sha256(orjson.dumps(whole)).hexdigest()


@dataclass(frozen=True)
class Started:
    """An order that waits for money, and where to pay."""

    order: Order
    payment_url: str


@dataclass(frozen=True)
class _Placed:
    order: Order
    attempt_id: UUID


def start_checkout(*, token: str, key: str, wish: Wish, now: datetime) -> Started:
    """The order that the cart became, and the address where it is paid.

    Takes   `key`: the customer's Idempotency-Key.
    Writes  Order and all that belongs to it, PaymentAttempt, IdempotencyKey, in one transaction;
            then asks Stripe, with none open.
    Locks   the cart, then (placing) the lots.
    Raises  what `placing.place_order` raises; NoSuchCart, CartClosed, KeyReused; StripeUnreachable
            (the order stands, ask again with the same key), PaymentRefused (it does not).
    """
    answered = _find_answer(token, key, wish)
    if answered is not None:
        return answered
    placed = _place(token, key, wish, now=now)
    if isinstance(placed, Order):  # another order of this cart waits for money: it must not be payable
        closing.withdraw_order(order_id=placed.pk, now=now)
        placed = _place(token, key, wish, now=now)
        if isinstance(placed, Order):
            raise OrderClosed(placed.status)
    attempt = sessions.open_session(attempt_id=placed.attempt_id, now=now)
    started = Started(placed.order, attempt.url)
    unanswered = IdempotencyKey.objects.filter(principal=_principal(token), key=key, answer__isnull=True)
    unanswered.update(answer={"payment_url": started.payment_url})
    return started


def pay_again(*, order: Order, now: datetime) -> Started:
    """Where to pay an order that still waits for its money; the open session, or a new one.

    Raises  OrderClosed: it is paid, has lapsed or was cancelled. StripeUnreachable, PaymentRefused.
    """
    with transaction.atomic(durable=True):
        locked = lifecycle.lock_order(order.pk)
        if locked.status != Order.Status.PLACED:
            raise OrderClosed(locked.status)
        attempt_id = sessions.begin_attempt(locked, now=now).pk
    return Started(locked, sessions.open_session(attempt_id=attempt_id, now=now).url)


def _find_answer(token: str, key: str, wish: Wish) -> Started | None:
    """What was answered to this key before, even when the cart has changed since."""
    row = IdempotencyKey.objects.select_related("order").filter(principal=_principal(token), key=key).first()
    if row is None:
        return None
    if row.body_sha256 != _hash_wish(wish):
        raise KeyReused
    return Started(row.order, row.answer["payment_url"]) if row.answer else None


def _place(token: str, key: str, wish: Wish, *, now: datetime) -> _Placed | Order:
    """The placed order; or the order that stands in its way and must be withdrawn first."""
    return begin_again_when_blocked(lambda: _tell_placing(token, key, wish, now=now))


def _tell_placing(token: str, key: str, wish: Wish, *, now: datetime) -> _Placed | Order:
    with transaction.atomic(durable=True):
        cart = carts.lock_cart(token)
        repeated = IdempotencyKey.objects.filter(principal=_principal(token), key=key).first()
        if repeated is not None:  # the same request, a moment ago: go on where it stopped
            if repeated.body_sha256 != _hash_wish(wish):
                raise KeyReused
            order = lifecycle.lock_order(repeated.order_id)
            return _Placed(order, _live_attempt(order, now=now))
        quantities = dict(CartLine.objects.filter(cart=cart).values_list("variant_id", "units"))
        fingerprint = wish.fingerprint(quantities)
        standing = lifecycle.lock_order(cart.order_id) if cart.order_id else None
        if standing is not None and standing.paid_at is not None:  # while we waited for its lock
            raise carts.CartClosed(standing.reference)
        planned: Shares | None = None
        if standing is not None and standing.status == Order.Status.PLACED:
            if cart.order_fingerprint != fingerprint:
                return standing
            order = standing
        else:
            order, planned = _place_new(cart, key, wish, quantities, now=now)
            cart.order, cart.order_fingerprint, cart.touched_at = order, fingerprint, now
            cart.save(update_fields=["order", "order_fingerprint", "touched_at"])
        IdempotencyKey.objects.create(
            principal=_principal(token), key=key, body_sha256=_hash_wish(wish), order=order, created_at=now
        )
        placed = _Placed(order, _live_attempt(order, now=now))
        if order is not standing:
            # last: from here on others wait for these lots
            writing.hold_goods(order, quantities, now=now, planned=planned)
        return placed


def _place_new(
    cart: Cart, key: str, wish: Wish, quantities: dict[int, int], *, now: datetime
) -> tuple[Order, Shares]:
    return placing.draw_up_order(
        key=hashlib.sha256(f"{cart.token}/{key}".encode()).hexdigest(),
        email=wish.email,
        address=wish.address,
        delivery_code=wish.delivery_code,
        quantities=quantities,
        seen_cents=wish.total_cents,
        seen_currency=wish.currency,
        now=now,
    )


def _live_attempt(order: Order, *, now: datetime) -> UUID:
    if order.status != Order.Status.PLACED:
        raise OrderClosed(order.status)
    attempt: PaymentAttempt = sessions.begin_attempt(order, now=now)
    return attempt.pk


def _principal(token: str) -> str:
    return f"cart:{token}"


def _hash_wish(wish: Wish) -> str:
    return hashlib.sha256(orjson.dumps(wish)).hexdigest()


def forget_old_rows(*, older_than: datetime, carts_older_than: datetime) -> tuple[int, int]:
    """How many idempotency keys and abandoned carts were forgotten: old ones, never an order."""
    keys, _ = IdempotencyKey.objects.filter(created_at__lt=older_than).delete()
    empty: dict[str, Any] = {"order": None, "touched_at__lt": carts_older_than}
    _, by_model = Cart.objects.filter(**empty).delete()
    return keys, by_model.get("shop.Cart", 0)
