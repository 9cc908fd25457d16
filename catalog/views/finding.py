"""Searching while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema

from catalog import asking, search
from catalog.asking import MOST_ASKED
from catalog.serializers import finding as shapes
from catalog.views.reading import MARKET, Read, answer

FRESH_S = 60  # what is about to be typed does not change by the second


class Suggest(Read):
    @extend_schema(
        operation_id="suggest",
        tags=["Catalogue"],
        summary="What may be meant while typing",
        description="Some products, concerns, guides, ingredients, brands and categories that begin so. "
        "Mistyped words are understood. Ask no more than once every 150 ms.",
        parameters=[
            OpenApiParameter("q", {"type": "string", "maxLength": MOST_ASKED}, description="Typed so far."),
            MARKET,
        ],
        responses=shapes.Suggestions,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        typed, market = asking.read_suggestion(request.GET)
        found = search.suggest(typed, market=market, now=timezone.now())
        return answer(request, found, fresh_s=FRESH_S)
