"""Staff call an order off: nobody can pay it any more, or the money goes back."""

from typing import Any

import pytest
import requests
from django.core import mail
from django.utils import timezone

from catalog.models import Lot, Movement
from orders import dispatch
from orders.lifecycle import OrderClosed
from orders.models import Order, OrderEvent, OrderMail
from payments import closing
from payments.models import Payment, PaymentAttempt, Receipt, Refund
from payments.stripe_gateway import StripeUnreachable
from shop.models import User
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def buyer(customer: Customer) -> Customer:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 2})
    customer.check_out()
    return customer


def cancel(by: User | None = None, note: str = "The customer rang us.") -> Order:
    return closing.cancel_order(order_id=Order.objects.get().pk, by=by, now=timezone.now(), note=note)


def test_an_unpaid_order_is_cancelled_and_its_page_is_closed(buyer: Customer, workers: Any) -> None:
    staff = User.objects.create_user("ada@regimen.example")
    assert cancel(by=staff).status == Order.Status.CANCELLED
    session = requests.get(
        f"{buyer.sandbox.url}/v1/checkout/sessions/{buyer.session_id}",
        auth=(buyer.sandbox.api_key, ""),
        timeout=20,
    ).json()
    assert session["status"] == "expired"
    workers()
    assert buyer.read_order()["status"] == "cancelled"
    assert buyer.read_order()["payment"] == {"state": "none", "url": None}
    assert PaymentAttempt.objects.get().state == PaymentAttempt.State.EXPIRED
    assert (Lot.objects.get().on_hand, Lot.objects.get().reserved) == (5, 0)
    assert Refund.objects.count() == 0
    event = OrderEvent.objects.get(kind="CANCELLED")
    assert (event.actor, event.note) == (staff, "The customer rang us.")
    (letter,) = mail.outbox
    assert letter.subject == f"Your order {buyer.order['reference']} is cancelled"


def test_a_paid_order_is_cancelled_and_paid_back_in_full(buyer: Customer, workers: Any) -> None:
    buyer.pay()
    workers()
    mail.outbox.clear()
    staff = User.objects.create_user("ada@regimen.example")
    cancel(by=staff)
    assert buyer.read_order()["payment"] == {"state": "refund-under-way", "url": None}
    workers()

    assert buyer.read_order()["status"] == "cancelled"
    assert buyer.read_order()["payment"] == {"state": "refunded", "url": None}
    refund, payment = Refund.objects.get(), Payment.objects.get()
    assert (refund.state, refund.reason, refund.asked_by) == ("SUCCEEDED", "CANCELLED", staff)
    assert refund.amount_cents == payment.amount_cents == Order.objects.get().total_cents
    charge = requests.get(
        f"{buyer.sandbox.url}/v1/charges/{payment.charge_id}", auth=(buyer.sandbox.api_key, ""), timeout=20
    ).json()
    assert (charge["amount_refunded"], charge["refunded"]) == (payment.amount_cents, True)
    assert (Lot.objects.get().on_hand, Lot.objects.get().reserved) == (5, 0)
    kinds = list(OrderEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["PLACED", "PAID", "CANCELLED", "REFUNDED"]
    (letter,) = mail.outbox
    assert letter.subject == f"Your order {buyer.order['reference']} is cancelled"
    assert Receipt.objects.count() == 1  # what was paid stays on paper


def test_cancelling_twice_changes_nothing(buyer: Customer, workers: Any) -> None:
    buyer.pay()
    workers()
    cancel()
    workers()
    before = (Movement.objects.count(), OrderEvent.objects.count(), OrderMail.objects.count())
    cancel()
    workers()
    assert (Movement.objects.count(), OrderEvent.objects.count(), OrderMail.objects.count()) == before
    assert Refund.objects.count() == 1


def test_what_is_shipped_cannot_be_cancelled(buyer: Customer, workers: Any) -> None:
    buyer.pay()
    workers()
    dispatch.dispatch_order(
        order_id=Order.objects.get().pk,
        carrier="DHL",
        tracking_code="",
        tracking_url="",
        now=timezone.now(),
    )
    with pytest.raises(OrderClosed) as refused:
        cancel()
    assert refused.value.status == "SHIPPED"
    assert Refund.objects.count() == 0
    assert Order.objects.get().status == Order.Status.SHIPPED


def test_while_stripe_is_down_nothing_is_cancelled(buyer: Customer) -> None:
    buyer.sandbox.control("faults", {"match": {"path": "/v1/"}, "status": 503})
    with pytest.raises(StripeUnreachable):
        cancel()
    assert Order.objects.get().status == Order.Status.PLACED
    assert Lot.objects.get().reserved == 2
    assert OrderMail.objects.count() == 0


def test_paid_while_staff_were_about_to_cancel_is_paid_back(buyer: Customer, workers: Any) -> None:
    buyer.sandbox.control("webhooks", {"mode": "off"})
    buyer.pay()
    cancel()  # only Stripe's own answer tells that there was money
    workers()
    assert Payment.objects.get().status == Payment.Status.APPLIED
    assert Refund.objects.get().state == Refund.State.SUCCEEDED
    assert Order.objects.get().status == Order.Status.CANCELLED
    assert Lot.objects.get().reserved == 0


def test_money_for_a_cancelled_order_goes_back_by_itself(buyer: Customer, workers: Any) -> None:
    cancel()
    workers()
    mail.outbox.clear()
    buyer.pay(late=True)
    workers()
    assert Order.objects.get().status == Order.Status.CANCELLED
    assert Payment.objects.get().status == Payment.Status.UNAPPLIED
    assert Refund.objects.get().state == Refund.State.SUCCEEDED
    assert Lot.objects.get().reserved == 0
    assert [letter.subject for letter in mail.outbox] == [
        f"Your payment for order {buyer.order['reference']} came too late and goes back"
    ]


def test_a_refund_that_waits_for_the_bank_is_followed_until_it_ends(buyer: Customer, workers: Any) -> None:
    buyer.pay(card="4000000000007726")
    workers()
    cancel()
    workers()
    refund = Refund.objects.get()
    if refund.state == Refund.State.PENDING:
        assert refund.done_at is None
        assert buyer.read_order()["payment"]["state"] == "refund-under-way"
        buyer.sandbox.control("clock", {"advance": 7 * 86400})
        workers()
        refund.refresh_from_db()
    assert (refund.state, refund.done_at is not None) == (Refund.State.SUCCEEDED, True)
    assert OrderEvent.objects.filter(kind="REFUNDED").count() == 1


def test_a_refund_that_fails_is_parked_for_a_person_and_never_called_done(
    buyer: Customer, workers: Any
) -> None:
    buyer.pay(card="4000000000005126")
    workers()
    cancel()
    workers()
    buyer.sandbox.control("clock", {"advance": 7 * 86400})
    workers()
    refund = Refund.objects.get()
    assert (refund.state, refund.due_at, refund.done_at) == (Refund.State.FAILED, None, None)
    assert refund.last_error.startswith("Stripe: failed")
    assert list(Refund.objects.parked()) == [refund]
    assert buyer.read_order()["payment"]["state"] != "refunded"
