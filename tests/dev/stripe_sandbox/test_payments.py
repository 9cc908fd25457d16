"""What happens when a buyer pays: the events in Stripe's order, and the objects they leave behind."""

from __future__ import annotations

import json

import pytest

from dev.stripe_sandbox.cards import CARDS, INCORRECT_NUMBER
from tests.dev.stripe_sandbox.scene import CONTRACT, Sandbox, session_params

SUCCESS = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
    "charge.updated",
]
DECLINED = ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
ASKED = ["payment_intent.created", "payment_intent.requires_action"]


def make(sandbox: Sandbox) -> str:
    return sandbox.client.v1.checkout.sessions.create(session_params()).id


def pay(sandbox: Sandbox, session_id: str, **wish: object) -> str:
    return str(sandbox.control("POST", f"pay/{session_id}", wish)["outcome"])


def test_a_good_card_pays_the_session_once(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    assert pay(sandbox, session_id) == "paid"
    sandbox.advance(5)
    assert sandbox.news() == SUCCESS
    expand = ["payment_intent.latest_charge.balance_transaction"]
    session = sandbox.client.v1.checkout.sessions.retrieve(session_id, {"expand": expand})
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    intent = session.payment_intent
    assert intent is not None
    assert not isinstance(intent, str)
    assert (intent.status, intent.amount, intent.amount_received) == ("succeeded", 4488, 4488)
    assert intent.to_dict()["metadata"] == {"order": "R7-K2M9"}
    charge = intent.latest_charge
    assert charge is not None
    assert not isinstance(charge, str)
    assert (charge.amount_captured, charge.paid, charge.status) == (4488, True, "succeeded")
    movement = charge.balance_transaction
    assert movement is not None
    assert not isinstance(movement, str)
    assert (movement.amount, movement.fee, movement.net, movement.status) == (4488, 92, 4396, "pending")
    sandbox.advance(2 * 86400)
    assert sandbox.client.v1.balance_transactions.retrieve(movement.id).status == "available"


def test_the_balance_transaction_comes_a_moment_after_the_charge(sandbox: Sandbox) -> None:
    pay(sandbox, make(sandbox))
    sandbox.advance(5)
    events = {event.type: event.data.object for event in sandbox.client.v1.events.list().data}
    assert events["charge.succeeded"]["balance_transaction"] is None
    assert events["charge.updated"]["balance_transaction"].startswith("txn_")


def test_a_declined_card_leaves_the_session_open_for_another(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    assert pay(sandbox, session_id, card="4000000000009995") == "declined"
    session = sandbox.client.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]})
    assert (session.status, session.payment_status) == ("open", "unpaid")
    intent = session.payment_intent
    assert intent is not None
    assert not isinstance(intent, str)
    assert intent.last_payment_error is not None
    assert (intent.status, intent.last_payment_error.decline_code) == (
        "requires_payment_method",
        "insufficient_funds",
    )
    assert sandbox.news() == DECLINED
    assert pay(sandbox, session_id) == "paid"
    sandbox.advance(5)
    assert sandbox.news() == [*DECLINED, *SUCCESS[1:]]
    charges = sandbox.client.v1.charges.list({"payment_intent": intent.id}).data
    assert [charge.status for charge in charges] == ["succeeded", "failed"]
    after = sandbox.client.v1.payment_intents.retrieve(intent.id)
    assert (after.last_payment_error, after.latest_charge) == (None, charges[0].id)


@pytest.mark.parametrize(
    ("answer", "outcome", "more"),
    [
        ("complete", "paid", SUCCESS[1:]),
        ("fail", "declined", ["payment_intent.payment_failed"]),
        ("abandon", "authenticate", []),
    ],
)
def test_the_bank_asks_first(sandbox: Sandbox, answer: str, outcome: str, more: list[str]) -> None:
    session_id = make(sandbox)
    assert pay(sandbox, session_id, card="4000000000003220", authenticate=answer) == outcome
    sandbox.advance(5)
    assert sandbox.news() == [*ASKED, *more]


