"""Two workers on one Stripe event. With the claim off both believe that they settled it."""

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from catalog.models import Lot
from orders import errands
from orders.models import Order, OrderEvent
from payments import intake, settlement, stripe_gateway
from payments.models import Payment, PaymentAttempt, Receipt, StripeEvent
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)
COMPLETED = "checkout.session.completed"


def buy(customer: Customer) -> None:
    """A paid session whose news has come, and that nobody has settled yet."""
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=3)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    customer.pay()
    customer.sandbox.control("wait?idle=1", method="GET")
    assert StripeEvent.objects.filter(type=COMPLETED, done_at=None).count() == 1


def settle_at_once(workers: int = 4) -> list[Any]:
    event, now = StripeEvent.objects.get(type=COMPLETED), timezone.now()
    return rush(*[lambda: intake.settle_event(pk=event.pk, now=now)] * workers)


def assert_settled_once(results: list[Any]) -> None:
    assert sorted(results) == [False] * (len(results) - 1) + [True]
    event = StripeEvent.objects.get(type=COMPLETED)
    assert (event.outcome, event.attempts, event.failures, event.last_error) == ("paid", 1, 0, "")
    assert event.done_at is not None
    payment = Payment.objects.get()
    assert payment.status == Payment.Status.APPLIED
    assert Receipt.objects.get().payment_id == payment.pk
    kinds = OrderEvent.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["PLACED", "PAID"]
    assert Order.objects.get().status == Order.Status.PAID
    assert Lot.objects.get().reserved == 1


def test_one_event_and_four_workers_is_one_effect_one_receipt_one_mail(
    customer: Customer, workers: Any, slow_down: Any
) -> None:
    buy(customer)
    slow_down(stripe_gateway, "fetch_session")
    assert_settled_once(settle_at_once())
    workers()
    assert len(mail.outbox) == 1
    assert Receipt.objects.get().attempts == 1


def claim_without_asking(kind: Any, pk: Any, *, now: Any, **_: Any) -> Any:
    return kind.objects.get(pk=pk)


def test_control_without_the_claim_every_worker_believes_it_was_the_one(
    customer: Customer, slow_down: Any, monkeypatch: Any
) -> None:
    buy(customer)
    slow_down(stripe_gateway, "fetch_session")
    monkeypatch.setattr(errands, "claim", claim_without_asking)
    monkeypatch.setattr(errands, "still_ours", lambda errand: errand)
    results = settle_at_once()
    with pytest.raises(AssertionError):
        assert_settled_once(results)
    assert results == [True] * 4
    assert Payment.objects.count() == 1  # the settlement's own lock has held


def test_control_without_the_attempts_lock_either_the_constraints_have_to_step_in(
    customer: Customer, slow_down: Any, monkeypatch: Any
) -> None:
    buy(customer)
    slow_down(stripe_gateway, "fetch_session")
    slow_down(settlement, "compare")
    monkeypatch.setattr(errands, "claim", claim_without_asking)
    monkeypatch.setattr(errands, "still_ours", lambda errand: errand)
    monkeypatch.setattr(
        settlement,
        "_find_attempt",
        lambda facts: PaymentAttempt.objects.select_related("order").get(session_id=facts.id),
    )
    results = settle_at_once()
    with pytest.raises(AssertionError):
        assert_settled_once(results)
    assert "IntegrityError" in StripeEvent.objects.get(type=COMPLETED).last_error or results.count(False) > 0
    assert Payment.objects.count() == 1
    assert Receipt.objects.count() == 1


def test_a_worker_who_comes_back_from_the_dead_changes_nothing(customer: Customer) -> None:
    """It claimed, slept through its lease, and wakes while another has claimed: the fence holds."""
    buy(customer)
    event, now = StripeEvent.objects.get(type=COMPLETED), timezone.now()
    zombie = errands.claim(StripeEvent, event.pk, now=now)
    assert zombie is not None
    later = now + errands.LEASE
    assert intake.settle_event(pk=event.pk, now=later) is True
    before = StripeEvent.objects.values().get(pk=event.pk)
    errands.record_failure(zombie, RuntimeError("too late"), now=later)
    assert StripeEvent.objects.values().get(pk=event.pk) == before
