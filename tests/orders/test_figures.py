"""What waits: counted by hand."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from catalog import lots
from catalog.models import Lot
from orders import figures, lifecycle
from orders.figures import Waiting
from tests.builders import NOW
from tests.builders.orders import make_order, pay_order
from tests.builders.parcels import make_paid

pytestmark = pytest.mark.django_db


def sell(*, paid_at: datetime) -> None:
    pay_order(make_order(now=paid_at - timedelta(minutes=5)), now=paid_at)


def test_what_waits_is_counted_with_its_oldest(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    sell(paid_at=NOW - timedelta(hours=3))
    sell(paid_at=NOW - timedelta(hours=30))
    waits = make_order(now=NOW - timedelta(minutes=4))
    lapsed = make_order(now=NOW - timedelta(days=2))
    with transaction.atomic():
        lifecycle.lapse_order(lapsed.pk, now=NOW)

    with django_assert_num_queries(1):
        waiting = figures.count_waiting(on=NOW.date())

    assert waiting == Waiting(
        to_ship=2, to_ship_since=NOW - timedelta(hours=30), awaiting_payment=1, awaiting_since=waits.placed_at
    )


def test_an_empty_house_has_nothing_waiting() -> None:
    assert figures.count_waiting(on=NOW.date()) == Waiting(0, None, 0, None)


def test_orders_that_must_not_be_packed_are_counted_once_each() -> None:
    stopped, fine = make_paid(units=3, lots=2), make_paid(units=1)
    with transaction.atomic():
        for row in stopped.lines.get().allocations.all():
            lots.block_lots(lot_ids=[row.lot_id], note="x", now=NOW)

    waiting = figures.count_waiting(on=NOW.date())

    assert (waiting.to_ship, waiting.stopped) == (2, 1)
    Lot.objects.filter(pk=fine.lines.get().allocations.get().lot_id).update(expires_on=NOW.date())
    assert figures.count_waiting(on=NOW.date()).stopped == 2
    assert figures.count_waiting(on=NOW.date() - timedelta(days=1)).stopped == 1
