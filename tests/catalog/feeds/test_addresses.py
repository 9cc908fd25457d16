"""No feed reaches into a private network: not by spelling, not by a name, not by being sent on."""

import _socket
import socket
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from catalog.feeds.addresses import may_reach
from catalog.feeds.fetching import Allowed, FetchFailed, Source, fetch
from dev.loopback import OutsideCallError
from tests.catalog.feeds.servers import Supplier

HOME = ip_network("127.0.0.1/32")


@pytest.fixture
def canary() -> Iterator[Supplier]:
    """Must not be reached."""
    with Supplier() as server:
        server.answers["/"] = lambda asked: asked.say(200, b"secret")
        yield server


def understand(host: str, port: int) -> list[str]:
    """What the machine makes of an address, however it is spelled, without asking anybody."""
    rows = _socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
    return [str(row[4][0]) for row in rows]


SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0x7f000001",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "017700000001",
    "2130706433",
    "127.0.0.1.",
    "127.000.000.001",
    "127.255.255.254",
    "0.0.0.0",
    "0",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "[::1%25lo]",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "user@127.0.0.1",
    "files.supplier.example@127.0.0.1",
    "127.0.0.1\\@files.supplier.example",
]


def hosts_of(spelling: str, port: int) -> frozenset[str]:
    """The owner has allowed it in every spelling: so the network must say no."""
    bare = spelling.rpartition("@")[2].rstrip(".")
    return frozenset({f"{bare}:{port}", f"[{bare.strip('[]')}]:{port}", f"files.supplier.example:{port}"})


