"""Finding products: a listing is stored cards, joined; a page is stored bytes. One statement each.

Stock moves often and cards seldom, so whether a thing can be had is asked while reading, with the
expiry of its lots as part of the question.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from catalog import prepared
from catalog.models import Brand, Category, Concern, Market
from catalog.rendering import LANGUAGE

FEW = 5  # units; below this a customer is told how many are left

# sort → (column, direction). The product's id breaks ties, so every place in a listing is one place.
SORTS = {
    "newest": ("published_at", "DESC"),
    "price": ("price_from_cents", "ASC"),
    "-price": ("price_from_cents", "DESC"),
    "name": ("name_key", "ASC"),
}


@dataclass(eq=False)
class BadCursor(Exception):
    """The cursor is not one that we gave out for this sorting."""


@dataclass(eq=False)
class NoSuchProduct(Exception):
    """No product of that name is shown in that market."""


@dataclass(eq=False)
class UnknownFilter(Exception):
    """A filter names a market, category, brand or concern that does not exist."""

    unknown: list[tuple[str, str]]  # (parameter, value)


@dataclass(frozen=True)
class Listing:
    """What a customer asks for. Values of one facet are alternatives, facets add up."""

    market: str
    categories: Sequence[str] = ()
    brands: Sequence[str] = ()
    concerns: Sequence[str] = ()
    price_min_cents: int | None = None
    price_max_cents: int | None = None
    in_stock: bool | None = None
    sort: str = "newest"
    limit: int = 24
    cursor: str = ""


@dataclass(frozen=True)
class Found:
    """A finished body and the tag by which a reader knows it again."""

    body: bytes
    etag: str


HAS_STOCK = """EXISTS (SELECT 1 FROM catalog_lot l WHERE l.variant_id = ANY({page}.variant_ids)
    AND l.on_hand > l.reserved AND (l.expires_on IS NULL OR l.expires_on > %s))"""


# The inner part reads nothing but one index (see models/pages.py), the outer one the rows that are shown.
LISTING_SQL = """
SELECT page.product_id, page.card, page.version, place.key, {has_stock}
  FROM (SELECT page.{id} AS id, page.product_id, page.{key} AS key FROM {source} page
         WHERE {where} ORDER BY page.{key} {direction}, page.product_id {direction} LIMIT {limit}) place
  JOIN catalog_publishedpage page ON page.id = place.id
 ORDER BY place.key {direction}, place.product_id {direction}
"""


def find_products(listing: Listing, *, now: datetime) -> Found:
    """One page of cards: {"results": [...], "next": cursor or null}. One statement when anything fits.

    Raises  BadCursor; UnknownFilter when nothing was found because a filter names nothing.
    """
    column, direction = SORTS[listing.sort]
    where = _Where(listing, now)
    if listing.cursor:
        where.after(column, direction, _read_cursor(listing))
    sql = LISTING_SQL.format(
        source="catalog_shelfplace" if where.shelf else "catalog_publishedpage",
        id="page_id" if where.shelf else "id",
        key=column,
        direction=direction,
        where=" AND ".join(where.clauses),
        has_stock=HAS_STOCK.format(page="page"),
        limit=listing.limit + 1,  # a plan is chosen for a number, so it is part of the text
    )
    rows = prepared.fetch_all(sql, [now.date(), *where.values])
    if not rows and not listing.cursor:
        _refuse_unknown_filters(listing)
    shown, more = rows[: listing.limit], len(rows) > listing.limit
    cards = ",".join(f'{row[1][:-1]},"in_stock":{"true" if row[4] else "false"}}}' for row in shown)
    following = f'"{_write_cursor(listing.sort, shown[-1])}"' if more else "null"
    tag = hashlib.sha256(repr([(row[0], row[2], row[4]) for row in shown] + [following]).encode())
    return Found(f'{{"results":[{cards}],"next":{following}}}'.encode(), tag.hexdigest()[:24])


PAGE_SQL = """
SELECT page.page, page.version, v.sku, coalesce(sum(l.on_hand - l.reserved), 0),
       CASE WHEN page.badge_from_on <= %s AND %s < page.badge_until_on THEN page.pick ELSE 'null' END
  FROM catalog_publishedpage page
  JOIN catalog_variant v ON v.product_id = page.product_id AND v.retired_at IS NULL
  LEFT JOIN catalog_lot l ON l.variant_id = v.id AND l.on_hand > l.reserved
       AND (l.expires_on IS NULL OR l.expires_on > %s)
 WHERE page.slug = %s AND page.market = %s AND page.language = %s AND page.published_at <= %s
   AND page.hidden_at > %s
 GROUP BY page.id, v.id ORDER BY v.position, v.id
