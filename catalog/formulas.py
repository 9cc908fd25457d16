"""What is inside a product: versions of its label, one per different text."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from catalog.models import Formula, Product


def record_label(*, product: Product, label_text: str, now: datetime) -> Formula | None:
    """The formula that a label text stands for; a new text makes a new version.

    Takes   the ingredient text as printed; empty means that nobody knows it.
    Gives   the product's current formula afterwards, or None for unknown.
    Writes  Formula (when the text is new), Product.current_formula.
    """
    record_labels(labels={product.pk: label_text}, now=now)
    product.refresh_from_db(fields=["current_formula"])
    return product.current_formula


def record_labels(*, labels: Mapping[int, str], now: datetime) -> set[int]:
    """The products whose current formula is another one afterwards.

    Takes   {product id: label text}; an empty text means that nobody knows it.
    Writes  Formula (for texts that are new), Product.current_formula.
    """
    assert connection.in_atomic_block, "record_labels() joins its caller's transaction"
    rows = Formula.objects.filter(product_id__in=labels).order_by("version")
    known = {(row.product_id, row.label_sha256): row for row in rows}
    last = {row.product_id: row.version for row in rows}
    wanted = {pk: (pk, hash_label(text)) if text.strip() else None for pk, text in labels.items()}
    added = [
        Formula(
            product_id=pk,
            version=last.get(pk, 0) + 1,
            label_text=labels[pk].strip(),
            label_sha256=key[1],
            first_seen_at=now,
        )
        for pk, key in wanted.items()
        if key is not None and key not in known
    ]
    known |= {(row.product_id, row.label_sha256): row for row in Formula.objects.bulk_create(added)}
    changed: list[Product] = []
    for product in Product.objects.filter(pk__in=labels).only("current_formula"):
        key = wanted[product.pk]
        formula = known[key] if key is not None else None
        if product.current_formula_id != (formula.pk if formula else None):
            product.current_formula = formula
            changed.append(product)
    Product.objects.bulk_update(changed, ["current_formula"], batch_size=500)
    return {product.pk for product in changed}


def hash_label(label_text: str) -> str:
    """The SHA-256 by which two printings of one label are the same: spaces do not count."""
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFC", label_text)).strip()
    return hashlib.sha256(folded.encode()).hexdigest()
