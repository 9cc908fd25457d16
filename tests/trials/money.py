"""Stripe's side of the books: every cent that was taken belongs to a paid order, or went back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dev.demo.browser import ask
from dev.demo.programs import API_KEY
from tests.trials import truth
from tests.trials.shop import Shop

OURS = """
    SELECT p.payment_intent_id, p.amount_cents, p.status, o.status FROM payments_payment p
      JOIN orders_order o ON o.id = p.order_id"""


def find_violations(shop: Shop) -> list[str]:
    """One sentence per intent about which Stripe and the shop disagree; and what Stripe finds itself."""
    ours = {row[0]: row[1:] for row in truth.ask(shop.database, OURS)}
    broken = list(shop.tell_sandbox("invariants", method="GET")["violations"])
    back: dict[str, int] = {}
    for refund in list_all(shop, "refunds"):
        if refund["status"] == "succeeded":
            intent = refund["payment_intent"]
            back[intent] = back.get(intent, 0) + refund["amount"]
    taken = {
        each["id"]: each["amount_received"]
        for each in list_all(shop, "payment_intents")
        if each["status"] == "succeeded"
    }
    broken += [f"{intent} is in our books, and Stripe never took it" for intent in ours.keys() - taken.keys()]
    for intent, amount in taken.items():
        if intent not in ours:
            broken.append(f"Stripe took {amount} with {intent}, and our books do not know")
            continue
        cents, status, order = ours[intent]
        kept = status == "APPLIED" and order in ("PAID", "SHIPPED")
        if cents != amount or back.get(intent, 0) != (0 if kept else amount):
            broken.append(
                f"{intent}: {amount} taken, {back.get(intent, 0)} went back; {status} of a {order} order"
            )
    return broken


def list_all(shop: Shop, what: str) -> Iterator[dict[str, Any]]:
    """All objects of that kind, page after page."""
    after = ""
    while True:
        answer = ask(
            "GET",
            f"{shop.sandbox}/v1/{what}?limit=100{after}",
            headers={"Authorization": f"Bearer {API_KEY}"},
        )
        page = answer.json()
        yield from page["data"]
        if not page["has_more"]:
            return
        after = f"&starting_after={page['data'][-1]['id']}"
