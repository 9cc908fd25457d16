"""Finding products, and reading one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema

from catalog import asking, search
from catalog.asking import MOST_CENTS, MOST_PER_PAGE
from catalog.search import SORTS
from catalog.serializers import products as shapes
from catalog.views.reading import MARKET, NAME, SLUG, Read, answer

CENTS: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": MOST_CENTS}
CURSOR: dict[str, Any] = {"type": "string", "maxLength": 600, "pattern": "^[A-Za-z0-9_-]*$"}


def _facet(name: str, words: str) -> OpenApiParameter:
    several = {"type": "array", "items": NAME, "maxItems": asking.MOST_VALUES}
    return OpenApiParameter(name, several, explode=True, description=f"{words} Several are alternatives.")


class Products(Read):
    @extend_schema(
        operation_id="list_products",
        tags=["Catalogue"],
        summary="Products, as cards",
        description="Filters of different kinds add up. Follow `next` by passing it as `cursor`.",
        parameters=[
            MARKET,
            _facet("category", "A category and all below it."),
            _facet("brand", "A brand."),
            _facet("concern", "A concern, such as milia."),
            OpenApiParameter("price_min", CENTS, description="Minor units."),
            OpenApiParameter("price_max", CENTS, description="Minor units."),
            OpenApiParameter("in_stock", {"type": "boolean"}),
            OpenApiParameter("sort", {"type": "string", "enum": list(SORTS), "default": "newest"}),
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
