"""Stripe says something else than what we asked: nothing is shipped or given away, a person looks."""

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from catalog.models import Lot
from orders import dispatch
from orders.lifecycle import OrderClosed
from orders.models import Order
from payments import closing
from payments.models import Payment, PaymentAttempt, Receipt, Refund
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)


def pay_again(customer: Customer) -> Any:
    url = f"/api/v1/orders/{customer.order['reference']}/payment/"
    return customer.ask("POST", url, 409, headers={"Order-Secret": customer.order["secret"]})


@pytest.mark.parametrize("wrong_by", [-1, +1, -2488])
def test_another_amount_than_ours_pays_nothing_and_keeps_the_goods(
    customer: Customer, workers: Any, wrong_by: int
) -> None:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    total = Order.objects.get().total_cents
    assert total == 2489
    customer.pay(amount_total=total + wrong_by)
    workers()

    attempt = PaymentAttempt.objects.get()
    assert attempt.state == PaymentAttempt.State.NEEDS_REVIEW
    assert f"amount is {total + wrong_by}, not {total}" in attempt.note
    assert f"amount received is {total + wrong_by}, not {total}" in attempt.note
    order = Order.objects.get()
    assert order.status == Order.Status.PLACED
    assert customer.read_order()["payment"] == {"state": "in-review", "url": None}
    payment = Payment.objects.get()  # the money is in our books, and pays nothing
    assert (payment.status, payment.amount_cents) == (Payment.Status.UNAPPLIED, total + wrong_by)
    assert Receipt.objects.count() == 0
    assert mail.outbox == []
    assert (Lot.objects.get().on_hand, Lot.objects.get().reserved) == (5, 1)
    assert pay_again(customer)["order_status"] == "in-review"  # nobody is asked for money twice
    assert customer.check_out(409)["order_status"] == "in-review"
    assert PaymentAttempt.objects.count() == 1
    with pytest.raises(OrderClosed):
        dispatch.dispatch_order(
            order_id=order.pk, carrier="DHL", tracking_code="", tracking_url="", now=timezone.now()
        )


def test_cancelling_an_order_in_review_pays_back_what_was_really_taken(
    customer: Customer, workers: Any
) -> None:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    customer.pay(amount_total=1900)
    workers()
    order = Order.objects.get()
    closing.cancel_order(order_id=order.pk, by=None, now=timezone.now(), note="Stripe disagreed.")
    workers()

    assert customer.read_order()["status"] == "cancelled"
    assert customer.read_order()["payment"] == {"state": "refunded", "url": None}
    refund = Refund.objects.get()
    assert (refund.state, refund.amount_cents) == (Refund.State.SUCCEEDED, 1900)
    assert (Lot.objects.get().on_hand, Lot.objects.get().reserved) == (5, 0)
    assert [letter.to for letter in mail.outbox] == [[customer.email]]
