"""All pages again: after a market changed how it shows prices, or we how we write pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from catalog import publishing
from catalog.models import Product


@dataclass(frozen=True)
class Batch:
    """How far it is: products in this step, products in all, pages that came of the step."""

    products: int
    products_in_all: int
    pages: int


def publish_all(*, now: datetime) -> Iterator[Batch]:
    """Every product's pages, rendered again in steps of some hundred products.

    Each step is a transaction, or a part of the caller's: customers never see half a page.
    Writes  PublishedPage.
    """
    ids = list(Product.objects.order_by("id").values_list("pk", flat=True))
    for start in range(0, len(ids), publishing.BATCH):
        step = ids[start : start + publishing.BATCH]
        with transaction.atomic():
            pages = publishing.publish_products(product_ids=step, now=now)
        yield Batch(len(step), len(ids), pages)
