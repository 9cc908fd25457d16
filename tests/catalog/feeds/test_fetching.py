"""Files come over real HTTP and HTTPS, whole or not at all, and a bad server costs a bounded time."""

import gzip
import socket
import ssl
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from catalog.feeds.fetching import Allowed, Fetched, FetchFailed, Source, fetch
from tests.catalog.feeds.servers import Asked, Supplier, make_certificate, raw_server

HOME = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
CSV = b"sku,units\nOAT-150,12\n"
CHANGED_AT = datetime(2026, 11, 22, 6, 30, 12, tzinfo=UTC)


def at_home(host: str, port: int) -> list[str]:
    """Every name stands on this machine."""
    return ["127.0.0.1"]


@pytest.fixture
def supplier() -> Iterator[Supplier]:
    with Supplier() as server:
        yield server


class Fetching:
    """Fetches from the supplier as the shop would, where its host is allowed."""

    def __init__(self, supplier: Supplier, into: Path) -> None:
        self.supplier, self.into = supplier, into
        self.host = f"files.supplier.example:{supplier.port}"
        self.source = Source(f"http://{self.host}/stock.csv", timeout_s=2, total_s=5)
        self.allowed = Allowed(frozenset({self.host}), HOME)

    def __call__(self, **changes: object) -> Fetched:
        source = replace(self.source, **changes)
        return fetch(source, into=self.into, allowed=self.allowed, resolve=at_home)

    def refusal(self, **changes: object) -> str:
        """Why nothing came; and nothing lies there."""
        with pytest.raises(FetchFailed) as refused:
            self(**changes)
        assert not self.into.exists()
        return refused.value.why.replace(str(self.supplier.port), "PORT")


@pytest.fixture
def fetching(supplier: Supplier, tmp_path: Path) -> Fetching:
    return Fetching(supplier, tmp_path / "feed")


def test_a_file_comes_with_its_etag_and_moment_and_is_asked_for_only_when_it_changed(
    supplier: Supplier, fetching: Fetching
) -> None:
    def answer(asked: Asked) -> None:
        if asked.headers.get("If-None-Match") == '"v1"':
            asked.say(304, Content_Length="")
        else:
            asked.say(200, CSV, ETag='"v1"', Last_Modified="Sun, 22 Nov 2026 06:30:12 GMT")

    supplier.answers["/stock.csv"] = answer
    first = fetching()
    assert first == Fetched("new", '"v1"', CHANGED_AT, len(CSV))
    assert fetching.into.read_bytes() == CSV
    assert supplier.hits[0][1]["host"] == fetching.host
    assert "authorization" not in supplier.hits[0][1]
    fetching.into.unlink()

    again = fetching(etag=first.etag, last_modified=first.last_modified)
    assert again == Fetched("unchanged", '"v1"', CHANGED_AT, 0)
    assert not fetching.into.exists()
    assert supplier.hits[1][1]["if-modified-since"] == "Sun, 22 Nov 2026 06:30:12 GMT"


def test_name_and_password_are_sent_and_a_query_stays(supplier: Supplier, fetching: Fetching) -> None:
    supplier.answers["/stock.csv"] = lambda asked: asked.say(200, CSV)
    fetching(url=f"http://{fetching.host}/stock.csv?shop=7&x=%20", username="regimen", password="s3crét")
    path, headers = supplier.hits[0]
    assert path == "/stock.csv?shop=7&x=%20"
    assert headers["authorization"] == "Basic cmVnaW1lbjpzM2Nyw6l0"


def test_what_was_packed_on_the_way_is_unpacked(supplier: Supplier, fetching: Fetching) -> None:
    supplier.answers["/stock.csv"] = lambda asked: asked.say(200, gzip.compress(CSV), Content_Encoding="gzip")
    assert fetching().bytes == len(CSV)
    assert fetching.into.read_bytes() == CSV


def test_chunks_are_put_together(supplier: Supplier, fetching: Fetching) -> None:
    def answer(asked: Asked) -> None:
        asked.say(200, b"", Transfer_Encoding="chunked", Content_Length="")
        asked.wfile.write(b"5\r\nsku,u\r\n6\r\nnits\nA\r\n0\r\n\r\n")

    supplier.answers["/stock.csv"] = answer
    assert fetching().bytes == 11
    assert fetching.into.read_bytes() == b"sku,units\nA"


def test_a_strange_etag_or_moment_is_not_kept(supplier: Supplier, fetching: Fetching) -> None:
    supplier.answers["/stock.csv"] = lambda asked: asked.say(
        200, CSV, ETag='"' + "x" * 300 + '"', Last_Modified="yesterday"
    )
    assert fetching() == Fetched("new", "", None, len(CSV))


