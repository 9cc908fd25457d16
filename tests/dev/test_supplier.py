"""The small supplier: its files agree with each other, change as they should, and misbehave when told."""

from __future__ import annotations

import csv
import gzip
import io
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import paramiko
import pytest
from openpyxl import load_workbook
from werkzeug.test import Client

from dev.supplier import misbehaving, writing
from dev.supplier.misbehaving import MODES, Mood
from dev.supplier.sftp import PASSWORD, USERNAME, make_host_key, serve_sftp
from dev.supplier.shelves import BadGoodsError, Lot, Shelves, read_goods
from dev.supplier.web import Supplier

NOW = datetime(2026, 11, 22, 6, 30, 12, 345678, tzinfo=UTC)
GOODS = (
    "sku,location,lot,expires_on,units\n"
    "OAT-150,BER,L1,+435d,57\nOAT-150,ROT,L2,2028-01-31,3\nGEL-30,ROT,L3,,0\n"
)


def make_shelves(*, seed: int = 1) -> Shelves:
    lots = [
        Lot("OAT-150", "ROT", "L1", date(2027, 6, 30), 57),
        Lot("GEL-30", "ROT", "L2", None, 3),
        Lot("GEL-50", "ROT", "L3", date(2028, 1, 31), 0),
    ]
    return Shelves(lots, seed=seed, now=NOW)


@pytest.fixture
def shelves() -> Shelves:
    return make_shelves()


@pytest.fixture
def mood() -> Mood:
    return Mood()


@pytest.fixture
def client(shelves: Shelves, mood: Mood) -> Client:
    return Client(Supplier(shelves, mood))


def obey(client: Client, **told: object) -> dict[str, object]:
    answer = client.post("/control", json=told)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json
    return found


# -- goods ---------------------------------------------------------------------------------------------


def test_goods_are_read_from_a_delivery_note_at_one_place_or_at_all(tmp_path: Path) -> None:
    path = tmp_path / "lots.csv"
    path.write_text(GOODS)
    today = date(2026, 11, 22)
    assert read_goods(path, today=today) == [
        Lot("OAT-150", "BER", "L1", date(2028, 1, 31), 57),
        Lot("OAT-150", "ROT", "L2", date(2028, 1, 31), 3),
        Lot("GEL-30", "ROT", "L3", None, 0),
    ]
    assert [lot.code for lot in read_goods(path, location="ROT", today=today)] == ["L2", "L3"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sku,lot\nA,B\n", "has no column location"),
        (GOODS + "A,ROT,L4,soon,1\n", "line 5: Invalid isoformat string: 'soon'"),
        (GOODS + "A,ROT,L4,,many\n", "line 5: invalid literal for int"),
        ("sku,location,lot,expires_on,units\n", "has no lots at ROT"),
        (None, "cannot be read"),
    ],
)
def test_goods_that_cannot_be_read_are_refused_with_their_line(
    tmp_path: Path, text: str | None, why: str
) -> None:
    path = tmp_path / "lots.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BadGoodsError, match=why):
        read_goods(path, location="ROT", today=date(2026, 11, 22))


def test_the_demos_own_goods_can_be_served() -> None:
    lots = read_goods(Path("dev/demo/catalogue/lots.csv"), location="ROT", today=date(2026, 11, 22))
    assert len(lots) > 20
    assert {lot.location for lot in lots} == {"ROT"}


# -- changes -------------------------------------------------------------------------------------------


def test_counts_go_down_and_now_and_then_a_lot_comes_that_nobody_knows(shelves: Shelves) -> None:
    before = {lot.code: lot for lot in shelves.count().lots}
    fallen = arrived = 0
    for step in range(1, 61):
        shelves.change(NOW + timedelta(seconds=20 * step))
        after = {lot.code: lot for lot in shelves.count().lots}
        for code, lot in after.items():
            assert lot.free >= 0
            if code not in before:
                arrived += 1
                assert lot.sku in {"OAT-150", "GEL-30", "GEL-50"}
                assert lot.free in (12, 24, 36, 48)
                assert lot.best_before is not None
                assert lot.best_before > date(2028, 1, 1)
            else:
                assert before[code].free - 3 <= lot.free <= before[code].free
                fallen += before[code].free - lot.free
        assert set(before) <= set(after)
        before = after
    assert arrived >= 4
    assert fallen >= 60
    assert shelves.count().number == 61


def test_the_same_seed_brings_the_same_changes() -> None:
    one, same, other = make_shelves(), make_shelves(), make_shelves(seed=2)
    for step in range(20):
        at = NOW + timedelta(seconds=step)
        assert one.change(at) == same.change(at)
        other.change(at)
    assert one.count() == same.count()
    assert one.count().lots != other.count().lots


def test_every_change_makes_the_file_a_second_younger_at_least(shelves: Shelves) -> None:
    moments = [shelves.count().counted_at]
    for _ in range(5):
        shelves.change(NOW)
        moments.append(shelves.count().counted_at)
    assert moments == [NOW.replace(microsecond=0) + timedelta(seconds=step) for step in range(6)]


# -- files ---------------------------------------------------------------------------------------------


