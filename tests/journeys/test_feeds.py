"""A supplier's counts come into the house: described once by the owner, fetched by a worker, in four ways."""

from collections.abc import Iterator
from datetime import date, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from catalog import stock, tasks
from catalog.models import Feed, FeedRun, Location, Lot
from dev.supplier.sftp import PASSWORD, USERNAME
from tests.builders import make_lot, make_product
from tests.builders.desk import words_of
from tests.builders.feeds import make_supplier
from tests.builders.staff import sign_in
from tests.journeys.suppliers import SupplierProcess, run_supplier

pytestmark = pytest.mark.django_db

JARS = [f"OAT-{number}" for number in range(8)]
READ_AS = {
    "dates": "DMY",
    "zone": "UTC",
    "counts": "FREE",
    "unknown_lots": "QUARANTINE",
    "encoding": "UTF8",
    "every_minutes": "60",
    "hold_zeros_over_percent": "50",
    "column_sku": "Article",
    "column_lot": "Batch",
    "column_location": "Warehouse",
    "column_units": "Free",
    "column_expires_on": "Best before",
    "column_counted_at": "Counted at",
}


@pytest.fixture(scope="module")
def supplier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SupplierProcess]:
    rows = [(sku, "ROT", f"L-{sku}", "+600d", 40) for sku in JARS]
    with run_supplier(tmp_path_factory.mktemp("supplier"), rows) as process:
        yield process


@pytest.fixture
def owner(settings: Any) -> Client:
    settings.FEED_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.FEED_SECRETS = {"FEED_SECRET_NOORDKADE": PASSWORD}
    Location.objects.create(code="ROT", name="Rotterdam")
    return sign_in("owner")


def describe(owner: Client, supplier: SupplierProcess, format: str, way: str) -> Feed:
    """The owner allows the host and writes the feed, at the desks."""
    facts = {
        "url": f"{supplier.url}/stock.{format.lower()}",
        "username": "",
        "secret_name": "",
        "host_key": "",
    }
    if way == "sftp":
        facts = {"url": f"{supplier.sftp}/stock.csv", "username": USERNAME, "host_key": supplier.host_key}
        facts["secret_name"] = "FEED_SECRET_NOORDKADE"
    host = facts["url"].split("/")[2]
    assert owner.post("/admin/catalog/feedhost/add/", {"host": host, "note": ""}).status_code == 302
    place = Location.objects.get()
    page = READ_AS | facts | {"name": "Noordkade", "format": format, "location": place.pk}
    answer = owner.post("/admin/catalog/feed/add/", page | {"supplier": make_supplier().pk})
    assert answer.status_code == 302, words_of(answer)
    return Feed.objects.get()


def work(feed: Feed) -> FeedRun:
    """What a sweep and its worker do when the feed is due."""
    Feed.objects.update(due_at=timezone.now())
    tasks.run_feed(pk=feed.pk)
    return FeedRun.objects.latest("pk")


def free_units() -> dict[tuple[str, str], int]:
    rows = Lot.objects.values_list("variant__sku", "code", "on_hand", "reserved")
    return {(sku, code): on_hand - reserved for sku, code, on_hand, reserved in rows}


def told(supplier: SupplierProcess) -> dict[tuple[str, str], int]:
    """What its file says; a lot that came and went without us is none of ours."""
    ours = free_units()
    return {lot: units for lot, units in supplier.count().items() if units or lot in ours}


@pytest.mark.parametrize(
    ("format", "way"), [("CSV", "http"), ("XLSX", "http"), ("JSON", "http"), ("CSV", "sftp")]
)
def test_what_the_supplier_counts_stands_in_our_books(
    owner: Client, supplier: SupplierProcess, format: str, way: str
) -> None:
    before = timezone.now() - timedelta(days=1)
    for sku in JARS:
        variant = make_product(sku=sku).variants.get()
        make_lot(variant, units=40, code=f"L-{sku}", location="ROT", now=before)
    with transaction.atomic():
        stock.reserve({variant.pk: 3}, cause="R-1", now=before)
    feed = describe(owner, supplier, format, way)

    run = work(feed)

    assert (run.state, run.why) == ("APPLIED", "")
    assert (run.rows_read, run.refused) == (len(supplier.count()), 0)
    assert free_units() == told(supplier)
    promised = Lot.objects.get(variant=variant, code=f"L-{JARS[-1]}")
    assert promised.reserved == 3

    assert work(feed).state == "UNCHANGED"

    supplier.control(change=12)
    run = work(feed)

    assert (run.state, run.refused) == ("APPLIED", 0)
    assert run.applied >= 1
    assert free_units() == told(supplier)
    unknown = Lot.objects.exclude(code__startswith="L-")
    assert unknown, "twelve changes bring a delivery"
    assert {lot.status for lot in unknown} == {"QUARANTINE"}
    assert all(lot.expires_on and lot.expires_on > date(2027, 1, 1) for lot in unknown)
    assert "Noordkade" in words_of(owner.get("/admin/catalog/feedrun/"))
