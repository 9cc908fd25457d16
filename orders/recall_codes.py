"""Lot codes as they are pasted into a recall: one on a line, or a table with products. Pure but for names."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.models import Product

MOST_LINES = 5_000
CODE_CHARS, NOTE_CHARS = 40, 120
PRODUCT, LOT = ("product", "sku", "name"), ("lot", "code", "lot_code", "batch")


@dataclass(frozen=True)
class NamedLot:
    product_id: int
    code: str
    note: str = ""


@dataclass(frozen=True)
class BadLine:
    line: int
    text: str
    why: str


def read_codes(text: str, *, product: Product | None) -> tuple[list[NamedLot], list[BadLine]]:
    """The lots that a pasted list names, each once; and the lines that name none, with the reason.

    Takes   one code on a line, of `product`; or "product,lot" and perhaps a note, with or without a
            header, where a product is its slug or its name, with or without its brand.
    """
    rows = [(number, row) for number, row in enumerate(_split(text), 1) if any(row)]
    if len(rows) > MOST_LINES:
        return [], [BadLine(MOST_LINES, "", f"At most {MOST_LINES} lines are taken at once.")]
    columns = _read_header(rows[0][1]) if rows else None
    if columns is not None:
        rows = rows[1:]
    known = _name_products(row[(columns or (0, 1))[0]] for _, row in rows if len(row) > 1)
    named: dict[NamedLot, None] = {}
    bad: list[BadLine] = []
    for number, row in rows:
        found = _read_row(row, columns or (0, 1), known, product)
        if isinstance(found, str):
            bad.append(BadLine(number, ",".join(row)[:80], found))
        else:
            named.setdefault(found)
    return list(named), bad


def _split(text: str) -> Iterable[list[str]]:
    lines = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((line for line in lines if line.strip()), "")  # later cells may hold any sign
    sign = next((sign for sign in "\t;" if sign in first), ",")
    return ([" ".join(cell.split()) for cell in row] for row in csv.reader(lines, delimiter=sign))


def _read_header(row: list[str]) -> tuple[int, int] | None:
    """Where product and lot stand, when the first line says so."""
    names = [cell.lower() for cell in row]
    product = next((names.index(name) for name in PRODUCT if name in names), None)
    lot = next((names.index(name) for name in LOT if name in names), None)
    return None if product is None or lot is None else (product, lot)


def _read_row(
    row: list[str], columns: tuple[int, int], known: dict[str, int | None], product: Product | None
) -> NamedLot | str:
    cells = [cell for cell in row if cell]
    if len(cells) == 1:
        if product is None:
            return "Whose lot is it? Choose the product, or write “product,lot”."
        product_id, code, note = product.pk, cells[0], ""
    else:
        at, lot = columns
        if len(row) <= max(at, lot) or not row[lot]:
            return "There is no lot code on this line."
        found = known.get(row[at].casefold())
        if found is None:
            twice = row[at].casefold() in known
            return f"Several products are called “{row[at]}”." if twice else f"We have no “{row[at]}”."
        product_id, code = found, row[lot]
        note = next((cell for place, cell in enumerate(row) if place not in columns and cell), "")
    if len(code) > CODE_CHARS:
        return f"A lot code has at most {CODE_CHARS} characters."
    if not any(letter.isalnum() for letter in code):
        return "A lot code has a letter or a digit in it."
    return NamedLot(product_id, code, note[:NOTE_CHARS])


def _name_products(names: Iterable[str]) -> dict[str, int | None]:
    """{what people may call it: product id}; None where two products share the name."""
    wanted = {name.casefold() for name in names}
    found: dict[str, int | None] = {}
    if not wanted:
        return found
    for pk, slug, name, brand in Product.objects.values_list("pk", "slug", "name", "brand__name"):
        for called in {slug.casefold(), name.casefold(), f"{brand} {name}".casefold()} & wanted:
            found[called] = pk if found.get(called, pk) == pk else None
    return found
