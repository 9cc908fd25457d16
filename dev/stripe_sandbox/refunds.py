"""Refunds: never more than was taken, each its own object, and not every one ends well."""

from __future__ import annotations

from . import balance, sessions
from .cards import CARDS
from .errors import Json, Refusal, no_such, not_offered
from .money import format_amount
from .sandbox import Work

_STORIES = {card.last4: card.refund for card in CARDS.values()}
_NOT_OFFERED = (
    "currency",
    "customer",
    "instructions_email",
    "origin",
    "refund_application_fee",
    "reverse_transfer",
)


def create_refund(work: Work, params: Json) -> Json:
    """A new refund. Writes it, its balance transaction and the charge, with their events. Raises Refusal."""
    for name in _NOT_OFFERED:
        if params.get(name):
            raise not_offered(name)
    charge = _find_charge(work, params)
    amount = _check_amount(charge, params.get("amount"))
    story = _STORIES[charge["payment_method_details"]["card"]["last4"]]
    refund = _build_refund(work, charge, amount, params, story)
    movement = balance.record_movement(work, refund, kind="refund", amount=-amount)
    refund["balance_transaction"] = movement["id"]
    work.put(refund)
    work.emit("refund.created", refund)
    previous = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    _change_refunded(work, charge, amount)
    work.emit("charge.refunded", charge, previous)
    work.after(work.sandbox.settings.refund_delay_s, "finish_refund", refund["id"])
    return refund


def _find_charge(work: Work, params: Json) -> Json:
    if "charge" not in params and "payment_intent" not in params:
        raise Refusal(
            "One of the following params should be provided: payment_intent or charge.",
            code="parameter_missing",
        )
    intent = None
    if "payment_intent" in params:
        intent = work.find("payment_intent", params["payment_intent"])
        if intent is None:
            raise no_such("payment_intent", params["payment_intent"], param="payment_intent")
    identifier = params.get("charge") or (intent or {}).get("latest_charge")
    if identifier is None:
        raise _nothing_taken(f"PaymentIntent ({params['payment_intent']})")
    charge = work.find("charge", identifier)
    if charge is None:
        raise no_such("charge", identifier, param="charge")
    if intent is not None and charge["payment_intent"] != intent["id"]:
        raise Refusal(f"Charge {charge['id']} is not of PaymentIntent {intent['id']}.", param="charge")
    if not charge["captured"]:
        raise _nothing_taken(f"Charge ({charge['id']})")
    return charge


def _nothing_taken(what: str) -> Refusal:
    return Refusal(f"This {what} has no successful charge to refund.", executed=True)


def _check_amount(charge: Json, asked: int | None) -> int:
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left == 0:
        raise Refusal(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded", executed=True
        )
    amount = left if asked is None else asked
    if amount < 1:
        raise Refusal(
            f"This value must be greater than or equal to 1 (it currently is '{amount}').",
            code="parameter_invalid_integer",
            param="amount",
        )
    if amount > left:
        wanted, most = (format_amount(value, charge["currency"]) for value in (amount, left))
        raise Refusal(
            f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({most})",
            param="amount",
            executed=True,
        )
    return amount


def _build_refund(work: Work, charge: Json, amount: int, params: Json, story: str) -> Json:
    refund = {
        "id": work.draw("re_3"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "customer": None,
        "customer_account": None,
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if story == "pending" else "succeeded",
        "transfer_reversal": None,
    }
    if story == "pending":
        refund["pending_reason"] = "processing"
    return refund


def _change_refunded(work: Work, charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    work.put(charge)


def finish_refund(work: Work, refund: Json) -> None:
    """What the card's bank says later: a reference number, the end of a wait, or that the money came back."""
    charge = work.get("charge", refund["charge"])
    story = _STORIES[charge["payment_method_details"]["card"]["last4"]]
    if story == "failed":
        _fail_refund(work, refund, charge)
        return
    previous = {"destination_details": refund["destination_details"], "status": refund["status"]}
    reference = work.draw("", 23)
    card = {**refund["destination_details"]["card"], "reference": reference, "reference_status": "available"}
    refund.update(status="succeeded", destination_details={"card": card, "type": "card"})
    refund.pop("pending_reason", None)
    work.put(refund)
    work.emit("refund.updated", refund, previous)


def _fail_refund(work: Work, refund: Json, charge: Json) -> None:
    back = balance.record_movement(work, refund, kind="refund_failure", amount=refund["amount"])
    refund.update(status="failed", failure_reason="unknown", failure_balance_transaction=back["id"])
    work.put(refund)
    _change_refunded(work, charge, -refund["amount"])
    previous = {"status": "succeeded"}
    work.emit("refund.updated", refund, previous)
    work.emit("refund.failed", refund, previous)
    work.emit("charge.refund.updated", refund, previous)


def update_refund(work: Work, refund: Json, params: Json) -> Json:
    """The refund with its metadata merged, and the event of it."""
    old = refund["metadata"]
    refund["metadata"] = sessions.merge_metadata(old, params.get("metadata", {}))
    if refund["metadata"] != old:
        work.put(refund)
        work.emit("refund.updated", refund, {"metadata": old})
    return refund
