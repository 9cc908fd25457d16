"""Money: minor units by Stripe's exponents, read and written without losing a cent."""

from decimal import Decimal

import pytest
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st

from catalog.money import MOST_CENTS, BadAmount, as_json, format_money, major, minor_digits, parse_amount

# Written down from Stripe's page by hand, apart from the shop's own table: currency → how many minor
# units make one, and which multiples of a minor unit can be charged.
INDEPENDENT = (
    dict.fromkeys(
        "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(),
        (1, 1),
    )
    | dict.fromkeys("BHD JOD KWD OMR TND".split(), (1000, 10))
    | dict.fromkeys("ISK UGX".split(), (100, 100))
)
STRIPES = (
    "USD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BIF BMD BND BOB BRL BSD BWP BYN BZD CAD "
    "CDF CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR ISK JMD JPY KES KGS KHR KMF KRW KYD KZT LAK LBP LKR LRD LSL MAD MDL "
    "MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN PYG "
    "QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH "
    "UGX UYU UZS VND VUV WST XAF XCD XOF XPF YER ZAR ZMW BHD JOD KWD OMR TND"
).split()


@pytest.mark.parametrize("currency", STRIPES)
def test_the_exponent_is_stripes(currency: str) -> None:
    per_unit, _ = INDEPENDENT.get(currency, (100, 1))
    assert 10 ** minor_digits(currency) == per_unit
    assert currency in list_currencies()


@given(currency=st.sampled_from(STRIPES), units=st.integers(1, MOST_CENTS))
def test_what_is_charged_can_be_written_down_and_read_back(currency: str, units: int) -> None:
    per_unit, step = INDEPENDENT.get(currency, (100, 1))
    cents = max(step, units - units % step)
    written = str(Decimal(cents) / per_unit)
    assert parse_amount(written, currency) == cents
    assert major(cents, currency) == Decimal(written)
    shown = format_money(cents, currency)
    digits = "".join(sign for sign in shown if sign.isascii() and (sign.isdigit() or sign == "."))
    assert Decimal(digits) * per_unit == cents
    assert as_json(cents, currency) == {"amount": cents, "currency": currency}


@given(currency=st.sampled_from(STRIPES), cents=st.integers(1, 10_000_000))
def test_what_cannot_be_charged_is_refused(currency: str, cents: int) -> None:
    per_unit, step = INDEPENDENT.get(currency, (100, 1))
    if cents % step:
        with pytest.raises(BadAmount):
            parse_amount(str(Decimal(cents) / per_unit), currency)


@pytest.mark.parametrize(
    ("text", "currency", "cents"),
    [
        ("19.90", "EUR", 1990),
        ("19.9", "EUR", 1990),
        (" 19.90 ", "EUR", 1990),
        ("19", "EUR", 1900),
        ("0019.90", "EUR", 1990),
        ("+5", "EUR", 500),
        ("0.01", "EUR", 1),
        ("19.900", "EUR", 1990),
        ("999999.99", "EUR", 99_999_999),
        ("2480", "JPY", 2480),
        ("2480.00", "JPY", 2480),
        ("1.250", "KWD", 1250),
        ("500", "ISK", 50_000),
    ],
)
def test_prices_as_people_write_them(text: str, currency: str, cents: int) -> None:
    assert parse_amount(text, currency) == cents


@pytest.mark.parametrize(
    ("text", "currency", "why"),
    [
        ("", "EUR", "is not a number like 19.90"),
        ("free", "EUR", "is not a number like 19.90"),
        ("19,90", "EUR", "is not a number like 19.90"),
        ("€19.90", "EUR", "is not a number like 19.90"),
        ("1 990", "EUR", "is not a number like 19.90"),
        ("1_990", "EUR", "is not a number like 19.90"),
        ("1e3", "EUR", "is not a number like 19.90"),
        ("١٩", "EUR", "is not a number like 19.90"),
        ("NaN", "EUR", "is not a number like 19.90"),
        ("sNaN", "EUR", "is not a number like 19.90"),
        ("Infinity", "EUR", "is not a number like 19.90"),
        ("--1", "EUR", "is not a number like 19.90"),
        ("0", "EUR", "must be more than zero"),
        ("0.00", "EUR", "must be more than zero"),
        ("-1", "EUR", "must be more than zero"),
        ("19.999", "EUR", "has more than 2 decimals"),
        ("19.90000000000000000000000000000001", "EUR", "has more than 2 decimals"),
        ("0.5", "JPY", "has more than 0 decimals"),
        ("1.2345", "KWD", "has more than 3 decimals"),
        ("1.255", "KWD", "must end in 0: its last digit cannot be charged"),
        ("10.50", "ISK", "must be whole ISK"),
        ("1000000", "EUR", "is more than can be charged"),
        ("100000.00", "KWD", "is more than can be charged"),
        ("9" * 400, "EUR", "is more than can be charged"),
    ],
)
def test_what_is_no_price_is_refused_with_a_reason(text: str, currency: str, why: str) -> None:
    with pytest.raises(BadAmount) as refused:
        parse_amount(text, currency)
    assert (refused.value.text, refused.value.why) == (text, why)
    assert str(refused.value) == f"{text!r} {why}"


@pytest.mark.parametrize(
    ("cents", "currency", "locale", "shown"),
    [
        (1990, "EUR", "en", "€19.90"),
        (1990, "EUR", "de", "€19,90"),
        (123_456, "USD", "en", "$1,234.56"),
        (2480, "JPY", "en", "¥2,480"),
        (1250, "KWD", "en", "KWD1.250"),
        (0, "EUR", "en", "€0.00"),
        (-500, "GBP", "en", "-£5.00"),
    ],
)
def test_money_as_customers_read_it(cents: int, currency: str, locale: str, shown: str) -> None:
    assert format_money(cents, currency, locale) == shown
