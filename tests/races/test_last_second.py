"""Paid at the last second: whichever news comes first, never two owners, never money for nothing."""

from typing import Any

import pytest
from django.core import mail
from django.db.models import Sum
from django.utils import timezone

from catalog.models import Lot, Movement
from orders.models import Order, OrderEvent
from payments import intake, sessions
from payments.models import Payment, PaymentAttempt, Receipt, Refund, StripeEvent
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)
EXPIRED, COMPLETED = "checkout.session.expired", "checkout.session.completed"


def expire_and_pay(customer: Customer) -> None:
    """A session that expired and was paid in the same second; both pieces of news are here, unread."""
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=1)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    customer.let_session_expire()
    customer.pay(late=True)
    customer.sandbox.control("wait?idle=1", method="GET")
    news = StripeEvent.objects.filter(type__startswith="checkout.session.").values_list("type", flat=True)
    assert sorted(news) == [COMPLETED, EXPIRED]


def settle(kind: str) -> Any:
    pk = StripeEvent.objects.get(type=kind).pk
    return lambda: intake.settle_event(pk=pk, now=timezone.now())


def follow() -> None:
    attempt = PaymentAttempt.objects.get()
    PaymentAttempt.objects.filter(pk=attempt.pk, done_at=None).update(due_at=timezone.now())
    sessions.follow_attempt(pk=attempt.pk, now=timezone.now())


def assert_bought_once() -> None:
    order, lot = Order.objects.get(), Lot.objects.get()
    assert order.status == Order.Status.PAID
    assert (lot.on_hand, lot.reserved) == (1, 1)
    assert Movement.objects.aggregate(Sum("reserved_change")) == {"reserved_change__sum": 1}
    assert Payment.objects.get().status == Payment.Status.APPLIED
    assert PaymentAttempt.objects.get().state == PaymentAttempt.State.PAID
    assert Receipt.objects.count() == 1
    assert Refund.objects.count() == 0


@pytest.mark.parametrize(
    "order_of_news", [[EXPIRED, COMPLETED], [COMPLETED, EXPIRED]], ids=["expired first", "paid first"]
)
def test_both_pieces_of_news_in_either_order_are_one_sale(customer: Customer, order_of_news: list) -> None:
    expire_and_pay(customer)
    for kind in order_of_news:
        assert settle(kind)() is True
    assert_bought_once()
    assert list(OrderEvent.objects.order_by("id").values_list("kind", flat=True)) == ["PLACED", "PAID"]


@pytest.mark.parametrize("round_", range(3))
def test_both_pieces_of_news_and_the_round_at_once_are_one_sale(customer: Customer, round_: int) -> None:
    expire_and_pay(customer)
    results = rush(settle(EXPIRED), settle(COMPLETED), follow)
    assert [error for error in results if isinstance(error, Exception)] == []
    assert_bought_once()


def test_lapsed_then_paid_with_the_goods_still_there_is_honoured(customer: Customer, workers: Any) -> None:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=1)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    customer.let_session_expire()
    workers()
    customer.pay(late=True)
    workers()
    assert_bought_once()
    kinds = list(OrderEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["PLACED", "LAPSED", "REVIVED"]


@pytest.mark.parametrize("round_", range(3))
def test_two_customers_for_one_unit_the_late_payer_gets_the_money_back(
    customer: Customer, workers: Any, round_: int
) -> None:
    """The first lapses; while its late money arrives, a second checks out. One of them has the jar."""
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=1)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    customer.let_session_expire()
    workers()
    second = Customer(customer.shop, customer.sandbox, "second@customer.example")
    second.fill_cart(**{"QC-50": 1})
    customer.pay(late=True)
    customer.sandbox.control("wait?idle=1", method="GET")

    results = rush(settle(COMPLETED), lambda: second.check_out())
    assert results[0] is True
    workers()

    first_order = Order.objects.get(email=customer.email)
    holders = Order.objects.filter(status__in=["PLACED", "PAID"])
    assert holders.count() == 1
    assert (Lot.objects.get().on_hand, Lot.objects.get().reserved) == (1, 1)
    payment = Payment.objects.get()
    if first_order.status == Order.Status.PAID:  # its money was faster; the second was refused
        assert isinstance(results[1], AssertionError)
        assert "out-of-stock" in str(results[1])
        assert (payment.status, Refund.objects.count()) == (Payment.Status.APPLIED, 0)
    else:
        assert first_order.status == Order.Status.LAPSED
        assert payment.status == Payment.Status.UNAPPLIED
        assert Refund.objects.get().state == Refund.State.SUCCEEDED
        assert [letter.to for letter in mail.outbox] == [[customer.email]]


def test_our_own_expiring_and_the_customers_paying_at_once(customer: Customer, workers: Any) -> None:
    """The cart is changed in one window while the old session is paid in another: one of the two wins."""
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    other_window = Customer(customer.shop, customer.sandbox, customer.email, cart=customer.cart)
    other_window.put("QC-50", 2)
    results = rush(lambda: customer.pay(), lambda: other_window.check_out())
    workers()
    paid = Order.objects.filter(status=Order.Status.PAID)
    if isinstance(results[1], Exception):  # the payment was faster: the cart is closed
        assert "cart-closed" in str(results[1])
        assert paid.count() == Order.objects.count() == 1
        assert Lot.objects.get().reserved == 1
    else:  # the session was closed first: nobody could pay it
        assert "session_not_payable" in str(results[0]) or "400" in str(results[0])
        assert paid.count() == 0
        assert sorted(Order.objects.values_list("status", flat=True)) == ["LAPSED", "PLACED"]
        assert Lot.objects.get().reserved == 2
    assert Payment.objects.count() == paid.count()
