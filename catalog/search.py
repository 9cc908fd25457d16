"""Finding products: a listing is stored cards, joined; a page is stored bytes. One statement each.

Stock moves often and cards seldom, so whether a thing can be had is asked while reading, with the
expiry of its lots as part of the question. A question in words is understood first (`catalog.finding`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from catalog import prepared
from catalog.finding import asked, facets, suggesting
from catalog.finding.cursors import BadCursor
from catalog.finding.listing import PICK, SORTS, Listing, UnknownFilter, refuse_unknown_filters
from catalog.finding.places import Place, read_places
from catalog.found import Found, as_found, tag_of
from catalog.rendering import LANGUAGE

__all__ = ["SORTS", "BadCursor", "Listing", "NoSuchProduct", "UnknownFilter"]
FEW = 5  # units; below this a customer is told how many are left


@dataclass(eq=False)
class NoSuchProduct(Exception):
    """No product of that name is shown in that market."""


def find_products(listing: Listing, *, now: datetime) -> Found:
    """One page of cards: {"results": [...], "next": cursor or null}. One statement when anything fits.

    With a question in words also "search": how it was understood and what was found beside products, in two
    statements more; with `facets` also "facets", in one more.
    Raises  BadCursor; UnknownFilter when nothing was found because a filter names nothing.
    """
    question = asked.read_question(listing, now=now) if listing.q else None
    found = asked.find_places(question, now=now) if question else read_places(listing, now=now)
    if not found.shown and not listing.cursor:
        refuse_unknown_filters(listing, markets=question.understood.markets if question else ())
    more: dict[str, Any] = {}
    if question:
        more["search"] = asked.show_question(question, found, now=now)
    if listing.facets:
        more["facets"] = (
            asked.count_facets(question, found, now=now)
            if question
            else facets.count_facets(listing, now=now)
        )
    words = question.understood if question else None
    cards = ",".join(
        _show_card(place, asked.show_why(place, words) if words else "") for place in found.shown
    )
    rest = orjson.dumps({"next": found.following or None} | more)
    shown = [(place.product_id, place.version, place.in_stock, place.badge) for place in found.shown]
    return Found(b'{"results":[%s],%s' % (cards.encode(), rest[1:]), tag_of(rest, repr(shown).encode()))


def _show_card(place: Place, why: str) -> str:
    """The stored card with what is asked while reading."""
    in_stock, told = "true" if place.in_stock else "false", f',"why":{why}' if why else ""
    return f'{place.card[:-1]},"pick":{place.badge},"in_stock":{in_stock}{told}}}'


def suggest(typed: str, *, market: str, now: datetime) -> Found:
    """What a customer may be about to type: products, concerns, guides, ingredients, brands, categories.

    Three statements at most.
    """
    return as_found(suggesting.suggest(typed, market=market, now=now))


PAGE_SQL = f"""
SELECT page.page, page.version, v.sku, coalesce(sum(l.on_hand - l.reserved), 0), {PICK}
  FROM catalog_publishedpage page
  JOIN catalog_variant v ON v.product_id = page.product_id AND v.retired_at IS NULL
  LEFT JOIN catalog_lot l ON l.variant_id = v.id AND l.status = 'RELEASED' AND l.on_hand > 0
       AND l.on_hand > l.reserved AND (l.sell_until_on IS NULL OR l.sell_until_on >= %(today)s)
 WHERE page.slug = %(slug)s AND page.market = %(market)s AND page.language = %(language)s
   AND page.published_at <= %(now)s AND page.hidden_at > %(now)s
 GROUP BY page.id, v.id ORDER BY v.position, v.id
"""


def read_product(*, slug: str, market: str, now: datetime) -> Found:
    """One product's page with what can be had of it now. One statement.

    Raises  NoSuchProduct.
    """
    today = now.date()
    asked = {"today": today, "slug": slug, "market": market, "language": LANGUAGE, "now": now}
    rows = prepared.fetch_all(PAGE_SQL, asked)
    if not rows:
        raise NoSuchProduct
    page = orjson.loads(rows[0][0])
    page["pick"] = orjson.loads(rows[0][4])
    for sale in page["sale"]:  # a rule may begin to bite on a day, and the page is older than that
        sale["can_be_sold"] = not any(_bites(barrier, today) for barrier in sale["barriers"])
    free_units = {row[2]: int(row[3]) for row in rows}
    for variant in page["variants"]:
        variant.update(show_availability(free_units.get(variant["sku"], 0)))
    changes = [rows[0][1], sorted(free_units.items()), rows[0][4], page["sale"]]
    return Found(orjson.dumps(page), tag_of(repr(changes).encode()))


def _bites(barrier: dict[str, Any], today: date) -> bool:
    return barrier["stops"] and (barrier["since"] is None or date.fromisoformat(barrier["since"]) <= today)


def show_availability(free: int) -> dict[str, Any]:
    """Whether a size can be had, and how many when they are few."""
    return {"in_stock": free > 0, "few_left": free if 0 < free < FEW else None}