def test_the_three_files_say_the_same(client: Client) -> None:
    by_csv = list(csv.DictReader(io.StringIO(client.get("/stock.csv").text), delimiter=";"))
    by_json = client.get("/stock.json").json
    sheet = load_workbook(io.BytesIO(client.get("/stock.xlsx").data)).worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    assert by_csv[0] == {
        "Article": "OAT-150",
        "Batch": "L1",
        "Warehouse": "ROT",
        "Place": "Empfänger 35",
        "Free": "57",
        "Best before": "30.06.2027",
        "Counted at": "2026-11-22T06:30:12Z",
    }
    assert by_json["lines"][0] == by_csv[0] | {"Free": 57, "Best before": "2027-06-30"}
    assert dict(zip(header, rows[0], strict=True)) == by_csv[0] | {
        "Free": 57,
        "Best before": datetime.fromisoformat("2027-06-30"),
    }
    assert len(by_csv) == len(by_json["lines"]) == len(rows) == 3
    assert by_csv[1]["Best before"] == ""


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_a_file_that_did_not_change_is_not_sent_again(client: Client, kind: str) -> None:
    first = client.get(f"/stock.{kind}")
    assert first.headers["Last-Modified"] == "Sun, 22 Nov 2026 06:30:12 GMT"
    by_etag = {"If-None-Match": first.headers["ETag"]}
    by_moment = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(f"/stock.{kind}", headers=by_etag).status_code == 304
    assert client.get(f"/stock.{kind}", headers=by_moment).status_code == 304
    obey(client, change=1)
    assert client.get(f"/stock.{kind}", headers=by_etag).status_code == 200
    assert client.get(f"/stock.{kind}", headers=by_moment).status_code == 200


# -- modes ---------------------------------------------------------------------------------------------


def test_it_misbehaves_as_it_is_told_and_behaves_again(client: Client, shelves: Shelves) -> None:
    good = client.get("/stock.csv").data
    etag = {"If-None-Match": client.get("/stock.csv").headers["ETag"]}
    assert obey(client, mode="html")["mode"] == "html"
    page = client.get("/stock.csv", headers=etag)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert b"password" in page.data
    obey(client, mode="truncated")
    assert good.startswith(client.get("/stock.csv").data)
    assert client.get("/stock.csv").data.splitlines()[-1].count(b";") == 0
    with pytest.raises(json.JSONDecodeError):
        json.loads(client.get("/stock.json").data)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(client.get("/stock.xlsx").data))
    obey(client, mode="empty")
    assert client.get("/stock.json").data == b""
    obey(client, mode="zeros")
    zeros = client.get("/stock.json").json["lines"]
    assert [line["Free"] for line in zeros] == [0, 0, 0]
    obey(client, mode="500")
    assert client.get("/stock.csv").status_code == 500
    obey(client, mode="redirect")
    assert client.get("/stock.csv").headers["Location"] == f"http://{misbehaving.PRIVATE}/stock.csv"
    obey(client, mode="cp1252")
    assert "Süd".encode("cp1252") in client.get("/stock.csv").data
    obey(client, mode="ok")
    assert client.get("/stock.csv", headers=etag).status_code == 304
    assert shelves.count().number == 1


def test_bombs_are_small_and_unpack_to_300_megabytes(client: Client) -> None:
    obey(client, mode="zip-bomb")
    workbook = client.get("/stock.xlsx").data
    with zipfile.ZipFile(io.BytesIO(workbook)) as parcel:
        assert sum(part.file_size for part in parcel.infolist()) > 300_000_000
    answer = client.get("/stock.csv")
    assert answer.headers["Content-Encoding"] == "gzip"
    with gzip.open(io.BytesIO(answer.data)) as unpacked:
        assert sum(len(piece) for piece in iter(lambda: unpacked.read(1_000_000), b"")) == 300_000_000
    assert max(len(workbook), len(answer.data)) < 400_000


def test_huge_says_nothing_of_its_size(client: Client) -> None:
    obey(client, mode="huge")
    answer = client.get("/stock.csv", buffered=False)
    assert "Content-Length" not in answer.headers
    assert sum(len(piece) for piece in answer.response) > 499_000_000


def test_who_hangs_is_let_go_when_the_mode_changes(client: Client) -> None:
    obey(client, mode="hang")
    answers: list[int] = []
    waiting = threading.Thread(target=lambda: answers.append(client.get("/stock.csv").status_code))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    obey(client, mode="ok")
    waiting.join(5)
    assert answers == [200]


@pytest.mark.parametrize(
    "told", [{"mode": "polite"}, {"mode": 1}, {"mode": ["ok"]}, {"change": -1}, {"change": 1001}, []]
)
def test_an_order_that_makes_no_sense_changes_nothing(client: Client, mood: Mood, told: object) -> None:
    before = client.get("/control").json
    assert client.post("/control", json=told).status_code == 400
    assert client.get("/control").json == before


def test_another_sites_page_gives_no_orders(client: Client) -> None:
    stranger = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/control", json={"mode": "html"}, headers=stranger).status_code == 404
    assert client.get("/control").json["mode"] == "ok"


