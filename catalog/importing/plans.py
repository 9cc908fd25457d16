"""What a batch of rows would do: held against what the house knows, refused where it does not fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.importing.columns import OF_THE_PRODUCT, PRICE
from catalog.importing.reports import Report, shorten
from catalog.importing.rows import Entry, agree, is_empty
from catalog.models import Product, Variant

NEEDED = ("name", "brand", "category")  # of a new product; nothing sensible could stand in for them


@dataclass(frozen=True)
class Known:
    """What the house knows about a batch. The products are locked until the transaction ends."""

    products: Mapping[str, Product]  # by slug
    variants: Mapping[str, Variant]  # by SKU
    owners: Mapping[str, str]  # barcode → SKU


@dataclass(frozen=True)
class Plan:
    """One product and the rows that fit; `values` is what they say about it together."""

    slug: str
    product: Product | None
    entries: list[Entry]
    values: Mapping[str, Any]


def read_known(products: Mapping[str, list[Entry]]) -> Known:
    """Locks   the products of the batch, in id order."""
    entries = [entry for rows in products.values() for entry in rows]
    barcodes = [barcode for entry in entries if (barcode := entry.values.get("barcode"))]
    locked = Product.objects.filter(slug__in=products).order_by("id").select_for_update(no_key=True)
    variants = Variant.objects.filter(sku__in=[entry.sku for entry in entries]).select_related("product")
    owners = Variant.objects.filter(barcode__in=barcodes).values_list("barcode", "sku")
    return Known(
        products={product.slug: product for product in locked},
        variants={variant.sku: variant for variant in variants},
        owners={str(barcode): sku for barcode, sku in owners},
    )


def plan_product(slug: str, entries: Iterable[Entry], known: Known, report: Report) -> Plan | None:
    """The plan for one product, or None when no row of it fits; the others are in the report."""
    fitting = [entry for entry in entries if _fits(entry, slug, known, report)]
    fitting, values = _merge(fitting, report)
    product = known.products.get(slug)
    if product is None and fitting:
        for name in NEEDED:
            if name not in values:
                for entry in fitting:
                    report.refuse(entry.line, name, "", "is missing: a new product needs it")
        if any(name not in values for name in NEEDED):
            report.refused_rows += len(fitting)
            return None
    return Plan(slug, product, fitting, values) if fitting else None


def _fits(entry: Entry, slug: str, known: Known, report: Report) -> bool:
    variant = known.variants.get(entry.sku)
    owner = known.owners.get(entry.values.get("barcode") or "")
    if variant is not None and variant.product.slug != slug:
        why = f"is not where this SKU belongs: that is {variant.product.slug}"
        report.refuse(entry.line, "product", slug, why)
    elif owner is not None and owner != entry.sku:
        report.refuse(entry.line, "barcode", entry.cells["barcode"], f"belongs to {owner} already")
    elif variant is None and not entry.prices:
        report.refuse(entry.line, f"{PRICE}…", "", "is missing: a new SKU needs a price in one currency")
    else:
        return True
    report.refused_rows += 1
    return False


def _merge(entries: Iterable[Entry], report: Report) -> tuple[list[Entry], dict[str, Any]]:
    """The rows that agree about their product, and what they say. An empty cell says: as in the others."""
    values: dict[str, Any] = {}
    said_by: dict[str, Entry] = {}
    agreeing: list[Entry] = []
    for entry in entries:
        said = {name: entry.values[name] for name in OF_THE_PRODUCT if name in entry.values}
        filled = {name: value for name, value in said.items() if not is_empty(value)}
        quarrels = [
            name for name in filled if name in said_by and not agree(name, values[name], filled[name])
        ]
        for name in quarrels:
            other = said_by[name]
            report.refuse(
                entry.line,
                name,
                entry.cells[name],
                f"contradicts line {other.line}, the same product: “{shorten(other.cells[name])}”",
            )
        if quarrels:
            report.refused_rows += 1
            continue
        agreeing.append(entry)
        values = said | values | {name: value for name, value in filled.items() if name not in said_by}
        said_by |= {name: entry for name in filled if name not in said_by}
    return agreeing, values
