"""Lists: newest first, by pages in both directions, filtered; and expansion."""

from __future__ import annotations

import pytest
import stripe

from tests.dev.stripe_sandbox.scene import Sandbox, session_params


def make_many(sandbox: Sandbox, number: int) -> list[str]:
    return [sandbox.client.v1.checkout.sessions.create(session_params()).id for _ in range(number)]


def test_pages_run_newest_first_without_gap_or_repeat(sandbox: Sandbox) -> None:
    made = make_many(sandbox, 7)
    page = sandbox.client.v1.checkout.sessions.list({"limit": 3})
    assert (page.has_more, page.url) == (True, "/v1/checkout/sessions")
    assert [session.id for session in page.auto_paging_iter()] == made[::-1]


def test_ending_before_runs_the_other_way(sandbox: Sandbox) -> None:
    made = make_many(sandbox, 7)
    page = sandbox.client.v1.checkout.sessions.list({"limit": 2, "ending_before": made[1]})
    assert [session.id for session in page.data] == [made[3], made[2]]
    assert [session.id for session in page.auto_paging_iter()] == made[2:]


def test_sessions_are_found_by_status_time_payment_and_email(sandbox: Sandbox) -> None:
    first, second, third = make_many(sandbox, 3)
    sandbox.client.v1.checkout.sessions.expire(first)
    intent = sandbox.control("POST", f"pay/{second}", {"email": "else@example.com"})["session"][
        "payment_intent"
    ]
    sandbox.advance(100)
    fourth = make_many(sandbox, 1)[0]
    find = sandbox.client.v1.checkout.sessions.list
    created = sandbox.client.v1.checkout.sessions.retrieve(fourth).created
    assert [session.id for session in find({"status": "expired"}).data] == [first]
    assert [session.id for session in find({"payment_intent": intent}).data] == [second]
    assert [session.id for session in find({"customer_details": {"email": "else@example.com"}}).data] == [
        second
    ]
    assert [session.id for session in find({"created": {"gte": created}}).data] == [fourth]
    assert [session.id for session in find({"created": {"lt": created}}).data] == [third, second, first]


def test_events_are_found_by_type_and_by_group(sandbox: Sandbox) -> None:
    (session,) = make_many(sandbox, 1)
    sandbox.control("POST", f"pay/{session}", {})
    sandbox.advance(5)
    assert sandbox.news(types=["charge.succeeded", "payment_intent.created"]) == [
        "payment_intent.created",
        "charge.succeeded",
    ]
    assert sandbox.news(type="payment_intent.*") == ["payment_intent.created", "payment_intent.succeeded"]
    assert sandbox.news(type="checkout.session.completed") == ["checkout.session.completed"]
    newest = sandbox.client.v1.events.list({"limit": 1}).data[0]
    assert newest.type == "charge.updated"


def test_events_are_shown_for_thirty_days(sandbox: Sandbox) -> None:
    (session,) = make_many(sandbox, 1)
    sandbox.client.v1.checkout.sessions.expire(session)
    event = sandbox.client.v1.events.list().data[0]
    sandbox.advance(30 * 86400 + 1)
    assert sandbox.news() == []
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.client.v1.events.retrieve(event.id)


def test_lists_expand_below_data(sandbox: Sandbox) -> None:
    (session,) = make_many(sandbox, 1)
    sandbox.control("POST", f"pay/{session}", {})
    page = sandbox.client.v1.checkout.sessions.list({"expand": ["data.payment_intent.latest_charge"]})
    assert page.data[0].payment_intent.latest_charge.amount == 4488  # type: ignore[union-attr]
    deep = "data.payment_intent" + ".latest_charge.payment_intent" * 2
    for path in ("payment_intent", "data.nothing", deep):
        with pytest.raises(stripe.InvalidRequestError):
            sandbox.client.v1.checkout.sessions.list({"expand": [path]})


def test_intents_and_charges_are_listed(sandbox: Sandbox) -> None:
    for session in make_many(sandbox, 2):
        sandbox.control("POST", f"pay/{session}", {})
    intents = sandbox.client.v1.payment_intents.list().data
    charges = sandbox.client.v1.charges.list({"expand": ["data.payment_intent"]}).data
    assert [charge.payment_intent.id for charge in charges] == [intent.id for intent in intents]  # type: ignore[union-attr]
