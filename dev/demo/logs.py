"""The children's logs: one file each, turned over at the start, and read along for what a person must see."""

from __future__ import annotations

import re
from pathlib import Path

_KEPT = 3
_MATTERS = re.compile(r"\b(warning|error|critical|fatal|panic)\b", re.IGNORECASE)


def turn_over(path: Path) -> None:
    """`web.log` becomes `web.1.log`, that becomes `web.2.log`; the oldest is dropped."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(f".{_KEPT}.log").unlink(missing_ok=True)
    for number in range(_KEPT - 1, 0, -1):
        older = path.with_suffix(f".{number}.log")
        if older.exists():
            older.rename(path.with_suffix(f".{number + 1}.log"))
    if path.exists():
        path.rename(path.with_suffix(".1.log"))


class LogReader:
    """Reads a growing log; gives the new lines that matter: warnings, errors, and whole tracebacks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._at = 0
        self._rest = ""
        self._in_traceback = False

    def news(self) -> list[str]:
        """What came since the last call and matters."""
        try:
            with open(self.path, "rb") as file:
                file.seek(self._at)
                new = file.read(1_000_000)
        except FileNotFoundError:
            return []
        self._at += len(new)
        *lines, self._rest = (self._rest + new.decode("utf-8", "replace")).split("\n")
        return [line for line in lines if self._matters(line)]

    def last_lines(self, count: int = 15) -> list[str]:
        """The end of the log, for the one who asks why a child died."""
        try:
            return self.path.read_text(errors="replace").splitlines()[-count:]
        except FileNotFoundError:
            return []

    def _matters(self, line: str) -> bool:
        if line.startswith("Traceback (most recent call last)"):
            self._in_traceback = True
            return True
        if self._in_traceback:
            self._in_traceback = line.startswith(" ") or not line
            return bool(line)
        return bool(_MATTERS.search(line[:200]))
