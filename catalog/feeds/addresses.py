"""Which addresses may be spoken to: hosts that the owner named, at places in the open Internet."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, quote, urlsplit

from catalog.feeds.sources import Allowed, FetchFailed

Resolve = Callable[[str, int], list[str]]  # name, port → addresses

PORTS = {"http": 80, "https": 443, "sftp": 22}
MOST_URL_CHARS = 2000
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]+")
# Addresses of the new Internet that lead to one of the old: the last or the middle 32 bits say to which.
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


@dataclass(frozen=True)
class Place:
    """An address to fetch from, taken apart; `host` in small letters, without brackets."""

    scheme: str
    host: str
    port: int
    path: str  # of SFTP as the server names it, of HTTP as it is asked for, with its query

    @property
    def named(self) -> str:
        """Host and port as a URL and a Host header write them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def read_place(url: str, allowed: Allowed) -> Place:
    """Where a URL leads, when its host is allowed. Raises FetchFailed."""
    if len(url) > MOST_URL_CHARS or not url.isascii() or not url.isprintable() or re.search(r"[\s\\]", url):
        raise FetchFailed("The address holds signs that no address may hold, or too many.", is_ours=True)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise FetchFailed("The address cannot be understood.", is_ours=True) from None
    if parts.scheme not in PORTS:
        raise FetchFailed(f"Only http, https and sftp are fetched, not “{parts.scheme[:20]}”.", is_ours=True)
    if "@" in parts.netloc:
        raise FetchFailed("The address holds a name or password: they have their own fields.", is_ours=True)
    if not HOST.fullmatch(host) or port == 0:
        raise FetchFailed("The address names no host.", is_ours=True)
    place = Place(parts.scheme, host, port or PORTS[parts.scheme], _path(parts))
    if place.named not in {name.lower().rstrip(".") for name in allowed.hosts}:
        raise FetchFailed(f"{place.named} is not among the hosts that the owner allowed.", is_ours=True)
    return place


def _path(parts: SplitResult) -> str:
    if parts.scheme == "sftp":
        return parts.path or "/"
    asked = quote(parts.path or "/", safe="/%:=&~+!$,;'@()*") + ("?" + parts.query if parts.query else "")
    return asked


def look_up(place: Place, allowed: Allowed, resolve: Resolve) -> list[str]:
    """The addresses of a place, every one of which may be spoken to. Connect to these, and look up no more.

    Raises  FetchFailed: one of them is private, or there is none.
    """
    try:
        found = resolve(place.host, place.port)
    except OSError:
        raise FetchFailed(f"The name {place.host} was not found.") from None
    if not found:
        raise FetchFailed(f"The name {place.host} has no address.")
    for text in found:
        if not may_reach(text, allowed):
            raise FetchFailed(
                f"{place.host} stands at {text[:60]}, in a network that is not open to the world: "
                "the owner must name that network first.",
                is_ours=True,
            )
    return found


def resolve_name(host: str, port: int) -> list[str]:
    """What the machine's resolver says, each address once. Raises OSError."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def may_reach(text: str, allowed: Allowed) -> bool:
    """Whether an address is a public one, or in a network that the owner named."""
    if "%" in text:  # an address that means something on one cable only
        return False
    try:
        address = _unwrap(ip_address(text))
    except ValueError:
        return False
    if address.is_unspecified or address.is_multicast:
        return False
    if any(address in network for network in allowed.networks):
        return True
    if isinstance(address, IPv6Address) and address.is_site_local:  # to Python that is the open Internet
        return False
    return address.is_global and not address.is_reserved


def _unwrap(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address at which packets arrive in the end."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in NAT64[0]:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in NAT64[1]:
        return IPv4Address(0)  # a translation of somebody's own: never ours to follow
    return address
