"""Settlement: only when everything agrees is an order paid; everything else changes as little as it must."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from catalog.models import Lot
from orders import lifecycle
from orders.models import Order, OrderMail
from payments import settlement
from payments.models import Payment, PaymentAttempt, Receipt, Refund
from payments.stripe_gateway import SessionFacts
from shop import showing
from tests.builders import NOW
from tests.payments.facts import begin, say

pytestmark = pytest.mark.django_db
State = PaymentAttempt.State


def settle(facts: SessionFacts, now: Any = NOW) -> str:
    with transaction.atomic():
        return settlement.settle(facts, now=now)


def test_a_paid_session_pays_its_order() -> None:
    attempt = begin()
    assert settle(say(attempt)) == "paid"
    attempt.refresh_from_db()
    assert (attempt.state, attempt.done_at, attempt.due_at, attempt.note) == (State.PAID, NOW, None, "")
    payment = Payment.objects.get()
    assert (payment.attempt, payment.order, payment.status) == (attempt, attempt.order, "APPLIED")
    assert (payment.amount_cents, payment.currency) == (attempt.amount_cents, "EUR")
    assert (payment.payment_intent_id, payment.charge_id) == (f"pi_{attempt.pk.hex}", f"ch_{attempt.pk.hex}")
    assert (payment.method, payment.paid_at, str(payment)) == (
        "Visa ending in 4242",
        NOW,
        payment.payment_intent_id,
    )
    assert Receipt.objects.get().payment == payment
    order = Order.objects.get()
    assert (order.status, order.paid_at) == ("PAID", NOW)


def test_saying_it_again_changes_nothing() -> None:
    attempt = begin()
    settle(say(attempt))
    before = [list(kind.objects.values()) for kind in (Order, PaymentAttempt, Payment, Receipt)]
    assert settle(say(attempt), NOW + timedelta(hours=1)) == "known already"
    assert settle(say(attempt, status="expired", payment_status="unpaid")) == "known already"
    assert [list(kind.objects.values()) for kind in (Order, PaymentAttempt, Payment, Receipt)] == before


DIFFERENCES: dict[str, tuple[dict[str, Any], str]] = {
    "another order": ({"order_reference": "XXXX-XXXX"}, "order is 'XXXX-XXXX'"),
    "no order": ({"order_reference": ""}, "order is ''"),
    "another attempt": ({"attempt_id": "0"}, "attempt is '0'"),
    "another mode": ({"mode": "setup"}, "mode is 'setup', not 'payment'"),
    "nothing to pay": (
        {"payment_status": "no_payment_required"},
        "payment status is 'no_payment_required', not 'paid'",
    ),
    "a cent less": ({"amount_cents": 4487}, "amount is 4487, not 4488"),
    "a cent more": ({"amount_cents": 4489}, "amount is 4489, not 4488"),
    "less received": ({"received_cents": 4000}, "amount received is 4000, not 4488"),
    "another currency": ({"currency": "USD"}, "currency is 'USD', not 'EUR'"),
    "real money": ({"livemode": True}, "live mode is True, not False"),
}


@pytest.mark.parametrize(("changes", "why"), DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_where_stripe_disagrees_a_person_is_asked_and_nothing_is_given_away(
    changes: dict[str, Any], why: str, caplog: Any
) -> None:
    attempt = begin()
    said = say(attempt, **changes)
    assert settle(said).startswith(f"needs review: {why}")
    attempt.refresh_from_db()
    assert (attempt.state, attempt.done_at) == (State.NEEDS_REVIEW, NOW)
    assert why in attempt.note
    assert Order.objects.get().status == "PLACED"
    assert Lot.objects.get().reserved == 2
    kept = list(Payment.objects.values_list("status", "amount_cents", "currency"))  # real, and pays nothing
    assert kept == ([] if said.livemode else [("UNAPPLIED", said.received_cents, said.currency)])
    assert Receipt.objects.count() == Refund.objects.count() == 0
    assert showing.show_order(Order.objects.get())["payment"] == {"state": "in-review", "url": None}
    assert [record.message for record in caplog.records] == ["Stripe disagrees about an attempt"]
    assert settle(say(attempt)) == "known already"  # only a person decides now
    assert Order.objects.get().status == "PLACED"


def test_a_session_that_is_another_than_the_attempts_own_is_not_ours() -> None:
    attempt = begin()
    assert settle(say(attempt, id="cs_test_another")) == "no attempt of ours"
    assert Order.objects.get().status == "PLACED"


def test_an_attempt_that_is_named_wrongly_is_nobodys() -> None:
    attempt = begin(opened=False)
    for name in ("", "not a uuid", "00000000-0000-0000-0000-000000000000"):
        assert settle(say(attempt, attempt_id=name)) == "no attempt of ours"


def test_news_that_is_faster_than_our_own_call_finds_its_attempt_by_name() -> None:
    attempt = begin(opened=False)
    assert settle(say(attempt)) == "paid"
    attempt.refresh_from_db()
    assert (attempt.state, attempt.session_id) == (State.PAID, say(attempt).id)


def test_complete_and_unpaid_waits() -> None:
    attempt = begin()
    assert settle(say(attempt, payment_status="unpaid")) == "nothing new"
    assert settle(say(attempt, status="open", payment_status="unpaid")) == "nothing new"
    attempt.refresh_from_db()
    assert (attempt.state, attempt.done_at) == (State.OPEN, None)


def test_an_expired_session_frees_the_goods() -> None:
    attempt = begin()
    assert settle(say(attempt, status="expired", payment_status="unpaid")) == "expired; order lapsed"
    attempt.refresh_from_db()
    assert (attempt.state, attempt.done_at) == (State.EXPIRED, NOW)
    assert Order.objects.get().status == "LAPSED"
    assert Lot.objects.get().reserved == 0
    assert settle(say(attempt, status="expired", payment_status="unpaid")) == "nothing new"


def test_an_expired_session_that_was_paid_after_all_revives_its_order() -> None:
    attempt = begin()
    settle(say(attempt, status="expired", payment_status="unpaid"))
    assert settle(say(attempt)) == "paid"
    assert Order.objects.get().status == "PAID"
    assert Lot.objects.get().reserved == 2


def test_money_for_a_cancelled_order_goes_back() -> None:
    attempt = begin()
    with transaction.atomic():
        lifecycle.cancel_order(attempt.order_id, now=NOW)
    assert settle(say(attempt)) == "paid too late; the money goes back"
    payment, refund = Payment.objects.get(), Refund.objects.get()
    assert (payment.status, refund.payment, refund.state) == ("UNAPPLIED", payment, "ASKED")
    assert (refund.reason, refund.amount_cents, refund.due_at) == (
        "PAID_TOO_LATE",
        payment.amount_cents,
        NOW,
    )
    assert OrderMail.objects.get().kind == "PAID_TOO_LATE"
    assert Order.objects.get().status == "CANCELLED"
    assert Receipt.objects.count() == 0


def test_a_second_payment_of_a_paid_order_goes_back_without_a_mail_that_frightens() -> None:
    first = begin()
    settle(say(first))
    second = PaymentAttempt.objects.create(
        order=first.order,
        seq=2,
        state=State.OPEN,
        amount_cents=first.amount_cents,
        currency="EUR",
        params={},
        session_id="cs_test_second",
        url="https://pay.example/2",
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=35),
        due_at=NOW,
    )
    assert settle(say(second)) == "paid too late; the money goes back"
    assert sorted(Payment.objects.values_list("status", flat=True)) == ["APPLIED", "UNAPPLIED"]
    assert Refund.objects.get().payment.attempt == second
    assert Receipt.objects.count() == 1
    assert OrderMail.objects.count() == 0
    assert Order.objects.get().status == "PAID"


def test_one_payment_pays_an_order_says_the_database() -> None:
    attempt = begin()
    settle(say(attempt))
    payment = Payment.objects.get()
    other = begin_another(attempt)
    with pytest.raises(IntegrityError, match="one_payment_pays_an_order"), transaction.atomic():
        Payment.objects.create(
            attempt=other,
            order=payment.order,
            payment_intent_id="pi_2",
            amount_cents=1,
            currency="EUR",
            status="APPLIED",
            paid_at=NOW,
        )


def begin_another(attempt: PaymentAttempt) -> PaymentAttempt:
    return PaymentAttempt.objects.create(
        order=attempt.order,
        seq=attempt.seq + 1,
        amount_cents=1,
        currency="EUR",
        params={},
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=35),
    )


@pytest.mark.django_db(transaction=True)
def test_settling_joins_somebodys_transaction() -> None:
    attempt = begin()
    with pytest.raises(AssertionError, match="joins its caller's transaction"):
        settlement.settle(say(attempt), now=NOW)
