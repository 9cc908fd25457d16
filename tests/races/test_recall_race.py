"""A recall opened while orders are placed and parcels packed: nothing recalled goes out afterwards.

Whoever was faster is found: as an order to stop, or as a buyer to tell.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog import stock
from catalog.models import Lot, LotDecision
from catalog.stock import ledger, promises
from orders import dispatch, recall_finding, recall_scope, recalls
from orders.models import Order, Recall, RecallEvent, RecallNotice, ShipmentLine
from tests.builders import NOW, make_delivery, make_market, make_product
from tests.builders.orders import make_order, pay_order
from tests.builders.recalls import make_lots, make_recall
from tests.races.crowd import held_at, rush

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = 8


@pytest.fixture
def recall() -> Recall:
    make_market()
    make_delivery()
    gel = make_product("Clear Gel").variants.get()
    make_lots(gel, "BAD", units=CUSTOMERS)
    return make_recall((gel, "BAD"))


def open_it(recall: Recall) -> None:
    recalls.open_recall(recall_id=recall.pk, now=NOW)


def buy() -> Order:
    return make_order({Lot.objects.get(code="BAD").variant: 1})


def send(order: Order) -> Order:
    return dispatch.dispatch_order(
        order_id=order.pk, carrier="DHL", tracking_code="", tracking_url="", now=timezone.now()
    )


def place_while_it_is_opened(monkeypatch: Any, recall: Recall) -> Any:
    """An order that has chosen its lot, and takes the unit only when the recall has been committed."""
    outcome: list[Any] = []

    def act() -> None:
        try:
            outcome.append(buy())
        except stock.OutOfStock as refused:
            outcome.append(refused)

    with held_at(monkeypatch, promises, "take", act):
        open_it(recall)
    return outcome[0]


def test_an_order_that_had_chosen_the_lot_does_not_get_it(monkeypatch: Any, recall: Recall) -> None:
    assert isinstance(place_while_it_is_opened(monkeypatch, recall), stock.OutOfStock)
    lot = Lot.objects.get(code="BAD")
    assert (lot.status, lot.reserved) == ("RECALLED", 0)
    assert Order.objects.count() == 0


def test_control_without_the_status_in_the_statement_a_recalled_unit_is_promised(
    monkeypatch: Any, recall: Recall
) -> None:
    blind = promises.TAKE_SQL.replace("status = 'RELEASED'", "true")
    assert blind != promises.TAKE_SQL
    monkeypatch.setattr(promises, "TAKE_SQL", blind)
    assert isinstance(place_while_it_is_opened(monkeypatch, recall), Order)
    lot = Lot.objects.get(code="BAD")
    assert (lot.status, lot.reserved) == ("RECALLED", 1)


def test_in_a_crowd_whoever_was_faster_is_on_the_list_and_nobody_comes_after(
    slow_down: Callable[[Any, str], None], recall: Recall
) -> None:
    slow_down(promises, "take")
    results = rush(*[buy] * CUSTOMERS, lambda: open_it(recall))
    refused = [one for one in results if isinstance(one, Exception)]
    assert {type(one) for one in refused} <= {stock.OutOfStock}
    placed = {one.pk for one in results if isinstance(one, Order)}
    scope = recall_scope.find_scope(recall)
    held = recall_finding.find_promised(scope, on=NOW.date())
    assert {one.order.pk for one in held} == placed
    assert Lot.objects.get(code="BAD").reserved == len(placed) == CUSTOMERS - len(refused)
    with pytest.raises(stock.OutOfStock):
        buy()


def pack_while_it_is_opened(monkeypatch: Any, recall: Recall) -> Any:
    """A parcel that is packed, and leaves only when the recall has been committed."""
    order, outcome = buy(), list[Any]()
    pay_order(order)

    def act() -> None:
        try:
            outcome.append(send(order))
        except stock.LotNotFit as refused:
            outcome.append(refused)

    with held_at(monkeypatch, stock, "lock_lots", act):
        open_it(recall)
    return outcome[0]


def test_a_parcel_that_was_packed_does_not_leave(monkeypatch: Any, recall: Recall) -> None:
    assert isinstance(pack_while_it_is_opened(monkeypatch, recall), stock.LotNotFit)
    lot = Lot.objects.get(code="BAD")
    assert (lot.status, lot.on_hand, lot.reserved) == ("RECALLED", CUSTOMERS, 1)
    assert not ShipmentLine.objects.exists()
    assert Order.objects.get().status == "PAID"


def test_control_without_the_look_at_the_lot_a_recalled_unit_leaves_and_nobody_is_found(
    monkeypatch: Any, recall: Recall
) -> None:
    monkeypatch.setattr(promises.ledger, "unfit", lambda lots, *, on: [])
    assert isinstance(pack_while_it_is_opened(monkeypatch, recall), Order)
    assert ShipmentLine.objects.get().lot.status == "RECALLED"
    assert not RecallNotice.objects.exists()
    assert promises.ledger is ledger


def test_a_parcel_that_was_faster_has_its_buyer_found(monkeypatch: Any, recall: Recall) -> None:
    order = buy()
    pay_order(order)
    ended = threading.Event()

    def open_meanwhile() -> None:
        try:
            open_it(recall)
        finally:
            ended.set()
            connection.close()

    with held_at(monkeypatch, dispatch, "_write_down", lambda: send(order)):
        opener = threading.Thread(target=open_meanwhile, daemon=True)
        opener.start()
        assert not ended.wait(0.5)  # it waits for the lot that is leaving
    opener.join(20)
    assert Order.objects.get().status == "SHIPPED"
    assert RecallNotice.objects.get().order_id == order.pk
    assert Lot.objects.get(code="BAD").status == "RECALLED"


def test_opened_and_deepened_by_several_people_at_once_it_happens_once(recall: Recall) -> None:
    order = buy()
    pay_order(order)
    send(order)

    def deepen() -> None:
        recalls.deepen_recall(recall_id=recall.pk, now=NOW)

    results = rush(*[lambda: open_it(recall)] * 4)
    assert results == [None] * 4
    results = rush(*[deepen] * 4)
    assert results == [None] * 4
    kinds = list(RecallEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["OPENED", "FOUND", "DEEPENED"]
    assert LotDecision.objects.filter(kind="RECALLED").count() == 1
    assert RecallNotice.objects.count() == 1
    assert order.mails.filter(kind="RECALLED").count() == 1


def test_a_lot_that_somebody_holds_for_long_is_waited_for_again(recall: Recall) -> None:
    taken, lot = threading.Event(), Lot.objects.get(code="BAD")

    def hold() -> None:
        with transaction.atomic():
            stock.lock_lots([lot.pk])
            taken.set()
            time.sleep(3.5)  # longer than lock_timeout
        connection.close()

    holder = threading.Thread(target=hold, daemon=True)
    holder.start()
    assert taken.wait(5)
    open_it(recall)
    holder.join(20)
    assert Lot.objects.get(code="BAD").status == "RECALLED"
    assert RecallEvent.objects.count() == 1
