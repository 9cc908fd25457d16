"""Where a feed lies, what may be fetched, what came, and what went wrong: the words of fetching."""

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True)
class Source:
    """One supplier's file, and how we last had it."""

    url: str
    username: str = ""
    password: str = field(default="", repr=False)
    host_key: str = ""  # SFTP: "ssh-ed25519 AAAA…"
    etag: str = ""
    last_modified: datetime | None = None
    timeout_s: float = 20  # for an answer to begin, and between two pieces of it
    total_s: float = 120  # for everything; a server that drips is cut off
    most_bytes: int = 50_000_000


@dataclass(frozen=True)
class Allowed:
    """What the owner has named: hosts, and the private networks in which some of them may stand.

    A host without a port is allowed on the usual port of the scheme, with one on that port only.
    """

    hosts: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...] = ()


@dataclass(frozen=True)
class Fetched:
    """What came. Of an unchanged file nothing was written; its etag and moment are those that we had."""

    status: str  # "new" or "unchanged"
    etag: str
    last_modified: datetime | None
    bytes: int


@dataclass(eq=False)
class FetchFailed(Exception):
    """Nothing came. `is_ours`: what is set here must change first; another try alone would not help."""

    why: str
    is_ours: bool = False

    def __str__(self) -> str:
        return self.why
