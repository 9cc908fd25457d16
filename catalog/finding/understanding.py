"""A question, understood in the shop's own words: spelling put right, names recognised, avoidances heard.

One statement: PostgreSQL looks each word up in the shop's vocabulary, puts the nearest one in the place of
a word that nobody uses here, and recognises every name of one to four words that a signpost or a customers'
wording carries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog import prepared
from catalog.finding import avoiding, classes, folding

LONGEST_NAME = 4  # words
# What people say around what they look for, beyond what every language's list of stop words holds.
SMALL_TALK = frozenset(
    "something anything stuff thing things product products best good great nice help helps need want "
    "looking search find buy shop please recommend recommended recommendation cheap cheapest".split()
)
SHORTEST_CORRECTED = 4  # letters; a shorter word that is unknown may be the beginning of anything


@dataclass(frozen=True)
class Word:
    """One word: as typed, as meant, and as PostgreSQL stems it (nothing for "the")."""

    typed: str
    meant: str
    stems: tuple[str, ...]
    known: bool


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


# Names are compared with arrays, so that a few look-ups in an index are all that a planner can think of.
# %% is the trigram operator. A word is known when it stands in the vocabulary, or when it is the last one and
# begins a word that does: the customer is still typing.
UNDERSTAND_SQL = """
WITH asked AS MATERIALIZED (
  SELECT word, pos, known, pos = %(count)s AS last, correctable AND NOT known AND NOT (
           pos = %(count)s AND EXISTS (
             SELECT FROM catalog_searchword w
              WHERE w.language = %(language)s AND w.word LIKE t.word || '%%')) AS unknown
    FROM unnest(%(words)s::text[], %(correctable)s::bool[]) WITH ORDINALITY AS t(word, correctable, pos)
    CROSS JOIN LATERAL (SELECT EXISTS (
      SELECT FROM catalog_searchword w WHERE w.language = %(language)s AND w.word = t.word)) k(known)
), meant AS MATERIALIZED (
  SELECT pos, asked.word, known, coalesce(nearest.word, asked.word) AS meant
    FROM asked LEFT JOIN LATERAL (
      SELECT near.word, distance
        FROM catalog_searchword near
        CROSS JOIN LATERAL (SELECT least(
          levenshtein(near.word, asked.word),
          CASE WHEN last THEN 0.5 + levenshtein(left(near.word, length(asked.word)), asked.word) END
        )) d(distance)
       WHERE unknown AND near.language = %(language)s AND near.word %% asked.word
       ORDER BY distance - (left(near.word, 1) = left(asked.word, 1))::int * 0.3
                - least(log(near.times + 1), 2) * 0.2, near.word
       LIMIT 1
    ) nearest ON nearest.distance <= CASE WHEN length(asked.word) < 5 THEN 1
                                          WHEN length(asked.word) < 10 THEN 2.5 ELSE 3.5 END
), said AS MATERIALIZED (
  SELECT array_agg(word ORDER BY pos) AS words FROM meant
  UNION SELECT array_agg(meant ORDER BY pos) FROM meant
), phrase AS MATERIALIZED (
  SELECT DISTINCT first, last, regimen_key(array_to_string(words[first:last], ' ')) AS key
    FROM said, generate_series(1, cardinality(words)) first,
         LATERAL generate_series(first, least(first + 3, cardinality(words))) last
), keys AS MATERIALIZED (
  SELECT array_agg(DISTINCT key)::varchar[] AS keys FROM phrase
), wording AS MATERIALIZED (
  SELECT first, last, split_part(leads_to, ':', 1) AS kind,
         substr(leads_to, strpos(leads_to, ':') + 1) AS slug
    FROM catalog_wording w JOIN phrase ON phrase.key = regimen_key(w.words)
   WHERE w.language = %(language)s AND regimen_key(w.words) = ANY((SELECT keys FROM keys)::text[])
), target AS MATERIALIZED (
  SELECT array_agg(kind) AS kinds, array_agg(slug)::varchar[] AS slugs,
         array_agg(regimen_key(slug))::varchar[] AS keys
    FROM wording
), sign AS (
  SELECT first, last, s.kind, s.slug, s.title
    FROM catalog_signpost s JOIN phrase ON phrase.key = ANY(s.names)
   WHERE s.names && (SELECT keys FROM keys) AND {visible}
  UNION
  SELECT first, last, s.kind, s.slug, s.title
    FROM catalog_signpost s JOIN wording w ON w.kind = s.kind AND w.slug = s.slug
   WHERE s.kind = ANY((SELECT kinds FROM target)::text[])
     AND s.slug = ANY((SELECT slugs FROM target)::varchar[]) AND {visible}
  UNION
  SELECT first, last, s.kind, s.slug, s.title
    FROM catalog_signpost s JOIN wording w ON w.kind = s.kind AND regimen_key(w.slug) = ANY(s.names)
   WHERE s.names && (SELECT keys FROM target) AND {visible}
)
SELECT 'word', pos, pos, word, meant,
       array_to_string(tsvector_to_array(to_tsvector('regimen_{language}', meant)), ' '), known
  FROM meant
