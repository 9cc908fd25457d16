"""From a table to rows that can be applied: columns found, cells read, bad ones reported."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from catalog.importing import columns
from catalog.importing.columns import COLUMNS, KEEP, PRICE, Published
from catalog.importing.files import Row, Table
from catalog.importing.mapping import BadMapping, Rule
from catalog.importing.reports import BadCell, CannotRead, Report, shorten


@dataclass
class Entry:
    """One row of the file that could be read. `values` holds what it sets; what it leaves is not there."""

    line: int
    sku: str
    values: dict[str, Any]
    prices: dict[str, int]
    cells: dict[str, str] = field(repr=False)

    @property
    def slug(self) -> str | None:
        slug: str | None = self.values.get("product")
        return slug


def read_entries(table: Table, *, rules: Mapping[str, Rule] | None, report: Report) -> list[Entry]:
    """The rows that hold nothing wrong in themselves; the others go to the report, every cell of them.

    Raises  CannotRead: a column is unknown, or the SKU's is missing. BadMapping.
    """
    plan = _plan(table.header, rules)
    report.rows = len(table.rows)
    entries: list[Entry] = []
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        entry = _read_row(row, len(table.header), plan, report)
        if entry is not None and not _refuse_repeats(entry, seen, report):
            entries.append(entry)
    return entries


Plan = dict[str, tuple[int | None, Rule]]  # our column → (place in their row, rule)


def _plan(header: list[str], rules: Mapping[str, Rule] | None) -> Plan:
    places = {name.casefold(): place for place, name in enumerate(header)}
    if "sku" not in (places if rules is None else rules):
        raise CannotRead("There is no column “sku”. Cells are parted by comma, semicolon or tab.", line=1)
    if rules is None:
        rules = {name: Rule(column=name) for name in places}
        for name in rules:
            if not columns.is_ours(name):
                raise CannotRead(_unknown(name), line=1)
    plan: Plan = {}
    for name, rule in rules.items():
        if not columns.is_ours(name):
            raise BadMapping(_unknown(name))
        place = places.get(rule.column.casefold()) if rule.column else None
        if rule.column and place is None:
            raise CannotRead(
                f"There is no column “{rule.column}”, from which the mapping takes {name}.", line=1
            )
        plan[name] = (place, rule)
    return plan


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, [*COLUMNS, "price_eur", "price_usd", "price_gbp"], n=1)
    if name.startswith(PRICE):
        return f"Column “{shorten(name)}” names no currency that there is."
    return f"Column “{shorten(name)}” is unknown." + (f" Is it {near[0]}?" if near else "")


def _read_row(row: Row, width: int, plan: Plan, report: Report) -> Entry | None:
    if len(row.cells) != width:
        report.refuse(row.line, "", row.cells[0], f"has {len(row.cells)} cells, the header has {width}")
        report.refused_rows += 1
        return None
    cells: dict[str, str] = {}
    values: dict[str, Any] = {}
    good = True
    for name, (place, rule) in plan.items():
        raw = row.cells[place] if place is not None else ""
        try:
            cells[name] = raw if raw in columns.SPREADSHEET_ERRORS else rule.apply(raw)
            value = columns.read_cell(name, cells[name])
        except BadCell as bad:
            report.refuse(row.line, name, cells.get(name, raw), bad.why)
            good = False
            continue
        if value is not KEEP:
            values[name] = value
    if not cells.get("sku") and "sku" in cells:
        report.refuse(row.line, "sku", "", "is missing")
        good = False
    good = _check_picture(row.line, cells, report) and good
    if not good:
        report.refused_rows += 1
        return None
    prices = {
        name.removeprefix(PRICE).upper(): values.pop(name) for name in [*values] if name.startswith(PRICE)
    }
    return Entry(row.line, values["sku"], values, prices, cells)


def _check_picture(line: int, cells: Mapping[str, str], report: Report) -> bool:
    image, alt = cells.get("image", ""), cells.get("image_alt", "")
    if image and not alt:
        report.refuse(
            line, "image_alt", "", "is missing: say what the picture shows to those who cannot see it"
        )
    if alt and not image and "image" in cells:
        report.refuse(line, "image", "", "is missing, but image_alt describes a picture")
    return bool(image) == bool(alt) or "image" not in cells


def _refuse_repeats(entry: Entry, seen: dict[tuple[str, str], int], report: Report) -> bool:
    """A SKU or a barcode stands once in a file: of two rows nobody could say which one is right."""
    for column in ("sku", "barcode"):
        value = entry.values.get(column)
        if value and (column, value) in seen:
            report.refuse(entry.line, column, value, f"is already on line {seen[column, value]}")
            report.refused_rows += 1
            return True
    seen |= {(name, entry.values[name]): entry.line for name in ("sku", "barcode") if entry.values.get(name)}
    return False


def agree(name: str, ours: Any, theirs: Any) -> bool:
    """Whether two rows say the same about their product: case and spacing do not matter."""
    return bool(_folded(name, ours) == _folded(name, theirs))


def _folded(name: str, value: Any) -> Any:
    if isinstance(value, Published | datetime):
        return value
    if name == "concerns":
        return {concern.casefold() for concern in value}
    return [part.casefold().split() for part in ([value] if isinstance(value, str) else value)]


def is_empty(value: Any) -> bool:
    return value in ("", (), None)


def group_entries(entries: Iterable[Entry], slug_of_sku: Mapping[str, str]) -> dict[str, list[Entry]]:
    """{product's slug: its rows}, in the order of the file.

    Takes   `slug_of_sku`: the products to which known SKUs belong already.
    """
    products: dict[str, list[Entry]] = {}
    for entry in entries:
        slug = entry.slug or slug_of_sku.get(entry.sku) or _make_slug(entry)
        products.setdefault(slug, []).append(entry)
    return products


def _make_slug(entry: Entry) -> str:
    words = slugify(f"{entry.values.get('brand', '')} {entry.values.get('name', '')}")
    return (words or slugify(entry.sku) or "product")[:140].strip("-")
