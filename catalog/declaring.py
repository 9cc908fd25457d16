"""What suppliers and curators say about a product before the law: percentages, and what it is somewhere.

The desk's transaction is around each of these, with the name of whoever sits there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from catalog import publishing
from catalog.models import Declaration, RegulatoryStatus


@dataclass(eq=False)
class NotInFormula(Exception):
    """The label does not name that ingredient, so nobody can declare how much of it is in there."""

    ingredient: str


def keep_declaration(paper: Declaration, *, by: Any, now: datetime) -> Declaration:
    """What the supplier wrote of one formula; a second paper takes the first's place.

    Takes   `paper`: not saved; `by`: the curator who keeps it.
    Writes  Declaration (with its diary); the product is judged and published again.
    Raises  NotInFormula.
    """
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


def keep_status(status: RegulatoryStatus, *, now: datetime) -> None:
    """What a person decided that a product is to one jurisdiction: it goes before what the rules conclude.

    It changes the class alone. A forbidden substance stays forbidden, whatever the product calls itself.
    Writes  RegulatoryStatus (with its diary); the product is judged and published again.
    """
    assert connection.in_atomic_block, "keep_status() joins its caller's transaction"
    status.save()
    publishing.publish_products(product_ids=[status.product_id], now=now)


def drop_status(status: RegulatoryStatus, *, now: datetime) -> None:
    """From now on the rules conclude again what the product is there."""
    assert connection.in_atomic_block, "drop_status() joins its caller's transaction"
    status.delete()
    publishing.publish_products(product_ids=[status.product_id], now=now)
