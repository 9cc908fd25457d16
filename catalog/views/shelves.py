"""The shelves that customers browse: categories, brands, concerns."""

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema

from catalog import categories
from catalog.found import as_found
from catalog.models import Brand, Concern
from catalog.serializers import products as shapes
from catalog.views.reading import Read, answer


class Categories(Read):
    @extend_schema(
        operation_id="list_categories",
        tags=["Catalogue"],
        summary="The tree of categories",
        description="Filtering products by a category finds those of all categories below it too.",
        responses=shapes.Tree,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(request, as_found({"results": categories.read_tree()}))


class Brands(Read):
    @extend_schema(
        operation_id="list_brands",
        tags=["Catalogue"],
        summary="All brands",
        description="In the order of the alphabet.",
        responses=shapes.Shelves,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Brand.objects.order_by("name").values("slug", "name")
        return answer(request, as_found({"results": list(rows)}))


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
        return answer(request, as_found({"results": list(rows)}))
