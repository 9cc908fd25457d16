"""No test speaks to the world: sockets reach this machine only."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest


class OutsideCallError(RuntimeError):
    """A test tried to reach another machine."""


def guard_sockets(patch: pytest.MonkeyPatch, *, allowed: frozenset[str] = frozenset()) -> None:
    """From now on connecting to, or looking up, anything but loopback raises OutsideCallError.

    Takes  `allowed`: further hosts, for a database or broker that the caller named.
    """
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            refuse_outside(str(address[0]), allowed)

    def guarded_connect(sock: socket.socket, address: Any) -> None:
        check(sock, address)
        connect(sock, address)

    def guarded_connect_ex(sock: socket.socket, address: Any) -> int:
        check(sock, address)
        return connect_ex(sock, address)

    def guarded_lookup(host: Any, *arguments: Any, **options: Any) -> Any:
        if host:
            refuse_outside(host.decode() if isinstance(host, bytes) else str(host), allowed)
        return lookup(host, *arguments, **options)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_lookup)


def refuse_outside(host: str, allowed: frozenset[str]) -> None:
    """Nothing, when the host is this machine. Raises OutsideCallError."""
    if host in allowed or host in ("", "localhost") or host.endswith(".localhost"):
        return
    try:
        outside = not ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        outside = True
    if outside:
        raise OutsideCallError(f"a test tried to reach {host}: only this machine may be spoken to")
