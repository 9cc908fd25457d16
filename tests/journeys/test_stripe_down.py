"""Stripe does not answer when somebody checks out. The order is kept; the same key goes on from there."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from django.utils import timezone

from catalog.models import Lot
from orders.models import Order
from payments.models import PaymentAttempt
from shop.models import IdempotencyKey
from tests.builders import make_delivery, make_lot, make_product
from tests.drain import drain
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)
SESSIONS = {"method": "POST", "path": "/v1/checkout/sessions$"}
TRIES = 3  # ours: one and two retries


@pytest.fixture
def shopper(customer: Customer) -> Customer:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 1})
    return customer


def sessions_made(customer: Customer) -> list[dict[str, Any]]:
    calls = customer.sandbox.control("requests", method="GET")["requests"]
    return [call for call in calls if (call["method"], call["path"]) == ("POST", "/v1/checkout/sessions")]


def count_sessions_at_stripe(customer: Customer) -> int:
    url = f"{customer.sandbox.url}/v1/checkout/sessions"
    found = requests.get(url, auth=(customer.sandbox.api_key, ""), timeout=20).json()
    return len(found["data"])


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop_after_commit": True}], ids=["503", "hangs up"])
def test_stripe_down_at_checkout_is_said_and_the_same_key_goes_on(
    shopper: Customer, workers: Any, fault: dict[str, Any]
) -> None:
    shopper.sandbox.control("faults", {"match": SESSIONS | {"times": TRIES}, **fault})
    refused = shopper.check_out(503, key="mine")
    assert refused["type"] == "/problems/payment-unreachable"
    order = Order.objects.get()
    assert (order.status, Lot.objects.get().reserved) == (Order.Status.PLACED, 1)
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.session_id) == (PaymentAttempt.State.CREATED, None)
    assert shopper.sandbox.control("faults", method="GET")["rules"][0]["hits"] == TRIES

    shopper.check_out(key="mine")
    assert shopper.order["reference"] == order.reference
    assert {call["idempotency_key"] for call in sessions_made(shopper)} == {str(attempt.pk)}
    assert len({call["form"] for call in sessions_made(shopper)}) == 1  # byte for byte the same
    assert count_sessions_at_stripe(shopper) == 1
    assert Order.objects.count() == PaymentAttempt.objects.count() == 1

    shopper.pay()
    workers()
    assert shopper.read_order()["status"] == "paid"


def test_a_lost_answer_is_asked_for_again_without_the_customer_noticing(shopper: Customer) -> None:
    shopper.sandbox.control("faults", {"match": SESSIONS | {"times": 1}, "drop_after_commit": True})
    shopper.check_out()
    calls = sessions_made(shopper)
    assert [(call["status"], call["replayed"]) for call in calls] == [(200, False), (200, True)]
    assert count_sessions_at_stripe(shopper) == 1


def test_when_the_customer_does_not_come_back_the_round_opens_the_session(shopper: Customer) -> None:
    """Then paying again gives its page."""
    shopper.sandbox.control("faults", {"match": SESSIONS | {"times": TRIES}, "status": 503})
    shopper.check_out(503, key="mine")
    drain(timezone.now() + timedelta(seconds=31))
    attempt = PaymentAttempt.objects.get()
    assert attempt.state == PaymentAttempt.State.OPEN
    shopper.check_out(key="mine")
    assert shopper.payment_url == attempt.url
    url = f"/api/v1/orders/{shopper.order['reference']}/payment/"
    again = shopper.ask("POST", url, headers={"Order-Secret": shopper.order["secret"]})
    assert again == {"payment_url": attempt.url}
    assert count_sessions_at_stripe(shopper) == 1


def test_while_stripe_is_down_the_round_keeps_asking_and_gives_nothing_up(shopper: Customer) -> None:
    shopper.sandbox.control("faults", {"match": {"path": "/v1/"}, "status": 503})
    shopper.check_out(503, key="mine")
    now = timezone.now()
    for minutes in (1, 2):
        drain(now + timedelta(minutes=minutes))
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.failures, attempt.last_error) == (PaymentAttempt.State.CREATED, 0, "")
    assert attempt.due_at is not None
    assert Order.objects.get().status == Order.Status.PLACED
    assert Lot.objects.get().reserved == 1


def test_browsing_and_the_cart_do_not_need_stripe(shopper: Customer) -> None:
    shopper.sandbox.control("faults", {"match": {"path": "/v1/"}, "status": 503})
    assert shopper.in_stock("quiet-cream") == {"QC-50": True}
    assert shopper.put("QC-50", 2)["problems"] == []
    assert sessions_made(shopper) == []


def test_what_stripe_refuses_is_given_up_at_once_and_the_goods_are_free(
    customer: Customer, workers: Any
) -> None:
    """Stripe takes nothing below 50 cents."""
    sample = make_product("Sample", sku="S-1", prices={"EUR": 10})
    make_lot(sample.variants.get(), units=1)
    make_delivery(price_cents=5)
    customer.fill_cart(**{"S-1": 1})
    refused = customer.check_out(409, key="mine")
    assert refused["type"] == "/problems/payment-refused"
    assert Order.objects.get().status == Order.Status.LAPSED
    assert PaymentAttempt.objects.get().state == PaymentAttempt.State.REFUSED
    assert Lot.objects.get().reserved == 0
    assert IdempotencyKey.objects.get().answer is None
    assert customer.check_out(409, key="mine")["type"] == "/problems/order-closed"
    assert workers() == 0
