"""The demo's ports: the usual ones, or others, said aloud."""

import socket

import pytest

from dev.demo import ports


@pytest.fixture
def usual() -> dict[str, int]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        first = sock.getsockname()[1]
    return {"web": first, "sandbox": first + 300, "mailbox": first + 600, "smtp": first + 900}


def test_free_ports_are_taken_as_they_are(usual: dict[str, int]) -> None:
    chosen = ports.choose_ports(usual)
    assert (chosen.web, chosen.sandbox, chosen.mailbox, chosen.smtp) == tuple(usual.values())
    assert chosen.moved == ()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_taken_port_is_left_alone_and_said(usual: dict[str, int], host: str) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((host, usual["web"]))
        other.listen()
        chosen = ports.choose_ports(usual)
    assert chosen.web == usual["web"] + 1
    assert chosen.moved == (f"Port {usual['web']} is taken: the web listens on {usual['web'] + 1}.",)


def test_two_neighbours_do_not_get_the_same_port(usual: dict[str, int]) -> None:
    usual["sandbox"] = usual["web"]
    chosen = ports.choose_ports(usual)
    assert chosen.sandbox == chosen.web + 1


def test_no_free_port_is_said_by_name(usual: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_TRIED", 1)
    with socket.socket() as other:
        other.bind(("127.0.0.1", usual["mailbox"]))
        other.listen()
        with pytest.raises(ports.NoFreePortError, match="no free port for the mailbox"):
            ports.choose_ports(usual)
