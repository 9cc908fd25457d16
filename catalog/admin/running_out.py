"""Two lists for the warehouse: what runs out, and what runs out of time."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog import figures, shelf_figures
from catalog.pace import PACE_DAYS

SPANS = (30, 60, 90, 180)  # days


@require_safe
def show_low(request: HttpRequest) -> HttpResponse:
    """Sizes on sale that are nearly gone, or will be before a new delivery is here."""
    _let_in(request, "catalog.view_variant")
    return _page(
        request,
        "low.html",
        title="Low stock",
        rows=shelf_figures.find_low(now=timezone.now()),
        low=figures.LOW,
        cover_days=shelf_figures.LOW_COVER_DAYS,
        pace_days=PACE_DAYS,
        most=shelf_figures.MOST_SHOWN,
    )


@require_safe
def show_near(request: HttpRequest) -> HttpResponse:
    """Lots by the day on which they can be sold last, and those for which it is too late."""
    _let_in(request, "catalog.view_lot", "catalog.view_markdown")
    now = timezone.now()
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, SPANS) else shelf_figures.NEAR_DAYS
    late = shelf_figures.too_late_to_sell(on=now.date())
    return _page(
        request,
        "near.html",
        title="Near expiry",
        rows=shelf_figures.find_near_expiry(now=now, within_days=days),
        late=late[: shelf_figures.MOST_SHOWN],
        today=now.date(),
        days=days,
        spans=SPANS,
        pace_days=PACE_DAYS,
    )


def _let_in(request: HttpRequest, *permissions: str) -> None:
    if not any(request.user.has_perm(permission) for permission in permissions):
        raise PermissionDenied


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    everywhere = admin.site.each_context(request)
    return TemplateResponse(request, f"admin/catalog/stock/{template}", everywhere | context)
