"""Stripe repeats itself, is early, is late, or says nothing."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from catalog.models import Lot
from orders.models import Order, OrderEvent
from payments.models import Payment, PaymentAttempt, Receipt, StripeEvent
from tests.builders import make_lot, make_product
from tests.drain import drain
from tests.journeys.conftest import Customer
from tests.journeys.news import post_signed

pytestmark = pytest.mark.django_db(transaction=True)


def start_buying(customer: Customer) -> None:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 1})


def assert_one_sale(customer: Customer) -> None:
    assert customer.read_order()["status"] == "paid"
    assert Order.objects.count() == Payment.objects.count() == Receipt.objects.count() == 1
    assert PaymentAttempt.objects.get().state == PaymentAttempt.State.PAID
    assert list(OrderEvent.objects.order_by("id").values_list("kind", flat=True)) == ["PLACED", "PAID"]
    assert (Lot.objects.get().on_hand, Lot.objects.get().reserved) == (5, 1)
    assert len(mail.outbox) == 1


def test_news_told_twice_at_once_is_kept_once(customer: Customer, workers: Any) -> None:
    start_buying(customer)
    customer.check_out()
    customer.sandbox.control("webhooks", {"mode": "duplicate"})
    customer.pay()
    workers()
    deliveries = customer.sandbox.control("deliveries", method="GET")["deliveries"]
    assert {len(one["attempts"]) for one in deliveries} == {2}
    assert {tried["status"] for one in deliveries for tried in one["attempts"]} == {200}
    assert StripeEvent.objects.count() == len(deliveries)
    assert_one_sale(customer)


def test_news_told_again_after_it_was_settled_changes_nothing(customer: Customer, workers: Any) -> None:
    start_buying(customer)
    customer.check_out()
    customer.pay()
    workers()
    event = StripeEvent.objects.get(type="checkout.session.completed")
    before = StripeEvent.objects.values().get(pk=event.pk)
    answer = post_signed(customer, bytes(event.raw))
    assert (answer.status_code, answer.json()) == (200, {"received": True, "new": False})
    assert workers() == 0
    assert StripeEvent.objects.values().get(pk=event.pk) == before
    assert_one_sale(customer)


def test_news_before_the_answer_to_our_own_call_is_believed(customer: Customer) -> None:
    """The session is paid, and told of, while the call that made it is still open."""
    start_buying(customer)
    fault = {"match": {"method": "POST", "path": "/v1/checkout/sessions$", "times": 1}}
    fault |= {"pay_before_answer": "4242424242424242", "hold_answer_ms": 1500}
    customer.sandbox.control("faults", fault)
    buyer = threading.Thread(target=customer.check_out)
    buyer.start()
    end = time.monotonic() + 10
    while not StripeEvent.objects.filter(type="checkout.session.completed").exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    drain(timezone.now())
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.url) == (PaymentAttempt.State.PAID, "")  # our call is still open
    assert Order.objects.get().status == Order.Status.PAID
    buyer.join(10)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.url) == (PaymentAttempt.State.PAID, customer.payment_url)
    assert customer.payment_url.startswith(customer.sandbox.url)
    drain(timezone.now())
    assert_one_sale(customer)


@pytest.mark.parametrize("lost", ["off", "hold"])
def test_without_any_news_the_round_alone_settles(customer: Customer, workers: Any, lost: str) -> None:
    start_buying(customer)
    customer.sandbox.control("webhooks", {"mode": lost})
    customer.check_out()
    customer.pay()
    workers()
    assert customer.read_order()["status"] == "placed"  # nobody has looked yet
    drain(timezone.now() + timedelta(seconds=31))
    assert StripeEvent.objects.count() == 0
    assert_one_sale(customer)
    customer.sandbox.control("webhooks", {"mode": "release"})
    workers(timezone.now() + timedelta(seconds=40))
    assert_one_sale(customer)


def test_without_any_news_an_unpaid_order_lapses_too(customer: Customer) -> None:
    start_buying(customer)
    customer.sandbox.control("webhooks", {"mode": "off"})
    customer.check_out()
    customer.sandbox.control("clock", {"advance": 36 * 60})
    drain(timezone.now() + timedelta(minutes=36))
    assert customer.read_order()["status"] == "lapsed"
    assert Lot.objects.get().reserved == 0
    assert PaymentAttempt.objects.get().state == PaymentAttempt.State.EXPIRED
    assert mail.outbox == []
