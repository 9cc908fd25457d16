"""Money as Stripe counts it: integers in a currency's smallest unit, by Stripe's own exponents."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from .errors import Refusal

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
# Whole units only in real life, yet sent times a hundred: the last two digits must be zero.
HUNDREDS_ONLY = frozenset({"isk", "ugx"})
# Sent times a thousand, and the last digit must be zero.
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
TWO_DECIMAL = frozenset(
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf "
    "chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf "
    "idr ils inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn "
    "myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp "
    "sle sos srd std szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd yer zar zmw".split()
)
CURRENCIES = ZERO_DECIMAL | HUNDREDS_ONLY | THREE_DECIMAL | TWO_DECIMAL

# From Stripe's table of minimum charges; a currency that is not in it has no minimum here.
MINIMUM = {
    "usd": 50,
    "eur": 50,
    "gbp": 30,
    "chf": 50,
    "sek": 300,
    "nok": 300,
    "dkk": 250,
    "pln": 200,
    "czk": 1500,
    "huf": 17500,
    "jpy": 50,
    "aud": 50,
    "cad": 50,
    "brl": 50,
    "mxn": 1000,
}
MAXIMUM = 99_999_999


def exponent(currency: str) -> int:
    """How many decimal places the sent integer hides."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def format_amount(amount: int, currency: str) -> str:
    """An amount for people: 1999 eur is "19.99 EUR"."""
    places = exponent(currency)
    return f"{Decimal(amount).scaleb(-places):,.{places}f} {currency.upper()}"


def multiply(unit: Decimal, quantity: int) -> int:
    """The line's amount, half a unit rounded up."""
    return int((unit * quantity).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def check_currency(currency: str, *, param: str) -> str:
    """The currency in lower case. Raises Refusal when Stripe does not take it."""
    known = currency.lower()
    if known not in CURRENCIES:
        raise Refusal(f"Invalid currency: {currency[:20]}.", param=param)
    return known


def check_divisible(amount: int, currency: str, *, param: str) -> None:
    """Nothing, when the amount can exist in that currency. Raises Refusal."""
    step = 100 if currency in HUNDREDS_ONLY else 10 if currency in THREE_DECIMAL else 1
    if amount % step:
        raise Refusal(
            f"Invalid amount: an amount in {currency} must be divisible by {step}; {amount} is not.",
            param=param,
        )


def check_total(total: int, currency: str) -> None:
    """Nothing, when a session may ask for this total; zero means that nothing is to pay. Raises Refusal."""
    if total > MAXIMUM:
        raise Refusal(
            f"The Checkout Session's total must be no more than {format_amount(MAXIMUM, currency)}.",
            code="amount_too_large",
        )
    least = MINIMUM.get(currency, 1)
    if 0 < total < least:
        raise Refusal(
            f"The Checkout Session's total must add up to at least {format_amount(least, currency)}.",
            code="amount_too_small",
        )


def fee(amount: int) -> int:
    """What this Stripe keeps of a charge: 1.5 % and 25 smallest units."""
    return min(amount, multiply(Decimal(amount) * Decimal("0.015"), 1) + 25)
