"""A customer's connection: HTTP/1.1 kept alive, as little of it as a measurement may cost."""

from __future__ import annotations

import json
import socket
from typing import Any


class WrongAnswerError(Exception):
    """What came back is not what was measured for; the message carries it."""


class Line:
    """One connection to one server."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def ask(self, method: str, path: str, body: Any = None, *, expect: int = 200, headers: str = "") -> bytes:
        """The body of the answer. Raises WrongAnswerError: its status is another."""
        content = b"" if body is None else json.dumps(body).encode()
        lines = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
        if body is not None:
            lines += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        self.socket.sendall(lines.encode() + b"\r\n" + content)
        status, answer = self._read()
        if status != expect:
            raise WrongAnswerError(f"{method} {path}: {status}, not {expect}: {answer[:400]!r}")
        return answer

    def ask_json(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        return json.loads(self.ask(method, path, body, **options))

    def close(self) -> None:
        self.socket.close()

    def _read(self) -> tuple[int, bytes]:
        while (end := self.rest.find(b"\r\n\r\n")) < 0:
            self.rest += self._receive()
        head, self.rest = self.rest[:end].lower(), self.rest[end + 4 :]
        at = head.find(b"\r\ncontent-length:")
        if at < 0:
            raise WrongAnswerError(f"an answer without its length: {head[:200]!r}")
        length = int(head[at + 17 :].split(b"\r\n", 1)[0])
        while len(self.rest) < length:
            self.rest += self._receive()
        answer, self.rest = self.rest[:length], self.rest[length:]
        return int(head[9:12]), answer

    def _receive(self) -> bytes:
        part = self.socket.recv(262_144)
        if not part:
            raise WrongAnswerError("the server hung up")
        return part