def test_the_sequences_are_those_that_were_recorded(sandbox: Sandbox) -> None:
    if not CONTRACT.is_dir():
        pytest.skip("needs ../shared/data/stripe, the recorded event sequences")
    recorded = json.loads((CONTRACT / "stripe-behaviour.json").read_text())["sequences"]
    assert recorded["card_success"] == SUCCESS
    assert recorded["card_decline_then_success"] == [*DECLINED, *SUCCESS[1:]]
    assert recorded["3ds_success"] == [*ASKED, *SUCCESS[1:]]
    assert recorded["3ds_fail_open"] == [*ASKED, "payment_intent.payment_failed"]
    assert recorded["zero_total"] == ["checkout.session.completed"]
    assert recorded["expired_never_touched"] == ["checkout.session.expired"]
    session_id = make(sandbox)
    pay(sandbox, session_id, card="4000000000000002")
    sandbox.advance(86401)
    assert sandbox.news() == recorded["expired_after_failed_attempt"]


def test_every_published_card_has_its_story(sandbox: Sandbox) -> None:
    if not CONTRACT.is_dir():
        pytest.skip("needs ../shared/data/stripe, Stripe's table of test cards")
    table = json.loads((CONTRACT / "stripe-behaviour.json").read_text())["test_cards"]
    later = {"dispute", "early_fraud_warning"}
    wanted = {number: story for number, story in table.items() if story.get("then") not in later}
    assert set(wanted) == {*CARDS, INCORRECT_NUMBER}
    for number, story in wanted.items():
        if number != INCORRECT_NUMBER:
            card = CARDS[number]
            assert card.three_d_secure == (story["outcome"] == "3ds"), number
            refused = story["outcome"] in ("decline", "blocked") or story.get("after") == "decline"
            assert (card.decline is not None) == refused, number
            assert card.reason == story.get("decline_code"), number


def test_a_number_that_is_no_test_card_is_refused_and_appears_nowhere(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    for number in ("4111111111111111", INCORRECT_NUMBER, "", "x" * 5000):
        status, body = sandbox.ask("POST", f"/_sandbox/pay/{session_id}", {"card": number})
        assert status == 400
        assert number == "" or number.encode() not in body
    assert sandbox.news() == []


def test_a_session_is_paid_only_once(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    pay(sandbox, session_id)
    for late in (False, True):
        status, body = sandbox.ask("POST", f"/_sandbox/pay/{session_id}", {"late": late})
        assert (status, json.loads(body)["error"]["code"]) == (400, "session_not_payable")
    assert len(sandbox.client.v1.charges.list().data) == 1


def test_money_can_come_too_late_when_a_test_asks_for_it(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    pay(sandbox, session_id, card="4000000000000002")
    first = sandbox.client.v1.checkout.sessions.expire(session_id).payment_intent
    status, _ = sandbox.ask("POST", f"/_sandbox/pay/{session_id}", {})
    assert status == 400
    assert pay(sandbox, session_id, late=True) == "paid"
    sandbox.advance(5)
    session = sandbox.client.v1.checkout.sessions.retrieve(session_id)
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert session.payment_intent not in (None, first)
    assert sandbox.news()[-5:] == SUCCESS


def test_the_paid_amount_can_be_tampered_with(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    pay(sandbox, session_id, amount_total=100)
    session = sandbox.client.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]})
    assert session.amount_total == 100
    assert session.payment_intent.amount_received == 100  # type: ignore[union-attr]


def test_a_paid_session_may_name_another_order_than_it_was_made_for(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    pay(sandbox, session_id, client_reference_id="XXXX-XXXX")
    session = sandbox.client.v1.checkout.sessions.retrieve(session_id)
    assert (session.client_reference_id, session.payment_status) == ("XXXX-XXXX", "paid")


@pytest.mark.parametrize(
    "wish",
    [{"card": 4242}, {"late": "yes"}, {"amount_total": 0}, {"amount_total": -5}, {"x": 1}, {"email": "no"}],
)
def test_a_malformed_wish_changes_nothing(sandbox: Sandbox, wish: dict[str, object]) -> None:
    session_id = make(sandbox)
    status, _ = sandbox.ask("POST", f"/_sandbox/pay/{session_id}", wish)
    assert status == 400
    assert sandbox.client.v1.checkout.sessions.retrieve(session_id).status == "open"
