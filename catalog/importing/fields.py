"""What a row sets of its product and of its size, and when that is anything new."""

from datetime import datetime
from typing import Any

from catalog.importing.columns import Published
from catalog.importing.guarding import as_cell
from catalog.importing.plans import Plan
from catalog.importing.rows import Entry
from catalog.importing.shelves import Shelves
from catalog.importing.sizes import Size
from catalog.models import Product, Variant


def of_product(plan: Plan, product: Product, shelves: Shelves, now: datetime) -> dict[str, Any]:
    """{column of Product: value}, of what the file says."""
    said = plan.values
    found: dict[str, Any] = {name: said[name] for name in ("name", "summary", "description") if name in said}
    if "brand" in said:
        found["brand_id"] = shelves.find_brand(plan).pk
    if "category" in said:
        found["category_id"] = shelves.find_category(plan).pk
    if "skin_types" in said:
        found["skin_types"] = list(said["skin_types"])
    if "published" in said:
        asked: Published = said["published"]
        shown_already = product.published_at is not None and product.published_at <= now
        since = asked.at or (product.published_at if shown_already else now)
        found["published_at"] = since if asked.shown else None
    if "hidden" in said:
        found["hidden_at"] = said["hidden"]
    return found


def of_variant(entry: Entry, known: Variant | None) -> dict[str, Any]:
    """{column of Variant: value}. A size without a name is called by what is in it."""
    said = entry.values
    found: dict[str, Any] = {name: said[name] for name in ("barcode", "weight_g") if name in said}
    size: Size = said.get("size", Size(None))
    if "size" in said:
        found["net_quantity"] = size.quantity
        if size.quantity is not None or known is None:
            found["net_unit"] = size.unit
    nameless = known is not None and known.name == "" and not said.get("variant")
    if ("variant" in said and not nameless) or known is None:
        found["name"] = said.get("variant") or size.in_words() or entry.cells.get("size", "")
    return found


def differs(ours: Any, theirs: Any) -> bool:
    """Whether a value is new. A text with other line ends or spaces around it is none."""
    if isinstance(ours, str) and isinstance(theirs, str):
        return as_cell(ours, lines=True) != as_cell(theirs, lines=True)
    return bool(ours != theirs)