def says(status: int, body: bytes = b"", **headers: str) -> Callable[[Asked], None]:
    return lambda asked: asked.say(status, body, **headers)


def cut_off(asked: Asked) -> None:
    asked.say(200, CSV, Content_Length=str(len(CSV) + 1))


def cut_in_a_chunk(asked: Asked) -> None:
    asked.say(200, b"", Transfer_Encoding="chunked", Content_Length="")
    asked.wfile.write(b"ff\r\nsku,units")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (says(401), "answers 401: it does not take our name and password."),
        (says(403), "answers 403: it does not take our name and password."),
        (says(404), "answers 404: there is no file at that address."),
        (says(500), "answers 500: the server has a fault."),
        (says(204), "answers 204, and not with a file."),
        (says(304), "answers 304, and not with a file."),
        (says(302), "answers 302, and not with a file."),
        (says(206, CSV), "answers 206, and not with a file."),
    ],
)
def test_a_status_that_is_no_file_is_named(
    supplier: Supplier, fetching: Fetching, answer: Callable[[Asked], None], sentence: str
) -> None:
    supplier.answers["/stock.csv"] = answer
    assert fetching.refusal() == f"files.supplier.example:PORT {sentence}"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (cut_off, "The file ends before its length: the transfer was cut off."),
        (cut_in_a_chunk, "The file ends before its length: the transfer was cut off."),
        (
            says(200, b"no gzip", Content_Encoding="gzip"),
            "The file says that it is packed, and cannot be unpacked.",
        ),
        (
            says(200, gzip.compress(CSV)[:-12], Content_Encoding="gzip"),
            "The file is packed, and its end is missing or not its own.",
        ),
        (
            says(200, gzip.compress(CSV) + b"<html>", Content_Encoding="gzip"),
            "The file is packed, and its end is missing or not its own.",
        ),
        (says(200, CSV, Content_Encoding="br"), "The file is packed as “br”, which nobody asked for."),
        (
            says(200, CSV, Content_Encoding="gzip, gzip"),
            "The file is packed as “gzip, gzip”, which nobody asked for.",
        ),
        (
            says(200, b"", Content_Length="500000000"),
            "The file has 500,000,000 bytes: more than the 50,000,000 bytes that a feed may have.",
        ),
    ],
)
def test_a_file_that_is_not_whole_is_refused(
    supplier: Supplier, fetching: Fetching, answer: Callable[[Asked], None], sentence: str
) -> None:
    supplier.answers["/stock.csv"] = answer
    assert fetching.refusal() == sentence


