"""What Stripe's own types do not allow is refused, nested, with the parameter's name in brackets."""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from stripe.params.checkout import SessionCreateParams

from dev.stripe_sandbox.errors import Refusal
from dev.stripe_sandbox.forms import decode_form
from dev.stripe_sandbox.shapes import read_shape
from dev.stripe_sandbox.validation import check_params
from tests.dev.stripe_sandbox.scene import KEY, Sandbox, line, send, session_params

FORM = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/x-www-form-urlencoded"}


def refuse(sandbox: Sandbox, params: Any) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sandbox.client.v1.checkout.sessions.create(params)
    assert refusal.value.http_status == 400
    assert sandbox.client.v1.checkout.sessions.list().data == [], "a refused session leaves nothing behind"
    return refusal.value


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"line_items": [{**line("A", 100), "colour": "red"}]}, "parameter_unknown", "line_items[0][colour]"),
        ({"payment_intent_data": {"x": {"y": "z"}}}, "parameter_unknown", "payment_intent_data[x]"),
        ({"expires_at": "tomorrow"}, "parameter_invalid_integer", "expires_at"),
        (
            {"line_items": [line("A", 100, quantity="two")]},
            "parameter_invalid_integer",
            "line_items[0][quantity]",
        ),
        (
            {"line_items": [line("A", 100, quantity=0)]},
            "parameter_invalid_integer",
            "line_items[0][quantity]",
        ),
        (
            {"line_items": [line("A", 100, quantity=-1)]},
            "parameter_invalid_integer",
            "line_items[0][quantity]",
        ),
        (
            {"line_items": [line("A", -1)]},
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        (
            {"line_items": [line("A", 10**20)]},
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        ({"line_items": [{"quantity": 1}]}, "parameter_missing", "line_items[0][price_data]"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        (
            {"line_items": [{"price_data": {"unit_amount": 1}, "quantity": 1}]},
            "parameter_missing",
            "line_items[0][price_data][currency]",
        ),
        ({"mode": "gift"}, None, "mode"),
        ({"ui_mode": "embedded_page"}, None, "ui_mode"),
        ({"success_url": ""}, "parameter_invalid_empty", "success_url"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"cancel_url": "/cart"}, "url_invalid", "cancel_url"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
        ({"metadata": {"k" * 41: "v"}}, None, f"metadata[{'k' * 41}]"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata[k]"),
        ({"metadata": {str(n): "v" for n in range(51)}}, None, "metadata"),
        ({"allow_promotion_codes": "perhaps"}, None, "allow_promotion_codes"),
        ({"allow_promotion_codes": True}, None, "allow_promotion_codes"),
        ({"automatic_tax": {"enabled": True}}, None, "automatic_tax"),
        ({"customer": "cus_1"}, "resource_missing", "customer"),
        ({"line_items": [{"price": "price_1", "quantity": 1}]}, "resource_missing", "line_items[0][price]"),
        ({"discounts": [{"coupon": "HALF"}]}, "resource_missing", "discounts[0][coupon]"),
        ({"excluded_payment_method_types": ["card"]}, None, "excluded_payment_method_types"),
        ({"expand": ["colour"]}, None, "expand"),
        ({"payment_intent_data": {"capture_method": "manual"}}, None, "payment_intent_data[capture_method]"),
    ],
)
def test_a_wrong_parameter_is_named(sandbox: Sandbox, change: Any, code: str | None, param: str) -> None:
    refusal = refuse(sandbox, session_params(**change))
    assert (refusal.code, refusal.param) == (code, param)


@pytest.mark.parametrize("name", ["mode", "success_url", "line_items"])
def test_a_missing_parameter_is_named(sandbox: Sandbox, name: str) -> None:
    params = session_params()
    del params[name]
    refusal = refuse(sandbox, params)
    assert (refusal.code, refusal.param) == ("parameter_missing", name)


def test_at_most_a_hundred_lines(sandbox: Sandbox) -> None:
    assert refuse(sandbox, session_params(line_items=[line("A", 100)] * 101)).param == "line_items"
    session = sandbox.client.v1.checkout.sessions.create(session_params(line_items=[line("A", 100)] * 100))
    assert session.amount_total == 10000


def test_every_kind_of_parameter_that_the_sdk_knows_can_be_read() -> None:
    shape = read_shape(SessionCreateParams)
    assert len(shape.fields) == 51
    assert "idempotency_key" not in shape.fields, "call options are headers, not parameters"
    form = decode_form(
        b"custom_text[submit]=&line_items[1][quantity]=2&line_items[0][quantity]=1&mode=payment&mode=setup"
    )
    assert check_params(form, shape) == {
        "custom_text": {"submit": ""},
        "line_items": [{"quantity": 1}, {"quantity": 2}],
        "mode": "setup",
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"line_items=1",
        b"line_items[x][quantity]=1",
        b"line_items[\xc2\xb2][quantity]=1",
        b"line_items[99999999999999999999][quantity]=1",
        b"mode[a]=b",
        b"[]=1",
        b"]=1",
        b"a[b=1",
        b"mode=%ff",
        b"mode=a%00b",
        b"a" + b"[b]" * 40 + b"=1",
        b"expires_at=1e9",
        b"expires_at=%D9%A1",
        b"metadata=x",
        b"metadata[a][b]=c",
        b"&".join(b"a%d=1" % number for number in range(20_001)),
    ],
)
def test_bytes_that_are_no_parameters_are_refused_and_never_break_anything(raw: bytes) -> None:
    with pytest.raises(Refusal) as refusal:
        check_params(decode_form(raw), read_shape(SessionCreateParams))
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", "/v1/checkout/sessions", b"{}", {"Content-Type": "application/json"}, 400),
        ("POST", "/v1/checkout/sessions", b"\xff\xfe", {}, 400),
        ("POST", "/v1/checkout/sessions", b"a=" + b"x" * 1_048_577, {}, 413),
        ("POST", "/v1/checkout/sessions", b"mode=payment", {"Stripe-Version": "yesterday"}, 400),
        ("POST", "/v1/checkout/sessions", b"mode=payment", {"Stripe-Version": "2099-01-01.future"}, 400),
        ("POST", "/v1/refunds", b"charge=ch_1", {"Idempotency-Key": "k" * 256}, 400),
        ("POST", "/v1/refunds", b"charge=ch_1&payment_intent=pi_1", {}, 400),
        ("POST", "/v1/refunds", b"", {}, 400),
        ("GET", "/v1/checkout/sessions?limit=101", None, {}, 400),
        ("GET", "/v1/checkout/sessions?limit=0", None, {}, 400),
        ("GET", "/v1/checkout/sessions?starting_after=cs_none", None, {}, 400),
        ("GET", "/v1/checkout/sessions?created[gte]=99999999999999999999", None, {}, 400),
        ("GET", "/v1/checkout/sessions?created[gte]=9999999999999999", None, {}, 200),
        ("GET", "/v1/checkout/sessions?created[about]=1", None, {}, 400),
        ("GET", "/v1/events?type=a&types[]=b", None, {}, 400),
        ("GET", "/v1/events?type=[*", None, {}, 200),
        ("GET", "/v1/events/%00", None, {}, 404),
        ("GET", "/v1/checkout/sessions/%F0%28?a=%ff", None, {}, 400),
        ("DELETE", "/v1/checkout/sessions/cs_1", None, {}, 404),
        ("PUT", "/v1/refunds", b"", {}, 404),
        ("GET", "/v1//checkout/sessions", None, {}, 404),
    ],
)
def test_no_request_of_a_stranger_ends_in_a_500(
    sandbox: Sandbox, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    answered, content, _ = send(method, sandbox.url + path, body, {**FORM, **headers})
    assert answered == status, content
    assert sandbox.news() == []
