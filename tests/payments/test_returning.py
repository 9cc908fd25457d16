"""A return and its refund: one story, one proposal, one answer to a second click."""

from typing import Any

import pytest

from catalog.models import Lot, Movement
from orders.models import Order, OrderEvent, OrderMail, OrderReturn, ShipmentLine
from orders.packing_plan import OrderChanged
from orders.returns import MoreThanSent, Returned
from payments import returning
from payments.models import Payment, Refund
from payments.refunds import RefundTooHigh
from payments.returning import NoReason
from shop.models import User
from tests.builders import NOW
from tests.builders.orders import make_order
from tests.builders.parcels import make_paid, send, send_back

pytestmark = pytest.mark.django_db(transaction=True)


def snapshot() -> Any:
    kinds = (OrderReturn, Refund, Payment, ShipmentLine, Movement, Lot, OrderEvent, OrderMail)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


@pytest.fixture
def order() -> Order:
    order = make_paid(units=2)
    return send(order)


def test_the_return_and_its_refund_are_one_story(order: Order) -> None:
    ada = User.objects.create_user("ada@regimen.example")

    back = send_back(order, 1, by=ada)

    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.reason, refund.asked_by) == (1999, "RETURNED", ada)
    assert refund.key == f"return {back.reference}"
    assert (back.refund_cents, back.refund_note) == (1999, "")
    assert Payment.objects.get().refunded_cents == 1999


def test_everything_back_brings_the_delivery_back(order: Order) -> None:
    assert send_back(order).refund_cents == order.total_cents


def test_staff_may_pay_back_another_amount(order: Order) -> None:
    back = send_back(order, 1, refund_cents=500, refund_note="It was half empty.")
    assert (back.refund_cents, Refund.objects.get().amount_cents) == (500, 500)


def test_nothing_may_go_back_when_somebody_says_why(order: Order) -> None:
    before = snapshot()
    with pytest.raises(NoReason):
        send_back(order, 1, refund_cents=0)
    assert snapshot() == before

    back = send_back(order, 1, refund_cents=0, refund_note="Opened a year ago.")

    assert (back.refund_cents, back.refund_note) == (0, "Opened a year ago.")
    assert not Refund.objects.exists()


def test_more_than_is_left_of_the_payment_is_refused_and_nothing_has_come_back(order: Order) -> None:
    before = snapshot()
    with pytest.raises(RefundTooHigh):
        send_back(order, 1, refund_cents=order.total_cents + 1)
    assert snapshot() == before


def test_the_proposal_is_never_more_than_is_left(order: Order) -> None:
    send_back(order, 1, refund_cents=4000, refund_note="Goodwill.")
    row = ShipmentLine.objects.get()
    order.refresh_from_db()
    assert returning.propose_refund(order, [Returned(row.pk, 1, "SEALED")]) == 488


def test_a_second_click_is_told_that_something_changed(order: Order) -> None:
    seen = returning.write_seen(order)
    send_back(order, 1, seen=seen)
    before = snapshot()
    with pytest.raises(OrderChanged):
        send_back(order, 1, seen=seen)
    assert snapshot() == before


def test_units_of_another_order_cost_nothing_and_do_not_come_back(order: Order) -> None:
    other = send(make_paid(units=1))
    row = ShipmentLine.objects.get(shipment__order=other)
    assert returning.propose_refund(order, [Returned(row.pk, 1, "SEALED")]) == 0
    with pytest.raises(MoreThanSent):
        returning.take_return(
            order_id=order.pk, lines=[Returned(row.pk, 1, "SEALED")], note="", now=NOW, refund_cents=1
        )


def test_without_a_payment_nothing_goes_back() -> None:
    order = make_order()
    assert (returning.find_payment(order), returning.left_to_pay_back(order)) == (None, 0)
