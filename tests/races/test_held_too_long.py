"""Somebody holds a lot for longer than PostgreSQL lets others wait: their story is told again."""

import threading
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from catalog import stock
from catalog.models import Lot
from orders.models import Order
from tests.builders.parcels import from_lots, make_paid, send
from tests.races.crowd import PATIENCE_S, rush

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_parcel_whose_lot_is_held_for_too_long_is_packed_again_and_goes_out_once() -> None:
    order = make_paid(units=2)
    lot_id = Lot.objects.get(code="A").pk
    is_held, was_refused = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            stock.lock_lots([lot_id])
            is_held.set()
            assert was_refused.wait(PATIENCE_S), "nobody was refused the lot"

    def pack() -> Order:
        assert is_held.wait(PATIENCE_S)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        with connection.execute_wrapper(watch):
            return send(order, from_lots(order, A=2))

    def watch(execute: Any, *asked: Any) -> Any:
        try:
            return execute(*asked)
        except OperationalError:
            was_refused.set()
            raise

    assert [type(one) for one in rush(hold, pack)] == [type(None), Order]
    assert was_refused.is_set()
    order.refresh_from_db()
    assert (order.status, order.shipments.count()) == ("SHIPPED", 1)
    lot = Lot.objects.get(pk=lot_id)
    assert (lot.on_hand, lot.reserved) == (0, 0)
