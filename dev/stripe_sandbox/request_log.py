"""The log of API calls, in memory: who asked what, under which key, and what was answered."""

from __future__ import annotations

import threading
from collections import deque

from .errors import Json

KEEP = 10_000


class RequestLog:
    """The last ten thousand API calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Json] = deque(maxlen=KEEP)
        self._lock = threading.Lock()

    def add(self, call: Json) -> None:
        with self._lock:
            self._calls.append(call)

    def show(self) -> list[Json]:
        with self._lock:
            return list(self._calls)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
