"""The same checkout twice at once. With the cart's lock off there are two orders."""

from typing import Any

import pytest
import requests
from django.db import IntegrityError

from catalog.models import Lot
from orders import placing
from orders.models import Order
from payments.models import PaymentAttempt
from shop import cart as carts
from shop.checkout import Wish
from shop.models import Cart, IdempotencyKey
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer, write_wish
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)


def click(customer: Customer, *keys: str) -> list[requests.Response]:
    """One cart, one body, checked out at the same moment with each of these keys."""
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=9)
    cart = customer.fill_cart(**{"QC-50": 2})
    wish = write_wish(customer.email, cart["totals"]["total"])
    url = f"{customer.shop}/api/v1/carts/{customer.cart}/checkout/"

    def once(key: str) -> Any:
        return lambda: requests.post(url, json=wish, headers={"Idempotency-Key": key}, timeout=30)

    return rush(*(once(key) for key in keys))


def count_sessions(customer: Customer) -> int:
    """How many Checkout Sessions Stripe was really asked to make."""
    calls = customer.sandbox.control("requests", method="GET")["requests"]
    made = [call for call in calls if (call["method"], call["path"]) == ("POST", "/v1/checkout/sessions")]
    assert all(call["status"] == 200 for call in made if not call["replayed"] and call["status"] != 409)
    return len({call["idempotency_key"] for call in made})


def assert_one_sale(customer: Customer, answers: list[requests.Response], keys: int) -> None:
    assert [answer.status_code for answer in answers] == [201] * len(answers)
    assert len({answer.content for answer in answers}) == 1
    order = Order.objects.get()
    assert Cart.objects.get().order_id == order.pk
    assert answers[0].json()["order"]["reference"] == order.reference
    assert PaymentAttempt.objects.get().state == PaymentAttempt.State.OPEN
    assert count_sessions(customer) == 1
    assert Lot.objects.get().reserved == 2
    assert IdempotencyKey.objects.filter(order=order, answer__isnull=False).count() == keys


def test_the_same_key_twice_at_once_is_one_order_one_attempt_one_session(
    customer: Customer, slow_down: Any
) -> None:
    slow_down(Wish, "fingerprint")
    assert_one_sale(customer, click(customer, *["click"] * 4), keys=1)


def test_two_keys_with_the_same_body_are_one_order_one_attempt_one_session(
    customer: Customer, slow_down: Any
) -> None:
    slow_down(Wish, "fingerprint")
    assert_one_sale(customer, click(customer, "first", "second", "third"), keys=3)


def look_without_locking(token: str) -> Cart:
    return Cart.objects.select_related("market", "order").get(token=token)


def test_control_without_the_carts_lock_two_keys_are_two_orders(
    customer: Customer, slow_down: Any, monkeypatch: Any
) -> None:
    slow_down(Wish, "fingerprint")
    monkeypatch.setattr(carts, "lock_cart", look_without_locking)
    with pytest.raises(AssertionError):
        assert_one_sale(customer, click(customer, "first", "second"), keys=2)
    assert Order.objects.count() == 2
    assert count_sessions(customer) == 2


def test_control_without_the_carts_lock_the_same_key_fails_instead_of_waiting(
    customer: Customer, slow_down: Any, monkeypatch: Any
) -> None:
    slow_down(Wish, "fingerprint")
    monkeypatch.setattr(carts, "lock_cart", look_without_locking)
    with pytest.raises(AssertionError):
        assert_one_sale(customer, click(customer, "click", "click"), keys=1)
    assert Order.objects.count() == 1  # the orders' own key is the last guard


def test_an_orders_key_is_unique_whatever_the_shop_above_does(db: None) -> None:
    from tests.builders.orders import make_order

    order = make_order()
    order.pk, order.reference, order.secret = None, "AAAA-BBBB", "another"
    with pytest.raises(IntegrityError, match="orders_order_key"):
        order.save(force_insert=True)
    assert placing.PAYMENT_WINDOW.total_seconds() >= 1800  # Stripe takes no shorter session