@pytest.mark.parametrize("scheme", ["http", "https", "sftp"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_however_a_private_address_is_spelled_nobody_knocks_there(
    canary: Supplier, tmp_path: Path, spelling: str, scheme: str
) -> None:
    source = Source(
        f"{scheme}://{spelling}:{canary.port}/", timeout_s=1, total_s=2, host_key="ssh-ed25519 AAAA"
    )
    allowed = Allowed(hosts_of(spelling, canary.port))
    with pytest.raises(FetchFailed) as refused:
        fetch(source, into=tmp_path / "feed", allowed=allowed, resolve=understand)
    assert refused.value.is_ours or "was not found" in refused.value.why
    assert canary.hits == []


def test_the_canary_sings_when_its_network_was_named(canary: Supplier, tmp_path: Path) -> None:
    """The control: without the guard the spellings above do reach it."""
    reached = 0
    for spelling in SPELLINGS[:9]:
        source = Source(f"http://{spelling}:{canary.port}/", timeout_s=1)
        allowed = Allowed(hosts_of(spelling, canary.port), (HOME,))
        fetch(source, into=tmp_path / "feed", allowed=allowed, resolve=understand)
        reached += 1
    assert len(canary.hits) == reached == 9


@pytest.mark.parametrize("scheme", ["http", "https", "sftp"])
def test_a_name_that_stands_somewhere_else_a_moment_later_leads_nowhere(
    canary: Supplier, tmp_path: Path, scheme: str
) -> None:
    asked: list[str] = []

    def rebind(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    source = Source(f"{scheme}://files.supplier.example:{canary.port}/", host_key="ssh-ed25519 AAAA")
    allowed = Allowed(frozenset({f"files.supplier.example:{canary.port}"}))
    # the guard of the tests stands where the Internet begins: that is where the call went
    with pytest.raises(OutsideCallError, match=r"tried to reach 8\.8\.8\.8"):
        fetch(source, into=tmp_path / "feed", allowed=allowed, resolve=rebind)
    assert asked == ["files.supplier.example"]
    assert canary.hits == []


@pytest.mark.parametrize("scheme", ["http", "sftp"])
def test_one_private_address_among_public_ones_is_enough(
    canary: Supplier, tmp_path: Path, scheme: str
) -> None:
    source = Source(f"{scheme}://files.supplier.example:{canary.port}/", host_key="ssh-ed25519 AAAA")
    allowed = Allowed(frozenset({f"files.supplier.example:{canary.port}"}))
    with pytest.raises(FetchFailed) as refused:
        fetch(
            source,
            into=tmp_path / "feed",
            allowed=allowed,
            resolve=lambda host, port: ["8.8.8.8", "127.0.0.1"],
        )
    assert refused.value.why == (
        "files.supplier.example stands at 127.0.0.1, in a network that is not open to the world: "
        "the owner must name that network first."
    )
    assert refused.value.is_ours
    assert canary.hits == []


def test_being_sent_on_to_a_private_address_is_refused(canary: Supplier, tmp_path: Path) -> None:
    """Two machines of the supplier's: one may be spoken to, the other stands in a network of ours."""
    with Supplier("127.0.0.2") as supplier:
        supplier.answers["/"] = lambda asked: asked.say(302, Location=f"http://inside.example:{canary.port}/")
        allowed = Allowed(
            frozenset({f"files.supplier.example:{supplier.port}", f"inside.example:{canary.port}"}),
            (ip_network("127.0.0.2/32"),),
        )
        at = {"files.supplier.example": "127.0.0.2", "inside.example": "127.0.0.1"}
        with pytest.raises(FetchFailed, match=r"inside.example stands at 127.0.0.1"):
            fetch(
                Source(f"http://files.supplier.example:{supplier.port}/"),
                into=tmp_path / "feed",
                allowed=allowed,
                resolve=lambda host, port: [at[host]],
            )
        assert len(supplier.hits) == 1
    assert canary.hits == []


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://127.0.0.1:{port}/", "127.0.0.1:{port} is not among the hosts that the owner allowed."),
        ("//127.0.0.1:{port}/", "127.0.0.1:{port} is not among the hosts that the owner allowed."),
        ("gopher://127.0.0.1:{port}/", "Only http, https and sftp are fetched, not “gopher”."),
        ("file:///etc/passwd", "Only http, https and sftp are fetched, not “file”."),
        ("sftp://files.supplier.example:{own}/", "The server sends us on to SFTP."),
        (
            "http://a:b@files.supplier.example:{own}/",
            "The address holds a name or password: they have their own fields.",
        ),
        (
            "http://files.supplier.example:{own}\\@127.0.0.1:{port}/",
            "The address holds signs that no address may hold, or too many.",
        ),
        ("/again", "The server sent us on more than 3 times."),
    ],
)
def test_where_a_server_sends_us_is_checked_like_the_first_address(
    canary: Supplier, tmp_path: Path, location: str, why: str
) -> None:
    with Supplier() as supplier:
        place = location.format(port=canary.port, own=supplier.port)
        supplier.answers["/"] = supplier.answers["/again"] = lambda asked: asked.say(302, Location=place)
        host = f"files.supplier.example:{supplier.port}"
        with pytest.raises(FetchFailed) as refused:
            fetch(
                Source(f"http://{host}/"),
                into=tmp_path / "feed",
                allowed=Allowed(frozenset({host}), (HOME,)),
                resolve=lambda host, port: ["127.0.0.1"],
            )
        assert refused.value.why == why.format(port=canary.port)
        assert len(supplier.hits) == (4 if location == "/again" else 1)
    assert canary.hits == []


def test_being_sent_on_is_followed_three_times(tmp_path: Path) -> None:
    with Supplier() as supplier:
        for here, there in (("/", "a"), ("/a", "/b?x=1"), ("/b", "//files.supplier.example:{}/c")):
            supplier.answers[here] = lambda asked, there=there: asked.say(  # type: ignore[misc]
                307, Location=there.format(supplier.port)
            )
        supplier.answers["/c"] = lambda asked: asked.say(200, b"sku,units")
        host = f"files.supplier.example:{supplier.port}"
        came = fetch(
            Source(f"http://{host}/", username="regimen", password="s3cret"),
            into=tmp_path / "feed",
            allowed=Allowed(frozenset({host}), (HOME,)),
            resolve=lambda host, port: ["127.0.0.1"],
        )
        assert came.bytes == 9
        assert [path for path, _ in supplier.hits] == ["/", "/a", "/b?x=1", "/c"]
        assert all("authorization" in headers for _, headers in supplier.hits)


def test_the_password_is_never_shown_to_another_host(canary: Supplier, tmp_path: Path) -> None:
    with Supplier() as supplier:
        supplier.answers["/"] = lambda asked: asked.say(302, Location=f"http://other.example:{canary.port}/")
        hosts = frozenset({f"files.supplier.example:{supplier.port}", f"other.example:{canary.port}"})
        source = Source(
            f"http://files.supplier.example:{supplier.port}/", username="regimen", password="s3cret"
        )
        with pytest.raises(FetchFailed) as refused:
            fetch(
                source,
                into=tmp_path / "feed",
                allowed=Allowed(hosts, (HOME,)),
                resolve=lambda host, port: ["127.0.0.1"],
            )
    assert refused.value.why == (
        f"The server sends us on to other.example:{canary.port}, which must not see the password."
    )
    assert canary.hits == []
    assert "s3cret" not in repr(source)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://other.example/", "other.example is not among the hosts that the owner allowed."),
        (
            "http://files.supplier.example:8080/",
            "files.supplier.example:8080 is not among the hosts that the owner allowed.",
        ),
        (
            "http://files.supplier.example.evil.example/",
            "files.supplier.example.evil.example is not among the hosts that the owner allowed.",
        ),
        ("ftp://files.supplier.example/", "Only http, https and sftp are fetched, not “ftp”."),
        ("/stock.csv", "Only http, https and sftp are fetched, not “”."),
        ("http:///stock.csv", "The address names no host."),
        ("http://files.supplier.example:0/", "The address names no host."),
        ("http://files.supplier.example:99999/", "The address cannot be understood."),
        ("http://[::1/", "The address cannot be understood."),
        (
            "http://files.supplier.example/a b",
            "The address holds signs that no address may hold, or too many.",
        ),
        (
            "http://files.supplier.example/\r\nHost: x",
            "The address holds signs that no address may hold, or too many.",
        ),
        (
            "http://files.supplier.example/" + "a" * 2000,
            "The address holds signs that no address may hold, or too many.",
        ),
    ],
)
def test_only_hosts_that_the_owner_named_are_looked_up(tmp_path: Path, url: str, why: str) -> None:
    looked_up: list[str] = []

    def look(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return []

    with pytest.raises(FetchFailed) as refused:
        fetch(
            Source(url),
            into=tmp_path / "feed",
            allowed=Allowed(frozenset({"files.supplier.example"})),
            resolve=look,
        )
    assert refused.value.why == why
    assert refused.value.is_ours
    assert looked_up == []


def test_a_name_that_nobody_knows_is_the_suppliers_trouble(tmp_path: Path) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(FetchFailed, match=r"The name files.supplier.example was not found.") as refused:
        fetch(
            Source("https://FILES.supplier.example./"),
            into=tmp_path / "feed",
            allowed=Allowed(frozenset({"files.supplier.example"})),
            resolve=unknown,
        )
    assert not refused.value.is_ours


PRIVATE = (
    "0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255 "
    "192.0.0.1 192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 "
    ":: ::1 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001:db8::1 ::ffff:10.0.0.1 "
    "::ffff:0:10.0.0.1 64:ff9b::a00:1 64:ff9b:1::808:808 2002:a00:1:: 2001:0:808:808::f5ff:fffe ::10.0.0.1 "
    "100::1 nonsense 8.8.8 "
).split()


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_open_to_the_world_is_not_spoken_to(address: str) -> None:
    assert not may_reach(address, Allowed(frozenset()))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"],
)
def test_an_open_address_is_spoken_to(address: str) -> None:
    assert may_reach(address, Allowed(frozenset()))


def test_a_private_network_that_the_owner_named_is_spoken_to_and_nothing_beside_it() -> None:
    allowed = Allowed(
        frozenset(), (ip_network("10.1.0.0/16"), ip_network("0.0.0.0/8"), ip_network("fd00::/8"))
    )
    assert may_reach("10.1.2.3", allowed)
    assert may_reach("::ffff:10.1.2.3", allowed)
    assert may_reach("fd00::1", allowed)
    for other in ("10.2.0.1", "127.0.0.1", "0.0.0.0", "::", "fc00::1", "ff02::1"):
        assert not may_reach(other, allowed), other
