"""Attempts: their parameters never change, one lives per order, an unanswered one is asked about again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from catalog.models import Lot
from orders.models import Order
from orders.placing import PAYMENT_WINDOW
from payments import sessions, settlement, stripe_gateway
from payments.models import PaymentAttempt
from payments.sessions import LATEST, SOONEST, PaymentRefused, next_look
from payments.stripe_gateway import StripeRefused, StripeUnreachable
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order
from tests.payments.facts import begin, say

pytestmark = pytest.mark.django_db(transaction=True)
State = PaymentAttempt.State


def test_what_stripe_is_asked_is_written_down_before_it_is_asked(settings: Any) -> None:
    make_market()
    make_delivery()
    jar = make_product("Quiet Cream", sku="QC-50", size=("50", "ml")).variants.get()
    make_lot(jar, units=5)
    attempt = begin(make_order({jar: 2}), opened=False)
    order = Order.objects.get()
    assert (attempt.seq, attempt.state, attempt.amount_cents) == (1, State.CREATED, 4488)
    assert attempt.expires_at == NOW + PAYMENT_WINDOW
    assert attempt.due_at == NOW + sessions.FIRST_LOOK
    names = {"order": order.reference, "attempt": str(attempt.pk)}
    attempt.refresh_from_db()
    assert attempt.params == {
        "mode": "payment",
        "client_reference_id": order.reference,
        "customer_email": "ida@example.org",
        "line_items": [
            {
                "quantity": 2,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 1999,
                    "product_data": {"name": "Quiet Cream, 50 ml"},
                },
            },
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 490,
                    "product_data": {"name": "Delivery, Standard"},
                },
            },
        ],
        "metadata": names,
        "payment_intent_data": {"metadata": names, "description": f"Order {order.reference}"},
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "expires_at": int((NOW + PAYMENT_WINDOW).timestamp()),
        "success_url": settings.CHECKOUT_SUCCESS_URL,
        "cancel_url": settings.CHECKOUT_CANCEL_URL,
    }
    assert str(attempt) == f"{order.pk}/1"


def test_an_order_has_one_live_attempt_and_a_new_one_only_after_it() -> None:
    first = begin()
    assert begin(first.order) == first
    PaymentAttempt.objects.update(state=State.REFUSED, done_at=NOW, due_at=None)
    later = NOW + timedelta(minutes=10)
    second = begin(first.order, now=later, opened=False)
    assert (second.seq, second.expires_at) == (2, later + PAYMENT_WINDOW)
    assert second.pk != first.pk
    assert Order.objects.get().pay_before == second.expires_at  # the time to pay goes along
    with pytest.raises(IntegrityError, match="one_live_attempt_per_order"), transaction.atomic():
        PaymentAttempt.objects.filter(pk=first.pk).update(
            state=State.CREATED, done_at=None, due_at=NOW, session_id=None
        )


def test_a_session_that_lives_for_whole_seconds() -> None:
    odd = datetime(2026, 11, 20, 9, 30, 15, 987_654, tzinfo=UTC)
    attempt = begin(now=odd, opened=False)
    assert attempt.expires_at.microsecond == 0
    assert attempt.params["expires_at"] == attempt.expires_at.timestamp()
    assert attempt.expires_at - odd > timedelta(minutes=34)  # Stripe takes nothing below 30


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(0), SOONEST),
        (timedelta(seconds=30), SOONEST),
        (timedelta(minutes=1), timedelta(seconds=30)),
        (timedelta(minutes=6), timedelta(minutes=3)),
        (timedelta(minutes=20), LATEST),
        (timedelta(minutes=34), timedelta(minutes=1, seconds=5)),  # just after it expires
        (timedelta(minutes=36), SOONEST),
        (timedelta(days=2), SOONEST),
    ],
)
def test_when_to_look_again(age: timedelta, wait: timedelta) -> None:
    attempt = begin()
    assert next_look(attempt, now=NOW + age) == NOW + age + wait


def test_what_is_over_is_not_asked_about(stripe_sandbox: Any) -> None:
    attempt = begin()
    PaymentAttempt.objects.update(state=State.PAID, done_at=NOW, due_at=None)
    assert sessions.open_session(attempt_id=attempt.pk, now=NOW).state == State.PAID
    assert sessions.follow_attempt(pk=attempt.pk, now=NOW) is False
    assert stripe_sandbox.control("requests", method="GET")["requests"] == []


@pytest.fixture
def fresh(stripe_sandbox: Any) -> PaymentAttempt:
    from django.utils import timezone

    return begin(make_order(now=timezone.now()), now=timezone.now(), opened=False)


def test_following_an_attempt_opens_its_session_and_comes_back(fresh: PaymentAttempt) -> None:
    now = fresh.due_at
    assert now is not None
    assert sessions.follow_attempt(pk=fresh.pk, now=now) is False
    fresh.refresh_from_db()
    assert (fresh.state, fresh.failures) == (State.OPEN, 0)
    assert fresh.url
    assert fresh.due_at == now + SOONEST
    assert sessions.follow_attempt(pk=fresh.pk, now=now) is False  # not due


def test_an_attempt_that_stripe_refuses_is_over_and_frees_its_goods(
    fresh: PaymentAttempt, caplog: Any
) -> None:
    PaymentAttempt.objects.update(params=fresh.params | {"mode": "barter"})
    assert sessions.follow_attempt(pk=fresh.pk, now=fresh.due_at) is True  # type: ignore[arg-type]
    fresh.refresh_from_db()
    assert (fresh.state, fresh.due_at) == (State.REFUSED, None)
    assert "mode" in fresh.note
    assert Order.objects.get().status == "LAPSED"
    assert Lot.objects.get().reserved == 0
    assert [record.message for record in caplog.records] == ["Stripe refused a session"]


def test_an_attempt_that_was_paid_before_its_session_was_known_is_over(
    fresh: PaymentAttempt, monkeypatch: Any
) -> None:
    def answer_late(**_: Any) -> Any:
        with transaction.atomic():
            settlement.settle(say(fresh), now=NOW)
        return say(fresh, status="open", url="https://pay.example/1")

    monkeypatch.setattr(stripe_gateway, "create_session", answer_late)
    assert sessions.follow_attempt(pk=fresh.pk, now=fresh.due_at) is True  # type: ignore[arg-type]
    fresh.refresh_from_db()
    assert (fresh.state, fresh.url) == (State.PAID, "https://pay.example/1")
    assert Order.objects.get().status == "PAID"


def test_a_refusal_of_somebody_who_was_late_gives_nothing_up(
    fresh: PaymentAttempt, monkeypatch: Any, caplog: Any
) -> None:
    """Two ask at once; one is refused after the other's session is open."""

    def refuse_late(**_: Any) -> Any:
        PaymentAttempt.objects.update(state=State.OPEN, session_id="cs_1", url="https://pay.example/1")
        raise StripeRefused("", "", "too late")

    monkeypatch.setattr(stripe_gateway, "create_session", refuse_late)
    with pytest.raises(PaymentRefused):
        sessions.open_session(attempt_id=fresh.pk, now=NOW)
    assert PaymentAttempt.objects.get().state == State.OPEN
    assert Order.objects.get().status == "PLACED"


def test_while_stripe_does_not_answer_the_attempt_stays_due(
    fresh: PaymentAttempt, stripe_sandbox: Any
) -> None:
    stripe_sandbox.control("faults", {"match": {"path": "/v1/"}, "status": 503})
    with pytest.raises(StripeUnreachable):
        sessions.open_session(attempt_id=fresh.pk, now=NOW)
    now = fresh.due_at
    assert now is not None
    assert sessions.follow_attempt(pk=fresh.pk, now=now) is False
    fresh.refresh_from_db()
    assert (fresh.state, fresh.failures, fresh.due_at) == (State.CREATED, 0, now + SOONEST)
