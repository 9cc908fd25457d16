"""Money: whole minor units and a currency. Never a float, never `* 100`."""

import re
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency

# Stripe's exponents, which are not ISO's.
# Source: Stripe, «Supported currencies» (zero-decimal, three-decimal, special cases).
NO_DIGITS = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE_DIGITS = frozenset("BHD JOD KWD OMR TND".split())
WHOLE_UNITS_ONLY = frozenset("ISK UGX".split())  # sent with two digits that must be 00
PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
MOST_CENTS = 99_999_999  # Stripe takes no larger amount


@dataclass(eq=False)
class BadAmount(Exception):
    """The text is no amount of that currency."""

    text: str
    why: str

    def __str__(self) -> str:
        return f"{self.text!r} {self.why}"


def minor_digits(currency: str) -> int:
    """How many digits the minor unit has: 2 for EUR, 0 for JPY, 3 for KWD."""
    if currency in NO_DIGITS:
        return 0
    return 3 if currency in THREE_DIGITS else 2


def parse_amount(text: str, currency: str) -> int:
    """Minor units of a price as people write it: "19.90" is 1990 in EUR.

    Raises  BadAmount: not a number, negative, too many digits, or larger than Stripe takes.
    """
    # Python's Decimal also reads 1_990, 1e3, NaN and other scripts' digits; a price list that holds one errs.
    if not PLAIN.fullmatch(text.strip()):
        raise BadAmount(text, "is not a number like 19.90")
    amount = Decimal(text.strip())
    if amount <= 0:
        raise BadAmount(text, "must be more than zero")
    if amount > MOST_CENTS:
        raise BadAmount(text, "is more than can be charged")
    scale: int = 10 ** minor_digits(currency)
    units, per_unit = amount.as_integer_ratio()  # exact, however many digits there are
    cents, rest = divmod(units * scale, per_unit)
    if rest:
        raise BadAmount(text, f"has more than {minor_digits(currency)} decimals")
    if currency in WHOLE_UNITS_ONLY and cents % 100:
        raise BadAmount(text, f"must be whole {currency}")
    if currency in THREE_DIGITS and cents % 10:
        raise BadAmount(text, "must end in 0: its last digit cannot be charged")
    if cents > MOST_CENTS:
        raise BadAmount(text, "is more than can be charged")
    return cents


def major(cents: int, currency: str) -> Decimal:
    """The amount in whole currency units, exactly."""
    return Decimal(cents).scaleb(-minor_digits(currency))


def format_money(cents: int, currency: str, locale: str = "en") -> str:
    """The amount as a customer reads it: €19.90."""
    digits = minor_digits(currency)
    pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
    text: str = format_currency(
        major(cents, currency), currency, format=pattern, locale=locale, currency_digits=False
    )
    return text


def as_json(cents: int, currency: str) -> dict[str, int | str]:
    """The API's shape of money."""
    return {"amount": cents, "currency": currency}
