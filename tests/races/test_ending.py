"""Stripe's news, the round and the staff at one order at once. Without its lock goods and money part."""

from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog import stock
from catalog.models import Lot, Movement
from catalog.stock import ledger
from orders import dispatch, lifecycle
from orders.lifecycle import OrderClosed
from orders.models import Order, OrderEvent, Shipment
from payments import closing, intake, refunds, sessions
from payments.models import Payment, PaymentAttempt, Refund, StripeEvent
from shop import cart as carts
from shop import checkout
from shop.checkout import Wish
from tests.builders import NOW, make_lot, make_product
from tests.builders.orders import HOME, make_order
from tests.journeys.conftest import Customer
from tests.races.crowd import held_at, rush

pytestmark = pytest.mark.django_db(transaction=True)
Status = Order.Status


def buy(customer: Customer, *, paid: bool = True) -> Order:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=3)
    customer.fill_cart(**{"QC-50": 2})
    customer.check_out()
    if paid:
        customer.pay()
    customer.sandbox.control("wait?idle=1", method="GET")
    return Order.objects.get()


def cancel(order: Order) -> Any:
    return lambda: closing.cancel_order(order_id=order.pk, by=None, now=timezone.now(), note="asked to")


def ship(order: Order) -> Any:
    return lambda: dispatch.dispatch_order(
        order_id=order.pk, carrier="DHL", tracking_code="1", tracking_url="", now=timezone.now()
    )


def settle_all() -> None:
    for event in StripeEvent.objects.filter(done_at=None):
        intake.settle_event(pk=event.pk, now=timezone.now())


def follow() -> None:
    attempt = PaymentAttempt.objects.get()
    PaymentAttempt.objects.filter(pk=attempt.pk, done_at=None).update(due_at=timezone.now())
    sessions.follow_attempt(pk=attempt.pk, now=timezone.now())


def assert_goods_and_money_agree(customer: Customer, *, others: int = 0) -> None:
    """Shipped and paid for; or cancelled, its units are free and its money is back.

    Takes   `others`: units in the lot that are promised to other orders.
    """
    order, lot = Order.objects.get(email=customer.email), Lot.objects.get()
    moved = Movement.objects.filter(lot=lot).values_list("on_hand_change", "reserved_change")
    assert (lot.on_hand, lot.reserved) == tuple(map(sum, zip(*moved, strict=True)))
    taken = list(Payment.objects.values_list("status", "amount_cents"))
    back = list(Refund.objects.values_list("state", "amount_cents"))
    kinds = set(OrderEvent.objects.values_list("kind", flat=True))
    if order.status == Status.SHIPPED:
        assert (lot.on_hand, lot.reserved) == (1 + others, others)
        assert (taken, back) == ([("APPLIED", order.total_cents)], [])
        assert "CANCELLED" not in kinds
        assert Shipment.objects.count() == 1
    else:
        assert order.status == Status.CANCELLED
        assert (lot.on_hand, lot.reserved) == (3 + others, others)
        assert [cents for _, cents in taken] == [order.total_cents] * len(taken)
        assert back == [("SUCCEEDED", order.total_cents)] * len(taken)
        assert Shipment.objects.count() == 0
    invariants = customer.sandbox.control("invariants", method="GET")
    assert invariants == {"ok": True, "violations": []}


@pytest.mark.parametrize("round_", range(4))
def test_news_and_round_and_cancel_at_once_leave_goods_and_money_in_agreement(
    customer: Customer, workers: Any, round_: int
) -> None:
    order = buy(customer)
    results = rush(settle_all, follow, cancel(order), follow, settle_all)
    assert [error for error in results if isinstance(error, Exception)] == []
    workers()
    assert_goods_and_money_agree(customer)
    assert Payment.objects.count() == 1  # the customer did pay
    assert Refund.objects.get().state == Refund.State.SUCCEEDED
    subjects = [letter.subject for letter in mail.outbox]
    assert sum("cancelled" in subject for subject in subjects) == 1
    assert len(subjects) <= 2  # and the receipt, which stands


def test_payment_and_cancel_at_the_same_moment(customer: Customer, workers: Any) -> None:
    order = buy(customer, paid=False)

    def pay() -> Any:
        return customer.pay(late=True)  # Stripe had it in its hands when the session was expired

    results = rush(pay, cancel(order), settle_all, follow)
    assert [error for error in results if isinstance(error, Exception)] == []
    workers()
    assert_goods_and_money_agree(customer)
    assert Payment.objects.count() == 1
    assert Refund.objects.get().state == Refund.State.SUCCEEDED


