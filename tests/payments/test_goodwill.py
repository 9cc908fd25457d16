"""Money back without goods: somebody decides it, once, and never more than came in."""

from typing import Any

import pytest

from orders.models import Order, OrderEvent
from payments import closing, goodwill
from payments.models import Payment, Refund
from payments.refunds import RefundTooHigh
from tests.builders import NOW
from tests.builders.desk import ORDERS, act, make_paid_order, words_of
from tests.builders.orders import make_order
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def give(order: Order, cents: int, key: str = "one") -> Refund:
    return goodwill.give_back(
        order_id=order.pk, amount_cents=cents, why="It came dented.", key=key, now=NOW, by=None
    )


def refunded(order: Order) -> int:
    return Payment.objects.get(order=order).refunded_cents


def test_it_is_given_once_per_key_and_the_diary_says_why() -> None:
    order = make_paid_order()

    first, again = give(order, 500), give(order, 500)

    assert first == again == Refund.objects.get()
    assert (first.amount_cents, first.currency, first.reason, first.state) == (
        500,
        "EUR",
        "GOODWILL",
        "ASKED",
    )
    assert refunded(order) == 500
    assert [event.note for event in OrderEvent.objects.filter(order=order, kind="NOTED")] == [
        "€5.00 back without goods: It came dented."
    ]
    give(order, 300, key="two")
    assert refunded(order) == 800


def test_never_more_than_what_was_paid() -> None:
    order = make_paid_order()
    give(order, order.total_cents - 100)

    with pytest.raises(RefundTooHigh) as refused:
        give(order, 101, key="two")

    assert (refused.value.asked_cents, refused.value.left_cents) == (101, 100)
    assert (Refund.objects.count(), refunded(order)) == (1, order.total_cents - 100)
    assert OrderEvent.objects.filter(order=order, kind="NOTED").count() == 1


def test_an_order_that_nobody_paid_has_nothing_to_give_back() -> None:
    order = make_order()
    with pytest.raises(RefundTooHigh):
        give(order, 1)
    assert not Refund.objects.exists()


def test_who_cancels_later_gets_the_rest_and_no_more() -> None:
    order = make_paid_order()
    give(order, 500)
    closing.cancel_order(order_id=order.pk, by=None, now=NOW)
    assert sorted(Refund.objects.values_list("amount_cents", "reason")) == [
        (500, "GOODWILL"),
        (order.total_cents - 500, "CANCELLED"),
    ]


# -- At the desk -----------------------------------------------------------------------------------


def test_support_pays_something_back_and_a_double_click_does_it_once() -> None:
    client, order = sign_in("support"), make_paid_order()
    assert "Pay something back" in words_of(client.get(f"{ORDERS}{order.pk}/change/"))
    page = client.get(f"{ORDERS}{order.pk}/goodwill/")
    assert "€44.88 is left of what was paid" in words_of(page)
    typed = {"amount": "5.00", "why": "It came dented.", "key": page.context["form"]["key"].value()}

    for _ in range(2):
        assert "€5.00 goes back." in words_of(act(client, order, "goodwill", **typed))

    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.reason) == (500, "GOODWILL")
    assert refund.asked_by is not None
    assert refund.asked_by.email == "support@regimen.example"
    event = OrderEvent.objects.get(order=order, kind="NOTED")
    assert (event.actor, event.note) == (refund.asked_by, "€5.00 back without goods: It came dented.")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"amount": "44.89"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "a lot"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"why": ""}, "why"),
        ({"key": "x" * 32}, "key"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(typed: dict[str, str], field: str) -> None:
    client, order = sign_in("support"), make_paid_order()

    answer = act(client, order, "goodwill", **{"amount": "5", "why": "Dented.", "key": "one"} | typed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (Refund.objects.count(), refunded(order)) == (0, 0)
    assert not OrderEvent.objects.filter(kind="NOTED").exists()


@pytest.mark.parametrize("role", ["warehouse", "curator"])
def test_others_do_not_see_the_page(role: str) -> None:
    client, order = sign_in(role), make_paid_order()
    assert client.get(f"{ORDERS}{order.pk}/goodwill/").status_code == 403
    assert act(client, order, "goodwill", amount="5", why="x", key="one").status_code == 403
    assert not Refund.objects.exists()


def test_an_unpaid_order_offers_nothing_to_pay_back() -> None:
    client, order = sign_in("support"), make_order()
    assert "Pay something back" not in words_of(client.get(f"{ORDERS}{order.pk}/change/"))


def test_the_customer_reads_it_in_the_order(client: Any) -> None:
    order = make_paid_order()
    give(order, 500)
    shown = client.get(f"/api/v1/orders/{order.reference}/", headers={"Order-Secret": order.secret}).json()
    assert [(one["amount"], one["reason"], one["state"]) for one in shown["refunds"]] == [
        ({"amount": 500, "currency": "EUR"}, "goodwill", "refund-under-way")
    ]
