"""What tests of the law ask and do."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from catalog import declaring, law
from catalog.models import (
    Barrier,
    Declaration,
    Ingredient,
    Product,
)
from tests.builders import NOW
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
    formula = product.current_formula
    assert formula is not None
    return declaring.declare(
        formula=formula,
        ingredient=Ingredient.objects.get(inci_name=ingredient),
        percent=Decimal(percent),
        declared_by="Maren Ostby Lab, Ms Vik",
        document="Folder 12, sheet 3",
        declared_on=TODAY,
        by=make_staff() if not Declaration.objects.exists() else None,
        now=NOW,
    )
