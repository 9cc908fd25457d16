"""What units cost their customer: to the cent, however they come back."""

import itertools

import pytest
from django.db import transaction

from orders import lifecycle, worth
from orders.models import Order, OrderLine, ShipmentLine
from tests.builders.parcels import from_lots, make_paid, only_line, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("total", [1, 2, 999, 1000, 5997, 99_999_999])
@pytest.mark.parametrize("units", [1, 2, 3, 7])
def test_the_shares_of_all_units_are_the_total_in_whatever_steps(total: int, units: int) -> None:
    line = OrderLine(units=units, total_cents=total)
    for cuts in itertools.product([False, True], repeat=units - 1):
        shares, start = [], 0
        for end in [place + 1 for place, cut in enumerate(cuts) if cut] + [units]:
            shares.append(worth.share_of(line, start, end - start))
            start = end
        assert sum(shares) == total
        assert min(shares) >= 0


def send_back(order: Order, units: int) -> None:
    row = ShipmentLine.objects.filter(shipment__order=order).order_by("pk")[0]
    ShipmentLine.objects.filter(pk=row.pk).update(returned_units=row.returned_units + units)


def test_a_part_costs_its_share_and_the_last_unit_brings_the_delivery_back() -> None:
    order = make_paid(units=2)
    line = only_line(order)
    assert (line.total_cents, order.delivery_cents) == (3998, 490)
    send(order)
    assert worth.price_of(order, {line.pk: 1}) == 1999
    assert worth.price_of(order, {line.pk: 2}) == 3998 + 490
    send_back(order, 1)
    assert worth.price_of(order, {line.pk: 1}) == 1999 + 490
    assert worth.price_of(order, {}) == 0


def test_while_something_is_still_to_be_sent_the_delivery_is_not_paid_back() -> None:
    order = make_paid(units=2)
    line = only_line(order)
    send(order, from_lots(order, A=1))
    order.refresh_from_db()
    assert worth.price_of(order, {line.pk: 1}) == 1999


def test_what_was_called_off_counts_as_back() -> None:
    order = make_paid(units=3)
    line = only_line(order)
    send(order, from_lots(order, A=1))
    order.refresh_from_db()
    assert worth.price_of(order, lifecycle.count_unsent(order)) == 3998
    with transaction.atomic():
        lifecycle.cancel_rest(order.pk, now=order.placed_at)
    order.refresh_from_db()
    assert worth.price_of(order, {line.pk: 1}) == 1999 + order.delivery_cents
