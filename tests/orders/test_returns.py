"""What came back: counted once, set apart or destroyed, and told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from catalog.models import Lot, Movement
from orders import order_letters, returns
from orders.models import Order, OrderEvent, OrderMail, OrderReturn, ReturnLine, ShipmentLine
from orders.returns import MoreThanSent, NothingReturned, Returned
from shop.models import User
from tests.builders import NOW, make_lot
from tests.builders.parcels import from_lots, make_paid, only_line, send

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=9)


def sent(code: str = "A") -> ShipmentLine:
    return ShipmentLine.objects.get(lot__code=code)


def record(order: Order, *lines: Returned, **how: Any) -> OrderReturn:
    with transaction.atomic():
        return returns.record_return(
            order_id=order.pk, lines=lines, now=LATER, **{"note": "", "refund_note": "Goodwill."} | how
        )


def snapshot() -> Any:
    kinds = (OrderReturn, ReturnLine, ShipmentLine, Movement, Lot, OrderEvent, OrderMail)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def at_returns(code: str = "A") -> Lot:
    return Lot.objects.get(code=code, location__takes_returns=True)


def test_sealed_units_stand_in_quarantine_where_returns_stand_and_nowhere_else() -> None:
    order, ada = make_paid(units=3), User.objects.create_user("ada@regimen.example")
    make_lot(only_line(order).variant, units=1, code="B")
    send(order)

    back = record(order, Returned(sent().pk, 2, "SEALED"), note="Box is dented.", by=ada)

    assert (back.note, back.received_at, back.received_by) == ("Box is dented.", LATER, ada)
    row = ReturnLine.objects.get()
    assert (row.shipment_line, row.units, row.condition, row.fate) == (sent(), 2, "SEALED", "QUARANTINED")
    lot = at_returns()
    assert (row.lot, lot.status, lot.on_hand, lot.reserved) == (lot, "QUARANTINE", 2, 0)
    shelf = Lot.objects.get(code="A", location__code="BER")
    assert (shelf.on_hand, shelf.reserved) == (0, 0)
    moved = Movement.objects.get(kind="RETURNED")
    assert (moved.lot, moved.on_hand_change, moved.actor) == (lot, 2, ada)
    assert moved.cause == f"{order.reference} return {back.reference}"
    assert sent().returned_units == 2
    event = OrderEvent.objects.latest("pk")
    words = f"2 × {only_line(order).sku}; {back.reference}; Box is dented."
    assert (event.kind, event.note, event.actor) == ("RETURNED", words, ada)


@pytest.mark.parametrize("condition", ["OPENED", "REACTION"])
def test_what_was_opened_or_made_skin_react_is_destroyed(condition: str) -> None:
    order = make_paid(units=2)
    send(order)

    record(order, Returned(sent().pk, 1, condition))

    assert (ReturnLine.objects.get().condition, ReturnLine.objects.get().fate) == (condition, "DESTROYED")
    assert at_returns().on_hand == 0
    kinds = list(Movement.objects.order_by("pk").values_list("kind", "on_hand_change"))
    assert kinds[-2:] == [("RETURNED", 1), ("WRITTEN_OFF", -1)]


def test_units_of_one_pack_in_two_states_are_two_lines() -> None:
    order = make_paid(units=3, lots=2)
    send(order)
    record(order, Returned(sent().pk, 1, "SEALED"), Returned(sent().pk, 1, "REACTION"))
    rows = ReturnLine.objects.order_by("pk").values_list("units", "condition", "fate")
    assert sorted(rows) == [(1, "REACTION", "DESTROYED"), (1, "SEALED", "QUARANTINED")]
    assert sent().returned_units == 2
    assert sent("B").returned_units == 0


def test_more_than_was_sent_never_comes_back() -> None:
    order = make_paid(units=3)
    send(order, from_lots(order, A=2))
    record(order, Returned(sent().pk, 1, "SEALED"))
    ours = sent().pk
    other = make_paid(units=1)
    send(other)
    stranger = ShipmentLine.objects.get(shipment__order=other).pk
    before = snapshot()
    for lines in (
        [Returned(ours, 2, "SEALED")],
        [Returned(ours, 1, "SEALED"), Returned(ours, 1, "OPENED")],
        [Returned(ours, -1, "SEALED")],
        [Returned(stranger, 1, "SEALED")],
        [Returned(10**9, 1, "SEALED")],
    ):
        with pytest.raises(MoreThanSent) as refused:
            record(order, *lines)
        assert set(refused.value.left) == {ours}
        assert snapshot() == before


@pytest.mark.parametrize("units", [None, 0])
def test_a_return_of_nothing_is_no_return(units: int | None) -> None:
    order = make_paid(units=1)
    send(order)
    with pytest.raises(NothingReturned):
        record(order, *([] if units is None else [Returned(sent().pk, units, "SEALED")]))
    assert not OrderReturn.objects.exists()


@pytest.mark.parametrize(
    ("cents", "why", "said"),
    [
        (1999, "", "€19.99 goes back the way you paid."),
        (999, "Half of it, as agreed.", "Half of it, as agreed."),
        (0, "It was opened long ago.", "We do not pay anything back for this return."),
    ],
)
def test_the_customer_reads_what_came_back_and_what_is_paid(cents: int, why: str, said: str) -> None:
    order = make_paid(units=2)
    send(order)
    back = record(order, Returned(sent().pk, 1, "SEALED"), refund_cents=cents, refund_note=why)
    owed = OrderMail.objects.get(kind="RETURNED")
    assert (owed.about, owed.due_at) == (back.pk, LATER)

    letter = order_letters.compose_order_mail(owed)

    assert letter.subject == f"Your return for order {order.reference} has arrived"
    assert f"What came back\n  1 × {only_line(order).product_name}, 30 ml\n" in letter.text
    for words in (letter.text, letter.html):
        assert said in words
        assert why in words


def test_a_return_is_part_of_somebodys_story() -> None:
    with pytest.raises(AssertionError, match="joins its caller's transaction"):
        returns.record_return(order_id=1, lines=[], note="", now=LATER)
