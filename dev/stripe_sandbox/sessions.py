"""Checkout Sessions: made, shown, changed, expired."""

from __future__ import annotations

from . import session_lines, session_rules
from .errors import Json, Refusal
from .sandbox import Work

# Kept in the session's own row and never shown by themselves.
_ECHOED = {
    "billing_address_collection": None,
    "client_reference_id": None,
    "customer_creation": "if_required",
    "customer_email": None,
    "integration_identifier": None,
    "locale": None,
    "origin_context": None,
    "submit_type": None,
    "cancel_url": None,
    "success_url": None,
}
_TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")


def create_session(work: Work, params: Json) -> Json:
    """A new open session. Writes it, and the job that will expire it. Raises Refusal."""
    session_rules.check_session(params, now=work.now)
    lines = session_lines.build_lines(work, params)
    session = _build_session(work, params, lines)
    hidden = {"lines": lines, "payment_intent_data": params.get("payment_intent_data", {})}
    work.put(session, hidden)
    work.after(session["expires_at"] - work.now, "expire_session", session["id"])
    return session


def _build_session(work: Work, params: Json, lines: list[Json]) -> Json:
    identifier = work.sandbox.ids.draw_session()
    total = sum(line["amount_total"] for line in lines)
    return {
        "id": identifier,
        "object": "checkout.session",
        **{name: params.get(name, otherwise) for name, otherwise in _ECHOED.items()},
        **_blank_parts(params),
        "adaptive_pricing": {"enabled": False},
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": work.now,
        "currency": lines[0]["currency"],
        "customer_details": _open_customer(params.get("customer_email")),
        "expires_at": params.get("expires_at", work.now + session_rules.MOST_S),
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": session_rules.eligible_methods(params),
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{work.sandbox.url}/c/pay/{identifier}",
    }


def _blank_parts(params: Json) -> Json:
    """The fields that a plain card payment leaves empty."""
    names = (
        "after_expiration allow_promotion_codes client_secret collected_information consent "
        "consent_collection "
        "currency_conversion customer customer_account discounts invoice managed_payments payment_link "
        "payment_method_collection payment_method_configuration_details permissions recovered_from "
        "setup_intent "
        "saved_payment_method_options shipping_address_collection shipping_cost subscription wallet_options"
    ).split()
    texts = params.get("custom_text", {})
    blank: Json = dict.fromkeys(names)
    blank["custom_text"] = {name: texts.get(name) or None for name in _TEXTS}
    blank["custom_fields"] = []
    blank["shipping_options"] = []
    blank["payment_method_options"] = {"card": {"request_three_d_secure": _asks_three_d_secure(params)}}
    blank["invoice_creation"] = None
    if params.get("excluded_payment_method_types"):
        blank["excluded_payment_method_types"] = params["excluded_payment_method_types"]
    return blank


def _asks_three_d_secure(params: Json) -> str:
    asked = (
        params.get("payment_method_options", {}).get("card", {}).get("request_three_d_secure", "automatic")
    )
    return str(asked)


def _open_customer(email: str | None) -> Json | None:
    return None if email is None else describe_customer(email=email, name=None)


def describe_customer(*, email: str | None, name: str | None) -> Json:
    """What the page learnt about the buyer."""
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def update_session(work: Work, session: Json, params: Json) -> Json:
    """The session with its metadata merged; other changes need another `ui_mode`. Raises Refusal."""
    for name in params:
        if name not in ("metadata", "expand"):
            raise Refusal(
                f"You cannot change `{name}` of a session whose `ui_mode` is `hosted_page`.", param=name
            )
    session["metadata"] = merge_metadata(session["metadata"], params.get("metadata", {}))
    return work.put(session)


def merge_metadata(old: Json, new: Json | str) -> Json:
    """Metadata after a change: an empty value drops its key, an empty whole drops all. Raises Refusal."""
    if isinstance(new, str):
        return {}
    merged = {name: value for name, value in {**old, **new}.items() if value != ""}
    if len(merged) > 50:
        raise Refusal("Metadata can have at most 50 keys.", param="metadata")
    return merged


def ask_expiry(work: Work, session: Json) -> Json:
    """The session, expired because the shop asked. Raises Refusal unless it was open."""
    if session["status"] != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`.",
            executed=True,
        )
    return expire_session(work, session)


def expire_session(work: Work, session: Json) -> Json:
    """The open session, expired, and the payment begun on it canceled, with their events."""
    session.update(status="expired", url=None)
    work.put(session)
    work.emit("checkout.session.expired", session)
    if session["payment_intent"] is not None:
        intent = work.get("payment_intent", session["payment_intent"])
        if intent["status"] in ("requires_payment_method", "requires_action"):
            intent.update(
                status="canceled", canceled_at=work.now, cancellation_reason="automatic", next_action=None
            )
            work.put(intent)
            work.emit("payment_intent.canceled", intent)
    return session


def has_lapsed(session: Json, *, now: int) -> bool:
    """Whether an open session's time is over, even if the job that expires it has not run yet."""
    return bool(session["status"] == "open" and session["expires_at"] <= now)
