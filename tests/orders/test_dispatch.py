"""Parcels: all of an order or a part, of the promised lots or others, and never of one that may not leave."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from catalog import lots
from catalog.models import Lot, Movement
from catalog.stock import LotNotFit, OutOfStock
from orders import dispatch, lifecycle, order_letters, packing_plan
from orders.lifecycle import OrderClosed, SentInPart
from orders.models import Allocation, Order, OrderEvent, OrderMail, Shipment, ShipmentLine
from orders.packing_plan import LotNotFree, NotLeft, OrderChanged
from tests.builders import NOW, make_lot, make_product
from tests.builders.parcels import from_lots, make_paid, only_line, send

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=1)


def snapshot() -> Any:
    kinds = (Order, OrderEvent, Movement, Lot, Allocation, OrderMail, Shipment, ShipmentLine)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def counters(*codes: str) -> list[tuple[int, int]]:
    rows = {lot.code: (lot.on_hand, lot.reserved) for lot in Lot.objects.filter(code__in=codes)}
    return [rows[code] for code in codes]


def promises() -> dict[str, int]:
    return dict(Allocation.objects.values_list("lot__code", "units"))


def spoil(code: str, verb: Callable[..., Any] = lots.block_lots) -> None:
    with transaction.atomic():
        verb(lot_ids=[Lot.objects.get(code=code).pk], note="It leaks.", now=NOW)


def test_a_part_is_sent_and_the_order_waits_for_the_rest() -> None:
    order = make_paid(units=3, lots=2)  # A: 2, B: 1

    send(order, from_lots(order, A=1), tracking_code="JD1")

    order.refresh_from_db()
    assert (order.status, order.shipped_at) == ("PAID", None)
    assert only_line(order).shipped_units == 1
    assert promises() == {"A": 1, "B": 1}
    assert counters("A", "B") == [(1, 1), (1, 1)]
    row = ShipmentLine.objects.get()
    assert (row.shipment.tracking_code, row.line, row.lot.code, row.units) == (
        "JD1",
        only_line(order),
        "A",
        1,
    )
    event = OrderEvent.objects.latest("pk")
    assert (event.kind, event.note) == ("SENT_PART", f"1 × {only_line(order).sku}; JD1")
    assert OrderMail.objects.get().about == row.shipment.pk


def test_the_last_parcel_makes_the_order_shipped_and_each_parcel_has_its_mail() -> None:
    order = make_paid(units=3, lots=2)
    send(order, from_lots(order, A=1))
    send(order, now=LATER, tracking_code="JD2")

    order.refresh_from_db()
    assert (order.status, order.shipped_at) == ("SHIPPED", LATER)
    assert only_line(order).shipped_units == 3
    assert not Allocation.objects.exists()
    assert counters("A", "B") == [(0, 0), (0, 0)]
    assert [mail.about for mail in OrderMail.objects.order_by("pk")] == list(
        Shipment.objects.order_by("pk").values_list("pk", flat=True)
    )
    kinds = list(OrderEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["PLACED", "PAID", "SENT_PART", "SHIPPED"]


def test_the_mail_says_what_is_inside_and_what_follows() -> None:
    order = make_paid(units=3)
    name = only_line(order).product_name
    send(order, from_lots(order, A=1))
    first = order_letters.compose_order_mail(OrderMail.objects.get())
    assert first.subject == f"Part of your order {order.reference} is on its way"
    assert f"In the parcel\n  1 × {name}, 30 ml\n" in first.text
    assert f"What follows\n  2 × {name}, 30 ml\n" in first.text
    assert "took over a part of your order" in first.text
    assert "What follows" in first.html

    send(order)
    second = order_letters.compose_order_mail(OrderMail.objects.latest("pk"))
    assert second.subject == f"The last part of your order {order.reference} is on its way"
    assert f"In the parcel\n  2 × {name}, 30 ml\n" in second.text
    assert "What follows" not in second.text + second.html
    # The first one still says the same, should it be sent only now.
    again = order_letters.compose_order_mail(OrderMail.objects.earliest("pk"))
    assert again == first


def test_the_packer_takes_another_lot_and_the_promised_one_is_free_again() -> None:
    order = make_paid(units=2, lots=1)
    make_lot(only_line(order).variant, units=5, code="B")

    send(order, from_lots(order, A=1, B=1))

    assert counters("A", "B") == [(1, 0), (4, 0)]
    order.refresh_from_db()
    assert order.status == "SHIPPED"
    kinds = Movement.objects.filter(cause=order.reference).order_by("pk").values_list("kind", "lot__code")
    assert list(kinds) == [
        ("RESERVED", "A"),
        ("RESERVED", "B"),
        ("RELEASED", "A"),
        ("SHIPPED", "A"),
        ("SHIPPED", "B"),
    ]


def test_another_lot_in_a_part_leaves_the_rest_promised() -> None:
    order = make_paid(units=3, lots=1)
    make_lot(only_line(order).variant, units=5, code="B")

    send(order, from_lots(order, B=2))

    assert promises() == {"A": 1}
    assert counters("A", "B") == [(3, 1), (3, 0)]


def test_a_lot_that_is_full_of_promises_or_of_another_size_is_no_other_lot() -> None:
    order = make_paid(units=2, lots=1)
    make_lot(only_line(order).variant, units=1, code="B")
    other = make_lot(make_product().variants.get(), units=9)
    blocked = make_lot(only_line(order).variant, units=9, code="C")
    spoil("C")
    before = snapshot()
    line = only_line(order).pk
    for wanted in ({Lot.objects.get(code="B").pk: 2}, {other.pk: 1}, {blocked.pk: 1}, {10**9: 1}):
        with pytest.raises(LotNotFree) as refused:
            send(order, {line: wanted})
        assert refused.value.lot_ids == list(wanted)
        assert snapshot() == before


def test_more_than_is_left_and_nothing_at_all_are_refused() -> None:
    order = make_paid(units=2)
    send(order, from_lots(order, A=1))
    before = snapshot()
    for units in (from_lots(order, A=2), {}, {10**9: {1: 1}}):
        with pytest.raises(NotLeft) as refused:
            send(order, units)
        assert refused.value.left == {only_line(order).pk: 1}
        assert snapshot() == before


def test_a_second_click_finds_that_something_was_sent_and_sends_nothing() -> None:
    order = make_paid(units=4)
    seen = packing_plan.write_seen(lifecycle.list_promises(order))
    send(order, from_lots(order, A=2), seen=seen)
    before = snapshot()
    with pytest.raises(OrderChanged):
        send(order, from_lots(order, A=2), seen=seen)
    assert snapshot() == before


@pytest.mark.parametrize("verb", [lots.block_lots, lots.recall_lots, lots.quarantine_lots])
def test_a_lot_that_may_not_leave_stops_the_whole_parcel(verb: Callable[..., Any]) -> None:
    order = make_paid(units=3, lots=2)
    spoil("B", verb)
    before = snapshot()
    with pytest.raises(LotNotFit) as refused:
        send(order)
    assert refused.value.lot_ids == [Lot.objects.get(code="B").pk]
    assert snapshot() == before

    send(order, from_lots(order, A=2))  # the rest of it may go

    assert promises() == {"B": 1}


def test_a_lot_over_its_date_stops_the_parcel() -> None:
    order = make_paid(units=1)
    Lot.objects.update(expires_on=NOW.date())
    with pytest.raises(LotNotFit):
        send(order)
    assert not Shipment.objects.exists()


def test_what_may_not_leave_is_promised_from_another_lot() -> None:
    order = make_paid(units=3, lots=2)
    variant = only_line(order).variant
    make_lot(variant, units=5, code="C", expires_on=date(2036, 1, 31))
    spoil("A", lots.recall_lots)

    dispatch.promise_anew(order_id=order.pk, now=LATER)

    assert promises() == {"B": 1, "C": 2}
    assert counters("A", "B", "C") == [(2, 0), (1, 1), (5, 2)]
    event = OrderEvent.objects.latest("pk")
    assert (event.kind, event.note) == ("MOVED", f"Instead of 2 × {only_line(order).sku} of lot A")
    before = snapshot()
    dispatch.promise_anew(order_id=order.pk, now=LATER)
    assert snapshot() == before  # nothing unfit is left
    assert send(order).status == "SHIPPED"


def test_units_promised_anew_join_those_that_the_order_has_of_that_lot() -> None:
    order = make_paid(units=2, lots=2)
    make_lot(only_line(order).variant, units=1, code="B2", expires_on=date(2040, 1, 31))
    with transaction.atomic():
        lots.block_lots(lot_ids=[Lot.objects.get(code="A").pk], note="x", now=NOW)
    Lot.objects.filter(code="B").update(on_hand=2)
    dispatch.promise_anew(order_id=order.pk, now=LATER)
    assert promises() == {"B": 2}


def test_without_another_lot_nothing_changes() -> None:
    order = make_paid(units=3, lots=2)
    spoil("A")
    before = snapshot()
    with pytest.raises(OutOfStock) as refused:
        dispatch.promise_anew(order_id=order.pk, now=LATER)
    assert refused.value.missing == {only_line(order).variant_id: 2}
    assert snapshot() == before


def test_only_a_paid_order_is_promised_anew() -> None:
    order = make_paid(units=1)
    send(order)
    with pytest.raises(OrderClosed):
        dispatch.promise_anew(order_id=order.pk, now=LATER)


def test_an_order_that_was_sent_in_part_is_not_cancelled_but_its_rest_is() -> None:
    order = make_paid(units=3)
    send(order, from_lots(order, A=1))
    before = snapshot()
    with pytest.raises(SentInPart), transaction.atomic():
        lifecycle.cancel_order(order.pk, now=LATER)
    assert snapshot() == before

    with transaction.atomic():
        lifecycle.cancel_rest(order.pk, now=LATER, note="The lot is recalled.")

    order.refresh_from_db()
    assert (order.status, order.shipped_at) == ("SHIPPED", LATER)
    assert not Allocation.objects.exists()
    assert counters("A") == [(2, 0)]
    cancelled, shipped = OrderEvent.objects.order_by("-pk")[:2][::-1]
    assert (cancelled.kind, shipped.kind) == ("CANCELLED", "SHIPPED")
    assert cancelled.note == f"Only 2 × {only_line(order).sku}; The lot is recalled."


def test_there_is_no_rest_of_what_was_not_sent_or_has_gone_whole() -> None:
    order = make_paid(units=1)
    for _ in range(2):
        with pytest.raises(OrderClosed), transaction.atomic():
            lifecycle.cancel_rest(order.pk, now=LATER)
        send(order)
