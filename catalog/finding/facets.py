"""How many products each further choice would show.

Values of one facet are alternatives, so a facet is counted as if nothing were chosen in it: the numbers stay
what a customer gets who chooses another value too. `free_from` adds up, so it counts what is left.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from catalog import prepared
from catalog.finding.listing import Listing, Where
from catalog.finding.matching import Match
from catalog.models import SkinType

MOST = 100  # values of one facet, the commonest
LISTS = ("category", "brand", "concern", "skin_type", "free_from")
NOTHING: dict[str, Any] = {name: [] for name in LISTS} | {"price": {"min": None, "max": None}}
ALTERNATIVES = ("category", "brand", "concern", "skin_type", "price")

# A page counts for a facet when it passes all the others: at most one of them may refuse it.
FACETS_SQL = """
WITH page AS MATERIALIZED (
  SELECT brand_slug, category_slugs, concern_slugs, skin_types, free_from, price_from_cents,
         {flags}
    FROM (SELECT page.*, {passes} FROM catalog_publishedpage page WHERE {where}) page
   WHERE {failed} <= 1
)
{category}
UNION ALL
{brand}
UNION ALL
{concern}
UNION ALL
SELECT 'skin_type', slug, slug, count(*), 0 FROM page, unnest(skin_types) slug WHERE {not_skin_type}
 GROUP BY slug
UNION ALL
SELECT 'free_from', c.free_from, c.name, n.times, 0 FROM (
  SELECT word, count(*) AS times FROM page, unnest(free_from) word WHERE {all_pass} GROUP BY word) n
  JOIN catalog_claimrule c ON c.free_from = n.word
UNION ALL
SELECT 'price', '', '', min(price_from_cents), max(price_from_cents) FROM page WHERE {not_price}
"""

SLUGS = {"category": "unnest(category_slugs)", "brand": "brand_slug", "concern": "unnest(concern_slugs)"}
COUNT_PAGES = """(
SELECT '{facet}', thing.slug, thing.name, n.times, 0 FROM (
  SELECT slug, count(*) AS times FROM (SELECT {slugs} AS slug FROM page WHERE {passes}) said
   GROUP BY slug ORDER BY times DESC LIMIT {most}) n JOIN catalog_{facet} thing ON thing.slug = n.slug)"""
# A shelf alone: its own facet counts the whole shop, which the shelves' index does without reading a page.
COUNT_SHELVES = """(
SELECT '{facet}', thing.slug, thing.name, n.times, 0 FROM catalog_{facet} thing
  CROSS JOIN LATERAL (
    SELECT count(*) AS times FROM catalog_shelfplace page
     WHERE {where} AND page.shelf = '{facet}/' || thing.slug) n
 WHERE n.times > 0 ORDER BY n.times DESC LIMIT {most})"""


def count_facets(
    listing: Listing, *, now: datetime, match: Match | None = None, is_loose: bool = False
) -> dict[str, Any]:
    """Each facet's values as {slug, name, count}, the commonest first; price as {min, max}. One statement."""
    where = Where(listing, now, on_shelf=False)
    clauses = list(where.clauses)
    if match is not None:
        where.values["words"] = match.loose if is_loose else match.strict
        clauses.append("page.id IN (SELECT page_id FROM catalog_pagewords WHERE said @@ %(words)s::tsquery)")
    asked = [facet for facet in ALTERNATIVES if facet in where.alternatives]
    own = asked[0] if len(asked) == 1 and asked[0] in SLUGS and where.is_plain and match is None else ""
    counts = {facet: _count(facet, asked) for facet in SLUGS}
    if own:
        counts[own] = COUNT_SHELVES.format(facet=own, where=" AND ".join(clauses), most=MOST)
        clauses, asked = [*clauses, where.alternatives[own]], []
        counts |= {facet: _count(facet, asked) for facet in SLUGS if facet != own}
    sql = FACETS_SQL.format(
        flags=", ".join([f"pass_{facet}" for facet in asked] or ["true AS passes"]),
        passes=", ".join([f"({where.alternatives[facet]}) AS pass_{facet}" for facet in asked] or ["true"]),
        failed=" + ".join([f"(NOT pass_{facet})::int" for facet in asked] or ["0"]),
        where=" AND ".join(clauses),
        all_pass=_pass(asked),
        not_skin_type=_pass([one for one in asked if one != "skin_type"]),
        not_price=_pass([one for one in asked if one != "price"]),
        **counts,
    )
    return _show(prepared.fetch_all(sql, where.values))


def _count(facet: str, asked: list[str]) -> str:
    passes = _pass([one for one in asked if one != facet])
    return COUNT_PAGES.format(facet=facet, slugs=SLUGS[facet], passes=passes, most=MOST)


def _show(rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    facets: dict[str, Any] = {name: [] for name in LISTS}
    labels = dict(SkinType.choices)
    for facet, slug, name, count, most in rows:
        if facet == "price":
            facets["price"] = {"min": count, "max": most}
        else:
            facets[facet].append({"slug": slug, "name": str(labels.get(slug, name)), "count": count})
    for facet in LISTS:
        facets[facet].sort(key=lambda value: (-value["count"], value["name"]))
    return facets


def _pass(facets: list[str]) -> str:
    return " AND ".join(f"pass_{facet}" for facet in facets) or "true"
