"""Counts of stock, pushed by warehouses and ERPs."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.counts import Count
from shop import pushing
from shop.models import ApiKey
from shop.serializers import stock as shapes
from shop.views.keys import CountsKey
from shop.views.reading import IDEMPOTENCY_KEY, read_body, read_key

KEY = OpenApiParameter(
    "Idempotency-Key",
    IDEMPOTENCY_KEY,
    location="header",
    required=True,
    description="Your own name for this push: repeated with the same body, it counts once.",
)


class StockCounts(APIView):
    authentication_classes = [CountsKey]
    throttle_scope = "counts"

    @extend_schema(
        operation_id="push_counts",
        tags=["Stock"],
        summary="What stood on the shelves, and when",
        description="Up to 1,000 counts, each as of its own moment: what was sold, received or carried away "
        "after it is added. Each is applied, left as it is, or refused for a `reason`; a refused one stops "
        "no other. Needs an API key for `stock.counts`, which the owner makes in the admin.",
        auth=[{"apiKey": []}],  # type: ignore[list-item]
        parameters=[KEY],
        request=shapes.CountsIn,
        responses=shapes.CountsTaken,
    )
    def post(self, request: Request) -> Response:
        name = read_key(request, "push")
        asked = read_body(shapes.CountsIn, request.data)
        counts = [_as_count(line) for line in asked["counts"]]
        key = cast(ApiKey, request.auth)
        return Response(
            pushing.push_counts(key=key, name=name, counts=counts, free=asked["free"], now=timezone.now())
        )


def _as_count(line: dict[str, Any]) -> Count:
    return Count(
        sku=line["sku"],
        location=line["location"],
        lot=line.get("lot") or "",
        counted=line["counted"],
        counted_at=line["as_of"],
        expected=line.get("expected"),
    )
