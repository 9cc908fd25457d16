"""Finding products, and reading one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema

from catalog import asking, search
from catalog.asking import MOST_ASKED, MOST_CENTS, MOST_PER_PAGE
from catalog.finding.listing import RELEVANCE, SORTS
from catalog.models import SkinType
from catalog.serializers import products as shapes
from catalog.views.reading import MARKET, NAME, SLUG, Read, answer

CENTS: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": MOST_CENTS}
CURSOR: dict[str, Any] = {"type": "string", "maxLength": 600, "pattern": "^[A-Za-z0-9_-]*$"}


SKIN: dict[str, Any] = {"type": "string", "enum": SkinType.values}
WORDS = """Filters of different kinds add up. Follow `next` by passing it as `cursor`.

With `q`, mistyped words are put right, customers' words lead to our own ("milk spots" to milia), and what
the question avoids ("without alcohol") becomes a filter: the answer says all of it in `search`. First come
the products that answer every word; when there is none, those that answer some.

Their order, `relevance`: for each word of the question, the best place where the product has it (name or
brand 1, concern or category 0.5, summary or the pick's headline 0.2; ingredients are found by, and weigh
nothing), a rare word counting for more than a common one; plus 1 when the name is exactly what was asked or
0.3 when it begins so, 0.05 for words that stand side by side in it, and 0.02 while a dermatologist's pick
stands; of equals the shorter name. What a product earns us is no part of it.

With `facets=true`, each facet is counted as if nothing were chosen in it, so its numbers stay true while
several of its values are chosen; `free_from` counts what is left."""


def _facet(name: str, words: str, *, item: dict[str, Any] = NAME, all_hold: bool = False) -> OpenApiParameter:
    several = {"type": "array", "items": item, "maxItems": asking.MOST_VALUES}
    rule = "All that are given must hold." if all_hold else "Several are alternatives."
    return OpenApiParameter(name, several, explode=True, description=f"{words} {rule}")


class Products(Read):
    @extend_schema(
        operation_id="list_products",
        tags=["Catalogue"],
        summary="Products, as cards",
        description=WORDS,
        parameters=[
            MARKET,
            OpenApiParameter(
                "q",
                {"type": "string", "maxLength": MOST_ASKED},
                description="What is looked for, in any words.",
            ),
            _facet("category", "A category and all below it."),
            _facet("brand", "A brand."),
            _facet("concern", "A concern, such as milia."),
            _facet("contains", "An ingredient or a class, such as glycolic-acid or retinoid.", all_hold=True),
            _facet(
                "free_from",
                "A word of a claim, such as fragrance. Products of which it is unknown are left out.",
                all_hold=True,
            ),
            _facet("skin_type", "A skin type.", item=SKIN),
            OpenApiParameter("price_min", CENTS, description="Minor units."),
            OpenApiParameter("price_max", CENTS, description="Minor units."),
            OpenApiParameter("in_stock", {"type": "boolean"}),
            OpenApiParameter(
                "picked",
                {"type": "boolean"},
                description="Only what a dermatologist stands behind today, or only the rest.",
            ),
            OpenApiParameter(
                "sort",
                {"type": "string", "enum": [*SORTS, RELEVANCE]},
                description="Unless told: relevance with q, else newest.",
            ),
            OpenApiParameter(
                "facets", {"type": "boolean", "default": False}, description="Count what else there is."
            ),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": 24}
            ),
            OpenApiParameter("cursor", CURSOR),
        ],
        responses=shapes.Cards,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        listing = asking.read_listing(request.GET)
        return answer(request, search.find_products(listing, now=timezone.now()))


class ProductPage(Read):
    @extend_schema(
        operation_id="read_product",
        tags=["Catalogue"],
        summary="One product, whole",
        description="Its sizes, pictures, label, and what can be had now.",
        parameters=[MARKET, SLUG],
        responses=shapes.Page,
    )
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        market = asking.read_market(request.GET)
        return answer(request, search.read_product(slug=slug, market=market, now=timezone.now()))
