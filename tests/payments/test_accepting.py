"""A payment in review is accepted when only its names are wrong; about money only Stripe is believed."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.models import Lot
from orders.lifecycle import OrderClosed
from orders.models import Order, OrderEvent
from payments import accepting, closing, refunds
from payments.accepting import MoneyDiffers
from payments.models import Payment, PaymentAttempt, Receipt, Refund
from tests.builders import make_lot, make_product
from tests.builders.desk import ORDERS, act, words_of
from tests.builders.staff import sign_in
from tests.journeys.conftest import Customer, customer, workers

__all__ = ["customer", "workers"]
pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Their mail shows the receipt of Stripe."


@pytest.fixture
def review(customer: Customer, workers: Any) -> Any:
    """The attempt in review after a session was paid that differs in so many ways."""

    def pay(**differs: Any) -> PaymentAttempt:
        make_lot(make_product("Quiet Cream", sku="QC-50").variants.get(), units=5)
        customer.fill_cart(**{"QC-50": 1})
        customer.check_out()
        customer.pay(**differs)
        workers()
        attempt = PaymentAttempt.objects.get()
        assert attempt.state == "NEEDS_REVIEW"
        return attempt

    return pay


def accept(attempt: PaymentAttempt) -> Order:
    return accepting.accept_payment(attempt_id=attempt.pk, why=WHY, now=timezone.now(), by=None)


def snapshot() -> Any:
    kinds = (Order, OrderEvent, PaymentAttempt, Payment, Receipt, Refund, Lot)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def test_money_that_names_another_order_pays_ours_on_a_persons_word_once(
    review: Any, customer: Customer, workers: Any
) -> None:
    attempt = review(client_reference_id="XXXX-XXXX")

    accept(attempt)
    once = snapshot()
    accept(attempt)

    assert snapshot() == once
    order = Order.objects.get()
    assert (order.status, order.total_cents) == ("PAID", 2489)
    assert list(Payment.objects.values_list("status", "amount_cents")) == [("APPLIED", 2489)]
    attempt.refresh_from_db()
    assert (attempt.state, attempt.note[:20]) == ("PAID", "order is 'XXXX-XXXX'")
    assert [event.note for event in OrderEvent.objects.filter(kind="NOTED")] == [
        f"Payment accepted though Stripe disagreed: {WHY}"
    ]
    workers()
    assert Receipt.objects.get().done_at is not None
    assert customer.read_order()["payment"] == {"state": "paid", "url": None}


@pytest.mark.parametrize("wrong_by", [-1, +1])
def test_another_amount_is_never_accepted(review: Any, wrong_by: int) -> None:
    attempt = review(amount_total=2489 + wrong_by)
    before = snapshot()

    with pytest.raises(MoneyDiffers) as refused:
        accept(attempt)

    assert refused.value.differences[:2] == [
        f"amount is {2489 + wrong_by}, not 2489",
        f"amount received is {2489 + wrong_by}, not 2489",
    ]
    assert snapshot() == before


def test_what_went_back_at_stripe_is_not_accepted(review: Any, workers: Any) -> None:
    attempt = review(client_reference_id="XXXX-XXXX")
    with transaction.atomic():
        refunds.ask_refund(
            payment=Payment.objects.get(), amount_cents=100, reason="GOODWILL", key="x", now=timezone.now()
        )
    workers()
    before = snapshot()

    with pytest.raises(MoneyDiffers) as refused:
        accept(attempt)

    assert refused.value.differences == ["100 went back at Stripe", "100 goes back already"]
    assert snapshot() == before


def test_a_cancelled_order_is_not_paid_after_all(review: Any) -> None:
    attempt = review(client_reference_id="XXXX-XXXX")
    closing.cancel_order(order_id=attempt.order_id, by=None, now=timezone.now())
    with pytest.raises((MoneyDiffers, OrderClosed)):
        accept(attempt)
    assert Order.objects.get().status == "CANCELLED"
    assert Payment.objects.get().status == "UNAPPLIED"


# -- At the desk -----------------------------------------------------------------------------------


def test_the_owner_accepts_it_on_the_orders_page(review: Any) -> None:
    attempt = review(client_reference_id="XXXX-XXXX")
    client, order = sign_in("owner"), attempt.order
    assert "Accept the payment" in words_of(client.get(f"{ORDERS}{order.pk}/change/"))
    assert "order is &#x27;XXXX-XXXX&#x27;" in client.get(f"{ORDERS}{order.pk}/accept/").content.decode()

    answer = act(client, order, "accept", note=WHY)

    assert f"{order.reference} is paid." in words_of(answer)
    event = OrderEvent.objects.get(kind="NOTED")
    assert event.actor is not None
    assert event.actor.email == "owner@regimen.example"
    assert "No payment of this order waits" in words_of(act(client, order, "accept", note=WHY))
    assert "Accept the payment" not in words_of(client.get(f"{ORDERS}{order.pk}/change/"))


def test_the_page_says_why_not_and_changes_nothing(review: Any, settings: Any) -> None:
    attempt = review(amount_total=2488)
    client, before = sign_in("owner"), snapshot()

    answer = act(client, attempt.order, "accept", note=WHY)
    assert answer.status_code == 422
    assert "amount is 2488, not 2489" in words_of(answer)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    assert "Stripe did not answer clearly" in words_of(act(client, attempt.order, "accept", note=WHY))

    assert snapshot() == before


def test_only_the_owner_may(review: Any) -> None:
    attempt = review(client_reference_id="XXXX-XXXX")
    client = sign_in("support")
    assert "Accept the payment" not in words_of(client.get(f"{ORDERS}{attempt.order_id}/change/"))
    assert act(client, attempt.order, "accept", note=WHY).status_code == 403
    assert Payment.objects.get().status == "UNAPPLIED"
