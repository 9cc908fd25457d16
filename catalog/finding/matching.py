"""What is understood, as questions to PostgreSQL's full text search. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from catalog.finding.avoiding import SIGNALS
from catalog.finding.folding import key_of
from catalog.finding.understanding import Name, Understood, Word

SHORTEST_BEGINNING = 3  # letters of a word that may also be the beginning of another one
MARKED = ("concern", "category", "brand", "ingredient", "class")
_LEXEME = re.compile(r"'(?:[^']|'')*'")
IN_NAME = 0.3  # what a name tells that says "alcohol free" itself, beside the words that are looked for
SIDE_BY_SIDE = 0.05


@dataclass(frozen=True)
class Worth:
    """What a page is worth for one word of the question, by the best place where it has it.

    `weight`: how much of the question it is; a rare word is more of it than a common one.
    """

    weight: float
    in_name: str
    on_shelf: str = ""  # in the name, or that of a shelf or a concern
    anywhere: str = ""


@dataclass(frozen=True)
class Match:
    """`strict`: every part of the question; `loose`: any of them, also as a word of a description.

    `said`: any of its words, to tell where they stand; `worth`: what found pages are weighed by.
    """

    strict: str
    loose: str
    said: str
    worth: tuple[Worth, ...]


def match(understood: Understood, *, market: str = "") -> Match | None:
    """The questions; None when there is nothing to look for."""
    parts = list(_parts(understood, understood.words))
    if not parts:
        return None
    here = f"{quote(f'in:{market}')} & " if market else ""
    together = " & ".join(parts)
    sure = _leave_guesses(understood.words)
    told = [quote(f"d:{stem}") for word in sure for stem in word.stems]
    some = " | ".join([*_parts(understood, sure), *told])
    words = list(_weigh_words(understood))
    said = " | ".join(word.anywhere for word in words) or together
    worth = (*words, *_weigh_pairs(understood))
    return Match(f"{here}{together}", f"{here}({some or together})", said, worth)


def _leave_guesses(words: Sequence[Word]) -> Sequence[Word]:
    """Where one word is foreign to the shop, another whose first letter had to be changed proves nothing."""
    if not any(word.is_foreign for word in words):
        return words
    return [
        word if word.typed[0] == word.meant[0] else Word(word.typed, word.typed, (), False) for word in words
    ]


def _parts(understood: Understood, words: Sequence[Word]) -> Iterator[str]:
    """One condition for each name, and for each word that is in none."""
    for first, end, names in _spans(understood):
        here = words[first : end + 1]
        begun = end == len(words) - 1 and _is_begun(here[-1], alone=end == 0)
        marks = [quote(name.mark) for name in names if name.kind in MARKED]
        titles = [f"({name.said})" for name in names if name.said]
        said, inside = _say(here, begun=begun), _inside(here, begun=begun)
        if any_of := [one for one in (said, *inside, *marks, *titles) if one]:
            yield f"({' | '.join(any_of)})"


def _spans(understood: Understood) -> Iterator[tuple[int, int, Sequence[Name]]]:
    """First and last place of each name and of each word that is in none, with the names."""
    names = {first: list(same) for first, same in groupby(understood.names, key=lambda name: name.first)}
    place = 0
    while place < len(understood.words):
        same = names.get(place, [])
        end = same[0].last if same else place
        if place not in understood.heard:
            yield place, end, same
        place = end + 1


def _weigh_words(understood: Understood) -> Iterator[Worth]:
    """Each word by itself, or under the other names of what it belongs to."""
    words = understood.words
    for first, end, names in _spans(understood):
        others = [quote(name.mark) for name in names if name.kind in MARKED]
        others += [f"({name.said})" for name in names if name.said]
        same = [_where(name.said, "A") for name in names if name.kind == "text" and name.said]
        for place in range(first, end + 1):
            begun = place == len(words) - 1 and _is_begun(words[place], alone=place == 0)
            here = words[place : place + 1]
            if words[place].stems:
                yield Worth(
                    words[place].weight,
                    " | ".join([_say(here, begun=begun, where="A"), *same]),
                    " | ".join([_say(here, begun=begun, where="AB"), *others]),
                    " | ".join([_say(here, begun=begun), *others]),
                )


def _weigh_pairs(understood: Understood) -> Iterator[Worth]:
    """Two words side by side in a name, as in the question; and a name that says what it is free from."""
    each = [word.stems for i, word in enumerate(understood.words) if i not in understood.heard]
    for one, other in pairwise(stems for stems in each if stems):
        yield Worth(SIDE_BY_SIDE, f"{quote(one[-1])}:A <-> {quote(other[0])}:A")
    heard = [understood.words[place] for place in sorted(understood.heard)]
    free = [quote(stem) + ":A" for word in heard if word.meant not in SIGNALS for stem in word.stems]
    if free:
        yield Worth(IN_NAME, " & ".join(free))


def _is_begun(word: Word, *, alone: bool) -> bool:
    """The last word may be a beginning, when the shop does not use it as a word."""
    if len(word.meant) < SHORTEST_BEGINNING:
        return len(word.meant) == 2 and not alone and not word.meant.isdigit()
    return not word.known and word.typed == word.meant


def _say(words: Sequence[Word], *, begun: bool, where: str = "") -> str:
    """Several words that are one name are looked for together, each as it is stemmed."""
    stems = [stem for word in words for stem in word.stems]
    last = len(stems) - 1
    marks = [("*" if begun and place == last else "") + where for place in range(len(stems))]
    said = [quote(stem) + (mark and f":{mark}") for stem, mark in zip(stems, marks, strict=True)]
    if begun and said and words[-1].whole:
        whole = [f"{quote(stem)}:*{where}" for stem in words[-1].whole]
        said[-1] = f"({' | '.join([said[-1], *whole])})"
    return f"({' & '.join(said)})" if said else ""


def _where(said: str, weights: str) -> str:
    """A question as PostgreSQL writes it, of words that stand there."""
    marked = _LEXEME.sub(lambda found: f"{found.group()}:{weights}", said)
    return f"({marked})"


def _inside(words: Sequence[Word], *, begun: bool) -> Iterable[str]:
    """One word as it stands in a list of ingredients, which nobody stems; also as somebody misprinted it."""
    if len(words) > 1 or not (word := words[0]).stems:
        return
    yield quote(f"i:{key_of(word.meant)}") + (":*" if begun else "")
    if word.known and word.typed != word.meant:
        yield quote(f"i:{key_of(word.typed)}")


def quote(lexeme: str) -> str:
    """A lexeme as a tsquery writes it, whatever is in it."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
