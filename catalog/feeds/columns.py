"""Which column of a supplier's file means what, and what one line of it says of one shelf."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeVar, cast
from zoneinfo import ZoneInfo

from catalog.feeds import cells
from catalog.feeds.lines import BadFile, RawLine
from catalog.importing.reports import BadCell, shorten
from catalog.models import Feed

MOST_SKU_CHARS, MOST_LOT_CHARS, MOST_LOCATION_CHARS = 64, 40, 12
MOST_SHOWN_CHARS = 80  # of a code in the diary
NEEDED = ("sku", "units")
# What suppliers call it, where nobody has said which column it is. In small letters, signs left out.
CALLED = {
    "sku": "sku article articleno articlenumber item itemno itemnumber artikel artikelnr artikelnummer",
    "units": "units quantity qty stock onhand available count bestand menge anzahl",
    "lot": "lot lotno lotnumber lotcode batch batchno batchnumber charge chargennummer",
    "location": "location warehouse store lager lagerort",
    "expires_on": "expireson expires expiry expirydate bestbefore bbd mhd haltbarbis verfallsdatum",
    "counted_at": "countedat asof counted takenat stand zeitpunkt",
}
MEANT = {  # as a person reads it
    "sku": "the SKU",
    "units": "the units",
    "lot": "the lot",
    "location": "the location",
    "expires_on": "the expiry",
    "counted_at": "the moment of the count",
}


T = TypeVar("T")


@dataclass(frozen=True)
class ShelfLine:
    """What one line says: so many units of this lot stood there, at that moment if it names one."""

    line: int
    sku: str
    lot: str  # empty: the file knows no lots
    location: str
    units: int
    expires_on: date | None
    counted_at: datetime | None


@dataclass(eq=False)
class BadLine(Exception):
    """One line cannot be believed; the others may."""

    line: int
    reason: str
    words: str
    sku: str = ""
    lot: str = ""


def find_columns(named: Mapping[str, str], header: Iterable[str]) -> dict[str, str]:
    """{what we need: the column that holds it}, of those that the file has.

    Takes   `named`: what somebody chose; the rest is found by what suppliers usually call it.
    Raises  BadFile: a column that was chosen, or that is needed, is not there.
    """
    columns = {_fold(name): name for name in header}
    found = {}
    for meaning, called in CALLED.items():
        chosen = named.get(meaning, "")
        if chosen and _fold(chosen) not in columns:
            raise BadFile(f"There is no column “{shorten(chosen)}” for {MEANT[meaning]}. {_list(columns)}")
        known = [_fold(chosen)] if chosen else [name for name in columns if name in called.split()]
        if len(known) > 1:
            names = " and ".join(f"“{shorten(columns[name])}”" for name in known)
            raise BadFile(f"{names} may both be {MEANT[meaning]}: choose one.")
        if known:
            found[meaning] = columns[known[0]]
        elif meaning in NEEDED:
            raise BadFile(f"No column is {MEANT[meaning]}. {_list(columns)}")
    return found


def _fold(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _list(columns: Mapping[str, str]) -> str:
    names = ", ".join(f"“{shorten(name)}”" for name in list(columns.values())[:12])
    return f"The file has {names}" + (f" and {len(columns) - 12} more." if len(columns) > 12 else ".")


class LineReader:
    """Reads one feed's lines. Takes `columns`: what `find_columns` found."""

    def __init__(self, feed: Feed, columns: Mapping[str, str]) -> None:
        self.columns, self.here, self.zone = columns, feed.location.code, ZoneInfo(feed.zone)
        self.style = cast(Literal["iso", "dmy", "mdy"], feed.dates.lower())

    def read(self, raw: RawLine) -> ShelfLine:
        """What the line says. Raises BadLine."""
        if raw.broken:
            raise self._refuse(raw, "broken-line", f"The line {raw.broken}.")
        return ShelfLine(
            line=raw.line,
            sku=self._code(raw, "sku", MOST_SKU_CHARS),
            lot=self._code(raw, "lot", MOST_LOT_CHARS),
            location=self._code(raw, "location", MOST_LOCATION_CHARS) or self.here,
            units=self._read(raw, "units", "bad-units", cells.read_units),
            expires_on=self._read(raw, "expires_on", "bad-date", self._expiry),
            counted_at=self._read(raw, "counted_at", "bad-date", self._moment),
        )

    def _code(self, raw: RawLine, meaning: str, most_chars: int) -> str:
        if meaning != "sku" and not self._cell(raw, meaning):
            return ""
        return self._read(raw, meaning, "bad-code", lambda cell: cells.read_code(cell, most_chars=most_chars))

    def _expiry(self, cell: str) -> date | None:
        return cells.read_expiry(cell, style=self.style)

    def _moment(self, cell: str) -> datetime | None:
        if "counted_at" not in self.columns:
            return None
        return cells.read_moment(cell, style=self.style, zone=self.zone)

    def _read(self, raw: RawLine, meaning: str, reason: str, read: Callable[[str], T]) -> T:
        cell = self._cell(raw, meaning)
        try:
            return read(cell)
        except BadCell as bad:
            column = shorten(self.columns[meaning])
            words = (
                f"“{column}” says “{shorten(cell)}”, which {bad.why}." if cell else f"“{column}” {bad.why}."
            )
            raise self._refuse(raw, reason, words) from None

    def _cell(self, raw: RawLine, meaning: str) -> str:
        return raw.cells.get(self.columns.get(meaning, ""), "")

    def _refuse(self, raw: RawLine, reason: str, words: str) -> BadLine:
        sku, lot = (self._cell(raw, name)[:MOST_SHOWN_CHARS] for name in ("sku", "lot"))
        return BadLine(raw.line, reason, words, sku, lot)
