"""Everything that a supplier can do wrong: what the diary says of it, and that the books are as before."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.utils import timezone

from catalog import tasks
from catalog.feeds import running
from catalog.models import Feed, FeedRun, Lot
from tests.builders import make_lot, make_product
from tests.builders.feeds import make_feed
from tests.catalog.feeds.conftest import read_books
from tests.catalog.feeds.servers import Asked, Supplier
from tests.journeys.suppliers import SupplierProcess, run_supplier

pytestmark = pytest.mark.django_db

JARS = [f"OAT-{number}" for number in range(8)]
LINE = {"sku": "Article", "lot": "Batch", "location": "Warehouse", "units": "Free"}
LINE |= {"expires_on": "Best before", "counted_at": "Counted at"}


@pytest.fixture(scope="module")
def supplier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SupplierProcess]:
    # one unit less than our books say of every lot: whatever is taken of a bad file would show
    rows = [(sku, "ROT", f"L-{sku}", "+600d", 39) for sku in JARS]
    with run_supplier(tmp_path_factory.mktemp("supplier"), rows) as process:
        yield process


@pytest.fixture
def shop(settings: Any) -> Any:
    settings.FEED_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
    for sku in JARS:
        make_lot(make_product(sku=sku).variants.get(), units=40, code=f"L-{sku}", location="ROT")
    return settings


def work(feed: Feed) -> FeedRun:
    Feed.objects.update(due_at=timezone.now())
    tasks.run_feed(pk=feed.pk)
    return FeedRun.objects.latest("pk")


SERVERS = {  # mode of dev/supplier, format → state, the beginning of why
    ("truncated", "CSV"): ("FAILED", "Line 5: The file ends in the middle: it has been cut off on its way."),
    ("truncated", "XLSX"): ("FAILED", "The workbook is broken"),
    ("truncated", "JSON"): ("FAILED", "Line 4: The file ends in the middle: it has been cut off on its way."),
    ("huge", "CSV"): ("FAILED", "The file goes on: more than the 50,000,000 bytes"),
    ("cp1252", "CSV"): ("FAILED", "Line 2: Byte 0xF6 is not UTF-8"),
    ("html", "CSV"): ("FAILED", "This is a web page, perhaps a login, and not CSV."),
    ("html", "XLSX"): ("FAILED", "This is a web page, perhaps a login, and not XLSX."),
    ("html", "JSON"): ("FAILED", "This is a web page, perhaps a login, and not JSON."),
    ("empty", "CSV"): ("FAILED", "The file is empty."),
    ("zeros", "CSV"): ("HELD", "8 of 8 lots with units would have none (100 %"),
    ("zip-bomb", "CSV"): ("FAILED", "The file goes on: more than the 50,000,000 bytes"),
    ("zip-bomb", "XLSX"): ("FAILED", "The workbook unpacks to"),
    ("redirect", "CSV"): ("FAILED", "10.0.0.1 is not among the hosts that the owner allowed."),
    ("hang", "CSV"): ("FAILED", "The file did not come within 3 seconds"),
    ("500", "CSV"): ("FAILED", "{host} answers 500: the server has a fault."),
}


@pytest.mark.parametrize(("mode", "format"), SERVERS)
def test_a_bad_supplier_gives_an_entry_in_the_diary_and_the_books_are_as_before(
    shop: Any, supplier: SupplierProcess, monkeypatch: pytest.MonkeyPatch, mode: str, format: str
) -> None:
    monkeypatch.setattr(running, "TOTAL_S", 3 if mode == "hang" else running.TOTAL_S)
    feed = make_feed(f"{supplier.url}/stock.{format.lower()}", format=format, columns=LINE, dates="DMY")
    before = read_books()
    supplier.control(mode=mode)
    try:
        run = work(feed)
    finally:
        supplier.control(mode="ok")

    state, why = SERVERS[mode, format]
    why = why.replace("{host}", supplier.url.removeprefix("http://"))
    print(f"| {mode}, {format} | {run.state} | {run.why} |")
    assert (run.state, run.why[: len(why)]) == (state, why)
    assert (run.applied, run.unchanged) == (0, 0)
    assert read_books() == before

    Feed.objects.update(hold_zeros_over_percent=100)
    assert work(feed).applied == 8  # the same feed, when its supplier is well again


LINES = {  # what stands in the file beside a good line → reason, and what the line's refusal says
    "an unknown SKU": ("NOBODY-1,L-1,3,", "unknown-sku", "We have no SKU NOBODY-1."),
    "an unknown lot": ("OAT-1,L-77,3,", "unknown-lot", "There is no lot L-77 of OAT-1 at ROT"),
    "a negative count": ("OAT-1,L-OAT-1,-3,", "bad-units", "“Free” says “-3”, which is negative"),
    "a fraction": ("OAT-1,L-OAT-1,2.5,", "bad-units", "“Free” says “2.5”, which is a fraction"),
    "thousands or decimals": ("OAT-1,L-OAT-1,1.200,", "bad-units", "“Free” says “1.200”, which may mean"),
    "no count": ("OAT-1,L-OAT-1,,", "bad-units", "“Free” is empty"),
    "a lot twice": ("OAT-1,L-OAT-1,3,\nOAT-1,l oat 1,4,", "repeated", "Another line speaks of the same"),
    "a day in American": (
        "OAT-1,L-OAT-1,3,06/30/2027",
        "bad-date",
        "“Best before” says “06/30/2027”, which is no day",
    ),
    "a day of two digits": (
        "OAT-1,L-OAT-1,3,30.06.27",
        "bad-date",
        "“Best before” says “30.06.27”, which has a year",
    ),
    "a day that is none": (
        "OAT-1,L-OAT-1,3,31.02.2027",
        "bad-date",
        "“Best before” says “31.02.2027”, which is no day",
    ),
    "cells missing": ("OAT-1,L-OAT-1", "broken-line", "The line has 2 cells, the header has 4."),
}


@pytest.fixture
def server() -> Iterator[Supplier]:
    with Supplier() as running_server:
        yield running_server


def serve(server: Supplier, content: str) -> Feed:
    server.answers["/stock"] = lambda asked: Asked.say(asked, 200, content.encode())
    columns = {"sku": "Article", "lot": "Batch", "units": "Free", "expires_on": "Best before"}
    return make_feed(f"http://127.0.0.1:{server.port}/stock", columns=columns, dates="DMY", location="ROT")


@pytest.mark.parametrize("what", LINES)
def test_a_bad_line_is_refused_and_its_shelf_is_as_before(shop: Any, server: Supplier, what: str) -> None:
    line, reason, words = LINES[what]
    feed = serve(server, f"Article,Batch,Free,Best before\nOAT-0,L-OAT-0,39,\n{line}\nOAT-2,L-OAT-2,40,\n")
    shelves = Lot.objects.exclude(code="L-OAT-0").order_by("pk").values("pk", "on_hand", "reserved")
    before = list(shelves)

    run = work(feed)

    refusal = run.refusals.order_by("line")[0]
    print(f"| {what} | {run.state}, {run.refused} refused: {refusal.reason} | {refusal.words} |")
    assert (run.state, run.applied, run.unchanged) == ("APPLIED", 1, 1)
    assert run.reasons == {reason: line.count("\n") + 1}
    assert (refusal.line, refusal.words[: len(words)]) == (3, words)
    assert list(shelves.all()) == before


WHOLE = {  # a file of which nothing can be used → why the run failed
    "no SKU is ours": ("Article,Free\nA-1,3\nA-2,4\n", "None of 2 lines speaks of a SKU that we have."),
    "a column is missing": ("Article,Batch\nOAT-1,L-OAT-1\n", "There is no column “Free” for the units."),
    "the header twice": (
        "Article,Free\nOAT-1,3\nArticle,Free\nOAT-2,4\n",
        "Line 3: The header stands here again",
    ),
    "no header": ("4711,3\nOAT-1,4\n", "Line 1: There is no header"),
    "not one line is good": (
        "Article,Free\nOAT-1,-3\nOAT-2,x\n",
        "Not one of 2 lines can be read: 2 bad-units.",
    ),
}


@pytest.mark.parametrize("what", WHOLE)
def test_a_file_of_which_nothing_can_be_used_fails_as_a_whole(shop: Any, server: Supplier, what: str) -> None:
    content, why = WHOLE[what]
    feed = serve(server, content)
    feed.columns = {name: column for name, column in feed.columns.items() if column in ("Free",)}
    feed.save()
    before = read_books()

    run = work(feed)

    print(f"| {what} | {run.state} | {run.why} |")
    assert (run.state, run.why[: len(why)]) == ("FAILED", why)
    assert read_books() == before


def test_a_stale_count_never_wins_over_a_newer_one(shop: Any, server: Supplier) -> None:
    at = timezone.now().replace(microsecond=0)
    columns = {"counted_at": "at"}
    server.answers["/new"] = lambda asked: asked.say(
        200, f"sku,lot,units,at\nOAT-1,L-OAT-1,39,{at}\n".encode()
    )
    old = at - timedelta(hours=3)
    server.answers["/old"] = lambda asked: asked.say(
        200, f"sku,lot,units,at\nOAT-1,L-OAT-1,12,{old}\n".encode()
    )
    where = f"http://127.0.0.1:{server.port}"
    new = make_feed(f"{where}/new", columns=columns, location="ROT")
    stale = make_feed(f"{where}/old", columns=columns, location="ROT")
    assert work(new).applied == 1
    before = read_books()

    run = work(stale)

    assert run.reasons == {"older-count": 1}
    assert run.state == "FAILED"
    assert run.why == "Not one of 1 lines was taken: 1 older-count."
    assert read_books() == before
