"""After the kills: what books, Stripe, letters, shelves and shoppers say, and where they disagree."""

from __future__ import annotations

import email
from pathlib import Path

from tests.trials import audit, money, truth
from tests.trials.shop import Shop
from tests.trials.shopping import Trip
from tests.trials.warehouse import Diary

ORDERS = "SELECT email, reference, status FROM orders_order"
PAID = "SELECT email FROM orders_order WHERE paid_at IS NOT NULL"
REPAID = """
    SELECT DISTINCT o.email FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
      JOIN orders_order o ON o.id = p.order_id WHERE r.state = 'SUCCEEDED'"""


def find_violations(shop: Shop, trips: list[Trip], diary: Diary) -> list[str]:
    """All that must be true: of books, Stripe, letters, shelves, and of what shoppers were told."""
    broken = audit.find_violations(shop)
    broken += truth.find_violations(shop.database, truth.MONEY_CHECKS)
    broken += money.find_violations(shop)
    broken += diary.wrong
    orders = {address: (reference, status) for address, reference, status in truth.ask(shop.database, ORDERS)}
    repaid = {address for (address,) in truth.ask(shop.database, REPAID)}
    for trip in trips:
        broken += _judge_trip(trip, *orders.get(trip.email, ("", "none")), repaid=trip.email in repaid)
    return broken + _judge_letters(shop)


def _judge_trip(trip: Trip, reference: str, status: str, *, repaid: bool) -> list[str]:
    broken = []
    if trip.reference and trip.reference != reference:
        broken.append(f"was told {trip.reference}, and the books say {reference or 'nothing'}")
    if trip.ended.startswith("odd"):
        broken.append(f"met something {trip.ended}")
    if trip.ended == "let go" and status != "LAPSED":
        broken.append(f"never paid, and the order is {status}")
    if trip.ended == "paid" and (status in ("PAID", "SHIPPED")) == repaid:
        broken.append(
            f"has paid, the order is {status}, and the money {'went' if repaid else 'did not go'} back"
        )
    return [f"{trip.email} {words}" for words in broken]


def _judge_letters(shop: Shop) -> list[str]:
    """Every paid order's receipt arrived, under one Message-ID only."""
    paid = {address for (address,) in truth.ask(shop.database, PAID)}
    told = receipts_by_customer(shop.mail)
    broken = [f"{address} has paid, and got no receipt" for address in sorted(paid - told.keys())]
    broken += [f"{address} got {len(ids)} receipts" for address, ids in told.items() if len(set(ids)) > 1]
    return broken


def receipts_by_customer(directory: Path) -> dict[str, list[str]]:
    """{customer: Message-IDs of the letters that brought a receipt}; a repeat after a kill has the same."""
    found: dict[str, list[str]] = {}
    for path in directory.glob("*.eml"):
        letter = email.message_from_bytes(path.read_bytes())
        if any(part.get_content_type() == "application/pdf" for part in letter.walk()):
            found.setdefault(str(letter["To"]), []).append(str(letter["Message-ID"]))
    return found
