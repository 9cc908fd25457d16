"""A client's connection: HTTP kept alive, every status is an answer, every silence is said."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass
from typing import Any


class NoAnswer(Exception):
    """The server hung up, refused, or said nothing in time: nobody knows what it did."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """The last word of the problem's type, "out-of-stock"; empty when there is none."""
        try:
            return str(self.json()["type"]).rsplit("/", 1)[-1] if self.status >= 400 else ""
        except (ValueError, KeyError, TypeError):
            return "no-problem-document"


QUIET_S = 10  # the web lets a quiet connection go after half a minute: whoever waited longer dials anew


class Line:
    """One connection to one port of this machine; opened again after a silence."""

    def __init__(self, port: int, *, patience_s: float = 30) -> None:
        self._used_at = time.monotonic()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience_s)

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """The answer, whatever its status. Raises NoAnswer."""
        sent = dict(headers or {})
        content = None
        if body is not None:
            content, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        started = time.monotonic()
        if started - self._used_at > QUIET_S:
            self._connection.close()
        try:
            self._connection.request(method, path, content, sent)
            reply = self._connection.getresponse()
            read = reply.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise NoAnswer(f"{method} {path}: {type(error).__name__} {error}") from None
        self._used_at = time.monotonic()
        return Answer(reply.status, read, self._used_at - started)


_lines = threading.local()


def line_to(port: int) -> Line:
    """This thread's own connection to that port."""
    found: dict[Any, Line] = _lines.__dict__
    if port not in found:
        found[port] = Line(port)
    return found[port]
