"""Files come over a real SFTP server, whose key is known, or not at all."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from catalog.feeds.fetching import Allowed, Fetched, FetchFailed, Source, fetch
from tests.catalog.feeds.servers import Shelf, raw_server, sftp_server, written_key

CSV = b"sku,units\nOAT-150,12\n" * 5000
CHANGED_AT = datetime.fromtimestamp(1_790_000_000, UTC)


def make_key(folder: Path) -> paramiko.PKey:
    path = folder / "host_key"
    path.write_bytes(
        ed25519.Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
    )
    return paramiko.Ed25519Key.from_private_key_file(str(path))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> paramiko.PKey:
    return make_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf({"/stock.csv": CSV})


@pytest.fixture
def port(shelf: Shelf, key: paramiko.PKey) -> Iterator[int]:
    with sftp_server(shelf, key) as port:
        yield port


class Fetching:
    def __init__(self, port: int, key: paramiko.PKey, into: Path) -> None:
        self.port, self.into = port, into
        self.source = Source(
            f"sftp://files.supplier.example:{port}/stock.csv",
            username="regimen",
            password="s3cret",
            host_key=written_key(key) + " files@supplier",
            timeout_s=3,
            total_s=6,
        )

    def __call__(self, **changes: object) -> Fetched:
        return fetch(
            replace(self.source, **changes),
            into=self.into,
            allowed=Allowed(frozenset({f"files.supplier.example:{self.port}"}), (ip_network("127.0.0.0/8"),)),
            resolve=lambda host, port: ["127.0.0.1"],
        )

    def refusal(self, **changes: object) -> tuple[str, bool]:
        with pytest.raises(FetchFailed) as refused:
            self(**changes)
        assert not self.into.exists()
        return refused.value.why.replace(f":{self.port}", ""), refused.value.is_ours


@pytest.fixture
def fetching(port: int, key: paramiko.PKey, tmp_path: Path) -> Fetching:
    return Fetching(port, key, tmp_path / "feed")


def test_a_file_comes_once_and_again_only_when_its_size_or_moment_changed(
    shelf: Shelf, fetching: Fetching
) -> None:
    first = fetching()
    assert first == Fetched("new", f"{len(CSV)}-1790000000", CHANGED_AT, len(CSV))
    assert fetching.into.read_bytes() == CSV
    fetching.into.unlink()

    again = fetching(etag=first.etag, last_modified=first.last_modified)
    assert again == Fetched("unchanged", first.etag, CHANGED_AT, 0)
    assert not fetching.into.exists()

    shelf.changed_at += 1
    assert fetching(etag=first.etag).status == "new"


def test_a_path_with_spaces_is_read(shelf: Shelf, fetching: Fetching) -> None:
    shelf.files["/out/stock list.csv"] = b"sku,units"
    url = fetching.source.url.replace("/stock.csv", "/out/stock%20list.csv")
    assert fetching(url=url).bytes == 9


def test_an_empty_file_is_a_file(shelf: Shelf, fetching: Fetching) -> None:
    shelf.files["/stock.csv"] = b""
    assert fetching().bytes == 0


def test_a_server_with_another_key_never_sees_the_password(
    shelf: Shelf, fetching: Fetching, tmp_path: Path
) -> None:
    other = make_key(tmp_path)
    assert fetching.refusal(host_key=written_key(other)) == (
        "files.supplier.example shows another host key than the one that we know: "
        "it may not be the supplier's.",
        True,
    )
    rsa = paramiko.RSAKey.generate(2048)
    assert fetching.refusal(host_key=written_key(rsa))[0].startswith("files.supplier.example shows another")
    assert shelf.logins == []


def test_of_several_keys_the_server_shows_the_kind_that_we_know(
    shelf: Shelf, key: paramiko.PKey, tmp_path: Path
) -> None:
    rsa = paramiko.RSAKey.generate(2048)
    with sftp_server(shelf, key, rsa) as port:
        for known in (key, rsa):
            fetching = Fetching(port, known, tmp_path / "feed")
            assert fetching().bytes == len(CSV)


@pytest.mark.parametrize(
    ("host_key", "sentence"),
    [
        ("", "SFTP needs the server's host key: ask the supplier for it."),
        ("AAAAC3NzaC1lZDI1NTE5", "SFTP needs the server's host key: ask the supplier for it."),
        ("ssh-ed25519 ???", "The host key is none: it looks like “ssh-ed25519 AAAA…”."),
        ("ssh-dss AAAA", "The host key is none: it looks like “ssh-ed25519 AAAA…”."),
    ],
)
def test_without_a_key_nobody_is_called(
    shelf: Shelf, fetching: Fetching, host_key: str, sentence: str
) -> None:
    assert fetching.refusal(host_key=host_key) == (sentence, True)
    assert shelf.logins == []


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/gone.csv", "There is no file /gone.csv on files.supplier.example."),
        ("/secret.csv", "We may not read /secret.csv on files.supplier.example."),
        ("/", "/ on files.supplier.example is no file."),
    ],
)
def test_what_is_no_file_for_us_is_named(fetching: Fetching, path: str, sentence: str) -> None:
    url = fetching.source.url.replace("/stock.csv", path)
    assert fetching.refusal(url=url) == (sentence, True)


def test_a_wrong_password_is_ours_to_set_right(fetching: Fetching) -> None:
    assert fetching.refusal(password="wrong") == (
        "files.supplier.example does not take our name and password.",
        True,
    )


def test_500_megabytes_are_refused_by_their_size(shelf: Shelf, fetching: Fetching) -> None:
    shelf.told_size = 500_000_000
    assert fetching.refusal() == (
        "The file has 500,000,000 bytes: more than the 50,000,000 bytes that a feed may have.",
        False,
    )


def test_a_file_that_is_shorter_than_its_size_was_cut_off(shelf: Shelf, fetching: Fetching) -> None:
    shelf.told_size = len(CSV) + 1
    assert fetching.refusal() == ("The file was being written while we read it, or was cut off.", False)


def test_a_file_that_changes_while_it_is_read_is_left(shelf: Shelf, fetching: Fetching) -> None:
    shelf.grows = True
    assert fetching.refusal() == ("The file was being written while we read it, or was cut off.", False)


def test_a_server_that_hangs_in_the_middle_costs_a_bounded_time(shelf: Shelf, fetching: Fetching) -> None:
    shelf.hangs = threading.Event()
    started = time.monotonic()
    sentence, is_ours = fetching.refusal(timeout_s=0.5, total_s=1)
    assert time.monotonic() - started < 3
    assert not is_ours
    assert sentence in (
        "files.supplier.example hangs: nothing came for 0.5 seconds.",
        "The file did not come within 1 seconds: the server is too slow.",
    )


def test_a_server_that_says_nothing_or_speaks_no_ssh_costs_a_bounded_time(
    key: paramiko.PKey, tmp_path: Path
) -> None:
    for said in (b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"):
        with raw_server(lambda line, said=said: line.sendall(said)) as port:  # type: ignore[misc]
            fetching = Fetching(port, key, tmp_path / "feed")
            started = time.monotonic()
            sentence, is_ours = fetching.refusal(timeout_s=0.5, total_s=1)
            assert time.monotonic() - started < 3
            assert not is_ours
            assert sentence in (
                "files.supplier.example broke off, or speaks no SFTP (SSHException).",
                "The file did not come within 1 seconds: the server is too slow.",
            )
