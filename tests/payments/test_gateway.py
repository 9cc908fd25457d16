"""The one file that speaks to Stripe: whatever goes wrong there is one of two types here."""

import socket
from typing import Any

import pytest
import stripe
from django.db import transaction
from django.utils import timezone

from payments import stripe_gateway
from payments.stripe_gateway import (
    BadSignature,
    SessionFacts,
    StripeRefused,
    StripeUnreachable,
    create_refund,
    create_session,
    expire_session,
    fetch_refund,
    fetch_session,
    read_news,
)
from tests.builders.orders import make_order
from tests.payments.facts import begin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def params() -> dict[str, Any]:
    now = timezone.now()
    return begin(make_order(now=now), now=now, opened=False).params


def calls(sandbox: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.control("requests", method="GET")["requests"]
    return found


def test_a_session_is_told_in_plain_facts_before_and_after_its_payment(
    stripe_sandbox: Any, params: dict[str, Any]
) -> None:
    opened = create_session(params=params, key="k")
    assert opened == SessionFacts(
        id=opened.id,
        status="open",
        payment_status="unpaid",
        mode="payment",
        url=opened.url,
        amount_cents=4488,
        currency="EUR",
        livemode=False,
        order_reference=params["client_reference_id"],
        attempt_id=params["metadata"]["attempt"],
    )
    assert opened.url.startswith(stripe_sandbox.url)
    stripe_sandbox.control(f"pay/{opened.id}", {"card": "378282246310005"})
    paid = fetch_session(opened.id)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", "")
    assert (paid.received_cents, paid.method) == (4488, "Amex ending in 0005")
    assert paid.payment_intent_id.startswith("pi_")
    assert paid.charge_id.startswith("ch_")

    refund = create_refund(payment_intent_id=paid.payment_intent_id, amount_cents=4488, key="r")
    assert (refund.status, refund.failure) == ("succeeded", "")
    assert fetch_refund(refund.id) == refund


def test_the_same_key_is_the_same_session(stripe_sandbox: Any, params: dict[str, Any]) -> None:
    assert create_session(params=params, key="k") == create_session(params=params, key="k")
    assert [call["replayed"] for call in calls(stripe_sandbox)] == [False, True]
    with pytest.raises(StripeUnreachable):  # a session lives under that key: to say "no" would free its goods
        create_session(params=params | {"client_reference_id": "other"}, key="k")


def test_expiring_gives_the_session_as_it_is_when_it_was_too_late(
    stripe_sandbox: Any, params: dict[str, Any]
) -> None:
    first = create_session(params=params, key="1")
    assert expire_session(first.id).status == "expired"
    assert expire_session(first.id).status == "expired"
    second = create_session(params=params, key="2")
    stripe_sandbox.control(f"pay/{second.id}", {})
    assert expire_session(second.id).payment_status == "paid"


def test_a_no_is_told_with_its_reason(stripe_sandbox: Any, params: dict[str, Any]) -> None:
    with pytest.raises(StripeRefused) as refused:
        create_session(params=params | {"barter": "goat"}, key="k")
    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "barter")
    assert str(refused.value) == refused.value.message != ""
    with pytest.raises(StripeRefused) as refused:
        fetch_session("cs_test_nowhere")
    assert refused.value.code == "resource_missing"


FAULTS: dict[str, tuple[dict[str, Any], int]] = {
    "500": ({"status": 500}, 3),
    "503": ({"status": 503}, 3),
    "429": ({"status": 429}, 1),
    "a key in use": ({"status": 409}, 3),
    "our key is not accepted": ({"status": 401}, 1),
    "our key may not": ({"status": 403}, 1),
    "it hangs up after the work": ({"drop_after_commit": True}, 3),
}


