"""Balance transactions: what each movement did to the shop's balance, and when the money can be used."""

from __future__ import annotations

from .cards import CARDS
from .errors import Json
from .money import fee
from .sandbox import Work

AVAILABLE_AFTER_S = 2 * 86400
_AT_ONCE = frozenset(card.last4 for card in CARDS.values() if card.available_at_once)
_CATEGORY = {"charge": "charge", "refund": "refund", "refund_failure": "refund_failure"}


def record_movement(work: Work, source: Json, *, kind: str, amount: int, at_once: bool = False) -> Json:
    """A balance transaction of that kind for that charge or refund; a charge pays the fee."""
    cost = fee(amount) if kind == "charge" else 0
    details = {"amount": cost, "application": None, "currency": source["currency"], "type": "stripe_fee"}
    transaction = {
        "id": work.draw("txn_3"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": work.now + (0 if at_once else AVAILABLE_AFTER_S),
        "balance_type": "payments",
        "created": work.now,
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": cost,
        "fee_details": [{**details, "description": "Sandbox processing fee"}] if cost else [],
        "net": amount - cost,
        "reporting_category": _CATEGORY[kind],
        "source": source["id"],
        "status": "available" if at_once else "pending",
        "type": kind,
    }
    return work.put(transaction)


def settle_charge(work: Work, charge: Json) -> None:
    """Writes the balance transaction of a captured charge, with charge.updated."""
    if charge["balance_transaction"] is not None:
        return
    last4 = charge["payment_method_details"]["card"]["last4"]
    movement = record_movement(
        work, charge, kind="charge", amount=charge["amount_captured"], at_once=last4 in _AT_ONCE
    )
    charge["balance_transaction"] = movement["id"]
    work.put(charge)
    work.emit("charge.updated", charge, {"balance_transaction": None})


def show_movement(transaction: Json, *, now: int) -> Json:
    """The transaction as it stands now: pending money becomes available by itself."""
    return {**transaction, "status": "available" if transaction["available_on"] <= now else "pending"}
