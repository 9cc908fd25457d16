"""The only file that speaks to Stripe. What comes back is plain facts; what goes wrong is two types.

Stripe's client retries nothing and waits 80 s by default, so both are said here. A lost answer is not
a "no": StripeUnreachable means that nobody knows, and only the same key may ask again.
"""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.conf import settings
from django.db import connection

if TYPE_CHECKING:
    import stripe

CONNECT_S = 3.05
RETRIES = 2
T = TypeVar("T")


@dataclass(eq=False)
class StripeUnreachable(Exception):
    """Stripe did not answer, or not clearly: what we asked may or may not have happened."""

    why: str


@dataclass(eq=False)
class StripeRefused(Exception):
    """Stripe understood and said no; nothing happened."""

    code: str
    param: str
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(eq=False)
class BadSignature(Exception):
    """The news is not signed by Stripe with one of our secrets, or is no news at all."""


@dataclass(frozen=True)
class SessionFacts:
    """A Checkout Session as Stripe describes it now. Amounts are minor units."""

    id: str
    status: str  # open | complete | expired
    payment_status: str  # unpaid | paid | no_payment_required
    mode: str
    url: str
    amount_cents: int
    currency: str  # upper case
    livemode: bool
    order_reference: str
    attempt_id: str
    payment_intent_id: str = ""
    received_cents: int = 0
    refunded_cents: int = 0
    charge_id: str = ""
    method: str = ""


@dataclass(frozen=True)
class RefundFacts:
    id: str
    status: str  # pending | requires_action | succeeded | failed | canceled
    failure: str = ""


@dataclass(frozen=True)
class News:
    """An event whose signature was right."""

    id: str
    type: str
    object_id: str
    api_version: str
    livemode: bool


def create_session(*, params: dict[str, Any], key: str) -> SessionFacts:
    """The Checkout Session for these parameters; the same key gives the same session."""
    return _read_session(_call(lambda it: it.v1.checkout.sessions.create(cast(Any, params), _keyed(key))))


def fetch_session(session_id: str) -> SessionFacts:
    """The session as it is now, with its payment and charge."""
    params: Any = {"expand": ["payment_intent.latest_charge"]}
    return _read_session(_call(lambda it: it.v1.checkout.sessions.retrieve(session_id, params)))


def expire_session(session_id: str) -> SessionFacts:
    """The session, which nobody can pay any more; or, when it was too late for that, as it is."""
    try:
        return _read_session(_call(lambda it: it.v1.checkout.sessions.expire(session_id)))
    except StripeRefused:
        return fetch_session(session_id)


def create_refund(*, payment_intent_id: str, amount_cents: int, key: str) -> RefundFacts:
    """The refund of a payment; the same key gives the same refund."""
    params: Any = {"payment_intent": payment_intent_id, "amount": amount_cents, "metadata": {"refund": key}}
    return _read_refund(_call(lambda it: it.v1.refunds.create(params, _keyed(key))))


def fetch_refund(refund_id: str) -> RefundFacts:
    return _read_refund(_call(lambda it: it.v1.refunds.retrieve(refund_id)))


def read_news(body: bytes, signature: str) -> News:
    """What Stripe's signed message says. Raises BadSignature."""
    import stripe

    for secret in settings.STRIPE_WEBHOOK_SECRETS:  # two while a secret is being rolled
        try:
            event = stripe.Webhook.construct_event(body, signature, secret)
            found = event.to_dict()
            return News(
                id=str(found["id"]),
                type=str(found["type"]),
                object_id=str(found["data"]["object"].get("id", "")),
                api_version=str(found.get("api_version") or ""),
                livemode=bool(found["livemode"]),
            )
        # Bytes that are no UTF-8, no JSON or no event fail in five ways; to us they are one.
        except (ValueError, AttributeError, TypeError, KeyError, stripe.SignatureVerificationError):
            continue
    raise BadSignature


def _call(ask: Callable[["stripe.StripeClient"], T]) -> T:
    _assert_no_transaction()
    import stripe

    try:
        return ask(
            _client(os.getpid(), settings.STRIPE_API_KEY, settings.STRIPE_API_BASE, settings.STRIPE_TIMEOUT_S)
        )
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise StripeUnreachable(type(error).__name__) from error
    except stripe.IdempotencyError as error:  # something else lives under our key: the money may be moving
        raise StripeUnreachable("our key is known with other parameters") from error
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        if error.http_status == 409:
            raise StripeUnreachable("in progress") from error
        raise StripeRefused(
            str(error.code or ""), str(error.param or ""), str(error.user_message or error)
        ) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise StripeUnreachable(f"our key was not accepted ({type(error).__name__})") from error
    except stripe.APIError as error:  # 5xx, 409, or half an answer with status 200: nobody knows
        raise StripeUnreachable(f"HTTP {error.http_status}") from error


@functools.lru_cache(maxsize=1)
def _client(pid: int, key: str, base: str, timeout_s: int) -> "stripe.StripeClient":
    """One client per process, whose connections must not be shared across a fork, and per settings."""
    import stripe

    stripe.enable_telemetry = False  # costs half of every call
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else None,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=(CONNECT_S, timeout_s)),
    )


def _keyed(key: str) -> Any:
    return {"idempotency_key": key}


def _assert_no_transaction() -> None:
    """No lock is ever held while we wait for Stripe. (A test's own outer transaction does not count.)"""
    ours = [block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False)]
    assert not ours, "Stripe is asked with no transaction open"


def _read_session(session: Any) -> SessionFacts:
    said = session.to_dict()
    metadata = said.get("metadata") or {}
    intent = said.get("payment_intent")
    intent = intent if isinstance(intent, dict) else {"id": intent or ""}
    charge = intent.get("latest_charge")
    charge = charge if isinstance(charge, dict) else {"id": charge or ""}
    return SessionFacts(
        id=said["id"],
        status=said["status"] or "",
        payment_status=said["payment_status"],
        mode=said["mode"],
        url=said.get("url") or "",
        amount_cents=said.get("amount_total") or 0,
        currency=(said.get("currency") or "").upper(),
        livemode=said["livemode"],
        order_reference=said.get("client_reference_id") or "",
        attempt_id=metadata.get("attempt", ""),
        payment_intent_id=intent["id"],
        received_cents=intent.get("amount_received") or 0,
        refunded_cents=charge.get("amount_refunded") or 0,
        charge_id=charge["id"],
        method=_name_method(charge.get("payment_method_details") or {}),
    )


def _name_method(details: dict[str, Any]) -> str:
    """How it was paid, as a receipt says it: Visa ending in 4242."""
    kind = str(details.get("type") or "")
    card = details.get("card") or {}
    if kind == "card" and card.get("last4"):
        return f"{str(card.get('brand') or 'Card').replace('_', ' ').title()} ending in {card['last4']}"
    return kind.replace("_", " ").title()


def _read_refund(refund: Any) -> RefundFacts:
    said = refund.to_dict()
    return RefundFacts(said["id"], said.get("status") or "pending", said.get("failure_reason") or "")