def test_the_page_says_what_is_served_and_what_changed(client: Client) -> None:
    page = client.get("/").text
    assert "3 lots, 60 units free" in page
    assert "Nothing yet." in page
    assert all(f'href="/stock.{kind}"' in page for kind in writing.TYPES)
    assert all(f'value="{mode}"' in page for mode in MODES)
    assert client.post("/control", data={"change": "1"}).status_code == 303
    assert " → " in client.get("/").text
    assert client.get("/style.css").mimetype == "text/css"
    assert client.get("/host-key").status_code == 404
    assert client.get("/nowhere").status_code == 404


# -- SFTP ----------------------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path) -> paramiko.PKey:
    return make_host_key(tmp_path / "keys" / "host_key")


@pytest.fixture
def reading(shelves: Shelves, mood: Mood, key: paramiko.PKey) -> Iterator[paramiko.SFTPClient]:
    with serve_sftp(shelves, mood, host="127.0.0.1", port=0, key=key) as port:
        transport = paramiko.Transport(socket.create_connection(("127.0.0.1", port), timeout=10))
        try:
            transport.connect(hostkey=key, username=USERNAME, password=PASSWORD)
            client = paramiko.SFTPClient.from_transport(transport)
            assert client is not None
            yield client
        finally:
            mood.set("ok")
            transport.close()


def test_the_csv_lies_on_sftp_with_its_size_and_moment(
    reading: paramiko.SFTPClient, shelves: Shelves, client: Client
) -> None:
    assert reading.listdir("/") == ["stock.csv"]
    found = reading.stat("/stock.csv")
    with reading.open("/stock.csv") as file:
        content = file.read()
    assert content == client.get("/stock.csv").data
    assert (found.st_size, found.st_mtime) == (len(content), int(NOW.timestamp()))
    shelves.change(NOW)
    assert reading.stat("/stock.csv").st_mtime == int(NOW.timestamp()) + 1


def test_nothing_is_written_over_sftp_and_nothing_else_is_read(reading: paramiko.SFTPClient) -> None:
    with pytest.raises(PermissionError):
        reading.open("/stock.csv", "w")
    for path in ("/etc/passwd", "/../etc/passwd", "/keys"):
        with pytest.raises(FileNotFoundError):
            reading.open(path)
    with pytest.raises(OSError, match="unsupported"):
        reading.remove("/stock.csv")


def test_sftp_misbehaves_too(reading: paramiko.SFTPClient, mood: Mood) -> None:
    mood.set("huge")
    assert reading.stat("/stock.csv").st_size == misbehaving.HUGE_BYTES
    mood.set("500")
    with pytest.raises(OSError, match="Failure"):
        reading.stat("/stock.csv")
    mood.set("html")
    with reading.open("/stock.csv") as file:
        assert file.read() == misbehaving.LOGIN


def test_a_wrong_password_is_not_let_in(shelves: Shelves, mood: Mood, key: paramiko.PKey) -> None:
    with serve_sftp(shelves, mood, host="127.0.0.1", port=0, key=key) as port:
        transport = paramiko.Transport(socket.create_connection(("127.0.0.1", port), timeout=10))
        with pytest.raises(paramiko.AuthenticationException):
            transport.connect(hostkey=key, username=USERNAME, password="guess")
        transport.close()


def test_the_host_key_is_kept_for_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "host_key"
    first = make_host_key(path)
    assert make_host_key(path).asbytes() == first.asbytes()
    assert path.stat().st_mode & 0o077 == 0


# -- the program ---------------------------------------------------------------------------------------


def test_the_running_supplier_serves_changes_and_stops_when_asked(tmp_path: Path) -> None:
    goods = tmp_path / "lots.csv"
    goods.write_text(GOODS)
    command = [sys.executable, "-m", "dev.supplier", "--goods", str(goods), "--location", "ROT"]
    command += ["--port", "0", "--sftp-port", "0", "--host-key", str(tmp_path / "key")]
    command += ["--every", "0.2", "--seed", "7"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supplier:
        try:
            assert supplier.stdout is not None
            said = supplier.stdout.readline().split()
            assert said[:3] == ["supplier", "ready", "at"]
            web, (host, port), key = said[3], said[5].split(":"), " ".join(said[7:9])
            with urllib.request.urlopen(f"{web}/host-key", timeout=10) as answer:
                assert answer.read().decode().strip() == key
            with socket.create_connection((host, int(port)), timeout=10) as line:
                assert line.recv(4) == b"SSH-"
            ends = time.monotonic() + 10
            while time.monotonic() < ends:
                with urllib.request.urlopen(f"{web}/control", timeout=10) as answer:
                    told = json.loads(answer.read())
                if told["number"] > 2:
                    break
                time.sleep(0.05)
            assert told["number"] > 2
            assert told["mode"] == "ok"
        finally:
            supplier.send_signal(signal.SIGTERM)
    assert supplier.returncode == 0


def test_goods_that_are_not_there_end_it_with_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dev.supplier", "--goods", str(tmp_path / "none.csv"), "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    assert ended.stderr.startswith("supplier: ")
    assert "cannot be read" in ended.stderr
    assert "Traceback" not in ended.stderr
