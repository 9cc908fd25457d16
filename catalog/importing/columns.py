"""What each column means, and what its cells may hold. docs/importing.md says the same for people."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from babel.numbers import list_currencies
from django.utils.text import slugify

from catalog.categories import DEEPEST
from catalog.importing.guarding import unprotect
from catalog.importing.reports import BadCell
from catalog.importing.sizes import Size, read_number, read_size
from catalog.models import SkinType
from catalog.money import BadAmount, parse_amount

PRICE = "price_"
YES, NO = {"yes", "y", "true", "1", "ja", "oui"}, {"no", "n", "false", "0", "nein", "non"}
SPREADSHEET_ERRORS = frozenset(
    "#NAME? #REF! #VALUE! #DIV/0! #N/A #NULL! #NUM! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! "
    "#GETTING_DATA #UNKNOWN! #BUSY! ######".split()
)
MOST_WEIGHT_G = 100_000
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Column:
    """One of our columns.

    `read` turns a filled cell into a value; `empty` is what an empty cell means, and KEEP means
    that the field stays as it is. `lines`: the cell may have several lines.
    """

    read: Callable[[str], Any]
    empty: Any
    most_chars: int
    lines: bool = False


class _Keep:
    """An empty cell that changes nothing."""


KEEP = _Keep()


@dataclass(frozen=True)
class Published:
    """Shown from a moment on; `at` None with `shown` True: from now on, unless it is shown already."""

    shown: bool
    at: datetime | None = None


def read_cell(name: str, cell: str) -> Any:
    """The value of a cell, or KEEP.

    Raises  BadCell.
    """
    column = COLUMNS.get(name) or PRICE_COLUMN
    refuse_wrong_text(cell, column)
    if not cell:
        return column.empty
    if name.startswith(PRICE):
        return _price(cell, name.removeprefix(PRICE).upper())
    return column.read(unprotect(cell))


def is_slug(text: str) -> bool:
    return SLUG.fullmatch(text) is not None


def is_ours(name: str) -> bool:
    return name in COLUMNS or (name.startswith(PRICE) and name.removeprefix(PRICE).upper() in _currencies())


def _currencies() -> set[str]:
    return set(list_currencies())


def refuse_wrong_text(cell: str, column: Column) -> None:
    if cell in SPREADSHEET_ERRORS:
        raise BadCell(f"is a spreadsheet's error, not a value ({cell})")
    if cell.startswith("="):
        raise BadCell("begins with =: a formula, not a value")
    for sign in cell:
        if ord(sign) < 32 or 127 <= ord(sign) < 160:
            if sign == "\n" and column.lines:
                continue
            name = "a line break" if sign == "\n" else f"the control character U+{ord(sign):04X}"
            raise BadCell(f"holds {name}")
    if len(cell) > column.most_chars:
        raise BadCell(f"has {len(cell):,} characters; there is room for {column.most_chars:,}")


def _text(cell: str) -> str:
    return cell


def _name(cell: str) -> str:
    if not any(sign.isalnum() for sign in cell):
        raise BadCell("is no name: it holds neither letter nor digit")
    return cell


def _sku(cell: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]+", cell):
        raise BadCell("may hold only letters from A to Z, digits, dot, hyphen and underscore")
    return cell


def _slug(cell: str) -> str:
    if not is_slug(cell):
        raise BadCell("is no address part such as oat-milk-cleanser: small letters, digits, single hyphens")
    return cell


def _category(cell: str) -> tuple[str, ...]:
    path = tuple(part.strip() for part in cell.split(">"))
    if not all(path):
        raise BadCell("has an empty shelf in it: write it like Face > Serums")
    if len(path) > DEEPEST:
        raise BadCell(f"is more than {DEEPEST} shelves deep")
    if max(map(len, path)) > 120:
        raise BadCell("names a shelf with more than 120 characters")
    return tuple(_name(part) for part in path)


def _concerns(cell: str) -> tuple[str, ...]:
    names: dict[str, str] = {}  # slug → the name as first written
    for part in re.split(r"[|,]", cell):
        if not part.strip():
            continue
        slug = slugify(part)
        if not slug or len(part.strip()) > 80:
            raise BadCell(f"“{part.strip()[:40]}” is no name for a concern")
        names.setdefault(slug, part.strip())
    return tuple(names.values())


def _size(cell: str) -> Size:
    return read_size(cell)


def _barcode(cell: str) -> str:
    if not re.fullmatch(r"\d{8}|\d{12,14}", cell, re.ASCII):
        raise BadCell("is no GTIN: 8, 12, 13 or 14 digits")
    digits = [int(digit) for digit in reversed(cell)]
    if sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10:
        raise BadCell("is no GTIN: its last digit does not check")
    return cell


def _weight(cell: str) -> int:
    weight = read_number(cell)
    if weight != int(weight):
        raise BadCell("is no whole number of grams")
    if not 0 < weight <= MOST_WEIGHT_G:
        raise BadCell(f"must be between 1 and {MOST_WEIGHT_G:,} grams")
    return int(weight)


def _price(cell: str, currency: str) -> int:
    negative = re.fullmatch(r"-\s*[\d.,]+", cell)
    try:
        return parse_amount("-1" if negative else str(read_number(cell)), currency)
    except BadAmount as error:
        raise BadCell(error.why) from None


def _published(cell: str) -> Published:
    word = cell.lower()
    if word in YES | NO:
        return Published(word in YES)
    if moment := _read_moment(cell):
        return Published(True, moment)
    raise BadCell("is neither yes nor no nor a date such as 2026-12-01")


def _hidden(cell: str) -> datetime:
    if moment := _read_moment(cell):
        return moment
    raise BadCell("is no date such as 2026-12-01, nor a moment such as 2026-12-01T08:00+01:00")


def _read_moment(cell: str) -> datetime | None:
    """A day (from its midnight, UTC) or a moment with its zone; None when it is neither."""
    try:
        if len(cell) <= 10:
            return datetime.combine(date.fromisoformat(cell), time(), UTC)
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _skin_types(cell: str) -> tuple[str, ...]:
    asked = [part.strip().lower() for part in re.split(r"[|,]", cell) if part.strip()]
    unknown = next((one for one in asked if one not in SkinType.values), None)
    if unknown is not None:
        raise BadCell(f"“{unknown[:40]}” is none of {', '.join(SkinType.values)}")
    return tuple(sorted(set(asked), key=SkinType.values.index))


def _file_name(cell: str) -> str:
    if cell.startswith(("/", "\\", "~")) or ".." in re.split(r"[/\\]", cell) or ":" in cell:
        raise BadCell("must be the name of a file inside the folder of pictures")
    return cell


PRICE_COLUMN = Column(_text, KEEP, 20)
COLUMNS: Mapping[str, Column] = {
    "sku": Column(_sku, KEEP, 64),
    "product": Column(_slug, KEEP, 140),
    "name": Column(_name, KEEP, 200),
    "brand": Column(_name, KEEP, 120),
    "category": Column(_category, KEEP, 800),
    "concerns": Column(_concerns, (), 2_000),
    "variant": Column(_text, "", 80),
    "size": Column(_size, Size(None), 80),
    "barcode": Column(_barcode, None, 20),
    "weight_g": Column(_weight, None, 12),
    "summary": Column(_text, "", 200),
    "description": Column(_text, "", 20_000, lines=True),
    "skin_types": Column(_skin_types, (), 200),
    "ingredients": Column(_text, "", 20_000, lines=True),
    "label_source": Column(_text, "", 200),
    "image": Column(_file_name, KEEP, 200),
    "image_alt": Column(_name, KEEP, 240),
    "published": Column(_published, KEEP, 40),
    "hidden": Column(_hidden, None, 40),
}
# What all rows of one product must say alike.
OF_THE_PRODUCT = (
    "name",
    "brand",
    "category",
    "concerns",
    "summary",
    "description",
    "skin_types",
    "ingredients",
    "label_source",
    "published",
    "hidden",
)