def test_500_megabytes_without_a_length_are_left_after_the_first_50(
    supplier: Supplier, fetching: Fetching
) -> None:
    sent = 0

    def pour(asked: Asked) -> None:
        nonlocal sent
        asked.say(200, b"", Content_Length="")
        row = b"SKU-000001,L0001,12\n" * 3000
        for _ in range(500_000_000 // len(row)):
            asked.wfile.write(row)
            sent += len(row)

    supplier.answers["/stock.csv"] = pour
    tracemalloc.start()
    try:
        assert fetching.refusal(timeout_s=20, total_s=60) == (
            "The file goes on: more than the 50,000,000 bytes that a feed may have."
        )
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    assert 50_000_000 < sent < 70_000_000  # what sockets buffer comes on top


def test_a_bomb_in_gzip_counts_as_what_it_unpacks_to(supplier: Supplier, fetching: Fetching) -> None:
    bomb = gzip.compress(b"0" * 200_000_000)
    supplier.answers["/stock.csv"] = says(200, bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        assert fetching.refusal(most_bytes=1_000_000) == (
            "The file goes on: more than the 1,000,000 bytes that a feed may have."
        )
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


# -- servers that hang ---------------------------------------------------------------------------------


def silence(line: socket.socket) -> None:
    """Takes the call and says nothing."""


def drip_headers(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nX-Wait: ")
    drip(line)


def drip_body(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    drip(line)


def drip(line: socket.socket) -> None:
    for _ in range(200):
        time.sleep(0.05)
        line.sendall(b"x")


def endless_trailer(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        line.sendall(b"1" * 65_000)


@pytest.mark.parametrize(
    ("talk", "sentence"),
    [
        (silence, "127.0.0.1:PORT hangs: nothing came for 0.3 seconds."),
        (drip_headers, "The file did not come within 0.8 seconds: the server is too slow."),
        (drip_body, "The file did not come within 0.8 seconds: the server is too slow."),
        (endless_trailer, "127.0.0.1:PORT broke off, or speaks no HTTP (ProtocolError)."),
        (lambda line: line.close(), "127.0.0.1:PORT broke off, or speaks no HTTP (RemoteDisconnected)."),
        (
            lambda line: line.sendall(b"SSH-2.0-OpenSSH\r\n"),
            "127.0.0.1:PORT broke off, or speaks no HTTP (BadStatusLine).",
        ),
    ],
    ids=["silence", "headers drip", "body drips", "chunk without end", "hangs up", "another protocol"],
)
def test_a_server_that_hangs_costs_a_bounded_time(
    tmp_path: Path, talk: Callable[[socket.socket], None], sentence: str
) -> None:
    with raw_server(talk) as port:
        source = Source(f"http://127.0.0.1:{port}/stock.csv", timeout_s=0.3, total_s=0.8)
        allowed = Allowed(frozenset({f"127.0.0.1:{port}"}), HOME)
        started = time.monotonic()
        with pytest.raises(FetchFailed) as refused:
            fetch(source, into=tmp_path / "feed", allowed=allowed, resolve=at_home)
        assert time.monotonic() - started < 2.5
    assert refused.value.why.replace(str(port), "PORT") == sentence
    assert not refused.value.is_ours
    assert list(tmp_path.iterdir()) == []


def test_a_port_where_nobody_listens_takes_no_connection(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    source = Source(f"http://127.0.0.1:{port}/stock.csv", timeout_s=1)
    with pytest.raises(FetchFailed, match=f"127.0.0.1:{port} takes no connection."):
        fetch(
            source,
            into=tmp_path / "feed",
            allowed=Allowed(frozenset({f"127.0.0.1:{port}"}), HOME),
            resolve=at_home,
        )


def test_the_second_address_of_a_name_is_tried_when_the_first_takes_no_call(
    supplier: Supplier, fetching: Fetching
) -> None:
    supplier.answers["/stock.csv"] = says(200, CSV)
    came = fetch(
        fetching.source,
        into=fetching.into,
        allowed=fetching.allowed,
        resolve=lambda host, port: ["127.9.9.9", "127.0.0.1"],
    )
    assert came.bytes == len(CSV)


# -- HTTPS ---------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Vouches for files.supplier.example; this machine trusts it."""
    path = make_certificate(tmp_path_factory.mktemp("tls"), "files.supplier.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.fixture
def private_supplier(certificate: Path) -> Iterator[Supplier]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names: list[str | None] = []
    context.sni_callback = lambda line, name, _: names.append(name)
    with Supplier(tls=context) as server:
        server.names = names  # type: ignore[attr-defined]
        yield server


def test_https_goes_to_the_checked_address_and_asks_for_the_name(
    private_supplier: Supplier, tmp_path: Path
) -> None:
    private_supplier.answers["/stock.csv"] = says(200, CSV)
    fetching = Fetching(private_supplier, tmp_path / "feed")
    assert fetching(url=f"https://{fetching.host}/stock.csv").bytes == len(CSV)
    assert private_supplier.names == ["files.supplier.example"]  # type: ignore[attr-defined]
    assert private_supplier.hits[0][1]["host"] == fetching.host


def test_a_certificate_for_another_name_is_refused(private_supplier: Supplier, tmp_path: Path) -> None:
    private_supplier.answers["/stock.csv"] = says(200, CSV)
    fetching = Fetching(private_supplier, tmp_path / "feed")
    other = f"other.example:{private_supplier.port}"
    fetching.allowed = Allowed(frozenset({other}), HOME)
    assert fetching.refusal(url=f"https://{other}/stock.csv") == (
        "The certificate of other.example:PORT is not good: Hostname mismatch, certificate is not valid "
        "for 'other.example'.."
    )
    assert private_supplier.hits == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    private_supplier: Supplier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    fetching = Fetching(private_supplier, tmp_path / "feed")
    assert fetching.refusal(url=f"https://{fetching.host}/stock.csv") == (
        "The certificate of files.supplier.example:PORT is not good: self-signed certificate."
    )


def test_https_to_a_server_that_speaks_none_is_refused(supplier: Supplier, fetching: Fetching) -> None:
    assert fetching.refusal(url=f"https://{fetching.host}/stock.csv") == (
        "files.supplier.example:PORT cannot speak to us in private (TLS)."
    )


def test_https_is_never_left_for_http(private_supplier: Supplier, supplier: Supplier, tmp_path: Path) -> None:
    down = f"files.supplier.example:{supplier.port}"
    private_supplier.answers["/stock.csv"] = says(302, Location=f"http://{down}/stock.csv")
    fetching = Fetching(private_supplier, tmp_path / "feed")
    fetching.allowed = Allowed(frozenset({fetching.host, down}), HOME)
    assert fetching.refusal(url=f"https://{fetching.host}/stock.csv") == (
        "The server sends us on from https down to http."
    )
    assert supplier.hits == []
