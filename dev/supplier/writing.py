"""The count as files. Columns are called what the supplier calls them, as suppliers do."""

from __future__ import annotations

import csv
import io
import json
import zlib
from dataclasses import replace

from openpyxl import Workbook

from dev.supplier.shelves import Count, Lot

COLUMNS = ("Article", "Batch", "Warehouse", "Place", "Free", "Best before", "Counted at")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def write_file(count: Count, kind: str) -> bytes:
    """The count as csv, xlsx or json."""
    return {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}[kind](count)


def write_csv(count: Count) -> bytes:
    """Cells parted by semicolons, days as 30.06.2027, in UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(COLUMNS)
    at = _moment(count)
    for lot in count.lots:
        day = f"{lot.best_before:%d.%m.%Y}" if lot.best_before else ""
        writer.writerow([lot.sku, lot.code, lot.location, _place(lot), lot.free, day, at])
    return out.getvalue().encode()


def write_xlsx(count: Count) -> bytes:
    """One sheet; days are days to the spreadsheet too."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Stock")
    sheet.append(list(COLUMNS))
    at = _moment(count)
    for lot in count.lots:
        sheet.append([lot.sku, lot.code, lot.location, _place(lot), lot.free, lot.best_before, at])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_json(count: Count) -> bytes:
    """One list, with a few words about itself around it."""
    at = _moment(count)
    lines = [
        dict(
            zip(
                COLUMNS,
                [
                    lot.sku,
                    lot.code,
                    lot.location,
                    _place(lot),
                    lot.free,
                    lot.best_before.isoformat() if lot.best_before else None,
                    at,
                ],
                strict=True,
            )
        )
        for lot in count.lots
    ]
    return json.dumps({"counted_at": at, "lines": lines}, ensure_ascii=False).encode()


def with_zeros(count: Count) -> Count:
    """The same lots, and nothing of them."""
    return replace(count, lots=tuple(replace(lot, free=0) for lot in count.lots))


def _moment(count: Count) -> str:
    return count.counted_at.isoformat().replace("+00:00", "Z")


def _place(lot: Lot) -> str:
    """Where it stands in the supplier's hall: a word that is not ASCII, for the encodings' sake."""
    number = zlib.crc32(lot.sku.encode())
    return f"{('Süd', 'Höhe', 'Empfänger')[number % 3]} {number % 40 + 1}"
