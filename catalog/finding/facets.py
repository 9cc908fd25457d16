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

# A page counts for a facet when it passes all the others: at most one of them may refuse it. Many pages have
# the same few lists: in one pass equal ones are counted (`alike`), and only then are they taken apart.
FACETS_SQL = """
WITH alike AS MATERIALIZED (
  SELECT {lists}, GROUPING({lists}) AS set, {counts},
         min(price_from_cents) FILTER (WHERE {pass_price}) AS cheapest,
         max(price_from_cents) FILTER (WHERE {pass_price}) AS dearest
    FROM (SELECT page.*, {passes} FROM catalog_publishedpage page WHERE {where}) page
   WHERE {failed} <= 1
   GROUP BY GROUPING SETS ({sets}, ())
)
{category}
UNION ALL
{brand}
UNION ALL
{concern}
UNION ALL
SELECT 'skin_type', slug, slug, times, 0 FROM ({skin_type}) n
UNION ALL
SELECT 'free_from', c.free_from, c.name, n.times, 0 FROM ({free_from}) n
  JOIN catalog_claimrule c ON c.free_from = n.slug
UNION ALL
SELECT 'price', '', '', cheapest, dearest FROM alike WHERE set = {whole}
"""
COLUMNS = {
    "category": "category_slugs",
    "brand": "brand_slug",
    "concern": "concern_slugs",
    "skin_type": "skin_types",
    "free_from": "free_from",
}
WHOLE = 2 ** len(COLUMNS) - 1  # what GROUPING() says of a row about no list; a list's own bit is 0
SETS = {facet: WHOLE - 2 ** (len(COLUMNS) - 1 - place) for place, facet in enumerate(COLUMNS)}
TIMES = """SELECT slug, sum(times)::bigint AS times FROM (
    SELECT {slugs} AS slug, of_{facet} AS times FROM alike WHERE set = {set} AND of_{facet} > 0) each
   GROUP BY slug"""
SLUGS = ("category", "brand", "concern")
COUNT_PAGES = """(
SELECT '{facet}', thing.slug, thing.name, n.times, 0 FROM (
  {times} ORDER BY times DESC, slug LIMIT {most}) n JOIN catalog_{facet} thing ON thing.slug = n.slug)"""
# A shelf alone: its own facet counts the whole shop, which the shelves' index does without reading a page.
COUNT_SHELVES = """(
SELECT '{facet}', thing.slug, thing.name, n.times, 0 FROM catalog_{facet} thing
  CROSS JOIN LATERAL (
    SELECT count(*) AS times FROM catalog_shelfplace page
     WHERE {where} AND page.shelf = '{facet}/' || thing.slug) n
 WHERE n.times > 0 ORDER BY n.times DESC, thing.slug LIMIT {most})"""


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
    named = {facet: COUNT_PAGES.format(facet=facet, times=_times(facet), most=MOST) for facet in SLUGS}
    if own:
        named[own] = COUNT_SHELVES.format(facet=own, where=" AND ".join(clauses), most=MOST)
        clauses, asked = [*clauses, where.alternatives[own]], []
    sql = FACETS_SQL.format(
        lists=", ".join(COLUMNS.values()),
        counts=", ".join(f"{_count(facet, asked)} AS of_{facet}" for facet in COLUMNS),
        sets=", ".join(f"({column})" for column in COLUMNS.values()),
        whole=WHOLE,
        passes=", ".join([f"({where.alternatives[facet]}) AS pass_{facet}" for facet in asked] or ["true"]),
        failed=" + ".join([f"(NOT pass_{facet})::int" for facet in asked] or ["0"]),
        where=" AND ".join(clauses),
        pass_price=_pass([one for one in asked if one != "price"]),
        skin_type=_times("skin_type"),
        free_from=_times("free_from"),
        **named,
    )
    return _show(prepared.fetch_all(sql, where.values))


def _count(facet: str, asked: list[str]) -> str:
    """How many pages pass all the facets but this one."""
    others = [one for one in asked if one != facet]
    return f"count(*) FILTER (WHERE {_pass(others)})" if others else "count(*)"


def _times(facet: str) -> str:
    column = COLUMNS[facet]
    slugs = column if facet == "brand" else f"unnest({column})"
    return TIMES.format(slugs=slugs, facet=facet, set=SETS[facet])


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
