"""The official inventory as a table: whatever stands before its header, and whoever named its columns."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog import inci

MOST_BYTES = 50_000_000
MOST_ROWS = 200_000
PREAMBLE = 30  # the official export tells its date and its filters first
NAME_CHARS, CAS_CHARS, FUNCTION_CHARS = 500, 200, 60
HEADINGS = {
    "inci name": "name",
    "cas number": "cas",
    "cas no": "cas",
    "function": "functions",
    "functions": "functions",
}


@dataclass(eq=False)
class NoInventory(Exception):
    """The file is no CosIng table; nothing of it was written."""

    why: str
    line: int | None = None

    def __str__(self) -> str:
        return f"Line {self.line}: {self.why}" if self.line else self.why


@dataclass(frozen=True)
class Listed:
    """One substance as the inventory lists it; `key`: its name, folded as labels are."""

    key: str
    name: str
    cas: str
    functions: list[str]


@dataclass
class Inventory:
    """The substances of a file, each once, and how many lines were of no use."""

    rows: int = 0
    repeated: int = 0
    too_long: int = 0  # mixtures of a hundred plants, named by all of them: no label prints that as one name
    listed: dict[str, Listed] = field(default_factory=dict)


def read_inventory(content: bytes) -> Inventory:
    """The substances of a CosIng file, by key.

    Takes   CSV in UTF-8 with inci_name, cas_number and function, or with the official export's headings.
    Raises  NoInventory.
    """
    reader = csv.reader(io.StringIO(_decode(content), newline=""), strict=True)
    places = _find_header(reader)
    found = Inventory()
    for cells in _read_rows(reader):
        if len(cells) <= max(places.values()):
            raise NoInventory(f"has {len(cells)} cells, fewer than the header", reader.line_num)
        one = _read_row({name: cells[place] for name, place in places.items()})
        found.rows += 1
        if found.rows > MOST_ROWS:
            raise NoInventory(f"The file has more than {MOST_ROWS:,} rows.", reader.line_num)
        if one is None:
            found.too_long += 1
        elif one.key in found.listed:
            found.repeated += 1
        elif one.key:
            found.listed[one.key] = one
    if not found.listed:
        raise NoInventory("The table has a header, but names no substance.")
    return found


def _decode(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise NoInventory(f"The file has more than {MOST_BYTES:,} bytes.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before: bytes = error.object[: error.start]
        raise NoInventory("This is not UTF-8: save it as “CSV UTF-8”.", before.count(b"\n") + 1) from None
    if "\x00" in text:
        raise NoInventory("This is no text.", text[: text.index("\x00")].count("\n") + 1)
    return text


def _find_header(reader: Iterator[list[str]]) -> dict[str, int]:
    """Where each column stands. What comes before the header is passed over."""
    for number, cells in enumerate(_read_rows(reader)):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            name = HEADINGS.get(" ".join(re.split(r"[\s_.]+", cell.casefold())).strip())
            if name is not None:
                places.setdefault(name, place)
        if len(places) == len(set(HEADINGS.values())):
            return places
        if number >= PREAMBLE:
            break
    raise NoInventory("This is no CosIng table: no line has the columns INCI name, CAS No and Function.")


def _read_rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise NoInventory(f"This is no CSV: {error}.", getattr(reader, "line_num", None)) from None
        if any(cell.strip() for cell in cells):
            yield cells


def _read_row(cells: dict[str, str]) -> Listed | None:
    """None when it is longer than anything that a label prints."""
    name = " ".join(cells["name"].split())
    functions = {" ".join(part.casefold().split()): None for part in cells["functions"].split(",")}
    said = [part for part in functions if part not in ("", "-", "not reported")]
    cas = " ".join(cells["cas"].split()).strip("- ")
    if len(name) > NAME_CHARS or len(cas) > CAS_CHARS or any(len(part) > FUNCTION_CHARS for part in said):
        return None
    key = inci.fold(name)
    return Listed(key, name, cas, said) if len(key) <= NAME_CHARS else None
