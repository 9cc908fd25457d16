"""The sandbox's own time: the machine's clock plus an offset that only moves forward."""

from __future__ import annotations

import time

from .store import Store


class Clock:
    """What the sandbox calls now. The offset lives in the database, so it survives a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._offset = int(store.read_setting("clock_offset") or 0)

    @property
    def offset(self) -> int:
        return self._offset

    def now(self) -> int:
        """Virtual seconds since 1970."""
        return int(time.time()) + self._offset

    def exact(self) -> float:
        """Virtual time with its fraction, to sleep by."""
        return time.time() + self._offset

    def advance(self, seconds: int) -> None:
        """Moves the clock forward and remembers it."""
        self.set_offset(self._offset + seconds)

    def set_offset(self, offset: int) -> None:
        """Sets the distance to the machine's clock and remembers it."""
        self._store.write_setting("clock_offset", str(offset))
        self._offset = offset
