"""Concerns and guides as customers will read them, and what the editor says beside the form."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from catalog.models import Guide, Statement

LOOKS = {"light": "Light", "dark": "Dark", "phone": "On a phone"}


class Previewed:
    """Mixed into a desk whose rows are pages: a preview, and what is still missing beside the form."""

    change_form_outer_before_template = "admin/catalog/page_beside.html"

    def get_urls(self) -> list[Any]:
        desk: Any = self
        view = desk.admin_site.admin_view(self.preview)
        seen = path("<int:pk>/preview/", view, name=f"catalog_{desk.opts.model_name}_preview")
        return [seen, *super().get_urls()]  # type: ignore[misc]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        return show_preview(request, self, pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = (extra_context or {}) | draw_beside(self, object_id)
        return super().change_view(request, object_id, form_url, context)  # type: ignore[misc]


def show_preview(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """The page in the shop's look; statements of one kind stand together, as the API gives them."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    thing = get_object_or_404(desk.model, pk=pk)
    is_guide = isinstance(thing, Guide)
    look = request.GET.get("look", "light")
    context = {
        "title": thing.title if is_guide else thing.name,
        "lead": thing.summary if is_guide else thing.one_line,
        "also_called": [] if is_guide else thing.also_called,
        "sells": thing.sells if is_guide else True,
        "sections": group_statements(thing),
        "disputes": find_disputes(thing),
        "look": look if look in LOOKS else "light",
        "looks": LOOKS,
        "back": reverse(f"admin:catalog_{thing._meta.model_name}_change", args=[thing.pk]),
        "back_words": "Back to the guide" if is_guide else "Back to the concern",
        "shop": settings.SHOP_NAME,
        "care": settings.SELLER["email"],
    }
    return TemplateResponse(request, "admin/catalog/page_preview.html", context)


def group_statements(thing: Any) -> list[tuple[str, list[Statement]]]:
    """(kind in words, its statements), in the order of the kinds."""
    kinds = list(Statement.Kind)
    rows = sorted(
        thing.statements.all(), key=lambda one: (kinds.index(Statement.Kind(one.kind)), one.position, one.pk)
    )
    return [
        (str(Statement.Kind(kind).label), list(group)) for kind, group in groupby(rows, lambda one: one.kind)
    ]


def find_disputes(thing: Any) -> dict[str, int]:
    """{what is disputed: how many statements}. One alone is no dispute."""
    found: dict[str, int] = {}
    for statement in thing.statements.exclude(dispute=""):
        found[statement.dispute] = found.get(statement.dispute, 0) + 1
    return found


def draw_beside(desk: Any, object_id: str) -> dict[str, Any]:
    """What stands above the form: the way to the preview, and disputes with one side only."""
    thing = desk.model.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    if thing is None:
        return {}
    return {
        "preview_url": reverse(f"admin:catalog_{thing._meta.model_name}_preview", args=[thing.pk]),
        "statements_in_all": thing.statements.count(),
        "one_sided": sorted(word for word, count in find_disputes(thing).items() if count < 2),
    }
