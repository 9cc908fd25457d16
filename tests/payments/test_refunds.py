"""Refunds: owed as a row, asked once, and called done only when Stripe says that the money is back."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from orders import errands
from orders.models import OrderEvent
from payments import refunds
from payments.models import Payment, Refund
from payments.stripe_gateway import RefundFacts
from shop.models import User
from tests.builders import NOW
from tests.builders.orders import make_order, pay_order

pytestmark = pytest.mark.django_db(transaction=True)
State = Refund.State


@pytest.fixture
def payment() -> Payment:
    return pay_order(make_order())


def ask(payment: Payment, **how: Any) -> Refund:
    with transaction.atomic():
        return refunds.ask_refund(
            payment=payment,
            reason=Refund.Reason.CANCELLED,
            now=NOW,
            **{"amount_cents": payment.amount_cents, "key": "order"} | how,
        )


def settle(status: str, failure: str = "", refund_id: str = "re_1") -> str:
    with transaction.atomic():
        return refunds.settle_refund(RefundFacts(refund_id, status, failure), now=NOW)


@pytest.fixture
def refund(payment: Payment) -> Refund:
    asked = ask(payment)
    Refund.objects.update(stripe_refund_id="re_1")
    asked.refresh_from_db()
    return asked


def row() -> Refund:
    return Refund.objects.get()


def test_the_whole_payment_is_owed_from_now_on(payment: Payment) -> None:
    ada = User.objects.create_user("ada@regimen.example")
    refund = ask(payment, by=ada)
    assert (refund.amount_cents, refund.currency) == (payment.amount_cents, "EUR")
    assert (refund.state, refund.due_at, refund.asked_at, refund.asked_by) == (State.ASKED, NOW, NOW, ada)
    assert str(refund) == str(refund.pk)


def test_asking_twice_asks_once(payment: Payment) -> None:
    refund = ask(payment)
    assert ask(payment) == refund
    assert Refund.objects.count() == 1
    with pytest.raises(IntegrityError, match="one_refund_per_cause"), transaction.atomic():
        Refund.objects.create(
            payment=payment, amount_cents=1, currency="EUR", reason="CANCELLED", asked_at=NOW
        )


def test_after_a_failed_one_another_may_be_asked(refund: Refund, payment: Payment) -> None:
    settle("failed", "expired_or_canceled_card")
    assert ask(payment) != refund
    assert sorted(Refund.objects.values_list("state", flat=True)) == ["ASKED", "FAILED"]


def test_money_that_is_back_is_in_the_diary_once(refund: Refund) -> None:
    assert settle("succeeded") == "money is back"
    assert (row().state, row().done_at, row().due_at) == (State.SUCCEEDED, NOW, None)
    assert OrderEvent.objects.filter(kind="REFUNDED").get().note == "€44.88, re_1"
    assert settle("succeeded") == "nothing new"
    assert OrderEvent.objects.filter(kind="REFUNDED").count() == 1


@pytest.mark.parametrize("status", ["pending", "requires_action"])
def test_a_refund_under_way_is_not_done(refund: Refund, status: str) -> None:
    assert settle(status) == "refund is under way"
    assert (row().state, row().done_at) == (State.PENDING, None)
    assert settle(status) == "nothing new"
    assert settle("succeeded") == "money is back"


@pytest.mark.parametrize("status", ["failed", "canceled"])
@pytest.mark.parametrize("before", [None, "pending", "succeeded"])
def test_a_refund_that_fails_even_after_it_succeeded_waits_for_a_person(
    refund: Refund, status: str, before: str | None
) -> None:
    if before:
        settle(before)
    assert settle(status, "lost_or_stolen_card") == "refund failed"
    assert (row().state, row().done_at, row().due_at) == (State.FAILED, None, None)
    assert row().last_error == f"Stripe: {status} lost_or_stolen_card"
    assert list(Refund.objects.parked()) == [refund]
    assert settle(status, "lost_or_stolen_card") == "nothing new"
    assert settle("succeeded") == "nothing new"  # an older word of Stripe's, read late
    assert row().state == State.FAILED


def test_somebody_elses_refund_is_no_business_of_ours(refund: Refund) -> None:
    assert settle("succeeded", refund_id="re_of_somebody_else") == "no refund of ours"
    assert row().state == State.ASKED


def answer(monkeypatch: Any, name: str, *facts: RefundFacts) -> list[Any]:
    from payments import stripe_gateway

    asked, left = list[Any](), list(facts)

    def stripe_says(*args: Any, **named: Any) -> RefundFacts:
        asked.append(args or named)
        return left.pop(0) if len(left) > 1 else left[0]

    monkeypatch.setattr(stripe_gateway, name, stripe_says)
    return asked


def test_stripe_is_asked_with_the_rows_own_key(payment: Payment, monkeypatch: Any) -> None:
    refund = ask(payment)
    asked = answer(monkeypatch, "create_refund", RefundFacts("re_9", "succeeded"))
    assert refunds.pay_back(pk=refund.pk, now=NOW) is True
    assert asked == [
        {
            "payment_intent_id": payment.payment_intent_id,
            "amount_cents": payment.amount_cents,
            "key": str(refund.pk),
        }
    ]
    assert (row().stripe_refund_id, row().state) == ("re_9", State.SUCCEEDED)
    assert refunds.pay_back(pk=refund.pk, now=NOW) is False
    assert len(asked) == 1


def test_a_refund_that_waits_for_a_bank_is_asked_about_every_ten_minutes(
    payment: Payment, monkeypatch: Any
) -> None:
    refund = ask(payment)
    answer(monkeypatch, "create_refund", RefundFacts("re_9", "pending"))
    asked = answer(
        monkeypatch, "fetch_refund", RefundFacts("re_9", "pending"), RefundFacts("re_9", "succeeded")
    )
    now = NOW
    for _ in range(2):
        assert refunds.pay_back(pk=refund.pk, now=now) is False
        assert (row().state, row().due_at) == (State.PENDING, now + refunds.ASK_AGAIN)
        now += refunds.ASK_AGAIN
    assert refunds.pay_back(pk=refund.pk, now=now) is True
    assert asked == [("re_9",), ("re_9",)]
    assert (row().state, row().failures) == (State.SUCCEEDED, 0)


def test_a_failed_refund_that_is_tried_again_and_is_still_failed_is_parked_again(
    refund: Refund, monkeypatch: Any
) -> None:
    settle("failed", "declined")
    answer(monkeypatch, "fetch_refund", RefundFacts("re_1", "failed", "declined"))
    assert errands.try_again(Refund, refund.pk, now=NOW) is True
    assert refunds.pay_back(pk=refund.pk, now=NOW) is False
    assert (row().state, row().due_at, row().done_at) == (State.FAILED, None, None)
    assert list(Refund.objects.parked()) == [refund]


def test_asking_joins_somebodys_transaction(payment: Payment) -> None:
    with pytest.raises(AssertionError, match="joins its caller's transaction"):
        refunds.ask_refund(payment=payment, amount_cents=1, reason="CANCELLED", key="order", now=NOW)
    with pytest.raises(AssertionError, match="joins its caller's transaction"):
        refunds.settle_refund(RefundFacts("re_1", "succeeded"), now=NOW)
