"""What a customer may be about to type: products, and the things beside them, from the first letter on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from catalog import prepared
from catalog.finding import understanding
from catalog.finding.folding import key_name, key_of
from catalog.finding.lookup import VISIBLE
from catalog.finding.matching import quote
from catalog.finding.understanding import Understood
from catalog.rendering import LANGUAGE

MOST_PRODUCTS = 6
MOST_OF_A_KIND = 4
ENOUGH = 1000  # products looked at: what begins like so many others is no help yet
SHORTEST_WORD = 3  # letters; before that, names that begin so are read off the index
KINDS = {
    "concern": "concerns",
    "guide": "guides",
    "ingredient": "ingredients",
    "brand": "brands",
    "category": "categories",
}

HERE = """page.market = %(market)s AND page.language = %(language)s AND page.published_at <= %(now)s
           AND page.hidden_at > %(now)s"""
# No LIKE: an index by an unknown collation helps it not. What does not begin so is left out afterwards.
BY_NAME_SQL = f"""
SELECT page.card FROM catalog_publishedpage page
 WHERE {HERE} AND page.name_key >= %(typed)s ORDER BY page.name_key, page.product_id LIMIT {MOST_PRODUCTS}
"""
BY_WORDS_SQL = f"""
SELECT page.card
  FROM (SELECT page.page_id, page.name_key, page.product_id, page.names FROM catalog_pagewords page
         WHERE {HERE} AND page.names @@ %(words)s::tsquery LIMIT {ENOUGH}) found
  JOIN catalog_publishedpage page ON page.id = found.page_id
 ORDER BY starts_with(found.name_key, %(typed)s) DESC,
          ts_rank('{{0,0.1,0.3,1}}', found.names, %(rank)s::tsquery) DESC,
          length(found.name_key), found.product_id
 LIMIT {MOST_PRODUCTS}
"""
SIGNS_SQL = f"""
SELECT kind, slug, title FROM (
  SELECT s.kind, s.slug, s.title, row_number() OVER (PARTITION BY s.kind ORDER BY
           s.names @> ARRAY[%(key)s::varchar] DESC, starts_with(lower(s.title), %(typed)s) DESC,
           ts_rank('{{0,0.1,0.3,1}}', s.search, %(words)s::tsquery) DESC, length(s.title), s.slug) AS place
    FROM catalog_signpost s
   WHERE {VISIBLE} AND s.search @@ %(words)s::tsquery) found
 WHERE place <= {MOST_OF_A_KIND} ORDER BY kind, place
"""


def suggest(typed: str, *, market: str, now: datetime) -> dict[str, Any]:
    """Some few of each kind, the likeliest first. Three statements; none when there is no word yet."""
    understood = understanding.understand(typed, language=LANGUAGE, now=now)
    found: dict[str, Any] = {"asked": typed, "corrected": understood.corrected, "products": []}
    found |= {name: [] for name in KINDS.values()}
    if not understood.words:
        return found
    values = {"market": market, "language": LANGUAGE, "now": now, "typed": key_name(typed)}
    found["products"] = [_show(card) for card in _find_cards(understood, values)]
    signs = {"words": _begun(understood, inside=True), "key": key_of(_meant(understood))}
    for kind, slug, title in prepared.fetch_all(
        SIGNS_SQL, {name: values[name] for name in ("language", "now", "typed")} | signs
    ):
        found[KINDS[kind]].append({"slug": slug, "name": title})
    return found


def _find_cards(understood: Understood, values: dict[str, Any]) -> Sequence[dict[str, Any]]:
    typed = values["typed"]
    if len(typed) < SHORTEST_WORD:
        rows = prepared.fetch_all(BY_NAME_SQL, values)
        return [card for row in rows if key_name((card := orjson.loads(row[0]))["name"]).startswith(typed)]
    here, words = f"in:{values['market']}", _begun(understood, inside=False)
    values = values | {"words": f"{quote(here)} & {words}", "rank": words}
    return [orjson.loads(card) for (card,) in prepared.fetch_all(BY_WORDS_SQL, values)]


def _begun(understood: Understood, *, inside: bool) -> str:
    """Every word, of which the last one is only begun.

    Takes   `inside`: also as words of an ingredient's names, which are not stemmed.
    """
    parts = []
    last = len(understood.words) - 1
    for place, word in enumerate(understood.words):
        ways = [f"{quote(stem)}{':*' if place == last else ''}" for stem in word.stems]
        if place == last:
            ways += [f"{quote(one)}:*" for one in (word.meant, *word.whole)]
        if inside:
            ways.append(quote(f"i:{key_of(word.meant)}") + (":*" if place == last else ""))
        if ways:
            parts.append(f"({' | '.join(ways)})")
    return " & ".join(parts)


def _meant(understood: Understood) -> str:
    return " ".join(word.meant for word in understood.words)


def _show(card: dict[str, Any]) -> dict[str, Any]:
    names = ("slug", "name", "brand", "image", "price_from")
    return {name: card[name] for name in names}
