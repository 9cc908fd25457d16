"""How anything of the catalogue is read: stored bytes go out, tagged and cacheable."""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.views import APIView

from catalog.asking import DEFAULT_MARKET
from catalog.found import Found

NAME: dict[str, Any] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,140}$"}
MARKET = OpenApiParameter("market", NAME | {"default": DEFAULT_MARKET}, description="Whose prices.")
SLUG = OpenApiParameter("slug", NAME, location="path")
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


def answer(request: HttpRequest, found: Found, *, fresh_s: int = FRESH_S) -> HttpResponse:
    """The body, or 304 for a reader who has it already."""
    tag = f'"{found.etag}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    response: HttpResponse
    if tag in known or "*" in known:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(found.body, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={min(fresh_s, _seconds_left_today(timezone.now()))}"
    return response


def _seconds_left_today(now: datetime) -> int:
    """Badges lapse and rules begin when a day does: no cache may show yesterday's page after that."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time.min, tzinfo=now.tzinfo)
    return int((tomorrow - now).total_seconds())
