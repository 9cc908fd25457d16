"""Webhooks: signed, stored byte for byte, tried again, held, doubled, early, and never."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import stripe

from tests.dev.stripe_sandbox.scene import SECRET, Endpoint, Sandbox, session_params


def expire_one(sandbox: Sandbox) -> str:
    session_id = sandbox.client.v1.checkout.sessions.create(session_params()).id
    sandbox.client.v1.checkout.sessions.expire(session_id)
    return session_id


def test_an_event_arrives_signed_and_as_the_api_shows_it(
    sandbox: Sandbox, webhook_endpoint: Endpoint
) -> None:
    session_id = expire_one(sandbox)
    sandbox.settle()
    (event,) = webhook_endpoint.events()
    assert (event.type, event.data.object["id"]) == ("checkout.session.expired", session_id)
    assert event.pending_webhooks == 1
    shown = sandbox.client.v1.events.retrieve(event.id)
    assert shown.pending_webhooks == 0
    assert {**shown.to_dict(), "pending_webhooks": 1} == event.to_dict()
    assert event.request is not None
    assert (event.request.id or "").startswith("req_")


def test_a_forged_body_or_another_secret_does_not_verify(
    sandbox: Sandbox, webhook_endpoint: Endpoint
) -> None:
    expire_one(sandbox)
    sandbox.settle()
    body, mark = webhook_endpoint.arrived[0]
    for forged, secret in ((body + b" ", SECRET), (body, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(forged, mark, secret)


def test_a_refused_event_comes_again_on_the_schedule_with_the_same_bytes(
    sandbox: Sandbox, webhook_endpoint: Endpoint
) -> None:
    webhook_endpoint.answers = [500, 302]
    expire_one(sandbox)
    sandbox.settle()
    assert len(webhook_endpoint.arrived) == 1
    sandbox.advance(240)  # its clock runs on while we look: a minute to spare of the five
    sandbox.settle()
    assert len(webhook_endpoint.arrived) == 1
    assert sandbox.client.v1.events.list({"delivery_success": False}).data[0].pending_webhooks == 1
    sandbox.advance(60)
    sandbox.settle()
    assert len(webhook_endpoint.arrived) == 2
    sandbox.advance(1800)
    sandbox.settle()
    assert [body for body, _ in webhook_endpoint.arrived] == [webhook_endpoint.arrived[0][0]] * 3
    (delivery,) = sandbox.control("GET", "deliveries")["deliveries"]
    assert (delivery["state"], delivery["tries"]) == ("done", 3)
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 302, 200]
    assert sandbox.client.v1.events.list({"delivery_success": False}).data == []


def test_after_three_days_of_silence_stripe_gives_up(sandbox: Sandbox, webhook_endpoint: Endpoint) -> None:
    webhook_endpoint.otherwise = 503
    expire_one(sandbox)
    sandbox.settle()
    sandbox.advance(4 * 86400)
    sandbox.settle()
    (delivery,) = sandbox.control("GET", "deliveries")["deliveries"]
    assert (delivery["state"], delivery["tries"]) == ("failed", 10)
    (event,) = sandbox.client.v1.events.list({"delivery_success": False}).data
    assert event.pending_webhooks == 1


def test_switched_off_the_events_exist_and_never_arrive(sandbox: Sandbox, webhook_endpoint: Endpoint) -> None:
    sandbox.control("POST", "webhooks", {"mode": "off"})
    expire_one(sandbox)
    sandbox.control("POST", "webhooks", {"mode": "on"})
    sandbox.settle()
    assert webhook_endpoint.arrived == []
    assert sandbox.news(delivery_success=False) == ["checkout.session.expired"]


def test_held_events_arrive_when_they_are_released(sandbox: Sandbox, webhook_endpoint: Endpoint) -> None:
    sandbox.control("POST", "webhooks", {"mode": "hold"})
    expire_one(sandbox)
    sandbox.settle()
    assert webhook_endpoint.arrived == []
    assert sandbox.control("POST", "webhooks", {"mode": "release"}) == {"mode": "on", "released": 1}
    sandbox.settle()
    assert webhook_endpoint.types() == ["checkout.session.expired"]


def test_each_event_can_arrive_twice(sandbox: Sandbox, webhook_endpoint: Endpoint) -> None:
    sandbox.control("POST", "webhooks", {"mode": "duplicate"})
    expire_one(sandbox)
    sandbox.settle()
    first, second = webhook_endpoint.events()
    assert first.id == second.id
    (delivery,) = sandbox.control("GET", "deliveries")["deliveries"]
    assert [attempt["try"] for attempt in delivery["attempts"]] == [1, 1]


def test_news_can_arrive_before_the_call_that_caused_them_is_answered(
    sandbox: Sandbox, webhook_endpoint: Endpoint
) -> None:
    sandbox.control("POST", "webhooks", {"mode": "before_response"})
    session_id = sandbox.client.v1.checkout.sessions.create(session_params()).id
    sandbox.client.v1.checkout.sessions.expire(session_id)
    assert webhook_endpoint.types() == ["checkout.session.expired"]
    other = sandbox.client.v1.checkout.sessions.create(session_params()).id
    sandbox.submit(f"/c/pay/{other}", "test_card=4242424242424242")
    assert sorted(webhook_endpoint.types()[1:5]) == [
        "charge.succeeded",
        "checkout.session.completed",
        "payment_intent.created",
        "payment_intent.succeeded",
    ]


def test_a_buyer_can_be_quicker_than_the_answer_to_the_session(
    sandbox: Sandbox, webhook_endpoint: Endpoint
) -> None:
    rule = {
        "match": {"method": "POST", "path": "sessions$", "times": 1},
        "pay_before_answer": "4242424242424242",
    }
    sandbox.control("POST", "faults", rule)
    session = sandbox.client.v1.checkout.sessions.create(session_params())
    assert session.status == "open", "the answer was fixed before the buyer came"
    assert "checkout.session.completed" in webhook_endpoint.types()


def test_webhooks_are_delivered_in_parallel(sandbox: Sandbox, webhook_endpoint: Endpoint) -> None:
    threads = [threading.Thread(target=expire_one, args=(sandbox,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sandbox.settle()
    assert len({event.id for event in webhook_endpoint.events()}) == 10


def test_every_event_of_a_purchase_and_its_refund_fits_the_contract(
    sandbox: Sandbox, webhook_endpoint: Endpoint, contract: Any
) -> None:
    if contract is None:
        pytest.skip("needs ../shared/data/stripe, an independent check of Stripe's traffic")
    session_id = sandbox.client.v1.checkout.sessions.create(session_params()).id
    for card in ("4000000000000002", "4000000000003220"):
        sandbox.control("POST", f"pay/{session_id}", {"card": card})
    sandbox.advance(5)
    intent = sandbox.client.v1.checkout.sessions.retrieve(session_id).payment_intent
    sandbox.client.v1.refunds.create({"payment_intent": str(intent), "amount": 100})
    sandbox.advance(5)
    sandbox.settle()
    assert len(webhook_endpoint.arrived) == 11
    for body, _ in webhook_endpoint.arrived:
        event = json.loads(body)
        assert (event["type"], contract.event(event)) == (event["type"], [])
    broken = json.loads(webhook_endpoint.arrived[0][0])
    broken["data"]["object"]["colour"] = "red"
    assert contract.event(broken) != [], "the check itself sees an invented field"
