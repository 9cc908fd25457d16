"""Files to import, written by tests."""

import csv
import io
from typing import Any

from openpyxl import Workbook

from catalog import importing
from catalog.importing import Report
from tests.builders import NOW

GOOD = {
    "sku": "OAT-150",
    "product": "oat-milk",
    "name": "Oat Milk",
    "brand": "Maren Ostby",
    "category": "Face > Cleansers",
    "concerns": "dryness|fine-lines",
    "variant": "150 ml",
    "size": "150 ml",
    "barcode": "2001100010706",
    "weight_g": "188",
    "price_eur": "13.90",
    "price_usd": "15.00",
    "summary": "A milk without perfume.",
    "description": "Thin and slippery. Rinse or wipe.",
    "ingredients": "Aqua, Glycerin",
    "published": "yes",
}


def row(**changes: str | None) -> dict[str, str]:
    """A good row with other cells; None takes a column away."""
    return {name: cell for name, cell in (GOOD | changes).items() if cell is not None}


def as_csv(*rows: dict[str, str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    for cells in rows:
        book.worksheets[0].append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def run(content: bytes, **options: Any) -> Report:
    options.setdefault("now", NOW)
    return importing.import_catalogue(content=content, name="list.csv", **options)


def reasons(report: Report) -> list[tuple[int, str, str]]:
    return [(bad.line, bad.column, bad.reason) for bad in report.refused]
