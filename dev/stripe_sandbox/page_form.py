"""What a buyer typed into the payment page, and what is wrong with it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from . import cards, session_rules
from .cards import Card
from .errors import Json
from .forms import Form

_EXPIRY = re.compile(r"\s*([0-9]{1,2})\s*/?\s*(?:20)?([0-9]{2})\s*\Z")
_CVC = re.compile(r"[0-9]{3,4}\Z")
LONGEST_NAME = 200


@dataclass
class Filled:
    """The page as it was sent, but for the card's number, date and code: those are never kept."""

    email: str = ""
    name: str = ""
    card: Card | None = None
    errors: dict[str, str] = field(default_factory=dict)


def read_payment(form: Form, session: Json, *, now: int) -> Filled:
    """What was sent, with one plain sentence for each field that cannot be."""
    fixed = session["customer_email"]
    filled = Filled(email=fixed or _text(form, "email").strip(), name=_text(form, "name").strip())
    shortcut = _text(form, "test_card")
    if shortcut and not filled.email:
        filled.email = "test.buyer@example.com"
    if not session_rules.is_email(filled.email):
        filled.errors["email"] = "Enter an e-mail address, such as name@example.com."
    if len(filled.name) > LONGEST_NAME:
        filled.errors["name"] = f"Use at most {LONGEST_NAME} characters."
        filled.name = filled.name[:LONGEST_NAME]
    if session["amount_total"] > 0:
        _read_card(filled, form, shortcut, now=now)
    filled.email = filled.email[:254]
    return filled


def _read_card(filled: Filled, form: Form, shortcut: str, *, now: int) -> None:
    number = re.sub(r"[\s\-]", "", shortcut or _text(form, "number"))
    try:
        filled.card = cards.find_card(number)
    except cards.UnknownCardError:
        if not number:
            filled.errors["number"] = "Enter a card number, or pick a test card below."
        elif number == cards.INCORRECT_NUMBER:
            filled.errors["number"] = "This card number is not valid. Check it, or pick a test card below."
        else:
            filled.errors["number"] = "Only test cards work here. Pick one below; do not type a real card."
    if shortcut:
        return
    if not _is_ahead(_text(form, "expiry"), now=now):
        filled.errors["expiry"] = "Enter a date in the future, as MM / YY."
    if not _CVC.match(_text(form, "cvc").strip()):
        filled.errors["cvc"] = "Enter the 3 or 4 digits of the security code."


def _is_ahead(text: str, *, now: int) -> bool:
    match = _EXPIRY.match(text)
    if match is None or not 1 <= int(match[1]) <= 12:
        return False
    today = time.gmtime(now)
    return (2000 + int(match[2]), int(match[1])) >= (today.tm_year, today.tm_mon)


def _text(form: Form, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
