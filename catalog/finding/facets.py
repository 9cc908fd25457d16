"""How many products each further choice would show.

Values of one facet are alternatives, so a facet is counted as if nothing were chosen in it: the numbers stay
what a customer gets who chooses another value too. `free_from` adds up, so it counts what is left.
"""

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
SELECT 'category', c.slug, c.name, n.times, 0 FROM (
  SELECT slug, count(*) AS times FROM page, unnest(category_slugs) slug WHERE {not_category}
   GROUP BY slug ORDER BY times DESC LIMIT {most}) n JOIN catalog_category c ON c.slug = n.slug
UNION ALL
SELECT 'brand', b.slug, b.name, n.times, 0 FROM (
  SELECT brand_slug AS slug, count(*) AS times FROM page WHERE {not_brand}
   GROUP BY brand_slug ORDER BY times DESC LIMIT {most}) n JOIN catalog_brand b ON b.slug = n.slug
UNION ALL
SELECT 'concern', c.slug, c.name, n.times, 0 FROM (
  SELECT slug, count(*) AS times FROM page, unnest(concern_slugs) slug WHERE {not_concern}
   GROUP BY slug ORDER BY times DESC LIMIT {most}) n JOIN catalog_concern c ON c.slug = n.slug
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
    sql = FACETS_SQL.format(
        flags=", ".join([f"pass_{facet}" for facet in asked] or ["true AS passes"]),
        passes=", ".join([f"({where.alternatives[facet]}) AS pass_{facet}" for facet in asked] or ["true"]),
        failed=" + ".join([f"(NOT pass_{facet})::int" for facet in asked] or ["0"]),
        where=" AND ".join(clauses),
        most=MOST,
        all_pass=_pass(asked),
        **{f"not_{facet}": _pass([one for one in asked if one != facet]) for facet in ALTERNATIVES},
    )
    facets: dict[str, Any] = {name: [] for name in LISTS}
    labels = dict(SkinType.choices)
    for facet, slug, name, count, most in prepared.fetch_all(sql, where.values):
        if facet == "price":
            facets["price"] = {"min": count, "max": most}
        else:
            facets[facet].append({"slug": slug, "name": str(labels.get(slug, name)), "count": count})
    for facet in LISTS:
        facets[facet].sort(key=lambda value: (-value["count"], value["name"]))
    return facets


def _pass(facets: list[str]) -> str:
    return " AND ".join(f"pass_{facet}" for facet in facets) or "true"
