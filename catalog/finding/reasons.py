"""Why a card was found, in a few words: "name", "concern: Milia", "ingredient: Glycolic Acid". Pure."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from catalog.finding.folding import fold_words, key_of
from catalog.finding.matching import SHORTEST_BEGINNING
from catalog.finding.places import Place
from catalog.finding.understanding import Name, Understood
from catalog.models import IngredientClass

MOST = 3
CLASSES = frozenset(IngredientClass.values)


def tell_why(place: Place, card: dict[str, Any], understood: Understood) -> list[str]:
    """The strongest reasons first. Nothing is made up: what matched elsewhere is "description"."""
    asked = _begin_words(understood)
    reasons = list(dict.fromkeys(_reasons(place, card, asked, understood.names)))
    reasons += [f"free from {word}" for word in understood.free_from]
    if not reasons and asked:
        reasons = ["description"]
    return reasons[:MOST]


def _begin_words(understood: Understood) -> Collection[str]:
    """How a word begins that the question asks for, after a hyphen; one of a few letters also ends there."""
    keys = {
        key_of(word.meant)
        for i, word in enumerate(understood.words)
        if word.stems and i not in understood.heard
    }
    return [f"-{key}" if len(key) >= SHORTEST_BEGINNING else f"-{key}-" for key in sorted(keys)]


def _reasons(
    place: Place, card: dict[str, Any], asked: Collection[str], names: Iterable[Name]
) -> Iterator[str]:
    if "a" in place.weights:
        if _shares(asked, _hyphenate(card["name"])):
            yield "name"
        if _shares(asked, _hyphenate(card["brand"]["name"])):
            yield "brand"
    carried = {
        "concern": ("concern", place.concerns),
        "category": ("category", place.categories),
        "ingredient": ("ingredient", place.contains),
        "class": ("contains", place.contains),
    }
    for name in names:
        said, slugs = carried.get(name.kind, ("", ()))
        if name.slug in slugs:
            yield f"{said}: {name.title}"
    if "b" in place.weights:
        yield from (f"category: {_title(slug)}" for slug in place.categories if _shares(asked, slug))
        yield from (f"concern: {_title(slug)}" for slug in place.concerns if _shares(asked, slug))
    for slug in place.contains:
        if _shares(asked, slug) and slug not in CLASSES:
            yield f"ingredient: {_title(slug)}"
    if _shares(asked, _hyphenate(card["summary"])):
        yield "summary"


def _hyphenate(text: str) -> str:
    """A text as a slug has its words. Two dozen cards of thirty ingredients leave no time for more."""
    return "-".join(fold_words(text)) if text else ""


def _shares(asked: Iterable[str], slug: str) -> bool:
    """Whether a word of the question stands in it, or begins one of its words."""
    said = f"-{slug}-"
    return any(beginning in said for beginning in asked)


def _title(slug: str) -> str:
    return slug.replace("-", " ").title()