UNION ALL
SELECT sign.kind, first, last, sign.slug, sign.title,
       plainto_tsquery('regimen_{language}', regimen_plain(sign.title))::text, coalesce(guide.sells, true)
  FROM sign LEFT JOIN catalog_guide guide ON sign.kind = 'guide' AND guide.slug = sign.slug
UNION ALL
SELECT kind, first, last, slug, slug,
       plainto_tsquery('regimen_{language}', replace(regimen_plain(slug), '_', ' '))::text, true
  FROM wording WHERE kind IN ('class', 'text')
UNION ALL
SELECT 'claim', 0, 0, free_from, name, NULL, true FROM catalog_claimrule WHERE free_from <> ''
UNION ALL
SELECT 'market', 0, 0, code, name, NULL, true FROM catalog_market
"""
VISIBLE = """s.language = %(language)s AND (s.shown_from_at IS NULL OR s.shown_from_at <= %(now)s)
         AND (s.hidden_at IS NULL OR s.hidden_at > %(now)s)"""
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
    rows = prepared.fetch_all(
        UNDERSTAND_SQL.format(language=language, visible=VISIBLE), values | {"correctable": correctable}
    )
    words = tuple(
        _read_word(typed, meant, stems.split(), known)
        for _, _, _, typed, meant, stems, known in sorted(
            (row for row in rows if row[0] == "word"), key=lambda row: row[1]
        )
    )
    meant = [word.meant for word in words]
    claims = [row[3] for row in rows if row[0] == "claim"]
    free_from, heard = avoiding.read_avoided(meant, known=claims)
    names = [*_names_in(rows), *_classes_in(meant)]
    guides = tuple(name for name in names if name.kind == "guide")
    others = [name for name in names if name.kind != "guide"]
    return Understood(
        asked,
        words,
        _longest(others, heard),
        guides,
        tuple(free_from),
        frozenset(heard),
        frozenset(row[3] for row in rows if row[0] == "market"),
    )


def _read_word(typed: str, meant: str, stems: Sequence[str], known: bool) -> Word:
    """A plural is no mistake that a customer wants to hear about, and small talk says nothing."""
    if meant in SMALL_TALK:
        return Word(typed, typed, (), True)
    if typed != meant and folding.key_of(typed) == folding.key_of(meant):
        return Word(typed, typed, tuple(stems), True)
    return Word(typed, meant, tuple(stems), known)


def _names_in(rows: Sequence[tuple[Any, ...]]) -> list[Name]:
    return [
        Name(first - 1, last - 1, kind, slug, classes.title_of(title), said or "", sells)
        for kind, first, last, slug, title, said, sells in rows
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
