"""A buyer without a browser: pays a session on request, too late, another amount, or for another order."""

from __future__ import annotations

from . import cards, money, payments, session_rules
from .errors import Json, Refusal, no_such
from .payments import Buyer, Outcome
from .sandbox import Sandbox, Work

_CHANGES = ("amount_total", "client_reference_id")  # of the session, before it is paid
_FIELDS = {"card": str, "late": bool, "email": str, "name": str, "authenticate": str}
_FIELDS |= {"amount_total": int, "client_reference_id": str}
_ANSWERS = ("complete", "fail", "abandon")


def buy(sandbox: Sandbox, session_id: str, asked: Json) -> Json:
    """The session after the attempt, and how it ended. Raises Refusal."""
    _check_wish(asked)
    with sandbox.work() as work:
        session = work.find("checkout.session", session_id)
        if session is None:
            raise no_such("checkout.session", session_id, param="session", in_path=True)
        session.update({name: asked[name] for name in _CHANGES if name in asked})
        try:
            outcome = _attempt(work, session, asked)
        except payments.NotPayableError as problem:
            raise Refusal(
                f"This Checkout Session cannot be paid: its status is `{problem.status}`.",
                code="session_not_payable",
            ) from None
        after = work.get("checkout.session", session_id)
    return {"outcome": outcome.result, "message": outcome.message, "session": after}


def _check_wish(asked: Json) -> None:
    for name, value in asked.items():
        if name not in _FIELDS or type(value) is not _FIELDS[name]:
            raise Refusal(f"Received unknown or ill-typed field: {name[:100]}", param=name[:100])
    if not 1 <= asked.get("amount_total", 1) <= money.MAXIMUM:
        raise Refusal(f"`amount_total` is between 1 and {money.MAXIMUM}.", param="amount_total")
    if asked.get("authenticate", "complete") not in _ANSWERS:
        raise Refusal(f"`authenticate` is one of {', '.join(_ANSWERS)}.", param="authenticate")
    if "email" in asked and not session_rules.is_email(asked["email"]):
        raise Refusal("Invalid email address.", code="email_invalid", param="email")


def _attempt(work: Work, session: Json, asked: Json) -> Outcome:
    late = asked.get("late", False)
    try:
        card = cards.find_card(asked.get("card", "4242424242424242"))
    except cards.UnknownCardError:
        raise Refusal("Not a test card.", code="incorrect_number", param="card") from None
    email = asked.get("email") or session["customer_email"] or "buyer@example.com"
    outcome = payments.pay_session(work, session, card, Buyer(email, asked.get("name")), late=late)
    answer = asked.get("authenticate", "complete")
    if outcome.result != "authenticate" or answer == "abandon":
        return outcome
    return payments.answer_authentication(work, session, passed=answer == "complete", late=late)
