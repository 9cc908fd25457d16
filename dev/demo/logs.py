"""The children's logs, read along for what a person must see."""

from __future__ import annotations

import re
from pathlib import Path

_MATTERS = re.compile(r"\b(warning|error|critical|fatal|panic)\b", re.IGNORECASE)


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
