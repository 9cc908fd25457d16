"""Lists with a fixed set of columns (markets, taxes, rates, lots): every bad cell is found at once."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from babel import Locale
from babel.numbers import list_currencies

from catalog.importing import columns
from catalog.importing.columns import Column
from catalog.importing.files import read_table
from catalog.importing.reports import BadCell, CannotRead, Refused, shorten
from catalog.importing.sizes import read_number
from catalog.money import BadAmount, parse_amount

# Babel names these, but nothing can be sent there.
NO_COUNTRY = frozenset("EU EZ UN QO XA XB ZZ".split())
CELL_CHARS = 800


@dataclass(eq=False)
class BadList(Exception):
    """A list holds bad cells; nothing of it was written."""

    name: str
    refused: list[Refused]


@dataclass(frozen=True)
class Line:
    """One row: the line it stands on, and what its cells mean."""

    line: int
    cells: Mapping[str, str]
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


@dataclass
class List:
    """The good lines of a file; `refuse` adds what only the house could know."""

    name: str
    lines: list[Line] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def refuse(self, line: Line, column: str, reason: str) -> None:
        self.refused.append(Refused(line.line, column, shorten(line.cells.get(column, "")), reason))

    def refuse_repeats(self, *key: str) -> None:
        """Two lines about the same thing: nobody could say which one is right."""
        seen: dict[tuple[Any, ...], int] = {}
        for line in self.lines:
            first = seen.setdefault(tuple(line[column] for column in key), line.line)
            if first != line.line:
                self.refuse(line, key[-1], f"stands on line {first} already")

    def insist(self) -> None:
        """Nothing, when every cell was good. Raises BadList."""
        if self.refused:
            raise BadList(self.name, sorted(self.refused))


Reader = Callable[[str], Any]


def read_list(
    content: bytes, *, name: str, readers: Mapping[str, Reader], optional: Collection[str] = ()
) -> List:
    """The lines of a CSV or XLSX file with exactly these columns.

    Takes   {column: what makes a value of its cell}; a reader sees empty cells too. `optional`: those that
            a file may lack, as if all their cells were empty.
    Raises  BadList when the file as a whole is no use.
    """
    try:
        table = read_table(content)
    except CannotRead as error:
        raise BadList(name, [Refused(error.line or 1, "", "", error.why)]) from None
    header = [heading.casefold() for heading in table.header]
    wrong = [f"has no column {column}" for column in readers if column not in {*header, *optional}]
    wrong += [f"has an unknown column {shorten(column)}" for column in header if column not in readers]
    if wrong:
        raise BadList(name, [Refused(1, "", "", "; ".join(wrong))])
    found = List(name)
    for row in table.rows:
        cells = dict.fromkeys(optional, "") | dict(zip(header, row.cells, strict=False))
        values: dict[str, Any] = {}
        if len(row.cells) != len(header):
            why = f"has {len(row.cells)} cells, the header has {len(header)}"
            found.refused.append(Refused(row.line, "", shorten(row.cells[0]), why))
            continue
        for column, reader in readers.items():
            try:
                columns.refuse_wrong_text(cells[column], Column(reader, None, CELL_CHARS))
                values[column] = reader(cells[column])
            except BadCell as bad:
                found.refused.append(Refused(row.line, column, shorten(cells[column]), bad.why))
        if len(values) == len(readers):
            found.lines.append(Line(row.line, cells, values))
    return found


def text(most_chars: int, *, needed: bool = True) -> Reader:
    def read(cell: str) -> str:
        if needed and not cell:
            raise BadCell("is missing")
        if len(cell) > most_chars:
            raise BadCell(f"has {len(cell)} characters; there is room for {most_chars}")
        return cell

    return read


def code(most_chars: int) -> Reader:
    def read(cell: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9._-]+", cell) or len(cell) > most_chars:
            raise BadCell(f"is no code: up to {most_chars} letters, digits, hyphens")
        return cell

    return read


def country(cell: str) -> str:
    known = Locale("en").territories
    if not re.fullmatch(r"[A-Z]{2}", cell) or cell not in known or cell in NO_COUNTRY:
        raise BadCell("is no country's two-letter code")
    return cell


def countries(cell: str) -> list[str]:
    codes = [country(part.strip()) for part in cell.split("|")]
    if len(set(codes)) < len(codes):
        raise BadCell("names a country twice")
    return codes


def currency(cell: str) -> str:
    if cell not in list_currencies():
        raise BadCell("is no currency's three-letter code")
    return cell


def yes_or_no(cell: str) -> bool:
    if cell.lower() not in columns.YES | columns.NO:
        raise BadCell("is neither yes nor no")
    return cell.lower() in columns.YES


def whole(least: int, most: int) -> Reader:
    def read(cell: str) -> int:
        if not re.fullmatch(r"\d{1,9}", cell, re.ASCII) or not least <= int(cell) <= most:
            raise BadCell(f"is no whole number between {least:,} and {most:,}")
        return int(cell)

    return read


def basis_points(cell: str) -> int:
    """The basis points of a percentage: 8.25 is 825."""
    scaled = read_number(cell) * 100
    if scaled != int(scaled) or scaled > 10_000:
        raise BadCell("is no percentage between 0 and 100 with at most two decimals")
    return int(scaled)


def amount(cell: str, in_currency: str) -> int:
    """Minor units; delivery may cost nothing. Raises BadCell."""
    number = read_number(cell)
    try:
        return parse_amount(str(number), in_currency) if number else 0
    except BadAmount as error:
        raise BadCell(error.why) from None


@dataclass(frozen=True)
class Expiry:
    """A day; or days from today, for demonstrations that never grow old."""

    on: date | None = None
    in_days: int | None = None

    def day(self, today: date) -> date | None:
        return self.on if self.in_days is None else today + timedelta(days=self.in_days)


def day(cell: str) -> date | None:
    """A date, or None for an empty cell."""
    told = expiry(cell)
    if told.in_days is not None:
        raise BadCell("is no date such as 2027-06-30")
    return told.on


def months(cell: str) -> int | None:
    """Whole months, with or without the M of the open jar: 12, 12M. None for an empty cell."""
    if not cell:
        return None
    number = cell.upper().removesuffix("M").strip()
    if not re.fullmatch(r"\d{1,2}", number, re.ASCII) or not int(number):
        raise BadCell("is no number of months such as 12 or 12M")
    return int(number)


def several(most_chars: int) -> Reader:
    """Texts with semicolons between them."""

    def read(cell: str) -> tuple[str, ...]:
        found = tuple(part.strip() for part in cell.split(";") if part.strip())
        if any(len(part) > most_chars for part in found):
            raise BadCell(f"holds a code of more than {most_chars} characters")
        return found

    return read


def expiry(cell: str) -> Expiry:
    if not cell:
        return Expiry()
    if relative := re.fullmatch(r"([+-]\d{1,5})d", cell, re.ASCII):
        return Expiry(in_days=int(relative[1]))
    try:
        return Expiry(on=date.fromisoformat(cell))
    except ValueError:
        raise BadCell("is neither a date such as 2027-06-30 nor days from now such as +540d") from None
