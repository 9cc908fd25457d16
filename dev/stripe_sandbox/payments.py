"""The payment engine: a buyer, a card and a session in; a PaymentIntent, charges and events out."""

from __future__ import annotations

from dataclasses import dataclass

from . import payment_objects, sessions
from .cards import CARDS, EXPLANATIONS, Card, explain
from .errors import Json
from .sandbox import Work

_CARD_BY_LAST4 = {card.last4: card for card in CARDS.values()}


class NotPayableError(Exception):
    """This session takes no payment any more; `status` says why."""

    def __init__(self, status: str) -> None:
        super().__init__(f"the session is {status}")
        self.status = status


class NothingToAuthenticateError(Exception):
    """The session does not wait for a 3-D Secure answer."""


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: `paid`, `declined` or `authenticate`; `message` is for the buyer."""

    result: str
    message: str | None = None


@dataclass(frozen=True)
class Buyer:
    """Who stands at the page."""

    email: str | None
    name: str | None = None


def pay_session(work: Work, session: Json, card: Card | None, buyer: Buyer, *, late: bool = False) -> Outcome:
    """The outcome of one attempt with that card; no card is needed when nothing is to pay.

    Writes  PaymentIntent, payment method, charge and session with their events, all in this piece of work.
    Raises  NotPayableError unless the session is open, or `late` and not yet paid.
    """
    if session["status"] != "open" and not (late and session["status"] == "expired"):
        raise NotPayableError(session["status"])
    if not late and sessions.has_lapsed(session, now=work.now):
        raise NotPayableError("expired")
    if session["amount_total"] == 0:
        return _complete(work, session, buyer, payment_status="no_payment_required")
    assert card is not None, "money is due, so there is a card"
    intent = _open_intent(work, session)
    billing = payment_objects.describe_billing(email=buyer.email, name=buyer.name)
    method = work.put(payment_objects.build_method(work, card, billing))
    if card.three_d_secure:
        return _ask_authentication(work, session, intent, method)
    return _charge(work, session, intent, method, card, authenticated=False)


def _open_intent(work: Work, session: Json) -> Json:
    """The session's PaymentIntent: the same on a retry, a new one when there is none or it was canceled."""
    if session["payment_intent"] is not None:
        intent = work.get("payment_intent", session["payment_intent"])
        if intent["status"] != "canceled":
            intent["next_action"] = None
            return intent
    asked = work.store.find_hidden(session["id"])["payment_intent_data"]
    intent = work.put(payment_objects.build_intent(work, session, asked))
    session["payment_intent"] = intent["id"]
    work.put(session)
    work.emit("payment_intent.created", intent)
    return intent


def _ask_authentication(work: Work, session: Json, intent: Json, method: Json) -> Outcome:
    page = f"{work.sandbox.url}/c/pay/{session['id']}"
    intent.update(
        status="requires_action",
        payment_method=method["id"],
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": page, "url": f"{page}/authenticate"},
        },
    )
    work.put(intent)
    work.emit("payment_intent.requires_action", intent)
    return Outcome("authenticate")


def answer_authentication(work: Work, session: Json, *, passed: bool, late: bool = False) -> Outcome:
    """The outcome after the buyer's bank has spoken.

    Raises  NotPayableError when the session is no longer open, NothingToAuthenticateError when nobody asked.
    """
    if session["status"] != "open" and not late:
        raise NotPayableError(session["status"])
    if not late and sessions.has_lapsed(session, now=work.now):
        raise NotPayableError("expired")
    intent = work.find("payment_intent", session["payment_intent"] or "")
    if intent is None or intent["status"] != "requires_action":
        raise NothingToAuthenticateError
    method = work.get("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if passed:
        card = _CARD_BY_LAST4[method["card"]["last4"]]
        return _charge(work, session, intent, method, card, authenticated=True)
    code = "payment_intent_authentication_failure"
    _fail_intent(work, intent, method, {"code": code, "message": EXPLANATIONS[code]})
    return Outcome("declined", EXPLANATIONS[code])


def _charge(
    work: Work, session: Json, intent: Json, method: Json, card: Card, *, authenticated: bool
) -> Outcome:
    charge = payment_objects.build_charge(work, intent, method, card, authenticated=authenticated)
    work.put(charge)
    intent["latest_charge"] = charge["id"]
    if card.decline is not None:
        work.emit("charge.failed", charge)
        error: Json = {"charge": charge["id"], "code": card.decline, "message": explain(card)}
        if card.reason is not None:
            error.update(decline_code=card.reason, advice_code="try_again_later")
        _fail_intent(work, intent, method, error)
        return Outcome("declined", explain(card))
    work.emit("charge.succeeded", charge)
    intent.update(
        status="succeeded",
        amount_received=charge["amount"],
        last_payment_error=None,
        payment_method=method["id"],
        next_action=None,
    )
    work.put(intent)
    work.emit("payment_intent.succeeded", intent)
    billing = method["billing_details"]
    work.after(work.sandbox.settings.settle_delay_s, "settle_charge", charge["id"])
    return _complete(work, session, Buyer(billing["email"], billing["name"]), payment_status="paid")


def _fail_intent(work: Work, intent: Json, method: Json, error: Json) -> None:
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        last_payment_error={"type": "card_error", **error, "payment_method": method},
    )
    work.put(intent)
    work.emit("payment_intent.payment_failed", intent)


def _complete(work: Work, session: Json, buyer: Buyer, *, payment_status: str) -> Outcome:
    email = buyer.email or session["customer_email"]
    session.update(
        status="complete",
        payment_status=payment_status,
        url=None,
        customer_details=sessions.describe_customer(email=email, name=buyer.name),
    )
    work.put(session)
    work.emit("checkout.session.completed", session)
    return Outcome("paid")