@pytest.mark.parametrize(("fault", "asked"), FAULTS.values(), ids=FAULTS.keys())
def test_where_nobody_knows_nobody_says_no(
    stripe_sandbox: Any, params: dict[str, Any], fault: dict[str, Any], asked: int
) -> None:
    stripe_sandbox.control("faults", {"match": {"path": "/v1/"}, **fault})
    with pytest.raises(StripeUnreachable) as unknown:
        create_session(params=params, key="k")
    assert unknown.value.why
    assert {call["idempotency_key"] for call in calls(stripe_sandbox)} == {"k"}
    assert stripe_sandbox.control("faults", method="GET")["rules"][0]["hits"] >= asked
    stripe_sandbox.control("faults", method="DELETE")
    assert create_session(params=params, key="k").status == "open"


def test_nobody_waits_for_stripe_longer_than_we_said(
    stripe_sandbox: Any, params: dict[str, Any], settings: Any, monkeypatch: Any
) -> None:
    settings.STRIPE_TIMEOUT_S = 1
    monkeypatch.setattr(stripe_gateway, "RETRIES", 0)
    stripe_gateway._client.cache_clear()
    stripe_sandbox.control("faults", {"match": {"path": "/v1/", "times": 1}, "delay_ms": 2500})
    began = timezone.now()
    try:
        with pytest.raises(StripeUnreachable) as unknown:
            create_session(params=params, key="k")
        assert (timezone.now() - began).total_seconds() < 2
        assert unknown.value.why == "APIConnectionError"
    finally:
        stripe_gateway._client.cache_clear()


def test_nobody_there_is_unreachable(params: dict[str, Any], settings: Any, monkeypatch: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.STRIPE_API_BASE = f"http://127.0.0.1:{closed.getsockname()[1]}"
        monkeypatch.setattr(stripe_gateway, "RETRIES", 0)
        stripe_gateway._client.cache_clear()
        try:
            with pytest.raises(StripeUnreachable):
                create_session(params=params, key="k")
        finally:
            stripe_gateway._client.cache_clear()


ERRORS: list[tuple[Exception, type[Exception]]] = [
    (stripe.InvalidRequestError("in use", "", http_status=409), StripeUnreachable),
    (stripe.InvalidRequestError("no", "amount", code="amount_too_small"), StripeRefused),
    (stripe.CardError("no", "", "card_declined"), StripeRefused),
    (stripe.IdempotencyError("other parameters"), StripeUnreachable),
    (stripe.RateLimitError("slower"), StripeUnreachable),
    (stripe.APIConnectionError("reset"), StripeUnreachable),
    (stripe.APIError("half an answer", http_status=200), StripeUnreachable),
    (stripe.PermissionError("not yours"), StripeUnreachable),
]


@pytest.mark.parametrize(("error", "expected"), ERRORS, ids=[type(error).__name__ for error, _ in ERRORS])
def test_each_error_of_stripes_client_is_one_of_two(error: Exception, expected: type[Exception]) -> None:
    def ask(_: Any) -> Any:
        raise error

    with pytest.raises(expected):
        stripe_gateway._call(ask)


def test_stripe_is_never_asked_inside_a_transaction(stripe_sandbox: Any) -> None:
    with transaction.atomic(), pytest.raises(AssertionError, match="with no transaction open"):
        fetch_session("cs_test_1")
    assert calls(stripe_sandbox) == []


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"type": "card", "card": {"brand": "visa", "last4": "4242"}}, "Visa ending in 4242"),
        (
            {"type": "card", "card": {"brand": "cartes_bancaires", "last4": "1"}},
            "Cartes Bancaires ending in 1",
        ),
        ({"type": "card", "card": {"brand": None, "last4": "9"}}, "Card ending in 9"),
        ({"type": "card", "card": None}, "Card"),
        ({"type": "sepa_debit"}, "Sepa Debit"),
        ({}, ""),
    ],
)
def test_how_it_was_paid_in_words(details: dict[str, Any], words: str) -> None:
    assert stripe_gateway._name_method(details) == words


def test_no_signature_no_news() -> None:
    with pytest.raises(BadSignature):
        read_news(b"{}", "")
