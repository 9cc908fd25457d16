"""The ports of the demo: the usual ones, or the next free ones, said aloud."""

from __future__ import annotations

import socket
from dataclasses import dataclass

USUAL = {"web": 8000, "sandbox": 12580, "mailbox": 8025, "smtp": 1025, "supplier": 8035}
_TRIED = 50


class NoFreePortError(RuntimeError):
    """Every port that was tried is taken."""


@dataclass(frozen=True)
class Ports:
    web: int
    sandbox: int
    mailbox: int
    smtp: int
    moved: tuple[str, ...]  # sentences for the terminal
    held: socket.socket  # keeps the web's port ours while the web is not up yet
    supplier: int = 0  # where nobody asked for one


def choose_ports(usual: dict[str, int] = USUAL, *, unused: tuple[str, ...] = ()) -> Ports:
    """As many different free ports of 127.0.0.1.

    Takes   `unused`: names whose port nobody will listen on, and nobody need hear of.
    Raises  NoFreePortError.
    """
    chosen: dict[str, int] = {}
    moved: list[str] = []
    for name, wanted in usual.items():
        chosen[name] = _first_free(name, wanted, set(chosen.values()))
        if chosen[name] != wanted and name not in unused:
            moved.append(f"Port {wanted} is taken: the {name} listens on {chosen[name]}.")
    return Ports(**chosen, moved=tuple(moved), held=hold(chosen["web"]))


def _first_free(name: str, wanted: int, ours: set[int]) -> int:
    for port in range(wanted, wanted + _TRIED):
        if port not in ours and is_free(port):
            return port
    raise NoFreePortError(f"no free port for the {name} between {wanted} and {wanted + _TRIED - 1}")


def hold(port: int) -> socket.socket:
    """A silent socket on the port: others find it taken, granian can still listen there.

    granian binds with SO_REUSEPORT, so two shops that start at once would both get the port, and share the
    customers between them; the other servers refuse a port that is taken.
    """
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind(("127.0.0.1", port))
    return sock


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
            # with SO_REUSEADDR a bind may pass beside a listener on all addresses: listening does not
            sock.listen(1)
        except OSError:
            return False
    return True
