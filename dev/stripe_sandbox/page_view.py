"""The words and figures of the pages, so that the templates only place them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from decimal import Decimal

from .errors import Json
from .money import exponent, format_amount
from .sandbox import Work

_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True)
class TestCard:
    """A button of the page: the number, a sign, and what will happen."""

    number: str
    sign: str
    story: str

    @property
    def spoken(self) -> str:
        return " ".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))


TEST_CARDS = (
    TestCard("4242424242424242", "✓", "goes through"),
    TestCard("4000000000003220", "?", "the bank asks first (3-D Secure)"),
    TestCard("4000000000000002", "✕", "declined"),
    TestCard("4000000000009995", "✕", "not enough funds"),
    TestCard("4000008400001629", "✕", "the bank asks, then declines"),
    TestCard("4000000000000069", "✕", "expired card"),
)


@dataclass(frozen=True)
class End:
    """A page with nothing left to do on it."""

    title: str
    text: str
    tone: str  # sage: fine, amber: take care
    back: str = "Back to the shop"


ENDS = {
    "paid": End("This order is paid", "The payment went through, and you were charged once.", "sage"),
    "no_payment_required": End("This order is complete", "There was nothing to pay.", "sage"),
    "expired": End(
        "This payment page has expired",
        "You have not been charged. Go back to the shop; it knows whether your order can still be paid.",
        "amber",
    ),
    "unknown": End(
        "There is no such page",
        "The address may be incomplete. Nothing was charged. Open the link again.",
        "amber",
    ),
    "unreadable": End(
        "We could not read that", "Nothing was charged and nothing was lost. Go back and try again.", "amber"
    ),
    "method": End(
        "That is not how this page works", "Nothing was charged. Open the page in a browser.", "amber"
    ),
}


def show_amount(amount: int, currency: str) -> str:
    """19.99 EUR."""
    return format_amount(amount, currency)


def show_unit(line: Json) -> str:
    """The price of one piece; parts of a cent are shown when there are any."""
    price = line["price"]
    if price["unit_amount"] is not None:
        return format_amount(price["unit_amount"], price["currency"])
    exact = Decimal(price["unit_amount_decimal"]).scaleb(-exponent(price["currency"]))
    return f"{exact.normalize():f} {price['currency'].upper()}"


def show_moment(seconds: int) -> str:
    """22 November 2026, 14:05 UTC."""
    at = time.gmtime(seconds)
    return f"{at.tm_mday} {_MONTHS[at.tm_mon - 1]} {at.tm_year}, {at.tm_hour:02d}:{at.tm_min:02d} UTC"


def list_newest(work: Work) -> list[Json]:
    """The twenty newest sessions."""
    with work.store.transaction() as db:
        rows = db.execute(
            "SELECT body FROM object WHERE kind = 'checkout.session' ORDER BY created DESC, seq DESC LIMIT 20"
        ).fetchall()
    return [json.loads(row["body"]) for row in rows]
