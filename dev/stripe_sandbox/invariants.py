"""What must hold at any moment, looked up in the sandbox's own rows."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .errors import Json
from .sandbox import Work


def find_violations(work: Work) -> list[str]:
    """One sentence per broken rule; empty when all is well."""
    return [*_check_sessions(work), *_check_charges(work), *_check_refunds(work), *_check_news(work)]


def _all(work: Work, kind: str) -> Iterator[Json]:
    with work.store.transaction() as db:
        rows = db.execute("SELECT body FROM object WHERE kind = ?", (kind,)).fetchall()
    for row in rows:
        yield json.loads(row["body"])


def _check_sessions(work: Work) -> Iterator[str]:
    for session in _all(work, "checkout.session"):
        name, intent_id = session["id"], session["payment_intent"]
        charges = work.store.find_where("charge", "payment_intent", intent_id) if intent_id else []
        taken = [charge for charge in charges if charge["status"] == "succeeded"]
        if len(taken) > 1:
            yield f"{name} was charged {len(taken)} times"
        if (session["payment_status"] == "paid") != (len(taken) == 1):
            yield f"{name} is {session['payment_status']}, and {len(taken)} charges succeeded"
        if session["payment_status"] == "paid":
            intent = work.get("payment_intent", intent_id)
            if intent["status"] != "succeeded" or intent["amount_received"] != session["amount_total"]:
                yield f"{name} is paid, and its {intent_id} has received {intent['amount_received']}"
        if (session["url"] is None) == (session["status"] == "open"):
            yield f"{name} is {session['status']}, and its url is {session['url']}"


def _check_charges(work: Work) -> Iterator[str]:
    for charge in _all(work, "charge"):
        refunds = work.store.find_where("refund", "charge", charge["id"])
        back = sum(refund["amount"] for refund in refunds if refund["status"] in ("succeeded", "pending"))
        if back != charge["amount_refunded"] or back > charge["amount_captured"]:
            yield f"{charge['id']} says {charge['amount_refunded']} was refunded, its refunds say {back}"
        if charge["balance_transaction"] is not None:
            movement = work.get("balance_transaction", charge["balance_transaction"])
            if movement["amount"] != charge["amount_captured"]:
                yield f"{charge['id']} moved {movement['amount']}"


def _check_refunds(work: Work) -> Iterator[str]:
    movements: dict[str, list[Json]] = {}
    for movement in _all(work, "balance_transaction"):
        movements.setdefault(movement["source"], []).append(movement)
        if movement["net"] != movement["amount"] - movement["fee"]:
            yield f"{movement['id']} nets {movement['net']} of {movement['amount']} less {movement['fee']}"
    for refund in _all(work, "refund"):
        kinds = sorted(movement["type"] for movement in movements.get(refund["id"], []))
        wanted = ["refund", "refund_failure"] if refund["status"] == "failed" else ["refund"]
        if kinds != wanted:
            yield f"{refund['id']} is {refund['status']} and moved {kinds}"


def _check_news(work: Work) -> Iterator[str]:
    with work.store.transaction() as db:
        orphans = db.execute(
            "SELECT event.id FROM event LEFT JOIN object ON object.id = object_id WHERE object.id IS NULL"
        ).fetchall()
        silent = db.execute(
            "SELECT id FROM object WHERE kind = 'checkout.session' AND status IN ('complete', 'expired') "
            "AND NOT EXISTS (SELECT 1 FROM event WHERE object_id = object.id AND type IN "
            "('checkout.session.completed', 'checkout.session.expired'))"
        ).fetchall()
    for row in orphans:
        yield f"{row['id']} tells of an object that is not there"
    for row in silent:
        yield f"{row['id']} has ended, and no event says so"
