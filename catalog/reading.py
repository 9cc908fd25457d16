"""Handing out stored bytes: tagged, cacheable, and without REST framework's own 1.5 ms around them."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from catalog.search import Found

FRESH_S = 10  # how long a shared cache may show a page without asking again


class Read(APIView):
    """An APIView, so that the API's description finds it, whose GET runs as plain Django."""

    http_method_names = ["get", "head", "options"]  # noqa: RUF012  # Django's own way to say it

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return super().dispatch(request, *args, **kwargs)
        try:
            found: HttpResponseBase = self.get(request, **kwargs)  # type: ignore[attr-defined]
        except Exception as error:
            refused = api_settings.EXCEPTION_HANDLER(error, {"view": self, "request": request})
            if refused is None:
                raise
            return refused  # type: ignore[no-any-return]
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
