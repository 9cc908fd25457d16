"""A catalogue comes into the house: from a file to products that can be bought. See docs/importing.md."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from catalog.importing import applying, files, rows
from catalog.importing.applying import Occasion, Seal
from catalog.importing.columns import COLUMNS
from catalog.importing.files import MOST_BYTES
from catalog.importing.mapping import BadMapping, Rule, read_mapping
from catalog.importing.pictures import Pictures
from catalog.importing.reports import AnotherImport, BadCell, CannotRead, Note, Refused, Report
from catalog.importing.rows import Entry
from catalog.models import Variant
from catalog.publishing import BATCH

__all__ = [
    "MOST_BYTES",
    "AnotherImport",
    "BadCell",
    "BadMapping",
    "CannotRead",
    "Note",
    "Refused",
    "Report",
    "import_catalogue",
    "read_rules",
]

Progress = Callable[[int, int], None]  # rows done, rows in all


def import_catalogue(
    *,
    content: bytes,
    name: str,
    now: datetime,
    images: Path | None = None,
    rules: Mapping[str, Rule] | None = None,
    dry_run: bool = False,
    by: Any = None,
    progress: Progress | None = None,
    seal: Seal | None = None,
) -> Report:
    """What became of every row of a catalogue file. The same file again changes nothing.

    Takes   `content`: CSV or XLSX; `name`: the file's, which price changes will give as their cause;
            `images`: the folder of pictures (without one, pictures are left as they are);
            `rules`: a mapping from `read_rules`; `dry_run`: the same report, and nothing written;
            `seal`: told of each batch in its transaction.
    Writes  Product, Variant, Price, Formula, Image, shelves, pages: a transaction per some 500 products.
            A row with a bad cell writes nothing; a killed import goes on when it is started again.
    Raises  CannotRead, BadMapping: nothing was written. AnotherImport.
    """
    table = files.read_table(content)
    report = Report(dry_run=dry_run)
    entries = rows.read_entries(table, rules=rules, report=report)
    known = Variant.objects.filter(sku__in=[entry.sku for entry in entries])
    products = rows.group_entries(entries, dict(known.values_list("sku", "product__slug")))
    pictures = Pictures(images, dry_run=dry_run)
    if pictures.folder is None and any(entry.values.get("image") for entry in entries):
        report.note(
            1, "image", str(images or ""), "there is no folder of pictures: they were left as they are"
        )
    occasion = Occasion(cause=f"import of {name}"[:80], now=now, by=by, dry_run=dry_run, seal=seal)
    for batch in _in_batches(products):
        good = pictures.refuse_bad(batch, report)
        report.add(applying.apply_products(good, pictures=pictures, occasion=occasion))
        if progress is not None:
            progress(report.created + report.changed + report.unchanged + report.refused_rows, report.rows)
    report.refused.sort()
    report.notes.sort()
    return report


def read_rules(text: str) -> dict[str, Rule]:
    """The rules of a mapping file (TOML). Raises BadMapping."""
    return read_mapping(text, known=list(COLUMNS))


def _in_batches(products: dict[str, list[Entry]]) -> Iterator[dict[str, list[Entry]]]:
    slugs = list(products)
    for start in range(0, len(slugs), BATCH):
        yield {slug: products[slug] for slug in slugs[start : start + BATCH]}
