"""What is inside a product: versions of its label, one per different text."""

import hashlib
import re
import unicodedata
from datetime import datetime

from django.db import connection
from django.db.models import Max

from catalog.models import Formula, Product


def record_label(*, product: Product, label_text: str, now: datetime) -> Formula | None:
    """The formula that a label text stands for; a new text makes a new version.

    Takes   the ingredient text as printed; empty means that nobody knows it.
    Gives   the product's current formula afterwards, or None for unknown.
    Writes  Formula (when the text is new), Product.current_formula.
    """
    assert connection.in_atomic_block, "record_label() joins its caller's transaction"
    formula = _find_or_add(product, label_text.strip(), now) if label_text.strip() else None
    if product.current_formula_id != (formula.pk if formula else None):
        product.current_formula = formula
        product.save(update_fields=["current_formula"])
    return formula


def hash_label(label_text: str) -> str:
    """The SHA-256 by which two printings of one label are the same: spaces do not count."""
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFC", label_text)).strip()
    return hashlib.sha256(folded.encode()).hexdigest()


def _find_or_add(product: Product, label_text: str, now: datetime) -> Formula:
    digest = hash_label(label_text)
    known = Formula.objects.filter(product=product, label_sha256=digest).first()
    if known is not None:
        return known
    last = Formula.objects.filter(product=product).aggregate(last=Max("version"))["last"] or 0
    return Formula.objects.create(
        product=product, version=last + 1, label_text=label_text, label_sha256=digest, first_seen_at=now
    )
