"""Tables out of files: CSV as spreadsheets write it, and XLSX. What a file is, its bytes decide."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.importing import sheets
from catalog.importing.guarding import tidy
from catalog.importing.reports import CannotRead

MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file. `line` is what an editor shows, counted from 1."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """A header and the rows below it; blank rows are left out."""

    header: list[str]
    rows: list[Row]


def read_table(content: bytes) -> Table:
    """The table in a file, its cells as text, trimmed and in Unicode's composed form.

    Takes   CSV in UTF-8 (comma, semicolon or tab), or XLSX, of which the first sheet is read.
    Raises  CannotRead: why the file as a whole is no use, with the line where there is one.
    """
    if len(content) > MOST_BYTES:
        raise CannotRead(f"The file has more than {MOST_BYTES:,} bytes: import it in parts.")
    if not content.strip():
        raise CannotRead("The file is empty.")
    is_workbook = _is_workbook(content)
    lines = sheets.read_cells(content, most_rows=MOST_ROWS) if is_workbook else _read_text(_decode(content))
    rows = [Row(line, [tidy(cell) for cell in cells]) for line, cells in _limited(lines)]
    rows = [row for row in rows if any(row.cells)]
    if not rows:
        raise CannotRead("The file holds nothing but blank rows.")
    header = read_header(rows[0])
    if len(rows) == 1:
        raise CannotRead("The file has a header, but no row below it.")
    # A workbook has no rows that are too short, only cells that nobody filled.
    filled = len(header) if is_workbook else 0
    return Table(header, [Row(row.line, cut_blank_end(row.cells, len(header), filled)) for row in rows[1:]])


def _is_workbook(content: bytes) -> bool:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise CannotRead("This is an old Excel file (.xls), or one with a password: save it as .xlsx or CSV.")
    return content.startswith(b"PK\x03\x04")


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CannotRead("The file is UTF-16: save it as “CSV UTF-8”.", line=1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # `error.object` is without the mark at the start, if there was one
        before: bytes = error.object[: error.start]
        mark = len(content) - len(error.object)
        raise CannotRead(
            f"Byte {error.start + mark + 1} (0x{error.object[error.start]:02X}) is not UTF-8: "
            "save the file as “CSV UTF-8”.",
            line=before.count(b"\n") + 1,
        ) from None
    if text.lstrip()[:1] == "<":
        raise CannotRead("This is a web page (or XML), not a table.", line=1)
    return text


def _read_text(text: str) -> Iterator[tuple[int, list[str]]]:
    return read_csv(io.StringIO(text, newline=""), delimiter=find_delimiter(text))


def read_csv(text: Iterable[str], *, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row; a row may go over several lines, and stands where it begins.

    Raises  CannotRead: quotation marks that do not match.
    """
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CannotRead(f"A quotation mark does not match: {error}.", line=line) from None
        yield line, cells
        line = reader.line_num + 1


def find_delimiter(text: str) -> str:
    """The one sign that parts the header. Two that could be it are a question for a person."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    found = [sign for sign in DELIMITERS if sign in re.sub(r'"[^"]*"', "", first)]
    if len(found) > 1:
        raise CannotRead(
            f"The header holds {' and '.join(DELIMITERS[sign] for sign in found)}: what parts the cells?",
            line=1,
        )
    return found[0] if found else ","


def _limited(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for number, (line, cells) in enumerate(lines):
        if number > MOST_ROWS:
            raise CannotRead(f"The file has more than {MOST_ROWS:,} rows: import it in parts.", line=line)
        if len(cells) > MOST_COLUMNS:
            raise CannotRead(f"A row has more than {MOST_COLUMNS} cells.", line=line)
        yield line, cells


def read_header(row: Row) -> list[str]:
    """The names of the columns. Raises CannotRead: one without a name, or two of the same."""
    header = cut_blank_end(row.cells, 0)
    names = [name.casefold() for name in header]
    for place, name in enumerate(names):
        if not name:
            raise CannotRead(f"Column {place + 1} has no heading.", line=row.line)
        if name in names[:place]:
            raise CannotRead(f"Two columns are called “{header[place]}”.", line=row.line)
    return header


def cut_blank_end(cells: list[str], width: int, filled: int = 0) -> list[str]:
    """A row without the blank cells that spreadsheets leave at its end; `filled` up to so many cells."""
    while len(cells) > width and not cells[-1]:
        cells = cells[:-1]
    return cells + [""] * (filled - len(cells))
