"""Parts of a payment go back: each cause once, all of them together never more than came in."""

from typing import Any

import pytest
from django.db import transaction

from orders.models import Order, OrderMail
from payments import closing, payback, refunds
from payments.models import Payment, Refund
from payments.refunds import RefundTooHigh
from payments.stripe_gateway import RefundFacts
from tests.builders import NOW
from tests.builders.parcels import from_lots, make_paid, only_line, send, send_back

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payment() -> Payment:
    order = make_paid(units=2)  # 39.98 and 4.90 for the delivery
    return order.payments.get()


def ask(payment: Payment, cents: int, key: str = "return A", **how: Any) -> Refund:
    with transaction.atomic():
        return refunds.ask_refund(
            payment=payment, amount_cents=cents, reason=Refund.Reason.RETURNED, key=key, now=NOW, **how
        )


def ask_rest(payment: Payment) -> Refund | None:
    with transaction.atomic():
        return refunds.ask_what_is_left(payment=payment, reason=Refund.Reason.CANCELLED, now=NOW)


def claimed(payment: Payment) -> int:
    return Payment.objects.get(pk=payment.pk).refunded_cents


def settle(refund: Refund, status: str) -> str:
    stripe_id = f"re_{refund.pk.hex[:8]}"
    Refund.objects.filter(pk=refund.pk).update(stripe_refund_id=stripe_id)
    with transaction.atomic():
        return refunds.settle_refund(RefundFacts(stripe_id, status), now=NOW)


def test_several_parts_of_one_payment(payment: Payment) -> None:
    first, second = ask(payment, 1999), ask(payment, 500, "return B")
    assert (first.amount_cents, second.amount_cents) == (1999, 500)
    assert claimed(payment) == 2499


def test_the_same_cause_asks_once_whatever_the_amount(payment: Payment) -> None:
    first = ask(payment, 1999)
    assert ask(payment, 1999) == first
    assert ask(payment, 5) == first
    assert (Refund.objects.count(), claimed(payment)) == (1, 1999)


@pytest.mark.parametrize("cents", [2490, 4488, 10**6])
def test_more_than_is_left_is_refused_and_nothing_is_written(payment: Payment, cents: int) -> None:
    ask(payment, 1999)
    with pytest.raises(RefundTooHigh) as refused:
        ask(payment, cents, "return B")
    assert (refused.value.asked_cents, refused.value.left_cents) == (cents, 2489)
    assert (Refund.objects.count(), claimed(payment)) == (1, 1999)
    assert ask(payment, 2489, "return B").amount_cents == 2489
    assert claimed(payment) == payment.amount_cents


def test_a_refusal_inside_a_longer_story_leaves_the_story_alone(payment: Payment) -> None:
    with transaction.atomic():
        with pytest.raises(RefundTooHigh):
            refunds.ask_refund(payment=payment, amount_cents=9999, reason="RETURNED", key="return B", now=NOW)
        assert not Refund.objects.exists()
        refunds.ask_refund(payment=payment, amount_cents=1, reason="RETURNED", key="return B", now=NOW)
    assert claimed(payment) == 1


@pytest.mark.parametrize("before", [None, "pending", "succeeded"])
def test_what_stripe_could_not_pay_back_may_be_asked_again(payment: Payment, before: str | None) -> None:
    refund = ask(payment, 1999)
    if before:
        settle(refund, before)
    assert settle(refund, "failed") == "refund failed"
    assert claimed(payment) == 0
    assert settle(refund, "failed") == "nothing new"
    assert claimed(payment) == 0  # given back once

    again = refunds.ask_again(refund_id=refund.pk, now=NOW)

    assert again.pk != refund.pk  # another idempotency key: the old one gives the old answer
    assert (again.amount_cents, again.key, again.reason) == (1999, "return A", "RETURNED")
    assert claimed(payment) == 1999
    assert not Refund.objects.parked().exists()
    assert settle(refund, "failed") == "nothing new"
    assert not Refund.objects.parked().exists()


def test_asking_again_never_pays_more_than_came_in(payment: Payment) -> None:
    refund = ask(payment, 1999)
    settle(refund, "failed")
    ask_rest(payment)
    with pytest.raises(RefundTooHigh):
        refunds.ask_again(refund_id=refund.pk, now=NOW)
    assert list(Refund.objects.parked()) == [refund]


def test_what_is_left_is_what_did_not_go_back_yet(payment: Payment) -> None:
    ask(payment, 1999)
    rest = ask_rest(payment)
    assert rest is not None
    assert (rest.amount_cents, rest.key) == (2489, "order")
    assert claimed(payment) == payment.amount_cents
    assert ask_rest(payment) is None


def test_how_a_payment_stands(payment: Payment) -> None:
    def state() -> str:
        return payback.name_state(Payment.objects.get(pk=payment.pk))

    assert state() == "paid"
    first = ask(payment, 1999)
    assert state() == "refund-under-way"
    settle(first, "succeeded")
    assert state() == "partly-refunded"
    rest = ask_rest(payment)
    assert rest is not None
    assert state() == "refund-under-way"
    settle(rest, "failed")
    assert state() == "refund-under-way"  # the customer is still owed it
    assert payback.list_failed(payment.order) == [rest]
    settle(refunds.ask_again(refund_id=rest.pk, now=NOW), "succeeded")
    assert state() == "refunded"
    assert payback.list_failed(payment.order) == []


def test_an_order_whose_goods_came_back_is_paid_back_to_the_cent() -> None:
    order = make_paid(units=3)
    send(order)
    for _ in range(3):
        send_back(order, 1)
    amounts = list(Refund.objects.order_by("asked_at", "amount_cents").values_list("amount_cents", flat=True))
    assert sum(amounts) == order.total_cents
    assert claimed(order.payments.get()) == order.total_cents


def test_the_rest_of_an_order_is_called_off_and_paid_back() -> None:
    order = make_paid(units=3)
    send(order, from_lots(order, A=1))

    closing.cancel_rest(order_id=order.pk, by=None, now=NOW, note="No lot is left.")

    order.refresh_from_db()
    assert order.status == Order.Status.SHIPPED
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.reason, refund.key) == (3998, "CANCELLED", "rest")
    assert OrderMail.objects.filter(kind="CANCELLED").count() == 1
    send_back(order)  # then the delivery goes back as well
    assert claimed(order.payments.get()) == order.total_cents
    assert only_line(order).shipped_units == 1
