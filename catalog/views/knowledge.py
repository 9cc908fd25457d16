"""Reading what we know: concerns, guides, ingredients, dermatologists."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema

from catalog import asking, dermatologist_pages, knowledge_pages
from catalog.serializers import knowledge, picks
from catalog.views.reading import MARKET, SLUG, Read, answer

TAG = ["Knowledge"]


class ConcernPage(Read):
    @extend_schema(
        operation_id="read_concern",
        tags=TAG,
        summary="A concern: what it is, what may help, when to see a doctor",
        description="Every statement says where it comes from and how well it is supported. Statements with "
        "the same `dispute` disagree with each other; show both.",
        parameters=[MARKET, SLUG],
        responses=knowledge.ConcernPage,
    )
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        market = asking.read_market(request.GET)
        return answer(request, knowledge_pages.read_concern(slug=slug, market=market, now=timezone.now()))


class Guides(Read):
    @extend_schema(
        operation_id="list_guides",
        tags=TAG,
        summary="All guides",
        description="By title and summary, in the order of the house.",
        responses=knowledge.GuideList,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(request, knowledge_pages.read_guides(now=timezone.now()))


class GuidePage(Read):
    @extend_schema(
        operation_id="read_guide",
        tags=TAG,
        summary="One guide",
        description="Where `sells` is false, show no products beside it: it is about what we may not sell.",
        parameters=[MARKET, SLUG],
        responses=knowledge.GuidePage,
    )
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        market = asking.read_market(request.GET)
        return answer(request, knowledge_pages.read_guide(slug=slug, market=market, now=timezone.now()))


class IngredientPage(Read):
    @extend_schema(
        operation_id="read_ingredient",
        tags=TAG,
        summary="One ingredient",
        description="Its names, what it is to skin, and what the law of each place says of it.",
        parameters=[MARKET, SLUG],
        responses=knowledge.IngredientPage,
    )
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        market = asking.read_market(request.GET)
        return answer(request, knowledge_pages.read_ingredient(slug=slug, market=market, now=timezone.now()))


class Dermatologists(Read):
    @extend_schema(
        operation_id="list_dermatologists",
        tags=TAG,
        summary="Who signs picks",
        description="In the order of the alphabet.",
        responses=picks.DermatologistList,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(request, dermatologist_pages.read_dermatologists())


class DermatologistPage(Read):
    @extend_schema(
        operation_id="read_dermatologist",
        tags=TAG,
        summary="One dermatologist",
        description="Credentials that can be checked, what she earns, her picks, and what she withdrew.",
        parameters=[SLUG],
        responses=picks.DermatologistPage,
    )
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return answer(request, dermatologist_pages.read_dermatologist(slug=slug, now=timezone.now()))
