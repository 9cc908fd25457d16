"""What tests of the law ask and do."""

from datetime import date

from django.db import transaction

from catalog import declaring, law
from catalog.models import (
    Barrier,
    Declaration,
    Product,
    RegulatoryStatus,
)
from tests.builders import NOW
from tests.builders.knowledge import say_percent
from tests.builders.staff import make_staff

TODAY = NOW.date()


def judge(*products: Product) -> None:
    with transaction.atomic():
        law.judge_products(product_ids=[one.pk for one in products], now=NOW)


def standing(product: Product) -> list[tuple[str, str, bool]]:
    rows = Barrier.objects.filter(product=product).order_by("jurisdiction", "reason", "id")
    return list(rows.values_list("jurisdiction", "reason", "stops"))


def stops(product: Product, country: str, on: date = TODAY) -> list[str]:
    variants = list(product.variants.values_list("pk", flat=True))
    found = law.find_barriers(variant_ids=variants, country=country, on=on)
    assert {one.sku for one in found} <= {variant.sku for variant in product.variants.all()}
    return [one.reason for one in found]


def declare(product: Product, ingredient: str, percent: str) -> Declaration:
    """The first paper is kept by somebody with a name, later ones by nobody."""
    by = make_staff() if not Declaration.objects.exists() else None
    return say_percent(product, ingredient, percent, by=by)


def decide(product: Product, jurisdiction: str, regulatory_class: str) -> RegulatoryStatus:
    """A person decided what the product is there."""
    status = RegulatoryStatus(
        product=product,
        jurisdiction=jurisdiction,
        regulatory_class=regulatory_class,
        source="Letter of counsel",
        grade="law2",
        reviewed_by="Ada",
        reviewed_on=TODAY,
    )
    with transaction.atomic():
        declaring.keep_status(status, now=NOW)
    return status
