"""The money comes after the time to pay: honoured when the goods are there, paid back by itself when not."""

from typing import Any

import pytest
from django.core import mail

from catalog.models import Lot
from orders.models import Order, OrderEvent, OrderMail
from payments.models import Payment, PaymentAttempt, Receipt, Refund
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)


def let_an_order_lapse(customer: Customer, workers: Any) -> None:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=1)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    customer.let_session_expire()
    workers()
    assert customer.read_order()["status"] == "lapsed"
    assert Lot.objects.get().reserved == 0


def test_paid_too_late_with_the_goods_still_there_is_honoured_with_a_receipt(
    customer: Customer, workers: Any
) -> None:
    let_an_order_lapse(customer, workers)
    customer.pay(late=True)
    workers()

    order = customer.read_order()
    assert order["status"] == "paid"
    assert order["payment"] == {"state": "paid", "url": None}
    assert [letter.subject for letter in mail.outbox] == [
        f"Receipt {order['receipt']['number']} for your order {order['reference']}"
    ]
    assert Payment.objects.get().status == Payment.Status.APPLIED
    assert Lot.objects.get().reserved == 1
    kinds = list(OrderEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["PLACED", "LAPSED", "REVIVED"]


def test_paid_too_late_with_the_goods_gone_is_paid_back_by_itself_and_said(
    customer: Customer, workers: Any
) -> None:
    let_an_order_lapse(customer, workers)
    faster = Customer(customer.shop, customer.sandbox, "faster@customer.example")
    faster.fill_cart(**{"QC-50": 1})
    faster.check_out()
    faster.pay()
    workers()
    mail.outbox.clear()

    customer.pay(late=True)
    workers()

    assert customer.read_order()["status"] == "lapsed"
    assert customer.read_order()["payment"] == {"state": "refunded", "url": None}
    late = Order.objects.get(email=customer.email)
    payment = Payment.objects.get(order=late)
    assert payment.status == Payment.Status.UNAPPLIED
    refund = Refund.objects.get()
    assert (refund.payment_id, refund.state, refund.reason) == (payment.pk, "SUCCEEDED", "PAID_TOO_LATE")
    assert (refund.amount_cents, refund.currency) == (late.total_cents, "EUR")
    assert refund_at_stripe(customer) == [(200, str(refund.pk))]
    (letter,) = mail.outbox
    assert letter.to == [customer.email]
    assert letter.subject == f"Your payment for order {late.reference} came too late and goes back"
    assert OrderMail.objects.get(order=late).kind == OrderMail.Kind.PAID_TOO_LATE
    assert not Receipt.objects.filter(order=late).exists()
    assert (Lot.objects.get().on_hand, Lot.objects.get().reserved) == (1, 1)  # the faster one's
    assert PaymentAttempt.objects.get(order=late).state == PaymentAttempt.State.PAID
    kinds = list(late.events.order_by("id").values_list("kind", flat=True))
    assert kinds == ["PLACED", "LAPSED", "REFUNDED"]


def refund_at_stripe(customer: Customer) -> list[tuple[int, str]]:
    calls = customer.sandbox.control("requests", method="GET")["requests"]
    return [
        (call["status"], call["idempotency_key"])
        for call in calls
        if (call["method"], call["path"]) == ("POST", "/v1/refunds")
    ]


def test_a_declined_card_and_then_a_good_one_is_one_sale(customer: Customer, workers: Any) -> None:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=1)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    assert customer.pay(card="4000000000000002")["outcome"] == "declined"
    workers()
    assert customer.read_order()["status"] == "placed"
    customer.pay(card="5555555555554444")
    workers()
    assert customer.read_order()["status"] == "paid"
    assert Payment.objects.get().method == "Mastercard ending in 4444"
    assert len(mail.outbox) == 1