"""


def read_product(*, slug: str, market: str, now: datetime) -> Found:
    """One product's page with what can be had of it now. One statement.

    Raises  NoSuchProduct.
    """
    today = now.date()
    rows = prepared.fetch_all(PAGE_SQL, [today, today, today, slug, market, LANGUAGE, now, now])
    if not rows:
        raise NoSuchProduct
    page = orjson.loads(rows[0][0])
    page["pick"] = orjson.loads(rows[0][4])
    for sale in page["sale"]:  # a rule may begin to bite on a day, and the page is older than that
        sale["can_be_sold"] = not any(_bites(barrier, today) for barrier in sale["barriers"])
    free_units = {row[2]: int(row[3]) for row in rows}
    for variant in page["variants"]:
        variant.update(show_availability(free_units.get(variant["sku"], 0)))
    changes = [rows[0][1], sorted(free_units.items()), rows[0][4] == "null", page["sale"]]
    tag = hashlib.sha256(repr(changes).encode()).hexdigest()[:24]
    return Found(orjson.dumps(page), tag)


def _bites(barrier: dict[str, Any], today: date) -> bool:
    return barrier["stops"] and (barrier["since"] is None or date.fromisoformat(barrier["since"]) <= today)


def show_availability(free: int) -> dict[str, Any]:
    """Whether a size can be had, and how many when they are few."""
    return {"in_stock": free > 0, "few_left": free if 0 < free < FEW else None}


@dataclass
class _Where:
    """The conditions of one listing, and the values that go with them."""

    listing: Listing
    now: datetime
    clauses: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        asked, today = self.listing, self.now.date()
        self.add("market = %s", asked.market)
        self.add("language = %s", LANGUAGE)
        self.add("published_at <= %s", self.now)
        if self.shelf:
            self.add("shelf = %s", self.shelf)
        else:
            self._add_facets()
        if asked.price_min_cents is not None:
            self.add("price_from_cents >= %s", asked.price_min_cents)
        if asked.price_max_cents is not None:
            self.add("price_from_cents <= %s", asked.price_max_cents)
        if asked.in_stock is not None:
            self.add(("" if asked.in_stock else "NOT ") + HAS_STOCK.format(page="page"), today)

    @property
    def shelf(self) -> str:
        """The one shelf that the customer looks at; "" when it is none, or several."""
        asked = self.listing
        facets = {"category": asked.categories, "concern": asked.concerns, "brand": asked.brands}
        shelves = [f"{kind}/{slug}" for kind, slugs in facets.items() for slug in slugs]
        return shelves[0] if len(shelves) == 1 else ""

    def _add_facets(self) -> None:
        asked = self.listing
        if asked.categories:
            self.add("category_slugs && %s::varchar[]", list(asked.categories))
        if asked.concerns:
            self.add("concern_slugs && %s::varchar[]", list(asked.concerns))
        if asked.brands:
            self.add("brand_slug = ANY(%s)", list(asked.brands))

    def add(self, clause: str, *values: Any) -> None:
        self.clauses.append(clause)
        self.values += values

    def after(self, column: str, direction: str, place: tuple[Any, int]) -> None:
        self.add(f"({column}, product_id) {'<' if direction == 'DESC' else '>'} (%s, %s)", *place)


def _write_cursor(sort: str, row: tuple[Any, ...]) -> str:
    key = row[3].isoformat() if isinstance(row[3], date) else row[3]
    return base64.urlsafe_b64encode(orjson.dumps([sort, key, row[0]])).decode().rstrip("=")


def _read_cursor(listing: Listing) -> tuple[Any, int]:
    try:
        raw = base64.b64decode(
            listing.cursor + "=" * (-len(listing.cursor) % 4), altchars=b"-_", validate=True
        )
        sort, key, product_id = orjson.loads(raw)
        if sort != listing.sort or type(product_id) is not int or not 0 <= product_id < 2**63:
            raise BadCursor
        if sort == "newest":
            key = datetime.fromisoformat(key)
            if key.tzinfo is None:
                raise BadCursor
        elif type(key) is not (str if sort == "name" else int) or key == "" or _too_wide(key):
            raise BadCursor
    except (binascii.Error, orjson.JSONDecodeError, ValueError, TypeError) as error:
        raise BadCursor from error
    return key, product_id


def _too_wide(key: Any) -> bool:
    return "\x00" in key if isinstance(key, str) else not 0 <= key < 2**31


def _refuse_unknown_filters(listing: Listing) -> None:
    """An empty page is an honest answer; a misspelt filter is not: tell the two apart."""
    asked: list[tuple[str, Any, str, Sequence[str]]] = [
        ("market", Market, "code", [listing.market]),
        ("category", Category, "slug", listing.categories),
        ("brand", Brand, "slug", listing.brands),
        ("concern", Concern, "slug", listing.concerns),
    ]
    unknown: list[tuple[str, str]] = []
    for parameter, noun, column, values in asked:
        if values:
            known = set(noun.objects.filter(**{f"{column}__in": values}).values_list(column, flat=True))
            unknown += [(parameter, value) for value in values if value not in known]
    if unknown:
        raise UnknownFilter(unknown)
