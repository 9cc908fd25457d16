"""One log file a process, turned over at each start."""

from __future__ import annotations

from pathlib import Path

_KEPT = 3


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
