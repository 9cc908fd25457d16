"""What the API tells of parcels and refunds: everything, and as fast for one as for many."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from orders.models import Order, ShipmentLine
from payments import refunds
from payments.models import Refund
from tests.builders import NOW
from tests.builders.parcels import from_lots, make_paid, only_line, send, send_back

pytestmark = pytest.mark.django_db


def read(order: Order) -> Any:
    path = f"/api/v1/orders/{order.reference}/"
    return Client().get(path, headers={"Order-Secret": order.secret}).json()


def test_an_order_without_parcels() -> None:
    told = read(make_paid(units=1))
    assert (told["shipment"], told["shipments"], told["refunds"]) == (None, [], [])


def test_parcels_with_the_lots_that_are_in_them() -> None:
    order = make_paid(units=3, lots=2)
    send(order, from_lots(order, A=1, B=1), tracking_code="JD1")
    send(order, tracking_code="JD2", tracking_url="")

    told = read(order)

    sku = only_line(order).sku
    assert told["shipments"] == [
        {
            "carrier": "DHL",
            "tracking_code": "JD1",
            "tracking_url": "https://dhl.example/JD1",
            "shipped_at": NOW.isoformat(),
            "lines": [
                {
                    "sku": sku,
                    "units": 2,
                    "lots": [
                        {"code": "A", "expires_on": "2035-06-30", "units": 1},
                        {"code": "B", "expires_on": "2035-06-30", "units": 1},
                    ],
                }
            ],
        },
        {
            "carrier": "DHL",
            "tracking_code": "JD2",
            "tracking_url": "",
            "shipped_at": NOW.isoformat(),
            "lines": [
                {"sku": sku, "units": 1, "lots": [{"code": "A", "expires_on": "2035-06-30", "units": 1}]}
            ],
        },
    ]
    assert told["shipment"] == told["shipments"][0]


def test_a_lot_whose_code_nobody_noted_has_none() -> None:
    order = make_paid(units=1)
    send(order)
    lot = ShipmentLine.objects.get().lot
    lot.code_known, lot.expires_on = False, None
    lot.save()
    (line,) = read(order)["shipments"][0]["lines"]
    assert line["lots"] == [{"code": None, "expires_on": None, "units": 1}]


def test_refunds_and_their_causes() -> None:
    order = send(make_paid(units=2))
    send_back(order, 1)
    Refund.objects.update(state=Refund.State.SUCCEEDED, due_at=None, done_at=NOW)
    with transaction.atomic():
        payment = order.payments.get()
        later = NOW + timedelta(minutes=1)
        refunds.ask_refund(payment=payment, amount_cents=100, reason="RECALLED", key="recall 1", now=later)

    told = read(order)

    assert told["payment"]["state"] == "refund-under-way"
    assert [(one["amount"]["amount"], one["reason"], one["state"]) for one in told["refunds"]] == [
        (1999, "returned", "refunded"),
        (100, "recalled", "refund-under-way"),
    ]


@pytest.mark.parametrize("parcels", [1, 5])
def test_reading_takes_as_many_statements_for_many_parcels_as_for_one(
    parcels: int, django_assert_num_queries: Any
) -> None:
    order = make_paid(units=parcels)
    for _ in range(parcels):
        send(order, from_lots(order, A=1))
    read(order)
    with django_assert_num_queries(9):
        assert len(read(order)["shipments"]) == parcels
