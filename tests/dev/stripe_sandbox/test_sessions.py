"""Checkout Sessions over the official SDK: made, shown, changed, expired."""

from __future__ import annotations

import pytest
import stripe

from tests.dev.stripe_sandbox.scene import Sandbox, line, send, session_params


def test_a_new_session_is_open_unpaid_and_has_an_address(sandbox: Sandbox) -> None:
    session = sandbox.client.v1.checkout.sessions.create(session_params())
    assert session.id.startswith("cs_test_")
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_subtotal, session.amount_total, session.currency) == (4488, 4488, "eur")
    assert session.url == f"{sandbox.url}/c/pay/{session.id}"
    assert session.expires_at - session.created == 86400
    assert session.client_reference_id == "R7-K2M9"
    assert session.to_dict()["metadata"] == {"order": "R7-K2M9"}
    assert session.payment_method_types == ["card"]
    assert sandbox.news() == []


def test_a_session_is_shown_as_it_was_made(sandbox: Sandbox) -> None:
    made = sandbox.client.v1.checkout.sessions.create(session_params())
    shown = sandbox.client.v1.checkout.sessions.retrieve(made.id)
    assert shown.to_dict() == made.to_dict()


def test_an_unknown_session_is_404_and_says_so(sandbox: Sandbox) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sandbox.client.v1.checkout.sessions.retrieve("cs_test_nobody")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    assert refusal.value.user_message == "No such checkout.session: 'cs_test_nobody'"


def test_line_items_come_in_order_with_prices_and_by_pages(sandbox: Sandbox) -> None:
    lines = [line(f"Jar {number}", 100 + number) for number in range(12)]
    session = sandbox.client.v1.checkout.sessions.create(
        session_params(line_items=lines, expand=["line_items.data.price.product"])
    )
    inline = session.line_items
    assert inline is not None
    assert (len(inline.data), inline.has_more) == (10, True)
    assert inline.data[0].price is not None
    assert inline.data[0].price.product.name == "Jar 0"  # type: ignore[union-attr]
    listed = sandbox.client.v1.checkout.sessions.line_items.list(session.id, {"limit": 5})
    names = [item.description for item in listed.auto_paging_iter()]
    assert names == [f"Jar {number}" for number in range(12)]
    assert isinstance(listed.data[0].price.product, str)  # type: ignore[union-attr]
    assert listed.data[3].amount_total == 103


def test_metadata_is_merged_and_a_closed_session_takes_it_too(sandbox: Sandbox) -> None:
    sessions = sandbox.client.v1.checkout.sessions
    session = sessions.create(session_params(metadata={"order": "A", "drop": "me"}))
    sessions.expire(session.id)
    changed = sessions.update(session.id, {"metadata": {"drop": "", "more": "x"}})
    assert changed.to_dict()["metadata"] == {"order": "A", "more": "x"}
    assert sessions.update(session.id, {"metadata": ""}).to_dict()["metadata"] == {}


def test_nothing_but_metadata_of_a_hosted_session_can_be_changed(sandbox: Sandbox) -> None:
    session = sandbox.client.v1.checkout.sessions.create(session_params())
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sandbox.client.v1.checkout.sessions.update(session.id, {"line_items": [line("Free", 0)]})
    assert refusal.value.param == "line_items"
    assert sandbox.client.v1.checkout.sessions.retrieve(session.id).amount_total == 4488


def test_expiring_closes_the_page_and_tells_it(sandbox: Sandbox) -> None:
    session = sandbox.client.v1.checkout.sessions.create(session_params())
    expired = sandbox.client.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)
    assert sandbox.news() == ["checkout.session.expired"]


def test_only_an_open_session_can_be_expired(sandbox: Sandbox) -> None:
    session = sandbox.client.v1.checkout.sessions.create(session_params())
    sandbox.control("POST", f"pay/{session.id}", {})
    before = sandbox.news()
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sandbox.client.v1.checkout.sessions.expire(session.id)
    assert refusal.value.user_message == (
        'Only Checkout Sessions with a status in ["open"] can be expired. '
        "This Checkout Session has a status of `complete`."
    )
    assert refusal.value.http_status == 400
    assert sandbox.client.v1.checkout.sessions.retrieve(session.id).status == "complete"
    assert sandbox.news() == before


@pytest.mark.parametrize(
    ("distance", "accepted"), [(1790, False), (1810, True), (86390, True), (86500, False)]
)
def test_expiry_lies_between_half_an_hour_and_a_day(sandbox: Sandbox, distance: int, accepted: bool) -> None:
    params = session_params(expires_at=sandbox.now() + distance)
    if accepted:
        session = sandbox.client.v1.checkout.sessions.create(params)
        assert session.expires_at == params["expires_at"]
        return
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sandbox.client.v1.checkout.sessions.create(params)
    assert refusal.value.param == "expires_at"
    assert sandbox.client.v1.checkout.sessions.list().data == []


def test_a_session_expires_by_itself_at_its_very_second(sandbox: Sandbox) -> None:
    session = sandbox.client.v1.checkout.sessions.create(session_params(expires_at=sandbox.now() + 1900))
    sandbox.advance(1800)
    assert sandbox.client.v1.checkout.sessions.retrieve(session.id).status == "open"
    sandbox.advance(3600)
    assert sandbox.client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    events = sandbox.client.v1.events.list().data
    assert [(event.type, event.created) for event in events] == [
        ("checkout.session.expired", session.expires_at)
    ]


def test_endive_refuses_what_was_removed_and_renamed(sandbox: Sandbox) -> None:
    create = sandbox.client.v1.checkout.sessions.create
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        create(session_params(payment_method_types=["card"]))
    assert (refusal.value.code, refusal.value.param) == (
        "payment_method_types_no_longer_supported",
        "payment_method_types",
    )
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        create(session_params(ui_mode="hosted"))
    assert refusal.value.param == "ui_mode"
    assert create(session_params(ui_mode="hosted_page")).ui_mode == "hosted_page"


def test_older_versions_may_still_say_the_old_words(sandbox: Sandbox) -> None:
    create, old = sandbox.client.v1.checkout.sessions.create, {"stripe_version": "2025-03-31.basil"}
    session = create(session_params(payment_method_types=["card"], ui_mode="hosted"), old)  # type: ignore[arg-type]
    assert session.ui_mode == "hosted_page"
    assert session.last_response is not None
    assert session.last_response.headers["Stripe-Version"] == "2025-03-31.basil"
    between = {"stripe_version": "2026-04-01.dahlia"}
    create(session_params(payment_method_types=["card"]), between)  # type: ignore[arg-type]
    with pytest.raises(stripe.InvalidRequestError):
        create(session_params(ui_mode="hosted"), between)  # type: ignore[arg-type]


def test_a_stranger_without_the_key_gets_401_and_nothing_else(sandbox: Sandbox) -> None:
    for headers in ({}, {"Authorization": "Bearer sk_test_other"}, {"Authorization": "Basic !!"}):
        status, body, _ = send("GET", f"{sandbox.url}/v1/checkout/sessions", headers=headers)
        assert (status, b'"type": "invalid_request_error"' in body) == (401, True)


@pytest.mark.parametrize("path", ["customers", "disputes", "payouts", "nonsense", "checkout/sessions/a/b"])
def test_what_is_not_here_is_an_unrecognized_address(sandbox: Sandbox, path: str) -> None:
    status, body = sandbox.ask("GET", f"/v1/{path}")
    assert (status, f"Unrecognized request URL (GET: /v1/{path})" in body.decode()) == (404, True)
