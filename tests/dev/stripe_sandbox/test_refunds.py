"""Refunds: never more than was taken, and each of them tells its story to the end."""

from __future__ import annotations

import json
import threading

import pytest
import stripe

from tests.dev.stripe_sandbox.scene import CONTRACT, Sandbox, session_params


def paid_intent(sandbox: Sandbox, card: str = "4242424242424242") -> str:
    session_id = sandbox.client.v1.checkout.sessions.create(session_params()).id
    paid = sandbox.control("POST", f"pay/{session_id}", {"card": card})
    sandbox.advance(5)
    return str(paid["session"]["payment_intent"])


def recorded(name: str) -> list[str]:
    if not CONTRACT.is_dir():
        pytest.skip("needs ../shared/data/stripe, the recorded event sequences")
    sequence: list[str] = json.loads((CONTRACT / "stripe-behaviour.json").read_text())["sequences"][name]
    return sequence


@pytest.mark.parametrize(
    ("card", "sequence", "first", "last"),
    [
        ("4242424242424242", "refund_card", "succeeded", "succeeded"),
        ("4000000000007726", "refund_pending_card_7726", "pending", "succeeded"),
        ("4000000000005126", "refund_failed_card_5126", "succeeded", "failed"),
    ],
)
def test_a_full_refund_runs_its_course(
    sandbox: Sandbox, card: str, sequence: str, first: str, last: str
) -> None:
    intent, already = paid_intent(sandbox, card), len(sandbox.news())
    refund = sandbox.client.v1.refunds.create({"payment_intent": intent, "reason": "requested_by_customer"})
    assert (refund.amount, refund.status, refund.payment_intent) == (4488, first, intent)
    charge = sandbox.client.v1.charges.retrieve(str(refund.charge))
    assert (charge.amount_refunded, charge.refunded) == (4488, True)
    sandbox.advance(60)
    after = sandbox.client.v1.refunds.retrieve(refund.id)
    assert after.status == last
    charge = sandbox.client.v1.charges.retrieve(str(refund.charge))
    assert charge.amount_refunded == (0 if last == "failed" else 4488)
    assert (getattr(after, "failure_balance_transaction", None) is not None) == (last == "failed")
    assert sandbox.news()[already:] == recorded(sequence)


def test_partial_refunds_add_up_to_the_charge_and_not_beyond(sandbox: Sandbox) -> None:
    intent, refunds = paid_intent(sandbox), sandbox.client.v1.refunds
    refunds.create({"payment_intent": intent, "amount": 1000, "metadata": {"reason": "broken"}})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        refunds.create({"payment_intent": intent, "amount": 3489})
    assert (refusal.value.param, refusal.value.http_status) == ("amount", 400)
    refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        refunds.create({"payment_intent": intent})
    assert refusal.value.code == "charge_already_refunded"
    listed = refunds.list({"payment_intent": intent}).data
    assert [refund.amount for refund in listed] == [3488, 1000]
    charge = sandbox.client.v1.charges.retrieve(str(listed[0].charge), {"expand": ["refunds"]})
    assert charge.refunds is not None
    assert [refund.amount for refund in charge.refunds.data] == [3488, 1000]


@pytest.mark.parametrize("amount", [0, -1])
def test_a_refund_of_nothing_is_refused(sandbox: Sandbox, amount: int) -> None:
    intent = paid_intent(sandbox)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sandbox.client.v1.refunds.create({"payment_intent": intent, "amount": amount})
    assert refusal.value.code == "parameter_invalid_integer"
    assert sandbox.client.v1.refunds.list().data == []


def test_nothing_taken_nothing_to_give_back(sandbox: Sandbox) -> None:
    session_id = sandbox.client.v1.checkout.sessions.create(session_params()).id
    declined = sandbox.control("POST", f"pay/{session_id}", {"card": "4000000000000002"})
    for params in (
        {"payment_intent": declined["session"]["payment_intent"]},
        {"payment_intent": "pi_none"},
        {"charge": "ch_none"},
    ):
        with pytest.raises(stripe.InvalidRequestError):
            sandbox.client.v1.refunds.create(params)  # type: ignore[arg-type]
    assert sandbox.client.v1.refunds.list().data == []


def test_two_refunds_at_once_never_give_back_more_than_was_taken(sandbox: Sandbox) -> None:
    intent, ended = paid_intent(sandbox), []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        try:
            sandbox.client.v1.refunds.create({"payment_intent": intent, "amount": 3000})
            ended.append("refunded")
        except stripe.InvalidRequestError:
            ended.append("refused")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["refunded"] + ["refused"] * 7
    assert sum(refund.amount for refund in sandbox.client.v1.refunds.list().data) == 3000


def test_a_refund_s_metadata_can_be_changed(sandbox: Sandbox) -> None:
    refund = sandbox.client.v1.refunds.create(
        {"payment_intent": paid_intent(sandbox), "metadata": {"a": "1"}}
    )
    changed = sandbox.client.v1.refunds.update(refund.id, {"metadata": {"b": "2"}})
    assert changed.to_dict()["metadata"] == {"a": "1", "b": "2"}
    assert sandbox.news()[-1] == "refund.updated"
