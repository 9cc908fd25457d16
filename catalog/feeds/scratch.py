"""What a run has read, on disk: a file is read once, however large, and memory holds a batch of it."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from catalog.feeds.columns import ShelfLine
from catalog.lots import fold_code

BATCH = 1000
ROOM = 100  # lines by which a batch may be shorter, so that the lots of one SKU stay together
MAKE = """
CREATE TABLE shelf_line (
  line INTEGER, sku TEXT, lot TEXT, lot_folded TEXT, location TEXT, units INTEGER,
  expires_on TEXT, counted_at TEXT
)
"""
SHELF = "sku, location, lot_folded"
TWICE = f"CREATE TABLE twice AS SELECT {SHELF} FROM shelf_line GROUP BY {SHELF} HAVING count(*) > 1"
READ = "SELECT line, sku, lot, location, units, expires_on, counted_at FROM shelf_line"
IS_TWICE = f"({SHELF}) IN (SELECT {SHELF} FROM twice)"


class Scratch:
    """Lines of one run. Closed, it is gone.

    Takes   `path`: a file that nobody else knows.
    """

    def __init__(self, path: Path) -> None:
        # nothing here has to survive: no journal, no syncing
        self._db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", "cache_size=-4000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute(MAKE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def write_lines(self, lines: Iterable[ShelfLine]) -> None:
        """Keep them. When all are there, `part_repeats` must be called once."""
        rows = iter(lines)
        while some := [_to_row(line) for line in islice(rows, BATCH)]:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT INTO shelf_line VALUES (?, ?, ?, ?, ?, ?, ?, ?)", some)
            self._db.execute("COMMIT")

    def part_repeats(self) -> None:
        """Lines that speak of the same shelf twice are set apart: nobody can tell which of them is right."""
        self._db.execute(TWICE)

    def read_once(self) -> Iterator[list[ShelfLine]]:
        """Lines whose shelf no other line speaks of, in batches, in the order of SKUs."""
        return self._read(f"{READ} WHERE NOT {IS_TWICE} ORDER BY {SHELF}")

    def read_twice(self) -> Iterator[list[ShelfLine]]:
        """The others, in the order of the file."""
        return self._read(f"{READ} WHERE {IS_TWICE} ORDER BY line")

    def _read(self, sql: str) -> Iterator[list[ShelfLine]]:
        batch: list[ShelfLine] = []
        with closing(self._db.execute(sql)) as rows:
            for row in rows:
                line = _from_row(*row)
                is_new = bool(batch) and batch[-1].sku != line.sku
                if len(batch) == BATCH or (is_new and len(batch) >= BATCH - ROOM):
                    yield batch
                    batch = []
                batch.append(line)
        if batch:
            yield batch


def _to_row(line: ShelfLine) -> tuple[Any, ...]:
    return (
        *(line.line, line.sku, line.lot, fold_code(line.lot), line.location, line.units),
        line.expires_on.isoformat() if line.expires_on else None,
        line.counted_at.isoformat() if line.counted_at else None,
    )


def _from_row(
    line: int, sku: str, lot: str, location: str, units: int, expires_on: str | None, counted_at: str | None
) -> ShelfLine:
    return ShelfLine(
        line,
        sku,
        lot,
        location,
        units,
        date.fromisoformat(expires_on) if expires_on else None,
        datetime.fromisoformat(counted_at) if counted_at else None,
    )
