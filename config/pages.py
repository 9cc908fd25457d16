"""The house's own pages: the front, the API's description and its docs, and what was not found."""

import functools
import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from config import last_resort

WORDS = {"shop": settings.SHOP_NAME, "care": settings.SELLER["email"]}


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    return render(request, "front.html", WORDS)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "docs.html", WORDS | {"title": settings.SPECTACULAR_SETTINGS["TITLE"]})


@functools.cache
def write_description() -> bytes:
    """The API's description, made once per process: making it takes most of a second."""
    generator: Any = SchemaGenerator
    renderer: Any = OpenApiYamlRenderer
    written: bytes = renderer().render(generator().get_schema(request=None, public=True), renderer_context={})
    return written


def _tag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(write_description()).hexdigest()[:24]}"'


@require_safe
@condition(etag_func=_tag)
def openapi(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(write_description(), content_type="application/yaml; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page for a browser that strayed, a problem for everybody else."""
    strayed = "text/html" in request.headers.get("Accept", "")
    if strayed and not request.path_info.startswith(("/api/", settings.STAFF_PREFIX)):
        return render(request, "not_found.html", WORDS, status=404)
    return last_resort.not_found(request, exception)
