"""Reading the catalogue: stored bytes go out, tagged and cacheable."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.views import APIView

from catalog import asking, categories, search
from catalog import serializers as shapes
from catalog.asking import DEFAULT_MARKET, MOST_CENTS, MOST_PER_PAGE
from catalog.models import Brand, Concern
from catalog.search import SORTS, Found

NAME: dict[str, Any] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,140}$"}
CENTS: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": MOST_CENTS}
CURSOR: dict[str, Any] = {"type": "string", "maxLength": 600, "pattern": "^[A-Za-z0-9_-]*$"}
MARKET = OpenApiParameter("market", NAME | {"default": DEFAULT_MARKET}, description="Whose prices.")


def _facet(name: str, words: str) -> OpenApiParameter:
    several = {"type": "array", "items": NAME, "maxItems": asking.MOST_VALUES}
    return OpenApiParameter(name, several, explode=True, description=f"{words} Several are alternatives.")


FRESH_S = 10  # how long a shared cache may show a page without asking again


class Read(APIView):
    """An APIView, so that the API's description finds it, whose GET runs as plain Django."""

    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return super().dispatch(request, *args, **kwargs)
        try:
            found: HttpResponseBase = self.get(request, **kwargs)  # type: ignore[attr-defined]
        except Exception as error:
            refused: HttpResponseBase | None = self.get_exception_handler()(
                error, {"view": self, "request": request}
            )
            if refused is None:
                raise
            return refused
        return found


def answer(request: HttpRequest, found: Found) -> HttpResponse:
    """The body, or 304 for a reader who has it already."""
    tag = f'"{found.etag}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    response: HttpResponse
    if tag in known or "*" in known:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(found.body, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={FRESH_S}"
    return response


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
        parameters=[MARKET, OpenApiParameter("slug", NAME, location="path")],
        responses=shapes.Page,
    )
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        market = asking.read_market(request.GET)
        return answer(request, search.read_product(slug=slug, market=market, now=timezone.now()))


class Categories(Read):
    @extend_schema(
        operation_id="list_categories",
        tags=["Catalogue"],
        summary="The tree of categories",
        description="Filtering products by a category finds those of all categories below it too.",
        responses=shapes.Tree,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(request, _whole(categories.read_tree()))


class Brands(Read):
    @extend_schema(
        operation_id="list_brands",
        tags=["Catalogue"],
        summary="All brands",
        description="In the order of the alphabet.",
        responses=shapes.Shelves,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(request, _whole(list(Brand.objects.order_by("name").values("slug", "name"))))


class Concerns(Read):
    @extend_schema(
        operation_id="list_concerns",
        tags=["Catalogue"],
        summary="All concerns",
        description="A concern is a shelf to browse, never a claim that something cures it.",
        responses=shapes.Shelves,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Concern.objects.order_by("position", "name").values("slug", "name")
        return answer(request, _whole(list(rows)))


def _whole(results: Sequence[Any]) -> Found:
    body = orjson.dumps({"results": results})
    return Found(body, hashlib.sha256(body).hexdigest()[:24])
