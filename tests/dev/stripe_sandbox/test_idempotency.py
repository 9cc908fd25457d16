"""Idempotency keys: one key, one effect, the same bytes again; and what happens when the key is misused."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import stripe

from tests.dev.stripe_sandbox.scene import Sandbox, session_params


def create(sandbox: Sandbox, key: str, **changes: Any) -> Any:
    options: Any = {"idempotency_key": key}
    return sandbox.client.v1.checkout.sessions.create(session_params(**changes), options)


def count(sandbox: Sandbox) -> int:
    return len(sandbox.client.v1.checkout.sessions.list({"limit": 100}).data)


def test_the_same_key_gives_the_same_bytes_and_one_session(sandbox: Sandbox) -> None:
    first, second = create(sandbox, "k1"), create(sandbox, "k1")
    assert first.last_response.body == second.last_response.body
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert second.last_response.headers["Original-Request"] == first.last_response.headers["Request-Id"]
    assert count(sandbox) == 1
    calls = [call for call in sandbox.control("GET", "requests")["requests"] if call["method"] == "POST"]
    assert [(call["idempotency_key"], call["replayed"]) for call in calls] == [("k1", False), ("k1", True)]


def test_the_same_key_with_other_parameters_is_an_idempotency_error(sandbox: Sandbox) -> None:
    create(sandbox, "k1")
    with pytest.raises(stripe.IdempotencyError) as refusal:
        create(sandbox, "k1", client_reference_id="OTHER")
    assert refusal.value.http_status == 400
    assert count(sandbox) == 1


def test_the_same_key_on_another_address_is_an_idempotency_error(sandbox: Sandbox) -> None:
    session = create(sandbox, "k1")
    with pytest.raises(stripe.IdempotencyError):
        sandbox.client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "k1"})
    assert sandbox.client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_the_same_key_on_another_object_is_an_idempotency_error(sandbox: Sandbox) -> None:
    sessions = sandbox.client.v1.checkout.sessions
    first, second = create(sandbox, "k1"), create(sandbox, "k2")
    sessions.expire(first.id, options={"idempotency_key": "k3"})
    with pytest.raises(stripe.IdempotencyError):
        sessions.expire(second.id, options={"idempotency_key": "k3"})
    assert sessions.retrieve(second.id).status == "open"


@pytest.mark.parametrize("change", [{"mode": "gift"}, {"cancel_url": "/cart"}, {"expires_at": 1}])
def test_a_refused_validation_is_not_kept(sandbox: Sandbox, change: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        create(sandbox, "k1", **change)
    assert create(sandbox, "k1").status == "open"


def test_a_refusal_that_was_executed_is_kept(sandbox: Sandbox) -> None:
    session = create(sandbox, "k1")
    sandbox.client.v1.checkout.sessions.expire(session.id)
    bodies = []
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            sandbox.client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "k2"})
        bodies.append((refusal.value.http_body, (refusal.value.headers or {}).get("Idempotent-Replayed")))
    assert bodies[0][0] == bodies[1][0]
    assert [replayed for _, replayed in bodies] == [None, "true"]


def test_a_5xx_of_an_executed_call_is_kept_and_another_is_not(sandbox: Sandbox) -> None:
    rule = {"match": {"method": "POST", "times": 1}, "status": 500}
    sandbox.control("POST", "faults", {**rule, "stored": True})
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            create(sandbox, "kept")
    sandbox.control("POST", "faults", rule)
    with pytest.raises(stripe.APIError):
        create(sandbox, "free")
    assert count(sandbox) == 0
    assert create(sandbox, "free").status == "open"


def test_a_second_call_while_the_first_runs_is_409_and_only_one_counts(sandbox: Sandbox) -> None:
    sandbox.control("POST", "faults", {"match": {"method": "POST"}, "delay_ms": 300})
    ended: list[str] = []
    refused: list[Any] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        try:
            ended.append(create(sandbox, "k1").id)
        except stripe.APIError as refusal:
            refused.append((refusal.http_status, refusal.error and refusal.error.code))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 1
    assert refused == [(409, "idempotency_key_in_use")] * 7
    assert count(sandbox) == 1


def test_a_key_is_forgotten_after_a_day(sandbox: Sandbox) -> None:
    first = create(sandbox, "k1")
    sandbox.advance(86400)
    assert create(sandbox, "k1").id != first.id


def test_a_get_ignores_keys(sandbox: Sandbox) -> None:
    session = create(sandbox, "k1")
    shown = sandbox.client.v1.checkout.sessions.retrieve(session.id, options={"idempotency_key": "k1"})
    assert shown.id == session.id


def test_an_answer_lost_on_its_way_comes_again_under_the_key(sandbox: Sandbox) -> None:
    rule = {
        "match": {"method": "POST", "path": "^/v1/checkout/sessions$", "times": 1},
        "drop_after_commit": True,
    }
    sandbox.control("POST", "faults", rule)
    with pytest.raises(stripe.APIConnectionError):
        create(sandbox, "k1")
    assert sandbox.control("GET", "faults")["rules"][0]["hits"] == 1
    assert count(sandbox) == 1, "the effect happened"
    assert create(sandbox, "k1").last_response.headers["Idempotent-Replayed"] == "true"
    assert count(sandbox) == 1


def test_faults_meet_only_what_they_match_and_count_their_hits(sandbox: Sandbox) -> None:
    rules = [
        {"match": {"method": "GET", "path": "/events", "times": 1, "skip": 1}, "status": 503},
        {"match": {"method": "POST", "path": "sessions$"}, "delay_ms": 150},
    ]
    sandbox.control("POST", "faults", {"rules": rules})
    assert sandbox.news() == []
    with pytest.raises(stripe.APIError) as refusal:
        sandbox.news()
    assert refusal.value.http_status == 503
    assert sandbox.news() == []
    began = time.monotonic()
    create(sandbox, "k1")
    assert time.monotonic() - began >= 0.15
    assert [rule["hits"] for rule in sandbox.control("GET", "faults")["rules"]] == [1, 1]
