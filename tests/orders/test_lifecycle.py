"""What may happen to an order: every status, every verb, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from catalog.models import Lot, Movement
from catalog.stock import OutOfStock
from orders import dispatch, lifecycle
from orders.lifecycle import OrderClosed
from orders.models import Allocation, Order, OrderEvent, OrderMail, Shipment, ShipmentLine
from shop.models import User
from tests.builders import NOW
from tests.builders.orders import make_order

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)


def do(verb: str, order: Order, **how: Any) -> Order:
    if verb == "dispatch_order":
        return dispatch.dispatch_order(
            order_id=order.pk,
            carrier="DHL",
            tracking_code="JD1",
            tracking_url="https://dhl.example/JD1",
            now=LATER,
            **how,
        )
    with transaction.atomic():
        done: Order = getattr(lifecycle, verb)(order.pk, now=LATER, **how)
    return done


WAYS = {
    "PLACED": [],
    "PAID": ["mark_paid"],
    "SHIPPED": ["mark_paid", "dispatch_order"],
    "LAPSED": ["lapse_order"],
    "CANCELLED": ["cancel_order"],
}
# (from, verb) → status afterwards, or None: refused. Written down by hand: this is the graph.
GRAPH = {
    ("PLACED", "mark_paid"): "PAID",
    ("PLACED", "revive_order"): None,
    ("PLACED", "lapse_order"): "LAPSED",
    ("PLACED", "cancel_order"): "CANCELLED",
    ("PLACED", "dispatch_order"): None,
    ("PAID", "mark_paid"): "PAID",
    ("PAID", "revive_order"): None,
    ("PAID", "lapse_order"): "PAID",
    ("PAID", "cancel_order"): "CANCELLED",
    ("PAID", "dispatch_order"): "SHIPPED",
    ("SHIPPED", "mark_paid"): "SHIPPED",
    ("SHIPPED", "revive_order"): None,
    ("SHIPPED", "lapse_order"): "SHIPPED",
    ("SHIPPED", "cancel_order"): None,
    ("SHIPPED", "dispatch_order"): "SHIPPED",
    ("LAPSED", "mark_paid"): None,
    ("LAPSED", "revive_order"): "PAID",
    ("LAPSED", "lapse_order"): "LAPSED",
    ("LAPSED", "cancel_order"): "CANCELLED",
    ("LAPSED", "dispatch_order"): None,
    ("CANCELLED", "mark_paid"): None,
    ("CANCELLED", "revive_order"): None,
    ("CANCELLED", "lapse_order"): "CANCELLED",
    ("CANCELLED", "cancel_order"): "CANCELLED",
    ("CANCELLED", "dispatch_order"): None,
}
HELD = {"PLACED": (2, 2), "PAID": (2, 2), "SHIPPED": (0, 0), "LAPSED": (2, 0), "CANCELLED": (2, 0)}


def snapshot() -> Any:
    return (
        list(Order.objects.values()),
        list(OrderEvent.objects.order_by("id").values()),
        list(Movement.objects.order_by("id").values()),
        list(Lot.objects.values()),
        list(Allocation.objects.values()),
        list(OrderMail.objects.values()),
        list(Shipment.objects.values()),
    )


@pytest.mark.parametrize(("start", "verb"), GRAPH, ids=lambda part: part.lower())
def test_the_graph(start: str, verb: str) -> None:
    order = make_order()
    for step in WAYS[start]:
        do(step, order)
    before, after = snapshot(), GRAPH[start, verb]
    if after is None:
        with pytest.raises(OrderClosed) as refused:
            do(verb, order)
        assert refused.value.status == start
        assert snapshot() == before
    else:
        assert do(verb, order).status == after
        assert Order.objects.get().status == after
        if after == start:
            assert snapshot() == before  # twice changes nothing
        else:
            last = OrderEvent.objects.latest("id")
            assert last.kind == {"revive_order": "REVIVED"}.get(verb, after)
            assert last.at == LATER
    order.refresh_from_db()
    lot = Lot.objects.get()
    assert (lot.on_hand, lot.reserved) == HELD[order.status]


def test_the_graph_is_whole() -> None:
    verbs = {verb for _, verb in GRAPH}
    assert set(GRAPH) == {(status, verb) for status in Order.Status.values for verb in verbs}


def test_a_revived_order_is_allocated_anew_and_says_why() -> None:
    order = make_order()
    do("lapse_order", order)
    assert Allocation.objects.count() == 0
    do("revive_order", order)
    order.refresh_from_db()
    assert (order.paid_at, order.closed_at) == (LATER, None)
    assert Allocation.objects.get().units == 2
    assert OrderEvent.objects.get(kind="REVIVED").note == "The money came after the time to pay was over."


def test_a_lapsed_order_whose_goods_are_gone_stays_lapsed() -> None:
    order = make_order()
    do("lapse_order", order)
    Lot.objects.update(on_hand=1)
    before = snapshot()
    with pytest.raises(OutOfStock) as refused:
        do("revive_order", order)
    assert list(refused.value.missing.values()) == [1]
    assert snapshot() == before


def test_who_cancelled_and_why_is_in_the_diary() -> None:
    order, ada = make_order(), User.objects.create_user("ada@regimen.example")
    do("cancel_order", order, by=ada, note="x" * 400)
    event = OrderEvent.objects.get(kind="CANCELLED")
    assert (event.actor, event.note) == (ada, "x" * 300)
    assert Movement.objects.get(kind="RELEASED").actor == ada


def test_a_parcel_is_written_down_with_its_mail_and_its_movements() -> None:
    order, ada = make_order(), User.objects.create_user("ada@regimen.example")
    do("mark_paid", order)
    do("dispatch_order", order, by=ada)
    shipment = Shipment.objects.get()
    assert (shipment.carrier, shipment.tracking_code, shipment.shipped_by) == ("DHL", "JD1", ada)
    assert (shipment.shipped_at, str(shipment)) == (LATER, "JD1")
    order.refresh_from_db()
    assert order.shipped_at == LATER
    assert OrderMail.objects.get().kind == OrderMail.Kind.SHIPPED
    assert OrderMail.objects.get().due_at == LATER
    moved = Movement.objects.get(kind="SHIPPED")
    assert (moved.on_hand_change, moved.reserved_change, moved.actor) == (-2, -2, ada)
    assert not Allocation.objects.exists()  # the promise is kept
    sent = ShipmentLine.objects.get()  # which lot the customer has: a recall asks
    assert (sent.shipment, sent.lot, sent.units) == (shipment, Lot.objects.get(), 2)


def test_a_note_is_a_line_in_the_diary() -> None:
    order, ada = make_order(), User.objects.create_user("ada@regimen.example")
    event = lifecycle.add_note(order_id=order.pk, note="Rang twice.", by=ada, now=LATER)
    assert (event.kind, event.note, event.actor, event.at) == ("NOTED", "Rang twice.", ada, LATER)


def test_the_diary_can_neither_be_altered_nor_removed() -> None:
    make_order()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        OrderEvent.objects.update(note="never happened")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        OrderEvent.objects.all().delete()
    assert OrderEvent.objects.get().note == ""


def test_the_window_can_only_be_made_longer_and_only_while_it_is_open() -> None:
    order = make_order()
    before = order.pay_before
    lifecycle.extend_window(order, until=before - timedelta(minutes=1))
    order.refresh_from_db()
    assert order.pay_before == before
    lifecycle.extend_window(order, until=before + timedelta(minutes=5))
    order.refresh_from_db()
    assert order.pay_before == before + timedelta(minutes=5)
    do("lapse_order", order)
    lifecycle.extend_window(order, until=before + timedelta(hours=5))
    order.refresh_from_db()
    assert order.pay_before == before + timedelta(minutes=5)


def test_questions_about_orders() -> None:
    order = make_order()
    assert list(Order.objects.to_ship()) == []
    do("mark_paid", order)
    assert list(Order.objects.to_ship()) == [order]


def test_an_order_is_locked_only_inside_somebodys_transaction() -> None:
    with pytest.raises(AssertionError, match="joins its caller's transaction"):
        lifecycle.lock_order(1)
