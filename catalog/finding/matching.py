"""What is understood, as questions to PostgreSQL's full text search. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from catalog.finding.understanding import Name, Understood, Word

SHORTEST_BEGINNING = 3  # letters of a known word that may also be the beginning of another one
MARKED = ("concern", "category", "brand", "ingredient", "class")


@dataclass(frozen=True)
class Match:
    """`strict`: every part of the question; `loose`: any of them. `rank`: by what found pages are weighed."""

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
    return Match(f"{here}{together}", f"{here}({apart})" if len(parts) > 1 else "", apart)


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
        alternatives = [_all_of(words, typing=end == last), *_marks(same)]
        if any(alternatives):
            yield f"({' | '.join(one for one in alternatives if one)})"
        place = end + 1


def _all_of(words: Sequence[Word], *, typing: bool) -> str:
    said = [_said(word, typing=typing and word is words[-1]) for word in words if word.stems]
    return f"({' & '.join(said)})" if len(said) > 1 else "".join(said)


def _said(word: Word, *, typing: bool) -> str:
    """A word; the last one may be a beginning: of anything when we do not know it, else of a name."""
    stems = [quote(stem) for stem in word.stems]
    if not typing:
        return " & ".join(stems)
    *before, stem = stems
    if not word.known and word.typed == word.meant:
        return " & ".join([*before, f"{stem}:*"])
    begun = f"({stem} | {stem}:*A)" if len(word.meant) >= SHORTEST_BEGINNING else stem
    return " & ".join([*before, begun])


def _marks(names: Iterable[Name]) -> Iterable[str]:
    for name in names:
        if name.kind in MARKED:
            yield quote(name.mark)
        elif name.kind == "text" and name.stems:
            yield f"({' & '.join(map(quote, name.stems))})"


def quote(lexeme: str) -> str:
    """A lexeme as a tsquery writes it, whatever is in it."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
