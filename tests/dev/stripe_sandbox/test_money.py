"""Money by Stripe's rules: exponents, minima, amounts that cannot exist, one currency a session."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from dev.stripe_sandbox import money
from tests.dev.stripe_sandbox.scene import CONTRACT, Sandbox, line, session_params


@pytest.mark.parametrize(
    ("currency", "amount", "code"),
    [
        ("eur", 50, None),
        ("eur", 49, "amount_too_small"),
        ("gbp", 30, None),
        ("gbp", 29, "amount_too_small"),
        ("jpy", 50, None),
        ("jpy", 49, "amount_too_small"),
        ("huf", 17499, "amount_too_small"),
        ("eur", 99_999_999, None),
        ("eur", 100_000_000, "amount_too_large"),
    ],
)
def test_a_total_has_a_least_and_a_most(
    sandbox: Sandbox, currency: str, amount: int, code: str | None
) -> None:
    params = session_params(line_items=[line("Jar", amount, currency=currency)])
    if code is None:
        assert sandbox.client.v1.checkout.sessions.create(params).amount_total == amount
        return
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sandbox.client.v1.checkout.sessions.create(params)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("currency", "amount", "possible"),
    [
        ("isk", 50_000, True),
        ("isk", 50_050, False),
        ("ugx", 99, False),
        ("kwd", 5120, True),
        ("kwd", 5123, False),
    ],
)
def test_an_amount_must_be_one_that_the_currency_has(
    sandbox: Sandbox, currency: str, amount: int, possible: bool
) -> None:
    params = session_params(line_items=[line("Jar", amount, currency=currency)])
    if possible:
        assert sandbox.client.v1.checkout.sessions.create(params).amount_total == amount
        return
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sandbox.client.v1.checkout.sessions.create(params)
    assert refusal.value.param == "line_items[0][price_data][unit_amount]"


def test_currencies_do_not_mix_in_one_session(sandbox: Sandbox) -> None:
    for params in (
        session_params(line_items=[line("A", 900), line("B", 900, currency="usd")]),
        session_params(currency="chf"),
        session_params(line_items=[line("A", 900, currency="xyz")]),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            sandbox.client.v1.checkout.sessions.create(params)
        assert refusal.value.http_status == 400


@pytest.mark.parametrize(
    ("unit", "quantity", "total"), [("33.5", 3, 101), ("0.125", 1000, 125), ("50.4", 1, 50)]
)
def test_parts_of_a_cent_are_rounded_once_a_line(
    sandbox: Sandbox, unit: str, quantity: int, total: int
) -> None:
    price = {"currency": "eur", "unit_amount_decimal": unit, "product_data": {"name": "Drop"}}
    params = session_params(line_items=[{"price_data": price, "quantity": quantity}])
    assert sandbox.client.v1.checkout.sessions.create(params).amount_total == total


def test_nothing_to_pay_is_complete_without_a_payment(sandbox: Sandbox) -> None:
    session = sandbox.client.v1.checkout.sessions.create(session_params(line_items=[line("Gift", 0)]))
    sandbox.control("POST", f"pay/{session.id}", {})
    after = sandbox.client.v1.checkout.sessions.retrieve(session.id)
    assert (after.status, after.payment_status, after.payment_intent) == (
        "complete",
        "no_payment_required",
        None,
    )
    assert sandbox.news() == ["checkout.session.completed"]


def test_the_exponents_are_those_that_stripe_publishes() -> None:
    if not CONTRACT.is_dir():
        pytest.skip("needs ../shared/data/stripe, an independent table of Stripe's currencies")
    table: dict[str, Any] = json.loads((CONTRACT / "stripe-behaviour.json").read_text())["currencies"]
    assert set(table["zero_decimal"]) == money.ZERO_DECIMAL
    assert set(table["zero_decimal_but_sent_x100_divisible_by_100"]) == money.HUNDREDS_ONLY
    assert set(table["three_decimal_last_digit_zero"]) == money.THREE_DECIMAL
    minimum = {name: value for name, value in table["min_charge_minor_units"].items() if name != "src"}
    assert minimum == money.MINIMUM
    shown = [money.format_amount(1990, name) for name in ("eur", "jpy", "kwd", "isk")]
    assert shown == ["19.90 EUR", "1,990 JPY", "1.990 KWD", "19.90 ISK"]
