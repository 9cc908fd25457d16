"""A question, understood in the shop's own words: spelling put right, names recognised, avoidances heard.

PostgreSQL looks it up in one statement (`catalog.finding.lookup`); here its rows become words and names.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from catalog import prepared
from catalog.finding import avoiding, classes, folding
from catalog.finding.lookup import LOOKUP_SQL

LONGEST_NAME = 4  # words
# What people say around what they look for, beyond what every language's list of stop words holds.
SMALL_TALK = frozenset(
    "something anything stuff thing things product products best good great nice help helps need want "
    "looking search find buy shop please recommend recommended recommendation cheap cheapest use uses used "
    "using get gets getting rid ok okay work works could would may might must much many like try".split()
)
UNCOUNTED = 20  # times of a number or of letters: the vocabulary holds none, and they are not rare
SHORTEST_CORRECTED = 4  # letters; a shorter word that is unknown may be the beginning of anything


@dataclass(frozen=True)
class Word:
    """One word: as typed, as meant, and as PostgreSQL stems it (nothing for "the")."""

    typed: str
    meant: str
    stems: tuple[str, ...]
    known: bool  # the shop uses it, as it was typed
    whole: tuple[str, ...] = ()  # the stems of a word that it begins
    times: int = 0  # in how many things the meant one was found when last counted

    @property
    def is_foreign(self) -> bool:
        """Nobody uses it here, nor anything near it."""
        return bool(self.stems) and not self.known and self.typed == self.meant

    @property
    def weight(self) -> float:
        """What a word tells: a rare one more than one that half of the shop carries. About 0.1 to 1."""
        times = self.times if self.meant.isalpha() and len(self.meant) > 2 else UNCOUNTED
        return 1 / math.log(math.e + times)


@dataclass(frozen=True)
class Name:
    """Words that are a name of something here: a concern, an ingredient, a shelf, or other words for it."""

    first: int  # places of its first and last word
    last: int
    kind: str
    slug: str
    title: str
    said: str = ""  # its own words, as a question to PostgreSQL
    sells: bool = True

    @property
    def mark(self) -> str:
        """The lexeme by which pages carry it; see `catalog.finding.words`."""
        return f"{'has' if self.kind in ('ingredient', 'class') else self.kind}:{self.slug}"


@dataclass(frozen=True)
class Understood:
    """What was asked, and what we take it for."""

    asked: str
    words: tuple[Word, ...] = ()
    names: tuple[Name, ...] = ()  # none shares a word with another span
    guides: tuple[Name, ...] = ()
    hinted: tuple[Name, ...] = ()  # concerns whose words stand near each other in the question
    free_from: tuple[str, ...] = ()
    heard: frozenset[int] = field(default_factory=frozenset)  # places that said what to avoid
    markets: frozenset[str] = field(default_factory=frozenset)  # that there are, when a word was looked up

    @property
    def corrected(self) -> dict[str, str]:
        return {word.typed: word.meant for word in self.words if word.typed != word.meant}

    @property
    def sells(self) -> bool:
        """False when it names what is only written about, such as a prescription medicine."""
        return all(guide.sells for guide in self.guides)

    @property
    def says_nothing(self) -> bool:
        """Neither a word to look for nor a wish to avoid something."""
        return not self.free_from and not any(word.stems for word in self.words)


_LANGUAGES = ("en",)


def understand(asked: str, *, language: str, now: datetime) -> Understood:
    """What a question means here. One statement; none when it has no word in it."""
    assert language in _LANGUAGES, language
    typed = folding.split_words(asked)
    if not typed:
        return Understood(asked)
    correctable = [
        len(word) >= SHORTEST_CORRECTED and not word.isdigit() and word not in avoiding.WORDS
        for word in typed
    ]
    values = {"language": language, "now": now, "words": typed, "count": len(typed)}
    rows = prepared.fetch_all(LOOKUP_SQL.format(language=language), values | {"correctable": correctable})
    words = tuple(
        _read_word(row[3], row[4], row[5].split(), row[6], row[7], row[8] or ())
        for row in sorted((row for row in rows if row[0] == "word"), key=lambda row: row[1])
    )
    meant = [word.meant for word in words]
    claims = [row[3] for row in rows if row[0] == "claim"]
    free_from, heard = avoiding.read_avoided(meant, known=claims)
    names = [*_names_in(rows), *_classes_in(meant)]
    hinted = tuple(replace(name, kind="concern") for name in names if name.kind == "hint")
    return Understood(
        asked,
        words,
        _longest([name for name in names if name.kind not in ("guide", "hint")], heard),
        tuple(name for name in names if name.kind == "guide"),
        hinted,
        tuple(free_from),
        frozenset(heard),
        frozenset(row[3] for row in rows if row[0] == "market"),
    )


def _read_word(
    typed: str, meant: str, stems: Sequence[str], known: bool, times: int, whole: Sequence[str]
) -> Word:
    """A plural is no mistake that a customer wants to hear about, and small talk says nothing."""
    if meant in SMALL_TALK:
        return Word(typed, typed, (), True)
    if typed != meant and folding.key_of(typed) == folding.key_of(meant):
        return Word(typed, typed, tuple(stems), True, times=times)
    return Word(typed, meant, tuple(stems), known, tuple(whole), times)


def _names_in(rows: Sequence[tuple[Any, ...]]) -> list[Name]:
    return [
        Name(first - 1, last - 1, kind, slug, classes.title_of(title), said or "", sells)
        for kind, first, last, slug, title, said, sells, *_ in rows
        if kind not in ("word", "claim", "market")
    ]


def _classes_in(words: Sequence[str]) -> list[Name]:
    keys = classes.read_keys()
    singular = [folding.key_of(word) for word in words]
    return [
        Name(first, last, "class", slug, classes.title_of(slug))
        for first in range(len(words))
        for last in range(first, min(first + LONGEST_NAME, len(words)))
        if (slug := keys.get(" ".join(singular[first : last + 1])))
    ]


def _longest(names: Sequence[Name], heard: set[int]) -> tuple[Name, ...]:
    """Names that do not share a word, the longest first; several of the same words are alternatives."""
    taken: set[int] = set(heard)
    spans = sorted({(name.first, name.last) for name in names}, key=lambda s: (s[0] - s[1], s[0]))
    kept: list[tuple[int, int]] = []
    for first, last in spans:
        places = set(range(first, last + 1))
        if not places & taken:
            kept.append((first, last))
            taken |= places
    order = {span: number for number, span in enumerate(sorted(kept))}
    found = {(n.kind, n.slug, n.first): n for n in names if (n.first, n.last) in order}
    return tuple(sorted(found.values(), key=lambda n: (order[n.first, n.last], n.kind, n.slug)))
