"""The feeds' desks as a browser sees them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catalog.models import Feed, FeedHost, FeedRun, Location, Supplier
from tests.builders import NOW, make_lot, make_product
from tests.builders.desk import words_of
from tests.builders.feeds import make_feed, make_feed_host, make_supplier
from tests.builders.staff import sign_in
from tests.catalog.feeds.conftest import Feeding, read_books

pytestmark = pytest.mark.django_db
FEEDS, RUNS = "/admin/catalog/feed/", "/admin/catalog/feedrun/"
PAGE = {
    "name": "Nordlicht stock",
    "url": "https://files.supplier.example/stock.csv",
    "format": "CSV",
    "encoding": "UTF8",
    "dates": "DMY",
    "zone": "Europe/Berlin",
    "counts": "FREE",
    "unknown_lots": "QUARANTINE",
    "username": "",
    "secret_name": "",
    "host_key": "",
    "every_minutes": "30",
    "hold_zeros_over_percent": "50",
    "column_sku": "Artikel",
    "column_units": "Bestand",
    "column_lot": "",
    "column_location": "",
    "column_expires_on": " MHD ",
    "column_counted_at": "",
}


@pytest.fixture
def owner() -> Client:
    return sign_in("owner")


def typed(**changes: Any) -> dict[str, Any]:
    location, _ = Location.objects.get_or_create(code="ROT", defaults={"name": "Rotterdam"})
    return PAGE | {"supplier": make_supplier().pk, "location": location.pk} | changes


def errors_of(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return dict(answer.context["adminform"].form.errors)


def test_a_feed_is_written_with_its_columns_and_is_due_at_once(owner: Client) -> None:
    make_feed_host("files.supplier.example")

    assert owner.post(f"{FEEDS}add/", typed()).status_code == 302

    feed = Feed.objects.get()
    assert feed.columns == {"sku": "Artikel", "units": "Bestand", "expires_on": "MHD"}
    assert (feed.zone, feed.counts, feed.every_minutes) == ("Europe/Berlin", "FREE", 30)
    assert feed.due_at is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "https://elsewhere.example/stock.csv"}, "url"),
        ({"url": "https://files.supplier.example:8443/stock.csv"}, "url"),
        ({"url": "ftp://files.supplier.example/stock.csv"}, "url"),
        ({"url": "https://shop:pw@files.supplier.example/stock.csv"}, "url"),
        ({"url": "sftp://files.supplier.example/stock.csv"}, "host_key"),
        ({"secret_name": "correct horse"}, "secret_name"),
        ({"every_minutes": "0"}, "every_minutes"),
        ({"hold_zeros_over_percent": "101"}, "hold_zeros_over_percent"),
        ({"column_sku": "Bestand"}, "__all__"),
        ({"zone": "Mars/Olympus"}, "zone"),
    ],
)
def test_a_feed_that_cannot_work_is_not_written(owner: Client, changes: dict[str, str], field: str) -> None:
    make_feed_host("files.supplier.example")

    answer = owner.post(f"{FEEDS}add/", typed(**changes))

    assert list(errors_of(answer)) == [field]
    assert not Feed.objects.exists()


def test_changing_a_feed_leaves_alone_what_its_runs_write(owner: Client) -> None:
    feed = make_feed(attempts=4, failures=2, etag='"v1"', due_at=NOW + timedelta(days=9000))
    page = typed(supplier=feed.supplier_id, url=feed.url, location=feed.location_id, name=feed.name)
    same = {"dates": "ISO", "zone": "UTC", "counts": "ON_HAND", "unknown_lots": "REFUSE"}
    same |= {name: "" for name in PAGE if name.startswith("column_")}

    assert owner.post(f"{FEEDS}{feed.pk}/change/", page | same | {"every_minutes": "45"}).status_code == 302

    feed.refresh_from_db()
    assert (feed.every_minutes, feed.attempts, feed.failures, feed.etag) == (45, 4, 2, '"v1"')


def test_the_pages_tell_how_a_feed_stands(owner: Client, feeding: Feeding) -> None:
    make_lot(make_product(sku="OAT-150").variants.get(), units=10, code="L-1")
    feeding.open(name="Nordlicht stock")
    feeding.serve("sku,lot,units\nOAT-150,L-1,7\nOAT-150,L-1,-3\nNOBODY,L-1,4\n")
    run = feeding.run()

    listed = words_of(owner.get(FEEDS))
    assert "Nordlicht stock" in listed
    assert "3 read, 1 applied, 2 refused" in listed
    page = words_of(owner.get(f"{FEEDS}{feeding.feed.pk}/change/"))
    assert "3 read, 1 applied, 2 refused" in page
    assert "Look at the file" in page
    diary = words_of(owner.get(RUNS))
    assert "Applied" in diary
    seen = words_of(owner.get(f"{RUNS}{run.pk}/change/"))
    assert "“units” says “-3”, which is negative: no shelf holds less than nothing." in seen
    assert "A SKU that we do not have" in seen


def test_a_look_shows_how_each_line_is_read_and_takes_nothing(owner: Client, feeding: Feeding) -> None:
    make_lot(make_product(sku="OAT-150").variants.get(), units=10, code="L-1")
    feeding.open(etag='"v1"')
    feeding.serve("sku,lot,units\nOAT-150,L-1,7\nOAT-150,L-1,2.5\nNOBODY,L-1,4\n", etag='"v1"')
    before = read_books()

    page = words_of(owner.get(f"{FEEDS}{feeding.feed.pk}/look/"))

    assert "Our books: 10 there, 0 of them promised." in page
    assert "Refused: “units” says “2.5”, which is a fraction: units are whole." in page
    assert "We have no such SKU." in page
    assert read_books() == before
    assert not FeedRun.objects.exists()


def test_a_look_at_nothing_says_why(owner: Client, feeding: Feeding) -> None:
    feeding.open(columns={"units": "Bestand"})
    feeding.serve("<html>Sign in</html>")
    assert "This is a web page, perhaps a login" in words_of(owner.get(f"{FEEDS}{feeding.feed.pk}/look/"))
    feeding.serve("sku,units\nOAT-150,7\n")
    page = words_of(owner.get(f"{FEEDS}{feeding.feed.pk}/look/"))
    assert "There is no column “Bestand” for the units." in page
    assert "sku, units" in page


def test_the_warehouse_runs_pauses_and_resumes_and_writes_no_feed() -> None:
    warehouse = sign_in("warehouse")
    feed = make_feed(due_at=NOW + timedelta(days=9000))
    page = f"{FEEDS}{feed.pk}/"

    assert warehouse.get(f"{page}change/").status_code == 200
    assert warehouse.post(f"{page}change/", typed()).status_code == 403
    assert warehouse.get(f"{FEEDS}add/").status_code == 403
    assert warehouse.get("/admin/catalog/feedhost/").status_code == 403

    assert warehouse.post(f"{page}run/").status_code == 302
    feed.refresh_from_db()
    assert feed.due_at is not None
    assert feed.due_at < NOW + timedelta(days=9000)
    warehouse.post(f"{page}pause/")
    feed.refresh_from_db()
    assert feed.paused_at is not None
    assert "resume it first" in words_of(warehouse.post(f"{page}run/", follow=True))
    warehouse.post(f"{page}resume/")
    feed.refresh_from_db()
    assert feed.paused_at is None


@pytest.mark.parametrize("role", ["support", "curator", "dermatologist"])
def test_others_see_no_feeds(role: str) -> None:
    client, feed = sign_in(role), make_feed()
    run = FeedRun.objects.create(
        feed=feed, state="HELD", attempt=1, started_at=NOW, ended_at=NOW, held_file=b"x"
    )

    assert client.get(FEEDS).status_code == 403
    assert client.get(f"{FEEDS}{feed.pk}/look/").status_code == 403
    assert client.post(f"{FEEDS}{feed.pk}/run/").status_code == 403
    assert client.post(f"{RUNS}{run.pk}/apply/").status_code == 403
    run.refresh_from_db()
    assert run.decided_at is None


@pytest.mark.parametrize("action", ["run", "pause", "resume"])
def test_a_link_changes_nothing(owner: Client, action: str) -> None:
    feed = make_feed()
    [before] = Feed.objects.values()
    assert owner.get(f"{FEEDS}{feed.pk}/{action}/").status_code == 405
    assert list(Feed.objects.values()) == [before]


def test_a_held_run_is_decided_on_its_page(owner: Client) -> None:
    feed = make_feed()
    facts = {"feed": feed, "state": "HELD", "attempt": 1, "started_at": NOW, "ended_at": NOW}
    facts |= {"held_file": b"x", "file_at": NOW, "rows_read": 120, "why": "100 of 120 lots would have none."}
    one, other = FeedRun.objects.create(**facts), FeedRun.objects.create(**facts)
    page = owner.get(f"{RUNS}{one.pk}/change/")
    assert "What shall become of it?" in words_of(page)
    assert re.search(r'name="csrfmiddlewaretoken"', page.content.decode())

    assert "It is applied within ten seconds" in words_of(owner.post(f"{RUNS}{one.pk}/apply/", follow=True))
    assert "Thrown away" in words_of(owner.post(f"{RUNS}{other.pk}/discard/", follow=True))
    again = words_of(owner.post(f"{RUNS}{other.pk}/apply/", follow=True))

    assert "Somebody was faster" in again
    states = list(FeedRun.objects.order_by("pk").values_list("state", "decided_by__email"))
    assert states == [("HELD", "owner@regimen.example"), ("DISCARDED", "owner@regimen.example")]


def test_a_host_is_named_by_the_owner_and_says_by_whom(owner: Client) -> None:
    answer = owner.post("/admin/catalog/feedhost/add/", {"host": "Files.Supplier.Example ", "note": ""})
    assert answer.status_code == 302
    host = FeedHost.objects.get()
    assert (host.host, host.named_by and host.named_by.email) == (
        "files.supplier.example",
        "owner@regimen.example",
    )
    for bad in ("https://files.supplier.example", "files.supplier.example/stock", "a b", "me@files.example"):
        answer = owner.post("/admin/catalog/feedhost/add/", {"host": bad, "note": ""})
        assert answer.status_code == 200, bad


def test_a_supplier_is_written(owner: Client) -> None:
    page = {"name": "Nordlicht", "code": "NL", "email": "", "note": ""}

    assert owner.post("/admin/catalog/supplier/add/", page).status_code == 302
    assert Supplier.objects.get().name == "Nordlicht"
