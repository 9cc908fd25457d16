"""What every feed is made of: lines with named cells; and what is no feed at all."""

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.importing.files import Row, cut_blank_end, read_header
from catalog.importing.guarding import tidy
from catalog.importing.reports import CannotRead, shorten

MOST_LINES = 2_000_000  # twice as many as a spreadsheet can hold
MOST_COLUMNS = 200
MOST_CELL_CHARS = 10_000
CUT_OFF = "The file ends in the middle: it has been cut off on its way."
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NUMBER = re.compile(r"[-+]?\d[\d.,]*", re.ASCII)
OTHERS = {
    b"PK\x03\x04": "a ZIP file or a workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls), or one with a password",
    b"\x1f\x8b": "a packed file (.gz)",
    b"%PDF": "a PDF",
    b"Rar!": "a packed file (.rar)",
    b"7z\xbc\xaf": "a packed file (.7z)",
}


@dataclass(frozen=True)
class RawLine:
    """One line of a feed: {the column's name as in the file: text}. A column that it lacks is not there.

    `line` is what an editor shows; of JSON, the how-manieth object. `broken` says why the line as a whole
    cannot be believed: then its cells are only good for showing.
    """

    line: int
    cells: dict[str, str]
    broken: str = ""


@dataclass(eq=False)
class BadFile(Exception):
    """The file as a whole is no use. It may show only at the end: apply nothing before all has been read."""

    why: str
    line: int | None = None

    def __str__(self) -> str:
        return f"Line {self.line}: {self.why}" if self.line else self.why


def refuse_other(path: Path, *, wanted: str) -> None:
    """Nothing, when the file may be what is wanted by its first bytes.

    Takes   `wanted`: CSV, XLSX or JSON.
    Raises  BadFile: empty, a web page, another kind of file.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    is_utf_16 = head.startswith(UTF_16)
    text = head.decode("utf-16" if is_utf_16 else "utf-8", "ignore").lstrip("\ufeff \t\r\n")
    if not head or (not text and path.stat().st_size <= len(head)):
        raise BadFile("The file is empty.")
    if text.startswith("<"):
        raise BadFile(f"This is a web page, perhaps a login, and not {wanted}.")
    for mark, name in OTHERS.items():
        if head.startswith(mark) and not (wanted == "XLSX" and mark == b"PK\x03\x04"):
            raise BadFile(f"This is {name}, and not {wanted}.")
    if wanted == "XLSX":
        if not head.startswith(b"PK\x03\x04"):
            raise BadFile("This is no XLSX workbook.")
    elif b"\0" in head and not is_utf_16:
        raise BadFile(
            f"The file holds zero bytes: it is no text, or UTF-16 without its mark, and not {wanted}."
        )
    elif wanted == "CSV" and text.startswith(("{", "[")):
        raise BadFile("This is JSON, and not CSV.")


def gather_lines(rows: Iterable[tuple[int, list[str]]], *, may_be_short: bool) -> Iterator[RawLine]:
    """The lines below the header, of a table's rows; blank rows are left out.

    Takes   `may_be_short`: cells that nobody filled are missing in the row (a workbook); otherwise a row
            with too few of them is broken, and a last one is a file that was cut off.
    Raises  BadFile.
    """
    kept = _limited(rows)
    first = next(kept, None)
    if first is None:
        raise BadFile("The file holds nothing but blank rows.")
    header = _read_header(first)
    last: RawLine | None = None
    for row in kept:
        if last is not None:
            yield last
        last = _name_cells(row, header, may_be_short)
    if last is None:
        raise BadFile("The file has a header, but no line below it.")
    if last.broken:
        raise BadFile(CUT_OFF, last.line)
    yield last


def _limited(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    for number, (line, cells) in enumerate(rows):
        if number > MOST_LINES:
            raise BadFile(f"The file has more than {MOST_LINES:,} lines.", line)
        if len(cells) > MOST_COLUMNS:
            raise BadFile(f"A row has more than {MOST_COLUMNS} cells.", line)
        row = Row(line, [read_text(cell, line) for cell in cells])
        if any(row.cells):
            yield row


def read_text(cell: str, line: int) -> str:
    """A cell's text without the space around it. Raises BadFile: too long, or no text."""
    if len(cell) > MOST_CELL_CHARS:
        raise BadFile(f"A cell has more than {MOST_CELL_CHARS:,} characters.", line)
    if "\0" in cell or not _is_storable(cell):
        raise BadFile("A cell holds signs that are no text.", line)
    return tidy(cell)


def _is_storable(cell: str) -> bool:
    if cell.isascii():
        return True
    try:
        cell.encode()
    except UnicodeEncodeError:  # half of a pair, from JSON's \ud800
        return False
    return True


def _read_header(row: Row) -> list[str]:
    with refuse_as_bad_file():
        header = read_header(row)
    for name in header:
        if NUMBER.fullmatch(name):
            raise BadFile(f"There is no header: “{shorten(name)}” is no column's name.", row.line)
    return header


def _name_cells(row: Row, header: list[str], may_be_short: bool) -> RawLine:
    cells = cut_blank_end(row.cells, len(header), len(header) if may_be_short else 0)
    if len(cells) > len(header):
        raise BadFile(f"A row has {len(cells)} cells, the header has {len(header)}.", row.line)
    if cells == header:
        raise BadFile("The header stands here again: two files have been put into one.", row.line)
    short = f"has {len(cells)} cells, the header has {len(header)}" if len(cells) < len(header) else ""
    return RawLine(row.line, dict(zip(header, cells, strict=False)), broken=short)


@contextmanager
def refuse_as_bad_file() -> Iterator[None]:
    """What the reading of imports refuses is no feed either."""
    try:
        yield
    except CannotRead as error:
        raise BadFile(error.why, error.line) from None
