"""Why a card was found, in a few words: "name", "concern: Milia", "ingredient: Glycolic Acid". Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from catalog.finding.folding import key_of, split_words
from catalog.finding.matching import SHORTEST_BEGINNING
from catalog.finding.places import Place
from catalog.finding.understanding import Name, Understood
from catalog.models import IngredientClass

MOST = 3


def tell_why(place: Place, card: dict[str, Any], understood: Understood) -> list[str]:
    """The strongest reasons first. Nothing is made up: what matched elsewhere is "description"."""
    asked = [
        word.meant for i, word in enumerate(understood.words) if word.stems and i not in understood.heard
    ]
    reasons = list(dict.fromkeys(_reasons(place, card, asked, understood.names)))
    reasons += [f"free from {word}" for word in understood.free_from]
    if not reasons and asked:
        reasons = ["description"]
    return reasons[:MOST]


def _reasons(place: Place, card: dict[str, Any], asked: list[str], names: Iterable[Name]) -> Iterator[str]:
    if "a" in place.weights:
        if _shares(asked, card["name"]):
            yield "name"
        if _shares(asked, card["brand"]["name"]):
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
    inside = [slug for slug in place.contains if slug not in IngredientClass.values]
    yield from (f"ingredient: {_title(slug)}" for slug in inside if _shares(asked, slug))
    if _shares(asked, card["summary"]):
        yield "summary"


def _shares(asked: Iterable[str], text: str) -> bool:
    """Whether a word of the question stands in the text, or begins one of its words."""
    said = [key_of(word) for word in split_words(text)] if text else []
    return any(
        one == key or (len(key) >= SHORTEST_BEGINNING and one.startswith(key))
        for key in map(key_of, asked)
        for one in said
    )


def _title(slug: str) -> str:
    return slug.replace("-", " ").title()
