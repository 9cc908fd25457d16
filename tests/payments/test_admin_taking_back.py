"""The page of a return: what came back, the money for it, and what the law may ask."""

from typing import Any

import pytest

from orders.models import Order, OrderReturn, ReturnLine, ShipmentLine
from payments import refunds, returning
from payments.models import Refund
from payments.stripe_gateway import RefundFacts
from tests.builders import NOW
from tests.builders.desk import ORDERS, act, words_of
from tests.builders.parcels import make_paid, send, send_back
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return send(make_paid(units=2))


def back(condition: str = "SEALED", units: int | str = 1) -> dict[str, Any]:
    return {f"units-{ShipmentLine.objects.earliest('pk').pk}-{condition}": units}


def test_the_money_is_proposed_before_anything_is_written_down(order: Order) -> None:
    client = sign_in("support")
    answer = act(client, order, "return", **back(), step="money")
    assert "These units cost the customer €19.99 ; €44.88 of the payment has not gone back yet." in words_of(
        answer
    )
    assert answer.context["form"]["amount"].value() == "19.99"
    assert not OrderReturn.objects.exists()

    answer = act(client, order, "return", **back(), step="take", amount="19.99", note="Dented.")

    taken = OrderReturn.objects.get()
    assert f"Return {taken.reference} is written down. €19.99 goes back;" in words_of(answer)
    assert (taken.note, taken.refund_cents) == ("Dented.", 1999)
    assert Refund.objects.get().amount_cents == 1999
    page = words_of(answer)
    for part in (f"Return {taken.reference}", "Sealed", "into quarantine", "1 came back", "Refund of €19.99"):
        assert part in page, part


def test_everything_back_is_proposed_with_the_delivery(order: Order) -> None:
    answer = act(sign_in("support"), order, "return", **back(units=2), step="money")
    assert answer.context["form"]["amount"].value() == "44.88"


@pytest.mark.parametrize("amount", ["0", "0.00"])
def test_nothing_goes_back_with_a_reason(order: Order, amount: str) -> None:
    client = sign_in("support")
    answer = act(client, order, "return", **back("OPENED"), step="take", amount=amount)
    assert answer.status_code == 422
    assert "Nothing goes back: tell the customer why." in words_of(answer)
    assert not OrderReturn.objects.exists()

    act(client, order, "return", **back("OPENED"), step="take", amount=amount, refund_note="A year old.")

    assert OrderReturn.objects.get().refund_note == "A year old."
    assert ReturnLine.objects.get().fate == "DESTROYED"
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"amount": "44.89"}, "amount"),
        ({"amount": "19,99"}, "amount"),
        ({"amount": "19.999"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"amount": "."}, "amount"),
    ],
)
def test_an_amount_that_cannot_be_is_refused(order: Order, typed: dict[str, str], field: str) -> None:
    answer = act(sign_in("support"), order, "return", **back(), step="take", **typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not OrderReturn.objects.exists()
    assert not Refund.objects.exists()


@pytest.mark.parametrize("units", [3, -1, "one", ""])
def test_units_that_cannot_be_are_refused(order: Order, units: Any) -> None:
    answer = act(sign_in("support"), order, "return", **back(units=units), step="take", amount="5")
    assert answer.status_code == 422
    assert not OrderReturn.objects.exists()


def test_more_in_all_than_is_with_the_customer_is_refused(order: Order) -> None:
    typed = back(units=2) | back("OPENED", 1)
    answer = act(sign_in("support"), order, "return", **typed, step="take", amount="5")
    assert "More units than are with the customer." in words_of(answer)
    assert not OrderReturn.objects.exists()


def test_a_second_click_takes_no_second_return(order: Order) -> None:
    client = sign_in("support")
    typed = back() | {"step": "take", "amount": "19.99", "seen": returning.write_seen(order)}
    act(client, order, "return", **typed)
    answer = act(client, order, "return", **typed)
    assert "Somebody took a return of this order in the meantime" in words_of(answer)
    assert (OrderReturn.objects.count(), Refund.objects.count()) == (1, 1)


def test_the_warehouse_takes_returns_and_sees_no_money(order: Order) -> None:
    client = sign_in("warehouse")
    page = words_of(client.get(f"{ORDERS}{order.pk}/return/"))
    assert "€" not in page
    assert "Write the return down" in page

    answer = act(client, order, "return", **back(), step="take")

    assert Refund.objects.get().amount_cents == 1999  # what it cost
    assert "The money goes back" in words_of(answer)
    assert "€19.99 back" not in words_of(answer)


def test_a_reaction_reminds_of_the_report(order: Order) -> None:
    answer = act(sign_in("support"), order, "return", **back("REACTION"), step="take", amount="19.99")
    assert ReturnLine.objects.get().condition == "REACTION"
    assert "A skin reacted: the law may ask for a report." in words_of(answer)


def test_nothing_comes_back_that_was_not_sent_or_is_back() -> None:
    client, order = sign_in("support"), make_paid(units=1)
    assert "Nothing of this order is with the customer." in words_of(
        act(client, order, "return", step="take")
    )
    send(order)
    send_back(order)
    assert "Nothing of this order is with the customer." in words_of(
        act(client, order, "return", step="take")
    )
    assert OrderReturn.objects.count() == 1


def test_a_curator_takes_no_return(order: Order) -> None:
    assert sign_in("curator").get(f"{ORDERS}{order.pk}/return/").status_code == 403


def test_a_failed_refund_is_asked_again(order: Order) -> None:
    client = sign_in("support")
    assert "No refund of this order has failed." in words_of(act(client, order, "refund"))
    send_back(order, 1)
    Refund.objects.update(stripe_refund_id="re_1")
    refunds.settle_refund(RefundFacts("re_1", "failed", "lost_or_stolen_card"), now=NOW)
    page = client.get(f"{ORDERS}{order.pk}/change/").content.decode()
    assert "Ask the refund again" in page
    assert "€19.99" in words_of(client.get(f"{ORDERS}{order.pk}/refund/"))

    answer = act(client, order, "refund")

    assert "The refund is asked again." in words_of(answer)
    assert sorted(Refund.objects.values_list("state", flat=True)) == ["ASKED", "FAILED"]
    assert "Ask the refund again" not in words_of(answer)


@pytest.mark.parametrize("parcels", [1, 6])
def test_the_page_of_an_order_takes_as_many_statements_however_long_its_story(
    parcels: int, django_assert_max_num_queries: Any
) -> None:
    client, order = sign_in("owner"), make_paid(units=parcels * 2)
    for _ in range(parcels):
        lot = order.lines.get().allocations.get().lot_id
        send(order, {order.lines.get().pk: {lot: 1}})
    for row in ShipmentLine.objects.all():
        lines = [returning.Returned(row.pk, 1, "SEALED")]
        returning.take_return(order_id=order.pk, lines=lines, note="", now=NOW)
    address = f"{ORDERS}{order.pk}/change/"
    client.get(address)
    with django_assert_max_num_queries(32):
        client.get(address)
