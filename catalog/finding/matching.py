"""What is understood, as questions to PostgreSQL's full text search. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from catalog.finding.folding import key_of
from catalog.finding.understanding import Name, Understood, Word

SHORTEST_BEGINNING = 3  # letters of a word that may also be the beginning of another one
MARKED = ("concern", "category", "brand", "ingredient", "class")


@dataclass(frozen=True)
class Match:
    """`strict`: every part of the question; `loose`: any of them, also as a word of a description.

    `rank`: by what found pages are weighed.
    """

    strict: str
    loose: str
    rank: str


def match(understood: Understood, *, market: str = "") -> Match | None:
    """The questions; None when there is nothing to look for."""
    parts = list(_parts(understood))
    if not parts:
        return None
    here = f"{quote(f'in:{market}')} & " if market else ""
    together, apart = " & ".join(parts), " | ".join(parts)
    told = [quote(f"d:{stem}") for word in understood.words for stem in word.stems]
    return Match(f"{here}{together}", f"{here}({' | '.join([*parts, *told])})", apart)


def _parts(understood: Understood) -> Iterable[str]:
    """One condition for each name, and for each word that is in none."""
    names = {first: list(same) for first, same in groupby(understood.names, key=lambda name: name.first)}
    place, last = 0, len(understood.words) - 1
    while place <= last:
        if place in understood.heard:
            place += 1
            continue
        same = names.get(place, [])
        end = same[0].last if same else place
        words = understood.words[place : end + 1]
        said = _word(words[0], typing=end == last) if len(words) == 1 else _phrase(words)
        alternatives = [one for one in (said, *_marks(same)) if one]
        if alternatives:
            yield f"({' | '.join(alternatives)})"
        place = end + 1


def _word(word: Word, *, typing: bool) -> str:
    """A word as it is stemmed, or as it stands in a list of ingredients, which nobody stems.

    The last one may be a beginning, when the shop does not use it as a word.
    """
    if not word.stems:
        return ""
    *before, stem = map(quote, word.stems)
    inside = quote(f"i:{key_of(word.meant)}")
    begun = typing and len(word.meant) >= SHORTEST_BEGINNING
    if begun and not word.known and word.typed == word.meant:
        said = f"{stem}:* | {inside}:*"
    else:
        said = f"{stem} | {inside}"
    return " & ".join([*before, f"({said})"])


def _phrase(words: Sequence[Word]) -> str:
    """Several words that are one name are looked for together."""
    said = [quote(stem) for word in words for stem in word.stems]
    return f"({' & '.join(said)})" if said else ""


def _marks(names: Iterable[Name]) -> Iterable[str]:
    for name in names:
        if name.kind in MARKED:
            yield quote(name.mark)
        if name.said:
            yield f"({name.said})"


def quote(lexeme: str) -> str:
    """A lexeme as a tsquery writes it, whatever is in it."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
