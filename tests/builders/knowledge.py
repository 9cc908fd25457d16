"""A small house of knowledge: forty ingredients, the rules that tests need, and their line in the diary.

Facts as in `catalog/knowledge/`, in few words; a test that is about a rule makes its own with `make_rule`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from catalog import declaring, formulas, history, publishing, vocabulary
from catalog.inci import fold
from catalog.models import (
    AdviceRule,
    Category,
    ClaimRule,
    Declaration,
    Formula,
    Ingredient,
    IngredientName,
    KnowledgeChange,
    LegalRule,
    Product,
)
from catalog.publishing import products_that_show
from tests.builders.clock import LONG_AGO, NOW
from tests.builders.knowledge_rows import ADVICE, CLAIMS, INGREDIENTS, RULES

REVIEWED: dict[str, Any] = {"reviewed_by": "Ada Wirth", "reviewed_on": date(2026, 11, 1)}
LAW: dict[str, Any] = REVIEWED | {"grade": "law"}


def learn() -> KnowledgeChange:
    """Know all of the above, once; labels recorded afterwards are read with it, older ones are not."""
    if not Ingredient.objects.filter(slug="aqua").exists():
        for name, (classes, also) in INGREDIENTS.items():
            make_ingredient(name, classes=classes.split(), also=[one for one in also.split("|") if one])
        for slug, (jurisdiction, sort, about, more) in RULES.items():
            make_rule(slug, jurisdiction=jurisdiction, sort=sort, ingredients=about, told=False, **more)
        for slug, (when, first, second, severity, words, more) in ADVICE.items():
            make_advice(slug, when=when, first=first, second=second, severity=severity, words=words, **more)
        _make_claims()
    return tell()


def tell(what: str = "Knowledge for a test") -> KnowledgeChange:
    """The diary's line by which everybody reads again: after rows were changed by hand."""
    with transaction.atomic():
        kind = KnowledgeChange.Kind.LOAD
        return vocabulary.record_change(kind=kind, what=what, figures={}, by=None, now=LONG_AGO)


def make_ingredient(name: str, *, classes: Sequence[str] = (), also: Sequence[str] = ()) -> Ingredient:
    """An ingredient with its names. `tell()` makes it known."""
    ours = Ingredient.Origin.OURS
    made = Ingredient.objects.create(
        slug=slugify(name), inci_name=name, classes=list(classes), origin=ours, loaded_sha256="0" * 64
    )
    for kind, text in [("inci", name), *[("synonym", one) for one in also]]:
        IngredientName.objects.create(ingredient=made, text=text, key=fold(text), kind=kind, origin=ours)
    return made


def make_rule(
    slug: str = "eu-test",
    *,
    jurisdiction: str = "eu",
    sort: str = "prohibited",
    ingredients: Sequence[str] = ("Lanolin",),
    told: bool = True,
    **more: Any,
) -> LegalRule:
    """One legal rule about ingredients (by INCI name) that we know; at once in force."""
    values = {"words": "It is so.", "source": "A law, article 1"} | LAW | more
    rule = LegalRule.objects.create(
        slug=slug,
        jurisdiction=jurisdiction,
        sort=sort,
        ingredient_slugs=[slugify(name) for name in ingredients],
        **values,
    )
    if told:
        tell()
    return rule


def make_advice(
    slug: str = "test-advice",
    *,
    when: str = "contains",
    first: str = "retinoid",
    second: str | None = None,
    severity: str = "info",
    words: str = "Go slowly.",
    **more: Any,
) -> AdviceRule:
    """One advice rule. `tell()` makes it known."""
    values = {"source": "Consensus of clinics", "grade": "C"} | REVIEWED | more
    return AdviceRule.objects.create(
        slug=slug, when=when, first=first, second=second, severity=severity, words=words, **values
    )


def say_kind(category: Category, kind: str) -> None:
    """From now on everything on that shelf is of that kind (ProductKind), for the law."""
    category.product_kind = kind
    category.save(update_fields=["product_kind"])
    with transaction.atomic():
        publishing.publish_products(product_ids=products_that_show(category), now=LONG_AGO)


def say_percent(product: Product, name: str, percent: str, *, by: Any = None) -> Declaration:
    """The supplier's word of how much of an ingredient is in what the product is now."""
    product.refresh_from_db()
    assert product.current_formula is not None
    paper = Declaration(
        formula=product.current_formula,
        ingredient=Ingredient.objects.get(inci_name=name),
        percent=Decimal(percent),
        declared_by="Maren Ostby Lab, Ms Vik",
        document="Folder 12, sheet 3",
        declared_on=NOW.date(),
    )
    with transaction.atomic():
        history.act_as(by)
        return declaring.keep_declaration(paper, by=by, now=NOW)


def read_everything_again() -> None:
    """Every label read with what is known now, judged and published."""
    ids: Sequence[int] = Formula.objects.order_by("id").values_list("pk", flat=True)
    with transaction.atomic():
        formulas.read_again(formula_ids=list(ids), now=LONG_AGO)


def _make_claims() -> None:
    rows: Mapping[str, tuple[str, str, str, str, str]] = CLAIMS
    for position, (slug, (name, absent, present, unsure, word)) in enumerate(rows.items()):
        ClaimRule.objects.create(
            slug=slug,
            name=name,
            absent=absent.split(),
            present=present.split(),
            unsure=unsure.split(),
            free_from=word,
            position=position,
        )
