"""Parcels, returns and refunds at once: nothing is sent, taken back or paid back twice."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum

from catalog import lots, stock
from catalog.models import Lot, Movement
from catalog.stock import LotNotFit
from orders import dispatch, lifecycle, packing_plan, returns
from orders.models import Allocation, Order, OrderReturn, ShipmentLine
from orders.packing_plan import OrderChanged
from orders.returns import MoreThanSent, Returned
from payments import closing, refunds, returning
from payments.models import Payment, Refund
from payments.refunds import RefundTooHigh
from tests.builders import NOW, make_lot
from tests.builders.parcels import from_lots, make_paid, send
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)


def errors(results: list[Any]) -> list[type]:
    return sorted(
        (type(one) for one in results if isinstance(one, Exception)), key=lambda kind: kind.__name__
    )


def assert_units_are_accounted_for(order: Order) -> None:
    line = order.lines.get()
    sent = ShipmentLine.objects.filter(line=line).aggregate(units=Sum("units"))["units"] or 0
    promised = Allocation.objects.filter(line=line).aggregate(units=Sum("units"))["units"] or 0
    assert line.shipped_units == sent
    for lot in Lot.objects.filter(variant=line.variant_id, location__takes_returns=False):
        moved = Movement.objects.filter(lot=lot).aggregate(
            here=Sum("on_hand_change"), held=Sum("reserved_change")
        )
        assert (lot.on_hand, lot.reserved) == (moved["here"], moved["held"])
    assert Lot.objects.filter(variant=line.variant_id).aggregate(held=Sum("reserved"))["held"] == promised
    assert sent + promised == line.units


def ship_two(order: Order, seen: str) -> Callable[[], Any]:
    return lambda: send(order, from_lots(order, A=2), seen=seen)


@pytest.mark.parametrize("round_", range(3))
def test_a_double_click_on_a_part_sends_it_once(slow_down: Any, round_: int) -> None:
    order = make_paid(units=4)
    seen = packing_plan.write_seen(lifecycle.list_promises(order))
    slow_down(packing_plan, "plan_parcel")
    results = rush(ship_two(order, seen), ship_two(order, seen), ship_two(order, seen))
    assert errors(results) == [OrderChanged, OrderChanged]
    order.refresh_from_db()
    assert (order.status, order.shipments.count()) == ("PAID", 1)
    assert_units_are_accounted_for(order)


def test_control_without_what_was_seen_a_double_click_sends_twice(slow_down: Any) -> None:
    order = make_paid(units=4)
    slow_down(packing_plan, "plan_parcel")
    results = rush(*[lambda: send(order, from_lots(order, A=2))] * 2)
    assert errors(results) == []
    assert order.shipments.count() == 2  # each was possible; nobody meant the second


def test_control_without_the_orders_lock_more_goes_out_than_was_ordered(
    slow_down: Any, monkeypatch: Any
) -> None:
    order = make_paid(units=2)
    Lot.objects.update(on_hand=9, reserved=9)  # the lot's own constraint must not save us
    slow_down(packing_plan, "plan_parcel")
    monkeypatch.setattr(lifecycle, "lock_order", lambda order_id: Order.objects.get(pk=order_id))
    results = rush(*[lambda: send(order, from_lots(order, A=1))] * 2)
    assert errors(results) == []
    with pytest.raises(AssertionError):
        assert_units_are_accounted_for(order)


def test_sending_a_part_and_cancelling_at_once_only_one_happens(slow_down: Any) -> None:
    order = make_paid(units=2)
    slow_down(lifecycle, "list_promises")

    def cancel() -> Any:
        return closing.cancel_order(order_id=order.pk, by=None, now=NOW)

    results = rush(lambda: send(order, from_lots(order, A=1)), cancel)
    assert errors(results) in ([lifecycle.OrderClosed], [lifecycle.SentInPart])
    order.refresh_from_db()
    if order.status == "CANCELLED":
        assert order.shipments.count() == 0
        assert order.payments.get().refunded_cents == order.total_cents
    else:
        assert order.payments.get().refunded_cents == 0
        assert_units_are_accounted_for(order)


def test_a_lot_recalled_while_it_is_packed_leaves_wholly_before_or_not_at_all(slow_down: Any) -> None:
    order = make_paid(units=2)
    slow_down(stock, "ship")

    def recall() -> None:
        with transaction.atomic():
            lots.recall_lots(lot_ids=[Lot.objects.get().pk], note="x", now=NOW)

    results = rush(lambda: send(order), recall)
    order.refresh_from_db()
    assert errors(results) in ([], [LotNotFit])
    assert (order.status == "PAID") == (errors(results) == [LotNotFit])
    assert_units_are_accounted_for(order)


def take_back(order: Order) -> Callable[[], Any]:
    row = ShipmentLine.objects.get()
    lines = [Returned(row.pk, 1, "SEALED")]
    return lambda: returning.take_return(order_id=order.pk, lines=lines, note="", now=NOW, refund_cents=100)


@pytest.mark.parametrize("round_", range(3))
def test_two_returns_at_once_for_the_last_unit(slow_down: Any, round_: int) -> None:
    order = send(make_paid(units=1))
    slow_down(returns, "_count_back")

    take = take_back(order)
    assert errors(rush(take, take, take)) == [MoreThanSent, MoreThanSent]
    assert (OrderReturn.objects.count(), Refund.objects.count()) == (1, 1)
    assert Payment.objects.get().refunded_cents == 100
    assert Lot.objects.get(location__takes_returns=True).on_hand == 1


def test_without_the_orders_lock_the_conditional_statement_still_stands(
    slow_down: Any, monkeypatch: Any
) -> None:
    order = send(make_paid(units=1))
    slow_down(returns, "_count_back")
    monkeypatch.setattr(lifecycle, "lock_order", lambda order_id: Order.objects.get(pk=order_id))

    take = take_back(order)
    assert errors(rush(take, take)) == [MoreThanSent]
    assert ShipmentLine.objects.get().returned_units == 1


def count_then_write(order: Order, lines: Any) -> None:
    """What it would be without the condition in the statement: look, then write."""
    for line in lines:
        row = ShipmentLine.objects.get(pk=line.shipment_line_id)
        if row.units - row.returned_units < line.units:
            raise MoreThanSent({})
        time.sleep(0.05)
        row.returned_units += line.units
        row.save(update_fields=["returned_units"])


def test_control_looking_and_then_writing_takes_the_last_unit_back_twice(monkeypatch: Any) -> None:
    order = send(make_paid(units=1))
    monkeypatch.setattr(returns, "_count_back", count_then_write)
    monkeypatch.setattr(lifecycle, "lock_order", lambda order_id: Order.objects.get(pk=order_id))

    take = take_back(order)
    assert errors(rush(take, take)) == []
    assert Lot.objects.get(location__takes_returns=True).on_hand == 2  # one was sent


def ask(payment: Payment, cents: int, key: str) -> Callable[[], Any]:
    def act() -> Any:
        with transaction.atomic():
            return refunds.ask_refund(
                payment=payment, amount_cents=cents, reason="RETURNED", key=key, now=NOW
            )

    return act


@pytest.mark.parametrize("round_", range(3))
def test_refunds_at_once_never_exceed_the_payment(round_: int) -> None:
    payment = make_paid(units=2).payments.get()  # 44.88
    results = rush(*[ask(payment, 1500, f"cause {number}") for number in range(6)])
    assert errors(results) == [RefundTooHigh] * 4
    payment.refresh_from_db()
    assert payment.refunded_cents == 3000
    assert Refund.objects.aggregate(sum=Sum("amount_cents"))["sum"] == 3000


def test_the_same_cause_at_once_asks_once() -> None:
    payment = make_paid(units=2).payments.get()
    results = rush(*[ask(payment, 1500, "return A")] * 5)
    assert errors(results) == []
    assert len({refund.pk for refund in results}) == 1
    payment.refresh_from_db()
    assert (payment.refunded_cents, Refund.objects.count()) == (1500, 1)


def test_a_part_and_all_that_is_left_at_once_are_the_whole_and_no_more() -> None:
    payment = make_paid(units=2).payments.get()

    def ask_rest() -> Any:
        with transaction.atomic():
            return refunds.ask_what_is_left(payment=payment, reason="CANCELLED", now=NOW)

    rush(ask_rest, ask(payment, 1500, "return A"), ask_rest)
    payment.refresh_from_db()
    assert payment.refunded_cents == payment.amount_cents
    assert Refund.objects.aggregate(sum=Sum("amount_cents"))["sum"] == payment.amount_cents


def sum_then_write(payment: Payment, amount_cents: int) -> bool:
    row = Payment.objects.get(pk=payment.pk)
    if row.amount_cents - row.refunded_cents < amount_cents:
        return False
    time.sleep(0.05)
    row.refunded_cents += amount_cents
    row.save(update_fields=["refunded_cents"])
    return True


def test_control_looking_and_then_writing_pays_back_more_than_came_in(monkeypatch: Any) -> None:
    payment = make_paid(units=2).payments.get()
    monkeypatch.setattr(refunds, "_claim", sum_then_write)
    results = rush(*[ask(payment, 1500, f"cause {number}") for number in range(6)])
    assert errors(results) == []
    assert Refund.objects.aggregate(sum=Sum("amount_cents"))["sum"] > payment.amount_cents


def test_promising_anew_and_sending_at_once_lose_no_unit(slow_down: Any) -> None:
    order = make_paid(units=3, lots=2)
    make_lot(order.lines.get().variant, units=5, code="C")
    with transaction.atomic():
        lots.block_lots(lot_ids=[Lot.objects.get(code="B").pk], note="x", now=NOW)
    slow_down(lifecycle, "list_promises")
    rush(
        lambda: dispatch.promise_anew(order_id=order.pk, now=NOW),
        lambda: send(order, from_lots(order, A=2)),
        lambda: dispatch.promise_anew(order_id=order.pk, now=NOW),
    )
    assert_units_are_accounted_for(order)
    assert {row.lot.code for row in Allocation.objects.select_related("lot")} == {"C"}
