"""Ending an order: the money is seen to first, then the goods."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.models import Lot
from orders.lifecycle import OrderClosed
from orders.models import Order, OrderMail
from payments import closing, sessions, settlement
from payments.models import PaymentAttempt, Refund
from tests.builders import NOW
from tests.builders.orders import make_order, pay_order
from tests.payments.facts import begin, say

pytestmark = pytest.mark.django_db(transaction=True)
State = PaymentAttempt.State


def test_an_order_without_any_attempt_is_cancelled_without_asking_stripe(stripe_sandbox: Any) -> None:
    order = make_order()
    assert closing.withdraw_order(order_id=order.pk, now=NOW).status == "PLACED"
    assert closing.cancel_order(order_id=order.pk, by=None, now=NOW).status == "CANCELLED"
    assert stripe_sandbox.control("requests", method="GET")["requests"] == []
    assert OrderMail.objects.get().kind == "CANCELLED"


def test_an_attempt_that_stripe_may_know_is_asked_for_and_then_closed(stripe_sandbox: Any) -> None:
    """Our call may have got through although its answer did not: only the same question tells."""
    now = timezone.now()
    attempt = begin(make_order(now=now), now=now, opened=False)
    assert closing.withdraw_order(order_id=attempt.order_id, now=now).status == "LAPSED"
    attempt.refresh_from_db()
    assert attempt.state == State.EXPIRED
    asked = [
        (call["method"], call["path"].rpartition("/")[2])
        for call in stripe_sandbox.control("requests", method="GET")["requests"]
    ]
    assert asked == [("POST", "sessions"), ("POST", "expire")]
    assert Lot.objects.get().reserved == 0


def test_an_attempt_that_stripe_refuses_is_no_hindrance(stripe_sandbox: Any, caplog: Any) -> None:
    now = timezone.now()
    attempt = begin(make_order(now=now), now=now, opened=False)
    PaymentAttempt.objects.update(params={"mode": "barter"})
    order = closing.cancel_order(order_id=attempt.order_id, by=None, now=now)
    assert order.status == "CANCELLED"
    attempt.refresh_from_db()
    assert attempt.state == State.REFUSED
    assert Lot.objects.get().reserved == 0


def test_an_attempt_that_was_paid_while_we_asked_is_left_to_its_news(monkeypatch: Any) -> None:
    attempt = begin(opened=False)

    def find_it_paid(**_: Any) -> PaymentAttempt:
        with transaction.atomic():
            settlement.settle(say(attempt), now=NOW)
        return PaymentAttempt.objects.get()

    monkeypatch.setattr(sessions, "open_session", find_it_paid)
    assert closing.withdraw_order(order_id=attempt.order_id, now=NOW).status == "PAID"


def test_a_paid_order_is_paid_back_once_however_often_it_is_cancelled() -> None:
    order = make_order()
    payment = pay_order(order)
    for _ in range(2):
        assert closing.cancel_order(order_id=order.pk, by=None, now=NOW).status == "CANCELLED"
    refund = Refund.objects.get()
    assert (refund.payment, refund.reason, refund.state) == (payment, "CANCELLED", "ASKED")
    assert OrderMail.objects.count() == 1


def test_a_shipped_order_keeps_its_money() -> None:
    order = make_order()
    pay_order(order)
    Order.objects.update(status="SHIPPED", shipped_at=NOW)
    with pytest.raises(OrderClosed):
        closing.cancel_order(order_id=order.pk, by=None, now=NOW)
    assert Refund.objects.count() == OrderMail.objects.count() == 0
