"""What suppliers and curators say about a product before the law: percentages, and what it is somewhere."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

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
    paper = Declaration(
        formula=formula,
        ingredient=ingredient,
        percent=percent,
        declared_by=declared_by,
        document=document,
        declared_on=declared_on,
    )
    with transaction.atomic(durable=True):
        history.act_as(by)
        return keep_declaration(paper, by=by, now=now)


def keep_declaration(paper: Declaration, *, by: Any, now: datetime) -> Declaration:
    """The same, in its caller's transaction. Takes `paper`: a declaration that is not saved."""
    assert connection.in_atomic_block, "keep_declaration() joins its caller's transaction"
    if paper.ingredient.slug not in paper.formula.ingredient_slugs:
        raise NotInFormula(paper.ingredient.inci_name)
    said = ("percent", "declared_by", "document", "declared_on")
    values = {name: getattr(paper, name) for name in said} | {"recorded_by": by, "recorded_at": now}
    declaration, _ = Declaration.objects.update_or_create(
        formula=paper.formula, ingredient=paper.ingredient, defaults=values
    )
    publishing.publish_products(product_ids=[paper.formula.product_id], now=now)
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
