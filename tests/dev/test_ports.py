"""The demo's ports: the usual ones, or others, said aloud."""

import random
import socket

import pytest

from dev.demo import ports


@pytest.fixture
def usual() -> dict[str, int]:
    # below the ports that the kernel lends to outgoing connections: nobody takes the neighbours meanwhile
    first = next(
        port
        for port in random.sample(range(20_000, 30_000), 200)
        if all(map(ports.is_free, (port, port + 1)))
    )
    return {
        "web": first,
        "sandbox": first + 300,
        "mailbox": first + 600,
        "smtp": first + 900,
        "supplier": first + 1200,
    }


def choose(usual: dict[str, int]) -> ports.Ports:
    chosen = ports.choose_ports(usual)
    chosen.held.close()
    return chosen


def test_free_ports_are_taken_as_they_are(usual: dict[str, int]) -> None:
    chosen = choose(usual)
    found = (chosen.web, chosen.sandbox, chosen.mailbox, chosen.smtp, chosen.supplier)
    assert found == tuple(usual.values())
    assert chosen.moved == ()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_taken_port_is_left_alone_and_said(usual: dict[str, int], host: str) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((host, usual["web"]))
        other.listen()
        chosen = choose(usual)
    assert chosen.web == usual["web"] + 1
    assert chosen.moved == (f"Port {usual['web']} is taken: the web listens on {usual['web'] + 1}.",)


def test_two_neighbours_do_not_get_the_same_port(usual: dict[str, int]) -> None:
    usual["sandbox"] = usual["web"]
    chosen = choose(usual)
    assert chosen.sandbox == chosen.web + 1


def test_no_free_port_is_said_by_name(usual: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_TRIED", 1)
    with socket.socket() as other:
        other.bind(("127.0.0.1", usual["mailbox"]))
        other.listen()
        with pytest.raises(ports.NoFreePortError, match="no free port for the mailbox"):
            choose(usual)


def test_two_shops_that_start_at_once_do_not_share_a_port(usual: dict[str, int]) -> None:
    first = ports.choose_ports(usual)
    with first.held:
        second = choose(usual)
        with socket.socket() as granian:
            granian.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            granian.bind(("127.0.0.1", first.web))
            granian.listen()
            with socket.create_connection(("127.0.0.1", first.web), timeout=2):
                granian.accept()[0].close()
    assert (first.web, second.web) == (usual["web"], usual["web"] + 1)
    assert second.moved == (f"Port {usual['web']} is taken: the web listens on {usual['web'] + 1}.",)


def test_a_port_that_nobody_needs_is_not_talked_about(usual: dict[str, int]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", usual["sandbox"]))
        other.listen()
        chosen = ports.choose_ports(usual, unused=("sandbox",))
    chosen.held.close()
    assert chosen.moved == ()
