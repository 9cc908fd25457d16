"""Stripe's published test cards and what each of them does. No other number is let in, and none is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """One test number and its story."""

    number: str
    brand: str = "visa"
    decline: str | None = None  # the error code of the refusal
    reason: str | None = None  # the decline_code, which says why
    three_d_secure: bool = False
    refund: str = "succeeded"  # succeeded, pending (then succeeded) or failed (after having succeeded)
    available_at_once: bool = False
    risk_level: str = "normal"
    blocked: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]


_TABLE = (
    Card("4242424242424242"),
    Card("5555555555554444", brand="mastercard"),
    Card("378282246310005", brand="amex"),
    Card("4000000000000077", available_at_once=True),
    Card("4000000000000002", decline="card_declined", reason="generic_decline"),
    Card("4000000000009995", decline="card_declined", reason="insufficient_funds"),
    Card("4000000000009987", decline="card_declined", reason="lost_card"),
    Card("4000000000009979", decline="card_declined", reason="stolen_card"),
    Card("4000000000000069", decline="expired_card"),
    Card("4000000000000127", decline="incorrect_cvc"),
    Card("4000000000000119", decline="processing_error"),
    Card("4000000000006975", decline="card_declined", reason="card_velocity_exceeded"),
    Card(
        "4100000000000019", decline="card_declined", reason="fraudulent", blocked=True, risk_level="highest"
    ),
    Card("4000000000009235", risk_level="elevated"),
    Card("4000002500003155", three_d_secure=True),
    Card("4000002760003184", three_d_secure=True),
    Card("4000000000003220", three_d_secure=True),
    Card("4000008400001629", three_d_secure=True, decline="card_declined", reason="generic_decline"),
    Card("4000008260003178", three_d_secure=True, decline="card_declined", reason="insufficient_funds"),
    Card("4000000000007726", refund="pending"),
    Card("4000000000005126", refund="failed"),
)
CARDS = {card.number: card for card in _TABLE}
# Fails the check digit: real Stripe refuses it before there is a charge.
INCORRECT_NUMBER = "4242424242424241"

_SEPARATORS = re.compile(r"[\s\-]")


class UnknownCardError(ValueError):
    """Not one of the test numbers. The number itself is deliberately not kept."""


def find_card(typed: str) -> Card:
    """The test card of that number, spaces and dashes aside. Raises UnknownCardError."""
    card = CARDS.get(_SEPARATORS.sub("", typed))
    if card is None:
        raise UnknownCardError
    return card


EXPLANATIONS = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "stolen_card": "Your card was declined.",
    "fraudulent": "Your card was declined.",
    "card_velocity_exceeded": "Your card was declined for making repeated attempts too frequently.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "payment_intent_authentication_failure": "Your bank could not confirm that this payment is yours.",
}


def explain(card: Card) -> str:
    """What the buyer is told about a refused card."""
    return EXPLANATIONS[card.reason or card.decline or "generic_decline"]
