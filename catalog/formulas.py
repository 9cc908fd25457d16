"""What is inside a product: versions of its label, one per different text, each read as it comes in."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from catalog import contents, publishing, vocabulary
from catalog.models import Formula, Product

BATCH = 500  # labels read again at once


def record_label(*, product: Product, label_text: str, now: datetime, source: str = "") -> Formula | None:
    """The formula that a label text stands for; a new text makes a new version.

    Takes   the ingredient text as printed; empty means that nobody knows it. `source`: where it was read.
    Gives   the product's current formula afterwards, or None for unknown.
    Writes  Formula (when the text is new), Product.current_formula.
    """
    record_labels(labels={product.pk: label_text}, now=now, source=source)
    product.refresh_from_db(fields=["current_formula"])
    return product.current_formula


def record_labels(*, labels: Mapping[int, str], now: datetime, source: str = "") -> set[int]:
    """The products whose current formula is another one afterwards.

    Takes   {product id: label text}; an empty text means that nobody knows it.
    Writes  Formula (for texts that are new, read with what we know now), Product.current_formula.
    """
    assert connection.in_atomic_block, "record_labels() joins its caller's transaction"
    rows = Formula.objects.filter(product_id__in=labels).order_by("version").defer("reading", "claims")
    known = {(row.product_id, row.label_sha256): row for row in rows}
    last = {row.product_id: row.version for row in rows}
    wanted = {pk: (pk, hash_label(text)) if text.strip() else None for pk, text in labels.items()}
    added = [
        Formula(
            product_id=pk,
            version=last.get(pk, 0) + 1,
            label_text=labels[pk].strip(),
            label_sha256=key[1],
            label_source=source,
            first_seen_at=now,
        )
        for pk, key in wanted.items()
        if key is not None and key not in known
    ]
    if added:
        knowledge = vocabulary.current()
        for formula in added:
            contents.fill(formula, knowledge)
    known |= {(row.product_id, row.label_sha256): row for row in Formula.objects.bulk_create(added)}
    return _make_current({pk: known[key] if key else None for pk, key in wanted.items()})


def record_sources(*, sources: Mapping[int, str]) -> set[int]:
    """The products whose newest label was read somewhere else than we had written down.

    Takes   {product id: where its label was read}.
    Writes  Formula.label_source.
    """
    assert connection.in_atomic_block, "record_sources() joins its caller's transaction"
    changed: set[int] = set()
    held = Product.objects.filter(pk__in=sources).exclude(current_formula=None)
    for pk, formula_id, known in held.values_list("pk", "current_formula", "current_formula__label_source"):
        if known != sources[pk]:
            Formula.objects.filter(pk=formula_id).update(label_source=sources[pk])
            changed.add(pk)
    return changed


def _make_current(formulas: Mapping[int, Formula | None]) -> set[int]:
    changed: list[Product] = []
    for product in Product.objects.filter(pk__in=formulas).only("current_formula"):
        formula = formulas[product.pk]
        if product.current_formula_id != (formula.pk if formula else None):
            product.current_formula = formula
            changed.append(product)
    Product.objects.bulk_update(changed, ["current_formula"], batch_size=500)
    return {product.pk for product in changed}


def hash_label(label_text: str) -> str:
    """The SHA-256 by which two printings of one label are the same: spaces do not count."""
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFC", label_text)).strip()
    return hashlib.sha256(folded.encode()).hexdigest()


def read_all_again(*, now: datetime) -> int:
    """How many labels say something else, after all were read again with what we know now.

    In steps, each a transaction of its own. Killed in between, the next call goes on where it stopped: a
    label carries the version it was read with.
    Writes  Formula, Barrier, PublishedPage.
    """
    version = contents.mark_of(vocabulary.current())
    stale = Formula.objects.exclude(knowledge_version=version).order_by("id")
    ids = list(stale.values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            changed += read_again(formula_ids=ids[start : start + BATCH], now=now)
    return changed


def read_again(*, formula_ids: Collection[int], now: datetime) -> int:
    """How many of these labels say something else with what we know now; their pages follow.

    Whether a formula is another one (`contents_sha256`) is never decided anew: what a label says may be
    understood better, what was signed stays the same list.
    Writes  Formula, and through publishing Barrier and PublishedPage, for those that changed.
    """
    assert connection.in_atomic_block, "read_again() joins its caller's transaction"
    knowledge = vocabulary.current()
    rows = list(Formula.objects.filter(pk__in=formula_ids).order_by("id").select_for_update(no_key=True))
    changed: list[Formula] = []
    for row in rows:
        before = _what_it_says(row)
        contents.fill(row, knowledge)
        if _what_it_says(row) != before:
            changed.append(row)
    Formula.objects.bulk_update(changed, contents.FILLED, batch_size=100)
    Formula.objects.filter(pk__in=formula_ids).update(knowledge_version=contents.mark_of(knowledge))
    products = Product.objects.filter(current_formula__in=[row.pk for row in changed])
    publishing.publish_products(product_ids=list(products.values_list("pk", flat=True)), now=now)
    return len(changed)


def _what_it_says(formula: Formula) -> list[Any]:
    return [getattr(formula, column) for column in contents.FILLED if column != "knowledge_version"]
