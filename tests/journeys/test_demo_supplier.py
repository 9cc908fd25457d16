"""What the demo types into the desks to connect its supplier, and how it reads that the counts came."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from catalog import tasks
from catalog.models import Feed, FeedHost, Location, Lot
from dev.demo import supplying
from tests.builders import make_lot, make_product
from tests.builders.staff import make_staff
from tests.journeys.suppliers import run_supplier

pytestmark = pytest.mark.django_db(transaction=True)
LOGIN = ("owner@regimen.example", "a-quiet-waiting-room")


def work() -> None:
    Feed.objects.update(due_at=timezone.now())
    tasks.run_feed(pk=Feed.objects.get().pk)


def test_the_demo_connects_its_supplier_once_and_reads_its_first_run(
    live_server: Any, settings: Any, tmp_path: Path
) -> None:
    settings.FEED_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
    make_staff()
    make_lot(make_product(sku="OAT-150").variants.get(), units=40, code="L-1", location="ROT")
    Location.objects.create(code="BER", name="Berlin")
    with run_supplier(tmp_path, [("OAT-150", "ROT", "L-1", "+600d", 40)]) as supplier:
        connection = supplying.connect_supplier(shop=live_server.url, login=LOGIN, supplier=supplier.url)
        assert supplying.read_run(connection) is None
        work()
        told = supplying.read_run(connection)
        again = supplying.connect_supplier(shop=live_server.url, login=LOGIN, supplier=supplier.url)
        free = supplier.count()
        work()

    assert told is not None
    assert " read, " in told
    assert told.endswith("applied")
    assert again.seen > connection.seen
    assert (Feed.objects.count(), FeedHost.objects.count()) == (1, 1)
    rows = Lot.objects.values_list("variant__sku", "code", "on_hand", "reserved")
    assert {(sku, code): on_hand - reserved for sku, code, on_hand, reserved in rows} == free
