"""The demo's supplier in every mood, over every way and in every form: what a buyer would read of it."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from catalog.feeds import csv_lines, json_lines, xlsx_lines
from catalog.feeds.cells import Style, read_expiry, read_moment, read_units
from catalog.feeds.fetching import Allowed, FetchFailed, Source, fetch
from catalog.feeds.lines import BadFile, RawLine
from dev.supplier.misbehaving import Mood
from dev.supplier.sftp import PASSWORD, USERNAME, make_host_key, serve_sftp, written_key
from dev.supplier.shelves import Lot, Shelves
from dev.supplier.web import Supplier

NOW = datetime(2026, 11, 22, 6, 30, 12, tzinfo=UTC)
HOME = (ip_network("127.0.0.1/32"),)
READERS: dict[str, Callable[[Path], Iterator[RawLine]]] = {
    "csv": csv_lines.read_lines,
    "xlsx": xlsx_lines.read_lines,
    "json": json_lines.read_lines,
    "sftp": csv_lines.read_lines,
}


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Says nothing: whoever hangs up has reasons."""


class Feed:
    """One supplier's four feeds, fetched and read as the shop would."""

    def __init__(self, folder: Path) -> None:
        lots = [Lot(f"OAT-{n}", "ROT", f"L{n}", date(2027, 6, 30), n) for n in range(1, 40)]
        self.folder, self.mood = folder, Mood()
        self.shelves = Shelves(lots, seed=1, now=NOW)
        self.key = make_host_key(folder / "key")
        supplier = Supplier(self.shelves, self.mood)
        self.server = make_server("127.0.0.1", 0, supplier, threaded=True, request_handler=Silent)
        self.server.daemon_threads = True
        self.sftp_port = 0

    def read(self, way: str, **options: str) -> list[RawLine]:
        port = self.sftp_port if way == "sftp" else self.server.port
        url = (
            f"sftp://127.0.0.1:{port}/stock.csv" if way == "sftp" else f"http://127.0.0.1:{port}/stock.{way}"
        )
        source = Source(
            url,
            username=USERNAME if way == "sftp" else "",
            password=PASSWORD if way == "sftp" else "",
            host_key=written_key(self.key),
            timeout_s=0.6 if self.mood.mode == "hang" else 10,
            total_s=20,
        )
        into = self.folder / "feed"
        fetch(source, into=into, allowed=Allowed(frozenset({f"127.0.0.1:{port}"}), HOME))
        return list(READERS[way](into, **options))

    def refusal(self, way: str) -> str:
        with pytest.raises((FetchFailed, BadFile)) as refused:
            self.read(way)
        why = str(refused.value)
        return why.replace(f":{self.sftp_port}", "").replace(f":{self.server.port}", "")


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Feed]:
    feed = Feed(tmp_path_factory.mktemp("supplier"))
    threading.Thread(target=feed.server.serve_forever, daemon=True).start()
    serving = serve_sftp(feed.shelves, feed.mood, host="127.0.0.1", port=0, key=feed.key)
    with serving as feed.sftp_port:
        yield feed
        feed.mood.set("ok")
    feed.server.shutdown()
    feed.server.server_close()


@pytest.mark.parametrize(
    ("way", "style"), [("csv", "dmy"), ("xlsx", "iso"), ("json", "iso"), ("sftp", "dmy")]
)
def test_a_good_supplier_is_understood_in_every_form(feed: Feed, way: str, style: Style) -> None:
    feed.mood.set("ok")
    lines = feed.read(way)
    assert [read_units(line.cells["Free"]) for line in lines] == list(range(1, 40))
    assert [line.cells["Article"] for line in lines] == [f"OAT-{n}" for n in range(1, 40)]
    assert {read_expiry(line.cells["Best before"], style=style) for line in lines} == {date(2027, 6, 30)}
    berlin = ZoneInfo("Europe/Berlin")
    assert {read_moment(line.cells["Counted at"], style=style, zone=berlin) for line in lines} == {NOW}


LOGIN = "This is a web page, perhaps a login, and not {}."
CUT = "The file ends in the middle: it has been cut off on its way."
TABLE = {
    ("html", "csv"): LOGIN.format("CSV"),
    ("html", "xlsx"): LOGIN.format("XLSX"),
    ("html", "json"): LOGIN.format("JSON"),
    ("html", "sftp"): LOGIN.format("CSV"),
    ("truncated", "csv"): f"Line 21: {CUT}",
    ("truncated", "xlsx"): "The workbook is broken: File is not a zip file",
    ("truncated", "json"): f"Line 20: {CUT}",
    ("truncated", "sftp"): f"Line 21: {CUT}",
    ("empty", "csv"): "The file is empty.",
    ("empty", "xlsx"): "The file is empty.",
    ("empty", "json"): "The file is empty.",
    ("empty", "sftp"): "The file is empty.",
    ("hang", "csv"): "127.0.0.1 hangs: nothing came for 0.6 seconds.",
    ("hang", "sftp"): "127.0.0.1 hangs: nothing came for 0.6 seconds.",
    ("redirect", "csv"): "10.0.0.1 is not among the hosts that the owner allowed.",
    ("redirect", "sftp"): "127.0.0.1 broke off, or speaks no SFTP (OSError).",
    ("huge", "csv"): "The file goes on: more than the 50,000,000 bytes that a feed may have.",
    ("huge", "sftp"): (
        "The file has 500,000,000 bytes: more than the 50,000,000 bytes that a feed may have."
    ),
    ("500", "csv"): "127.0.0.1 answers 500: the server has a fault.",
    ("500", "sftp"): "127.0.0.1 broke off, or speaks no SFTP (OSError).",
    ("zip-bomb", "csv"): "The file goes on: more than the 50,000,000 bytes that a feed may have.",
    ("zip-bomb", "json"): "The file goes on: more than the 50,000,000 bytes that a feed may have.",
    ("zip-bomb", "xlsx"): "The workbook unpacks to 300,0{} bytes, more than 200,000,000.",
    ("cp1252", "csv"): "Line 2: Byte 0xF6 is not UTF-8: the file has another encoding.",
    ("cp1252", "sftp"): "Line 2: Byte 0xF6 is not UTF-8: the file has another encoding.",
    ("cp1252", "json"): "The file is not UTF-8, or has been cut off in the middle of a sign.",
}


@pytest.mark.parametrize(("mode", "way"), TABLE)
def test_a_bad_supplier_gives_one_clear_sentence(feed: Feed, mode: str, way: str) -> None:
    feed.mood.set(mode)
    start, _, end = TABLE[mode, way].partition("{}")
    why = feed.refusal(way)
    assert why.startswith(start)
    assert why.endswith(end)


def test_windows_1252_is_understood_when_the_feed_says_so(feed: Feed) -> None:
    feed.mood.set("cp1252")
    places = {line.cells["Place"].split()[0] for line in feed.read("csv", encoding="cp1252")}
    assert places == {"Süd", "Höhe", "Empfänger"}


def test_zeros_can_be_read_and_must_be_judged_by_somebody_else(feed: Feed) -> None:
    feed.mood.set("zeros")
    assert {line.cells["Free"] for line in feed.read("csv")} == {"0"}
