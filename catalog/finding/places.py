"""One page of a listing: which cards, in which order, and what is asked of them while reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from catalog import prepared
from catalog.finding.cursors import read_cursor, write_cursor
from catalog.finding.folding import key_name
from catalog.finding.listing import BADGE, HAS_STOCK, RELEVANCE, SORTS, STANDS, Listing, Where
from catalog.finding.matching import Match


class Place(NamedTuple):
    """One card. The rest is known only of what was found by words."""

    product_id: int
    card: str
    version: str
    key: Any
    in_stock: bool
    badge: str
    is_loose: bool = False
    concerns: list[str] = []
    categories: list[str] = []
    contains: list[str] = []
    weights: str = ""  # where its words stand, of "abcd"


@dataclass(frozen=True)
class Places:
    """One page of a listing."""

    shown: list[Place]
    following: str  # a cursor, or ""

    @property
    def is_loose(self) -> bool:
        """Nothing answers the whole question; these answer a part of it."""
        return any(place.is_loose for place in self.shown)


# The inner part reads nothing but one index (see models/pages.py), the outer one the rows that are shown.
LISTING_SQL = f"""
SELECT page.product_id, page.card, page.version, place.key, {HAS_STOCK}, {BADGE}
  FROM (SELECT page.{{id}} AS id, page.product_id, page.{{key}} AS key FROM {{source}} page
         WHERE {{where}}
         ORDER BY page.{{key}} {{direction}}, page.product_id {{direction}} LIMIT {{limit}}) place
  JOIN catalog_publishedpage page ON page.id = place.id
 ORDER BY place.key {{direction}}, place.product_id {{direction}}
"""

# How well a page answers: where its best place has each part of the question, whether its name is what was
# asked, a little for a pick that stands, and the shorter name of equals. What it earns us is not known here.
RANK = f"""(1e6 * (
     ({{worth}}) / %(whole)s::float
     + CASE WHEN page.name_key = %(exact)s THEN 1
            WHEN starts_with(page.name_key, %(exact)s) THEN 0.3 ELSE 0 END
     + CASE WHEN {STANDS} THEN 0.02 ELSE 0 END - 1e-4 * length(page.name_key)))::int"""
WORTH = "%(weight{0})s::float * CASE WHEN page.names @@ %(name{0})s::tsquery THEN 1{rest} ELSE 0 END"
ELSEWHERE = """ WHEN page.names @@ %(shelf{0})s::tsquery THEN 0.5
                  WHEN page.names @@ %(any{0})s::tsquery THEN 0.2"""
MATCHED = "SELECT page.page_id, page.product_id, {key} AS key FROM {source} page WHERE {where}"
ASKED_SQL = f"""
WITH strict AS MATERIALIZED ({MATCHED} AND page.said @@ %(strict)s::tsquery),
     loose AS MATERIALIZED (
       {MATCHED} AND page.said @@ %(loose)s::tsquery AND NOT EXISTS (SELECT FROM strict)),
     place AS MATERIALIZED (
       SELECT * FROM (SELECT *, false AS is_loose FROM strict UNION ALL SELECT *, true FROM loose) found
        WHERE {{beyond}} ORDER BY key {{direction}}, product_id {{direction}} LIMIT {{limit}})
SELECT page.product_id, page.card, page.version, place.key, {HAS_STOCK}, {BADGE}, is_loose,
       page.concern_slugs, page.category_slugs, page.contains, concat(
         CASE WHEN ts_filter(words.names, '{{{{a}}}}') @@ %(said)s::tsquery THEN 'a' END,
         CASE WHEN ts_filter(words.names, '{{{{b}}}}') @@ %(said)s::tsquery THEN 'b' END)
  FROM place JOIN catalog_publishedpage page ON page.id = place.page_id
  JOIN catalog_pagewords words ON words.page_id = place.page_id
 ORDER BY place.key {{direction}}, place.product_id {{direction}}
"""
# A question alone reads the narrow table; one with filters also the pages that it finds.
WORDS = "catalog_pagewords"
WORDS_AND_PAGES = """(
  SELECT page.*, words.page_id, words.names, words.said, words.later_live
    FROM catalog_pagewords words JOIN catalog_publishedpage page ON page.id = words.page_id)"""


def read_places(listing: Listing, *, now: datetime, match: Match | None = None) -> Places:
    """One page of a listing, with words or without. One statement. Raises BadCursor."""
    column, direction = SORTS.get(listing.sort, ("", "DESC"))
    where = Where(listing, now)
    beyond = ""
    if listing.cursor:
        where.values["key"], where.values["last"] = read_cursor(listing.cursor, listing.sort)
        beyond = f"({{key}}, {{id}}) {'<' if direction == 'DESC' else '>'} (%(key)s, %(last)s)"
    # A plan is chosen for a number, so the limit is part of the text.
    parts = {"direction": direction, "limit": listing.limit + 1}
    if match is None:
        source, page_id = (
            ("catalog_shelfplace", "page_id") if listing.shelf else ("catalog_publishedpage", "id")
        )
        clauses = [where.text, beyond.format(key=f"page.{column}", id="page.product_id")]
        text = " AND ".join(filter(None, clauses))
        sql = LISTING_SQL.format(source=source, id=page_id, key=column, where=text, **parts)
    else:
        where.values |= {"strict": match.strict, "loose": match.loose, "said": match.said}
        key = f"page.{column}"
        if listing.sort == RELEVANCE:
            where.values |= {"exact": key_name(listing.q)} | _weigh(match)
            key = RANK.format(worth=" + ".join(_tell_worth(match)))
        sql = ASKED_SQL.format(
            key=key,
            source=WORDS_AND_PAGES if where.reads_pages else WORDS,
            where=where.text,
            beyond=beyond.format(key="key", id="product_id") or "true",
            **parts,
        )
    rows = [Place(*row) for row in prepared.fetch_all(sql, where.values)]
    shown, more = rows[: listing.limit], len(rows) > listing.limit
    return Places(shown, write_cursor(listing.sort, shown[-1].key, shown[-1].product_id) if more else "")


def _tell_worth(match: Match) -> Iterator[str]:
    for number, one in enumerate(match.worth):
        yield WORTH.format(number, rest=ELSEWHERE.format(number) if one.anywhere else "")


def _weigh(match: Match) -> dict[str, Any]:
    """The values of RANK: of each word what it is worth, and where it may stand."""
    values: dict[str, Any] = {"whole": sum(one.weight for one in match.worth if one.anywhere) or 1}
    for number, one in enumerate(match.worth):
        values |= {f"weight{number}": one.weight, f"name{number}": one.in_name}
        if one.anywhere:
            values |= {f"shelf{number}": one.on_shelf, f"any{number}": one.anywhere}
    return values
