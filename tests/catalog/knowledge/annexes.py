"""The annexes of Reg. (EC) 1223/2009 as the Commission's inventory exports them, read for comparison only."""

import csv
import re
from calendar import month_name
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from catalog import inci

LAW = Path(__file__).parents[4] / "shared" / "data" / "law"
FILES = {
    "II": "eu_annex_II_2025-12_clean.csv",
    "III": "eu_annex_III_2025-12_clean.csv",
    "IV": "eu_annex_IV_2024_clean.csv",
    "V": "eu_annex_V_2024_clean.csv",
    "VI": "eu_annex_VI_2024_clean.csv",
}
CAS = re.compile(r"\b\d{2,7}-\d\d-\d\b")
LETTER = re.compile(r"(?:^|\s)\(?([a-n])\)\s*")
PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(%|mg/kg)")
DAY = re.compile(r"[Ff]rom (\d+ \w+ \d{4})[^.]{0,400}? shall not be (placed|made available)")
NUMBER = re.compile(r"(\d{3,4})/(\d{2,4})")


@dataclass(frozen=True)
class Limit:
    """So much of it in products of that type; `types` is empty where the entry makes no difference."""

    types: str
    percent: float


@dataclass(frozen=True)
class Entry:
    """One row of one annex. `amended_by`: the numbers of that act, in either order of year and number."""

    names: str
    numbers: frozenset[str]
    amended_by: frozenset[str]
    limits: tuple[Limit, ...]
    placed: frozenset[date]
    available: frozenset[date]
    text: str

    def is_about(self, names: set[str], numbers: set[str]) -> bool:
        return bool(self.numbers & numbers) or any(name in self.names for name in names)


def find_cited(source: str) -> list[Entry]:
    """All rows of all entries that a source cites: "Annex V/12 and Annex V/12a"."""
    cited = re.findall(r"Annex (II|III|IV|V|VI)/(\d+[a-z]?)\b", source)
    return [entry for annex, number in cited for entry in read_annex(annex).get(number, ())]


@cache
def read_annex(name: str) -> dict[str, list[Entry]]:
    """{entry's number: its rows}; some numbers stand there twice."""
    found: dict[str, list[Entry]] = {}
    with (LAW / FILES[name]).open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["reference_number"].strip(), []).append(_read_entry(row))
    return found


def _read_entry(row: dict[str, str]) -> Entry:
    cells = {name: " ".join(text.replace("\N{SOFT HYPHEN}", "").split()) for name, text in row.items()}
    before = list(cells.values())[: list(cells).index("regulation")]
    types, most = before[-4:-2]
    text = " ".join(cells.values())
    days = [(_as_day(day), what) for day, what in DAY.findall(text)]
    return Entry(
        names=" ; ".join(inci.fold(cell) for cell in cells.values()),
        numbers=frozenset(CAS.findall(cells["cas_number"])),
        amended_by=frozenset(number for pair in NUMBER.findall(cells["regulation"]) for number in pair),
        limits=tuple(_pair(types.lower(), most)),
        placed=frozenset(day for day, what in days if what == "placed"),
        available=frozenset(day for day, what in days if what != "placed"),
        text=text,
    )


def _as_day(text: str) -> date:
    """Of "1 February 2025"."""
    day, month, year = text.split()
    return date(int(year), list(month_name).index(month), int(day))


def _pair(types: str, most: str) -> Iterator[Limit]:
    """The limit under (b) is of the products under (b), where both columns have letters."""
    by_letter = _cut(types)
    for letter, words in _cut(most).items():
        for number, unit in PERCENT.findall(words):
            percent = float(number.replace(",", ".")) / (10_000 if unit == "mg/kg" else 1)
            yield Limit(by_letter.get(letter, "" if len(by_letter) > 1 else types), percent)


def _cut(text: str) -> dict[str, str]:
    """{letter: words}; what has no letters stands under ""."""
    parts = LETTER.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True)) if len(parts) > 1 else {"": text}
