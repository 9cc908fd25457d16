"""The customer changes their mind after checking out, or clicks twice, an hour apart."""

from typing import Any

import pytest
import requests

from catalog.models import Lot
from orders.models import Order
from payments.models import Payment, PaymentAttempt
from shop.models import Cart
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)
State = PaymentAttempt.State


@pytest.fixture
def shopper(customer: Customer) -> Customer:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 1})
    return customer


def ask_stripe(customer: Customer, session_id: str) -> dict[str, Any]:
    url = f"{customer.sandbox.url}/v1/checkout/sessions/{session_id}"
    found: dict[str, Any] = requests.get(url, auth=(customer.sandbox.api_key, ""), timeout=20).json()
    return found


def test_a_cart_changed_after_checkout_closes_the_old_page_and_begins_a_new_order(
    shopper: Customer, workers: Any
) -> None:
    shopper.check_out()
    old, old_session = shopper.order, shopper.session_id
    shopper.put("QC-50", 3)
    assert Lot.objects.get().reserved == 1  # a cart holds nothing
    shopper.check_out()

    assert shopper.order["reference"] != old["reference"]
    assert ask_stripe(shopper, old_session)["status"] == "expired"
    assert ask_stripe(shopper, shopper.session_id)["status"] == "open"
    by_reference = dict(Order.objects.values_list("reference", "status"))
    assert by_reference == {old["reference"]: "LAPSED", shopper.order["reference"]: "PLACED"}
    assert Lot.objects.get().reserved == 3
    assert Cart.objects.get().order.reference == shopper.order["reference"]

    shopper.pay()
    workers()
    assert shopper.read_order()["status"] == "paid"
    assert Lot.objects.get().reserved == 3
    assert Payment.objects.count() == 1
    assert sorted(PaymentAttempt.objects.values_list("state", flat=True)) == [State.EXPIRED, State.PAID]


def test_only_another_address_is_another_order_too(shopper: Customer) -> None:
    shopper.check_out()
    old = shopper.order["reference"]
    shopper.check_out(email="somebody.else@customer.example")
    assert shopper.order["reference"] != old
    assert Lot.objects.get().reserved == 1


def test_all_units_may_be_bought_again_after_a_change(shopper: Customer) -> None:
    """The old order's units count for the new one: nobody competes with themselves."""
    shopper.put("QC-50", 5)
    shopper.check_out()
    shopper.put("QC-50", 4)
    assert shopper.read_cart()["problems"] == []
    shopper.check_out()
    assert Lot.objects.get().reserved == 4


def test_the_same_checkout_with_another_key_is_the_same_order(shopper: Customer) -> None:
    first = shopper.check_out(key="first")
    assert shopper.check_out(key="second") == first
    assert Order.objects.count() == PaymentAttempt.objects.count() == 1
    assert Lot.objects.get().reserved == 1


def test_the_same_key_is_the_same_answer_even_when_the_cart_has_changed(shopper: Customer) -> None:
    total = shopper.read_cart()["totals"]["total"]
    first = shopper.check_out(key="mine", total=total)
    shopper.put("QC-50", 4)
    assert shopper.check_out(key="mine", total=total) == first
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(shopper: Customer) -> None:
    shopper.check_out(key="mine")
    refused = shopper.check_out(409, key="mine", email="another@customer.example")
    assert refused["type"] == "/problems/key-reused"
    assert Order.objects.get().email == shopper.email


def test_the_same_key_in_another_cart_is_another_checkout(shopper: Customer) -> None:
    shopper.check_out(key="mine")
    other = Customer(shopper.shop, shopper.sandbox, "other@customer.example")
    other.fill_cart(**{"QC-50": 1})
    other.check_out(key="mine")
    assert other.order["reference"] != shopper.order["reference"]


def test_a_paid_cart_is_closed(shopper: Customer, workers: Any) -> None:
    shopper.check_out()
    shopper.pay()
    workers()
    line = f"/api/v1/carts/{shopper.cart}/lines/QC-50/"
    for refused in (
        shopper.ask("PUT", line, 409, json={"units": 2}),
        shopper.ask("DELETE", line, 409),
        shopper.check_out(409),
    ):
        assert refused["type"] == "/problems/cart-closed"
        assert refused["reference"] == shopper.order["reference"]
    assert shopper.read_cart()["order"] == {"reference": shopper.order["reference"], "status": "paid"}
    assert Order.objects.count() == 1


def test_paying_again_gives_the_open_page_and_none_when_it_is_paid(shopper: Customer, workers: Any) -> None:
    shopper.check_out()
    url = f"/api/v1/orders/{shopper.order['reference']}/payment/"
    secret = {"Order-Secret": shopper.order["secret"]}
    assert shopper.ask("POST", url, headers=secret) == {"payment_url": shopper.payment_url}
    shopper.pay()
    workers()
    refused = shopper.ask("POST", url, 409, headers=secret)
    assert (refused["type"], refused["order_status"]) == ("/problems/order-closed", "paid")
    assert PaymentAttempt.objects.count() == 1


def test_after_a_lapsed_order_the_same_cart_can_be_bought(shopper: Customer, workers: Any) -> None:
    shopper.check_out()
    shopper.let_session_expire()
    workers()
    assert shopper.read_order()["status"] == "lapsed"
    shopper.check_out()
    shopper.pay()
    workers()
    assert shopper.read_order()["status"] == "paid"
    assert sorted(Order.objects.values_list("status", flat=True)) == ["LAPSED", "PAID"]


def test_paid_in_one_window_while_the_other_changes_the_cart(shopper: Customer) -> None:
    """The news of the payment is not here yet, but Stripe says so when asked to close the page."""
    shopper.check_out()
    shopper.sandbox.control("webhooks", {"mode": "off"})
    shopper.pay()
    shopper.put("QC-50", 2)
    refused = shopper.check_out(409)
    assert refused["type"] == "/problems/cart-closed"
    assert Order.objects.get().status == Order.Status.PAID
    assert Lot.objects.get().reserved == 1
