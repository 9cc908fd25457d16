"""What suppliers and curators say about a product before the law: percentages, and what it is somewhere."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from catalog import history, publishing
from catalog.models import Declaration, Formula, Ingredient, Product, RegulatoryStatus


@dataclass(eq=False)
class NotInFormula(Exception):
    """The label does not name that ingredient, so nobody can declare how much of it is in there."""

    ingredient: str


def declare(
    *,
    formula: Formula,
    ingredient: Ingredient,
    percent: Decimal,
    declared_by: str,
    document: str,
    declared_on: date,
    by: Any,
    now: datetime,
) -> Declaration:
    """What the supplier wrote of one formula; a second paper takes the first's place.

    Takes   `percent` 0 to 100; `by`: the curator who keeps the paper.
    Writes  Declaration (with its diary); the product is judged and published again.
    Raises  NotInFormula.
    """
    if ingredient.slug not in formula.ingredient_slugs:
        raise NotInFormula(ingredient.inci_name)
    with transaction.atomic(durable=True):
        history.act_as(by)
        declaration, _ = Declaration.objects.update_or_create(
            formula=formula,
            ingredient=ingredient,
            defaults={
                "percent": percent,
                "declared_by": declared_by,
                "document": document,
                "declared_on": declared_on,
                "recorded_by": by,
                "recorded_at": now,
            },
        )
        publishing.publish_products(product_ids=[formula.product_id], now=now)
    return declaration


def set_status(
    *,
    product: Product,
    jurisdiction: str,
    regulatory_class: str,
    source: str,
    grade: str,
    reviewed_by: str,
    by: Any,
    now: datetime,
) -> RegulatoryStatus:
    """What a person decided that a product is to one jurisdiction: it goes before what the rules conclude.

    It changes the class alone. A forbidden substance stays forbidden, whatever the product calls itself.
    Writes  RegulatoryStatus (with its diary); the product is judged and published again.
    """
    with transaction.atomic(durable=True):
        history.act_as(by)
        status, _ = RegulatoryStatus.objects.update_or_create(
            product=product,
            jurisdiction=jurisdiction,
            defaults={
                "regulatory_class": regulatory_class,
                "source": source,
                "grade": grade,
                "reviewed_by": reviewed_by,
                "reviewed_on": now.date(),
            },
        )
        publishing.publish_products(product_ids=[product.pk], now=now)
    return status


def drop_status(*, product: Product, jurisdiction: str, by: Any, now: datetime) -> None:
    """From now on the rules conclude again what the product is there."""
    with transaction.atomic(durable=True):
        history.act_as(by)
        RegulatoryStatus.objects.filter(product=product, jurisdiction=jurisdiction).delete()
        publishing.publish_products(product_ids=[product.pk], now=now)
