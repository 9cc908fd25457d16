"""Stripe's news: kept as it came, and only a hint: the object is fetched anew before anything is believed."""

from typing import Any

import pytest

from payments import intake, stripe_gateway
from payments.models import StripeEvent
from payments.stripe_gateway import News, RefundFacts, StripeUnreachable
from tests.builders import NOW
from tests.payments.facts import begin, say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def signed(monkeypatch: Any) -> Any:
    """News whose signature was right."""

    def sign(**changes: Any) -> None:
        news = {
            "id": "evt_1",
            "type": "checkout.session.completed",
            "object_id": "cs_1",
            "api_version": "2026-10-28.endive",
            "livemode": False,
        } | changes
        monkeypatch.setattr(stripe_gateway, "read_news", lambda body, signature: News(**news))

    return sign


def record() -> bool:
    return intake.record_event(body=b"{as it came}", signature="t=1,v1=0", now=NOW)


def settle() -> bool:
    return intake.settle_event(pk=StripeEvent.objects.get().pk, now=NOW)


def test_news_is_kept_as_it_came_and_once(signed: Any) -> None:
    signed()
    assert record() is True
    assert record() is False
    event = StripeEvent.objects.get()
    assert (bytes(event.raw), event.type, event.object_id) == (
        b"{as it came}",
        "checkout.session.completed",
        "cs_1",
    )
    assert (event.received_at, event.due_at, event.done_at, event.livemode) == (NOW, NOW, None, False)
    assert (event.api_version, str(event)) == ("2026-10-28.endive", "evt_1")


def test_overlong_names_are_cut_and_not_refused(signed: Any) -> None:
    signed(type="t" * 500, object_id="o" * 500, api_version="v" * 500)
    assert record() is True
    event = StripeEvent.objects.get()
    assert (len(event.type), len(event.object_id), len(event.api_version)) == (120, 255, 40)


def test_a_session_is_fetched_anew(signed: Any, monkeypatch: Any) -> None:
    attempt = begin()
    fetched = list[str]()

    def fetch(session_id: str) -> Any:
        fetched.append(session_id)
        return say(attempt)

    monkeypatch.setattr(stripe_gateway, "fetch_session", fetch)
    signed(object_id=attempt.session_id)
    record()
    assert settle() is True
    assert fetched == [attempt.session_id]
    assert StripeEvent.objects.get().outcome == "paid"
    assert settle() is False
    assert len(fetched) == 1


def test_a_refund_is_fetched_anew(signed: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(stripe_gateway, "fetch_refund", lambda refund_id: RefundFacts(refund_id, "succeeded"))
    signed(type="refund.updated", object_id="re_nobodys")
    record()
    assert settle() is True
    assert StripeEvent.objects.get().outcome == "no refund of ours"


@pytest.mark.parametrize("kind", ["charge.updated", "customer.created", "checkout", "refund"])
def test_other_news_is_kept_and_not_acted_on(signed: Any, kind: str) -> None:
    signed(type=kind)
    record()
    assert settle() is True
    assert StripeEvent.objects.get().outcome == "nothing that we act on"


def test_news_of_the_wrong_mode_is_not_believed_either_way(signed: Any, settings: Any) -> None:
    signed(livemode=True)
    record()
    assert settle() is True
    assert StripeEvent.objects.get().outcome == "from the wrong mode; not believed"
    StripeEvent.objects.all().delete()
    settings.STRIPE_LIVE = True
    signed(livemode=False)
    record()
    assert settle() is True
    assert StripeEvent.objects.get().outcome == "from the wrong mode; not believed"


def test_while_stripe_does_not_answer_the_news_waits(signed: Any, monkeypatch: Any, caplog: Any) -> None:
    def silence(_: str) -> Any:
        raise StripeUnreachable("APIConnectionError")

    monkeypatch.setattr(stripe_gateway, "fetch_session", silence)
    signed()
    record()
    assert settle() is False
    event = StripeEvent.objects.get()
    assert (event.failures, event.done_at, event.outcome) == (1, None, "")
    assert event.last_error.startswith("StripeUnreachable")
    assert event.due_at is not None
    assert event.due_at > NOW


def test_a_worker_whose_lease_was_taken_over_settles_nothing(signed: Any, monkeypatch: Any) -> None:
    attempt = begin()

    def fetch_slowly(_: str) -> Any:
        StripeEvent.objects.update(attempts=7)  # somebody else has claimed it meanwhile
        return say(attempt)

    monkeypatch.setattr(stripe_gateway, "fetch_session", fetch_slowly)
    signed(object_id=attempt.session_id)
    record()
    settle()
    event = StripeEvent.objects.get()
    assert (event.done_at, event.outcome) == (None, "")
    attempt.refresh_from_db()
    assert attempt.state == "OPEN"
