"""What a customer asks of a listing, and the conditions that it becomes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog.models import Brand, Category, ClaimRule, Concern, Ingredient, IngredientClass, Market
from catalog.rendering import LANGUAGE

# sort → (column, direction). The product's id breaks ties, so every place in a listing is one place.
SORTS = {
    "newest": ("published_at", "DESC"),
    "price": ("price_from_cents", "ASC"),
    "-price": ("price_from_cents", "DESC"),
    "name": ("name_key", "ASC"),
}
RELEVANCE = "relevance"  # of what was asked in words; see catalog.finding.places


@dataclass(eq=False)
class UnknownFilter(Exception):
    """A filter names a market, category, brand, concern, ingredient or claim that does not exist."""

    unknown: list[tuple[str, str]]  # (parameter, value)


@dataclass(frozen=True)
class Listing:
    """What a customer asks for. Values of one facet are alternatives, facets add up.

    `contains` and `free_from` are no alternatives: all that they name must hold.
    """

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
    q: str = ""
    contains: Sequence[str] = ()
    free_from: Sequence[str] = ()
    skin_types: Sequence[str] = ()
    facets: bool = False
    picked: bool | None = None

    @property
    def shelf(self) -> str:
        """The one shelf that the customer looks at; "" when it is none, or several, or more is asked."""
        if self.q or self.contains or self.free_from or self.skin_types or self.picked is not None:
            return ""
        kinds = {"category": self.categories, "concern": self.concerns, "brand": self.brands}
        shelves = [f"{kind}/{slug}" for kind, slugs in kinds.items() for slug in slugs]
        return shelves[0] if len(shelves) == 1 else ""


# Whether a pick is live is asked while reading: it lapses by its date, and no job has to notice.
LIVE = "page.badge_from_on <= %(today)s AND page.badge_until_on > %(today)s"
TURN = "width_bucket(%(today)s, page.later_on)"  # 0 before the first day, and then nothing stands there
BADGE = f"CASE WHEN {LIVE} THEN page.badge ELSE coalesce(page.later_badges[{TURN}], 'null') END"
PICK = f"CASE WHEN {LIVE} THEN page.pick ELSE coalesce(page.later_picks[{TURN}], 'null') END"
STANDS = f"({LIVE} OR coalesce(page.later_live[{TURN}], false))"  # over PageWords
# Over PublishedPage; its first part is what page_picked holds. (`badge` is "null" where nobody signed.)
PICKED = f"(page.badge_from_on IS NOT NULL AND {BADGE} <> 'null')"
HAS_STOCK = """EXISTS (SELECT 1 FROM catalog_lot l WHERE l.variant_id = ANY(page.variant_ids)
    AND l.status = 'RELEASED' AND l.on_hand > 0 AND l.on_hand > l.reserved
    AND (l.sell_until_on IS NULL OR l.sell_until_on >= %(today)s))"""


@dataclass
class Where:
    """The conditions of one listing over `page`, and the values that go with them.

    `alternatives` are the conditions of facets of which a customer may choose several values.
    """

    listing: Listing
    now: datetime
    clauses: list[str] = field(default_factory=list)
    alternatives: dict[str, str] = field(default_factory=dict)
    on_shelf: bool = True  # over ShelfPlace, when one shelf is all that is asked
    values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = self.listing
        self.values = {"today": self.now.date()}
        self.add("page.market = {}", asked.market)
        self.add("page.language = {}", LANGUAGE)
        self.add("page.published_at <= {now}", self.now, name="now")
        self.clauses.append("page.hidden_at > %(now)s")
        if asked.contains:
            self.add("page.contains @> {}::varchar[]", list(asked.contains))
        if asked.free_from:
            self.add("page.free_from @> {}::varchar[]", list(asked.free_from))
        if asked.in_stock is not None:
            self.clauses.append(("" if asked.in_stock else "NOT ") + HAS_STOCK)
        if asked.picked is not None:
            self.clauses.append(("" if asked.picked else "NOT ") + PICKED)
        self._add_alternatives()

    @property
    def is_plain(self) -> bool:
        """Whether nothing but shelves, skin types and prices is asked."""
        asked = self.listing
        asked_of_pages = asked.contains or asked.free_from
        return not asked_of_pages and asked.in_stock is None and asked.picked is None

    @property
    def reads_pages(self) -> bool:
        """Whether it asks more than what words and prices tell."""
        return not self.is_plain or bool(self.alternatives.keys() - {"price"})

    @property
    def text(self) -> str:
        return " AND ".join([*self.clauses, *self.alternatives.values()])

    def add(self, clause: str, value: Any, *, name: str = "") -> None:
        self.clauses.append(self._with(clause, value, name))

    def _add_alternatives(self) -> None:
        asked = self.listing
        if asked.shelf and self.on_shelf:
            self.add("page.shelf = {}", asked.shelf)
        else:
            facets = {
                "category": ("page.category_slugs && {}::varchar[]", asked.categories),
                "concern": ("page.concern_slugs && {}::varchar[]", asked.concerns),
                "brand": ("page.brand_slug = ANY({}::varchar[])", asked.brands),
                "skin_type": ("page.skin_types && {}::varchar[]", asked.skin_types),
            }
            for facet, (clause, chosen) in facets.items():
                if chosen:
                    self.alternatives[facet] = self._with(clause, list(chosen))
        prices = []
        if asked.price_min_cents is not None:
            prices.append(self._with("page.price_from_cents >= {}", asked.price_min_cents))
        if asked.price_max_cents is not None:
            prices.append(self._with("page.price_from_cents <= {}", asked.price_max_cents))
        if prices:
            self.alternatives["price"] = " AND ".join(prices)

    def _with(self, clause: str, value: Any, name: str = "") -> str:
        name = name or f"v{len(self.values)}"
        self.values[name] = value
        return clause.replace("{" + name + "}", "{}").format(f"%({name})s")


def refuse_unknown_filters(listing: Listing, *, markets: Collection[str] = ()) -> None:
    """An empty page is an honest answer; a misspelt filter is not: tell the two apart.

    Takes   `markets`: that there are, if they are known already.
    Raises  UnknownFilter.
    """
    classes = set(IngredientClass.values)
    asked: list[tuple[str, Any, str, Sequence[str]]] = [
        ("market", Market, "code", [] if listing.market in markets else [listing.market]),
        ("category", Category, "slug", listing.categories),
        ("brand", Brand, "slug", listing.brands),
        ("concern", Concern, "slug", listing.concerns),
        ("contains", Ingredient, "slug", [slug for slug in listing.contains if slug not in classes]),
        ("free_from", ClaimRule, "free_from", listing.free_from),
    ]
    unknown: list[tuple[str, str]] = []
    for parameter, noun, column, values in asked:
        if values:
            known = set(noun.objects.filter(**{f"{column}__in": values}).values_list(column, flat=True))
            unknown += [(parameter, value) for value in values if value not in known]
    if unknown:
        raise UnknownFilter(unknown)