def test_shipping_and_cancelling_at_once_only_one_of_them_happens(
    customer: Customer, workers: Any, slow_down: Any
) -> None:
    order = buy(customer)
    workers()
    slow_down(lifecycle, "list_promises")
    results = rush(cancel(order), ship(order))
    assert [type(error) for error in results if isinstance(error, Exception)] == [OrderClosed]
    workers()
    assert_goods_and_money_agree(customer)


def promise_more_of_the_lot(*, units: int) -> None:
    """Units of another order, or the lot's own constraint would refuse to give the same units twice."""
    lot = Lot.objects.get()
    with transaction.atomic():
        stock.count_lot(lot_id=lot.pk, counted=lot.on_hand + units, cause="found more", now=NOW)
    make_order({lot.variant: units})


def test_shipping_and_cancelling_without_the_orders_lock_are_stopped_by_its_constraints(
    customer: Customer, workers: Any, slow_down: Any, monkeypatch: Any
) -> None:
    order = buy(customer)
    workers()
    promise_more_of_the_lot(units=2)
    slow_down(lifecycle, "list_promises")
    monkeypatch.setattr(lifecycle, "lock_order", lambda order_id: Order.objects.get(pk=order_id))
    results = rush(cancel(order), ship(order))
    assert [type(error) for error in results if isinstance(error, Exception)] == [IntegrityError]
    workers()
    assert_goods_and_money_agree(customer, others=2)


def test_cancelling_twice_at_once_frees_the_units_once(
    customer: Customer, workers: Any, slow_down: Any
) -> None:
    order = buy(customer)
    workers()
    promise_more_of_the_lot(units=2)
    slow_down(lifecycle, "list_promises")
    rush(cancel(order), cancel(order))
    workers()
    assert_goods_and_money_agree(customer, others=2)


def test_control_without_the_orders_lock_units_of_somebody_else_are_freed(
    customer: Customer, workers: Any, slow_down: Any, monkeypatch: Any
) -> None:
    order = buy(customer)
    workers()
    promise_more_of_the_lot(units=2)
    slow_down(lifecycle, "list_promises")
    slow_down(ledger, "move")
    monkeypatch.setattr(lifecycle, "lock_order", lambda order_id: Order.objects.get(pk=order_id))
    rush(cancel(order), cancel(order))
    workers()
    with pytest.raises(AssertionError):
        assert_goods_and_money_agree(customer, others=2)
    assert Lot.objects.get().reserved == 0  # two of them were promised to somebody else


def test_money_that_arrives_while_staff_cancel_a_lapsed_order_goes_back(
    customer: Customer, workers: Any, monkeypatch: Any
) -> None:
    """The late payment is honoured between the moment when cancelling looks for money and its lock."""
    order = buy(customer, paid=False)
    customer.sandbox.control("clock", {"advance": 36 * 60})
    workers()
    order.refresh_from_db()
    assert order.status == Status.LAPSED
    with held_at(monkeypatch, lifecycle, "lock_order", cancel(order)):
        customer.pay(late=True)
        workers()
        order.refresh_from_db()
        assert order.status == Status.PAID
    workers()
    assert_goods_and_money_agree(customer)
    assert Refund.objects.get().state == Refund.State.SUCCEEDED


def test_a_checkout_that_waited_while_its_order_was_paid_starts_no_second_order(
    customer: Customer, monkeypatch: Any
) -> None:
    buy(customer)
    total = customer.read_cart()["totals"]["total"]
    wish = Wish(customer.email, HOME, "standard", total["amount"], total["currency"])

    def check_out() -> Any:
        return checkout.start_checkout(token=customer.cart, key="another", wish=wish, now=timezone.now())

    def try_to() -> Any:
        with pytest.raises(carts.CartClosed):
            check_out()

    with held_at(monkeypatch, lifecycle, "lock_order", try_to):
        settle_all()
        assert Order.objects.get().status == Status.PAID
    assert Order.objects.count() == 1


def test_a_refund_asked_twice_at_once_is_asked_once(customer: Customer, workers: Any) -> None:
    order = buy(customer)
    settle_all()
    rush(cancel(order), cancel(order), cancel(order))
    refund = Refund.objects.get()
    rush(*[lambda: refunds.pay_back(pk=refund.pk, now=timezone.now())] * 3)
    workers()
    asked = [
        call
        for call in customer.sandbox.control("requests", method="GET")["requests"]
        if (call["method"], call["path"]) == ("POST", "/v1/refunds")
    ]
    assert [(call["status"], call["idempotency_key"]) for call in asked] == [(200, str(refund.pk))]
    assert_goods_and_money_agree(customer)
    assert len([letter for letter in mail.outbox if "cancelled" in letter.subject]) == 1
    with pytest.raises(carts.CartClosed):
        carts.put_line(token=customer.cart, sku="QC-50", units=1, now=timezone.now())
