"""How a PaymentIntent, its payment method and its charges look when they are new."""

from __future__ import annotations

from .cards import Card, explain
from .errors import Json
from .sandbox import Work

_INTENT_BLANK = (
    "application application_fee_amount canceled_at cancellation_reason customer customer_account "
    "excluded_payment_method_types last_payment_error latest_charge managed_payments next_action "
    "on_behalf_of payment_method payment_method_configuration_details payment_record processing review "
    "setup_future_usage source transfer_data transfer_group allowed_payment_method_types "
    "automatic_payment_methods"
).split()
_CHARGE_BLANK = (
    "application application_fee application_fee_amount balance_transaction customer "
    "failure_balance_transaction failure_code failure_message on_behalf_of receipt_number receipt_url review "
    "source source_transfer transfer_data transfer_group"
).split()
_COUNTRY = {"amex": "US", "mastercard": "US", "visa": "US"}


def build_intent(work: Work, session: Json, asked: Json) -> Json:
    """The PaymentIntent of a session's first attempt; `asked` is the session's payment_intent_data."""
    identifier = work.draw("pi_3")
    return {
        "id": identifier,
        "object": "payment_intent",
        **dict.fromkeys(_INTENT_BLANK),
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": asked.get("capture_method", "automatic_async"),
        "client_secret": work.draw(f"{identifier}_secret_"),
        "confirmation_method": "automatic",
        "created": work.now,
        "currency": session["currency"],
        "description": asked.get("description"),
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": session["payment_method_options"]["card"]["request_three_d_secure"],
            }
        },
        "payment_method_types": session["payment_method_types"],
        "receipt_email": asked.get("receipt_email"),
        "shipping": _fill_shipping(asked.get("shipping")),
        "statement_descriptor": asked.get("statement_descriptor"),
        "statement_descriptor_suffix": asked.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }


def _fill_shipping(asked: Json | None) -> Json | None:
    if asked is None:
        return None
    parts = ("city", "country", "line1", "line2", "postal_code", "state")
    address = {part: asked["address"].get(part) for part in parts}
    optional = {name: asked.get(name) for name in ("carrier", "phone", "tracking_number")}
    return {"address": address, "name": asked["name"], **optional}


def build_method(work: Work, card: Card, billing: Json) -> Json:
    """The payment method of one attempt: brand and last four digits, never the number."""
    return {
        "id": work.draw("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": billing,
        "card": {
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": _COUNTRY[card.brand],
            "display_brand": card.brand,
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": f"sandbox{card.last4}",
            "funding": "credit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": work.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def describe_billing(*, email: str | None, name: str | None) -> Json:
    """The billing details of a card payment: who, not where."""
    parts = ("city", "country", "line1", "line2", "postal_code", "state")
    return {"address": dict.fromkeys(parts), "email": email, "name": name, "phone": None, "tax_id": None}


def build_charge(work: Work, intent: Json, method: Json, card: Card, *, authenticated: bool) -> Json:
    """One attempt at taking the money, failed or succeeded as the card's story says."""
    failed = card.decline is not None
    return {
        "id": work.draw("ch_3"),
        "object": "charge",
        **dict.fromkeys(_CHARGE_BLANK),
        "amount": intent["amount"],
        "amount_captured": 0 if failed else intent["amount"],
        "amount_refunded": 0,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": intent["statement_descriptor"] or "REGIMEN SANDBOX",
        "captured": not failed,
        "created": work.now,
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": card.decline,
        "failure_message": explain(card) if failed else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": _describe_outcome(card),
        "paid": not failed,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _describe_card(intent, method, card, authenticated=authenticated),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "shipping": intent["shipping"],
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "failed" if failed else "succeeded",
    }


def _describe_outcome(card: Card) -> Json:
    failed = card.decline is not None
    network = "approved_by_network" if not failed else "declined_by_network"
    said = "The bank did not return any further details with this decline." if failed else "Payment complete."
    return {
        "advice_code": "try_again_later" if failed else None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "not_sent_to_network" if card.blocked else network,
        "reason": (card.reason or card.decline) if failed else None,
        "risk_level": card.risk_level,
        "risk_score": {"normal": 20, "elevated": 65, "highest": 92}[card.risk_level],
        "seller_message": said,
        "type": "blocked" if card.blocked else "issuer_declined" if failed else "authorized",
    }


def _describe_card(intent: Json, method: Json, card: Card, *, authenticated: bool) -> Json:
    shown = method["card"]
    copied = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    secure = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": None,
        "version": "2.2.0",
    }
    blank = (
        "authorization_code electronic_commerce_indicator installments mandate network_transaction_id "
        "transaction_link_id wallet"
    ).split()
    details: Json = {
        **{name: shown[name] for name in copied},
        **dict.fromkeys(blank),
        "amount_authorized": None if card.decline else intent["amount"],
        "network": card.brand,
        "network_token": {"used": False},
        "regulated_status": "unregulated",
        "three_d_secure": secure if authenticated else None,
    }
    return {"card": details, "type": "card"}
