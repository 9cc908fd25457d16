"""What a curator decides about names on labels: this is another name of that, or this is something new.

Every decision is a line in the diary of knowledge, and the labels that it is about are read again at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.text import slugify

from catalog import formulas, history, inci, publishing, signposts, vocabulary
from catalog.models import Formula, Ingredient, IngredientName, KnowledgeChange, Product

AT_ONCE = 500  # labels read again in the transaction of a decision; the rest waits for `load_knowledge`
LONGEST_NAME = 500
LONGEST_SLUG = 140
Kind = IngredientName.Kind


@dataclass(eq=False)
class NameTaken(Exception):
    """The name belongs to another ingredient already."""

    text: str
    ingredient: str


@dataclass(eq=False)
class NotAName(Exception):
    """What is left of the text is nothing that a label could be searched for, or far too long."""

    text: str


@dataclass(frozen=True)
class Settled:
    """The ingredient; how many labels were read again, how many of them say something else, how many wait."""

    ingredient: Ingredient
    labels: int
    changed: int
    left: int


@dataclass(frozen=True)
class Substance:
    """A new ingredient as a curator describes it. `also`: what the label calls it."""

    inci_name: str
    cas: str = ""
    functions: Sequence[str] = ()
    classes: Sequence[str] = ()
    also: str = ""


def name_ingredient(
    *, ingredient: Ingredient, text: str, kind: IngredientName.Kind, by: Any, now: datetime
) -> Settled:
    """One more way to write an ingredient; labels on which it was not understood are read again.

    Writes  IngredientName, KnowledgeChange, Signpost; Formula and pages of the labels that hold it.
    Locks   the diary of knowledge: of two who settle one name, the second is refused or finds it done.
    Raises  NotAName, NameTaken.
    """
    _refuse_name(text)
    with transaction.atomic(durable=True):
        history.act_as(by)
        vocabulary.lock_diary()
        if owner_of(text) == ingredient:
            return Settled(ingredient, 0, 0, 0)
        add_name(ingredient, text, kind)
        return settle_ingredient(
            ingredient=ingredient,
            what=f"“{text[:80]}” is another name of {ingredient.inci_name[:120]}",
            keys=[inci.fold(text)],
            by=by,
            now=now,
        )


def add_ingredient(*, substance: Substance, by: Any, now: datetime) -> Settled:
    """An ingredient that we did not know, under its INCI name and what the label calls it.

    Writes  Ingredient, IngredientName, KnowledgeChange, Signpost; Formula and pages of labels that hold it.
    Raises  NotAName, NameTaken.
    """
    names = dict.fromkeys(
        [substance.inci_name.strip(), substance.also.strip() or substance.inci_name.strip()]
    )
    for name in names:
        _refuse_name(name)
    with transaction.atomic(durable=True):
        history.act_as(by)
        vocabulary.lock_diary()
        for name in names:
            _refuse_taken(name)
        ingredient = Ingredient.objects.create(
            slug=unused_slug(substance.inci_name),
            inci_name=substance.inci_name.strip(),
            cas=substance.cas.strip(),
            functions=list(substance.functions),
            classes=list(substance.classes),
            origin=Ingredient.Origin.DESK,
        )
        for name in names:
            add_name(ingredient, name, Kind.INCI if name == ingredient.inci_name else Kind.SYNONYM)
        return settle_ingredient(
            ingredient=ingredient,
            what=f"{ingredient.inci_name[:200]} is a new ingredient",
            keys=[inci.fold(name) for name in names],
            by=by,
            now=now,
        )


def settle_ingredient(
    *, ingredient: Ingredient, what: str, keys: Collection[str] = (), by: Any, now: datetime
) -> Settled:
    """After its row or its names changed: everybody learns it, and the labels it is about are read again.

    Joins the transaction in which they changed.
    Takes   `keys`: folded names that are new; labels that hold the ingredient already are found by its slug.
    Writes  KnowledgeChange, Signpost, Formula, Barrier, PublishedPage.
    """
    labels, changed, left = _follow([ingredient], list(keys), what=what, by=by, now=now)
    return Settled(ingredient, labels, changed, left)


def settle_page(*, ingredient: Ingredient, by: Any, now: datetime) -> Settled:
    """After an ingredient's page was saved: its INCI name is one of its names, and the labels follow.

    Joins the transaction in which it was saved.
    Raises  NameTaken: the INCI name is somebody else's name.
    """
    keys = _name_by_inci(ingredient)
    what = f"{ingredient.inci_name[:200]} was edited"
    return settle_ingredient(ingredient=ingredient, what=what, keys=keys, by=by, now=now)


def settle_pages(*, ingredients: Sequence[Ingredient], what: str, by: Any, now: datetime) -> tuple[int, int]:
    """How many labels were read again after several ingredients were written at once, and how many wait.

    Joins the transaction in which they were written. One line in the diary; each label is read once.
    Raises  NameTaken.
    """
    keys = [key for ingredient in ingredients for key in _name_by_inci(ingredient)]
    labels, _, left = _follow(ingredients, keys, what=what, by=by, now=now)
    return labels, left


def _name_by_inci(ingredient: Ingredient) -> list[str]:
    """All its keys, after its INCI name became one of its names."""
    key = inci.fold(ingredient.inci_name)
    ingredient.names.filter(kind=Kind.INCI).exclude(key=key).update(kind=Kind.SYNONYM)
    add_name(ingredient, ingredient.inci_name, Kind.INCI)
    return list(ingredient.names.values_list("key", flat=True))


def _follow(
    ingredients: Sequence[Ingredient], keys: list[str], *, what: str, by: Any, now: datetime
) -> tuple[int, int, int]:
    """How many labels were read again, how many of them say something else, how many wait."""
    assert connection.in_atomic_block, "settling joins its caller's transaction"
    found = _find_formulas(ingredients, keys)
    step, left = found[:AT_ONCE], len(found[AT_ONCE:])
    vocabulary.record_change(
        kind=KnowledgeChange.Kind.DESK, what=what, figures={"labels": len(step), "left": left}, by=by, now=now
    )
    signposts.put_up(ingredients=ingredients, now=now)
    changed = formulas.read_again(formula_ids=step, now=now)
    # A class that stood on the label before may forbid it now: the law is asked even where no word changed.
    products = Product.objects.filter(current_formula__in=step).order_by("id").values_list("pk", flat=True)
    publishing.publish_products(product_ids=list(products), now=now)
    return len(step), changed, left


def owner_of(text: str) -> Ingredient | None:
    """The ingredient that this name belongs to, of all that we know."""
    return Ingredient.objects.filter(names__key=inci.fold(text)[:LONGEST_NAME]).first()


def unused_slug(name: str) -> str:
    """A slug for a name, that no ingredient has."""
    slug = slugify(name)[:LONGEST_SLUG].strip("-") or "ingredient"
    start = slug[: LONGEST_SLUG - 7]
    taken = set(Ingredient.objects.filter(slug__startswith=start).values_list("slug", flat=True))
    candidate, number = slug, 2
    while candidate in taken:
        candidate, number = f"{start}-{number}", number + 1
    return candidate


def _refuse_name(text: str) -> None:
    key = inci.fold(text)
    if not any(sign.isalnum() for sign in key) or len(text) > LONGEST_NAME or len(key) > LONGEST_NAME:
        raise NotAName(text[:80])


def _refuse_taken(text: str) -> None:
    owner = owner_of(text) or Ingredient.objects.filter(inci_name__iexact=text.strip()).first()
    if owner is not None:
        raise NameTaken(text, owner.inci_name)


def add_name(ingredient: Ingredient, text: str, kind: IngredientName.Kind) -> None:
    """One more name of an ingredient, unless it has it. Raises NameTaken."""
    owner = owner_of(text)
    if owner is None:
        key, origin = inci.fold(text), Ingredient.Origin.DESK
        IngredientName.objects.create(
            ingredient=ingredient, text=text.strip(), key=key, kind=kind, origin=origin
        )
    elif owner != ingredient:
        raise NameTaken(text, owner.inci_name)


def _find_formulas(ingredients: Sequence[Ingredient], keys: list[str]) -> list[int]:
    """Labels that hold one of the ingredients or of the names; those that customers read now come first."""
    read_now = Product.objects.filter(current_formula__isnull=False).values("current_formula")
    first = Case(When(pk__in=read_now, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Formula.objects.filter(
        Q(ingredient_slugs__overlap=[one.slug for one in ingredients]) | Q(unresolved_keys__overlap=keys)
    )
    return list(found.order_by(first, "pk").values_list("pk", flat=True))
