"""A label that was read at the desk, kept as the newest of a product."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from catalog import formulas, history, publishing
from catalog.models import Formula, Product


@dataclass(eq=False)
class NoText(Exception):
    """There is nothing to keep, or it is no text at all."""


@dataclass(eq=False)
class AnotherLabel(Exception):
    """The product has got another label since the page was shown."""

    version: int
    seen: str


def find_product(word: str) -> Product | None:
    """The product of this address word (slug) or SKU."""
    if not word or "\x00" in word:
        return None
    return Product.objects.filter(Q(slug=word.lower()) | Q(variants__sku=word)).first()


def write_seen(product: Product) -> str:
    """What a page carries that shows a product's newest label."""
    return f"{product.pk}:{product.current_formula_id or ''}"


def keep_label(
    *, product: Product, label_text: str, source: str = "", seen: str = "", by: Any, now: datetime
) -> Formula:
    """The formula that customers read from now on.

    Takes   `seen`: as `write_seen` gave it when the page was shown; of another product it says nothing.
    Writes  Formula (when the text is new), Product, Barrier, PublishedPage.
    Locks   the product.
    Raises  NoText; AnotherLabel.
    """
    if not label_text.strip() or "\x00" in label_text:
        raise NoText
    with transaction.atomic(durable=True):
        history.act_as(by)
        locked = Product.objects.select_for_update(no_key=True, of=["self"]).get(pk=product.pk)
        current = locked.current_formula
        newest = write_seen(locked)
        if current is not None and seen.startswith(f"{locked.pk}:") and seen != newest:
            raise AnotherLabel(current.version, newest)
        kept = formulas.record_label(product=locked, label_text=label_text, source=source, now=now)
        assert kept is not None, "a text that is not empty is kept"
        publishing.publish_products(product_ids=[locked.pk], now=now)
    return kept
