"""What the desks do when a form of theirs is saved, for many rows at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from catalog import enacting, settling
from catalog.models import Ingredient, IngredientName
from catalog.rendering import LANGUAGE

WAIT = "{} wait: “manage.py {}” goes on with them."


def save_form(form: Any, row: Any) -> None:
    form.save()


def save_wording(form: Any, row: Any) -> None:
    form.instance.language = form.instance.language or LANGUAGE
    form.save()


def save_ingredient(form: Any, row: Any) -> None:
    """Writes  Ingredient, IngredientName."""
    ingredient = form.instance
    if row is None:
        ingredient.slug = settling.unused_slug(ingredient.inci_name)
        ingredient.origin = Ingredient.Origin.DESK
    form.save()
    for field, kind in (
        ("also", IngredientName.Kind.SYNONYM),
        ("misspelt", IngredientName.Kind.MISSPELLING),
    ):
        for text in form.cleaned_data[field]:
            settling.add_name(ingredient, text, kind)
    settling.add_name(ingredient, ingredient.inci_name, IngredientName.Kind.INCI)


def finish_nothing(written: Sequence[Any], by: Any, now: datetime) -> str:
    return ""


def finish_ingredients(written: Sequence[Any], by: Any, now: datetime) -> str:
    """Every label that they are about is read again."""
    labels, left = settling.settle_pages(
        ingredients=[one.row for one in written],
        what=f"{len(written)} ingredients came in as a table",
        by=by,
        now=now,
    )
    said = f"{labels} labels were read again."
    return f"{said} {WAIT.format(left, 'load_knowledge')}" if left else said


def finish_rules(written: Sequence[Any], by: Any, now: datetime) -> str:
    """Every product that they are about is judged again."""
    enacted = enacting.enact_all(
        written=[(one.row, one.before) for one in written], what="came in as a table", by=by, now=now
    )
    said = f"{enacted.products} products were judged again."
    return f"{said} {WAIT.format(enacted.left, 'publish_pages')}" if enacted.left else said
