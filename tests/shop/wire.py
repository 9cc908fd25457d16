"""A connection to the real web server on which anything may be written."""

import json
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.models import Lot
from orders.models import Order
from payments.models import StripeEvent
from shop.models import Cart, CartLine, IdempotencyKey


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json", self.body[:300]
        problem: dict[str, Any] = json.loads(self.body)
        assert problem["status"] == self.status
        return problem


@dataclass(frozen=True)
class Wire:
    """A connection on which anything may be written."""

    port: int

    def send(self, raw: bytes) -> Answer:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            with suppress(ConnectionResetError, BrokenPipeError):  # it had seen enough
                line.sendall(raw)
            return read_answer(line)

    def ask(
        self, method: str, target: str | bytes, body: bytes = b"", *headers: tuple[str, str | bytes]
    ) -> Answer:
        target = target if isinstance(target, bytes) else target.encode()
        head = [method.encode() + b" " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close"]
        for name, value in headers:
            head.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
        if body or method in ("POST", "PUT"):
            head.append(b"Content-Length: %d" % len(body))
        return self.send(b"\r\n".join(head) + b"\r\n\r\n" + body)

    def say(self, method: str, target: str, body: bytes, *headers: tuple[str, str | bytes]) -> Answer:
        return self.ask(method, target, body, ("Content-Type", "application/json"), *headers)


def read_answer(line: socket.socket) -> Answer:
    raw = b""
    with suppress(ConnectionResetError):
        while part := line.recv(65536):
            raw += part
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines[1:])}
    return Answer(int(lines[0].split(" ")[1]), headers, body)


def wait_for(port: int, log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if Wire(port).ask("GET", "/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the web server did not start: {log.read_text()}")


@dataclass(frozen=True)
class Shelf:
    cart: str

    @property
    def line(self) -> str:
        return f"/api/v1/carts/{self.cart}/lines/QC-50/"

    @property
    def checkout(self) -> str:
        return f"/api/v1/carts/{self.cart}/checkout/"


def assert_untouched() -> None:
    assert [line.units for line in CartLine.objects.all()] == [2]
    assert (Cart.objects.count(), Order.objects.count(), IdempotencyKey.objects.count()) == (1, 0, 0)
    assert StripeEvent.objects.count() == 0
    assert Lot.objects.get().reserved == 0
