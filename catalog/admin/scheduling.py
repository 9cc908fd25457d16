"""Show and hide products at a time: one page that asks when, for as many as were ticked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format

from catalog import publishing
from catalog.admin.moments import MomentInput
from catalog.models import Product

SHOWN = 20  # names on the page that asks


class MomentForm(forms.Form):
    at = forms.SplitDateTimeField(label="From when", widget=MomentInput)


def ask_moment(
    desk: Any, request: HttpRequest, products: QuerySet[Product], *, hides: bool
) -> HttpResponse | None:
    """The page that asks; None when it was answered, and the products are planned."""
    ids = list(products.order_by().values_list("pk", flat=True).distinct())
    answered = "at_0" in request.POST
    form = MomentForm(request.POST if answered else None)
    if answered and form.is_valid():
        _plan(desk, request, ids, form.cleaned_data["at"], hides=hides)
        return None
    names = list(Product.objects.filter(pk__in=ids).order_by("name").values_list("name", flat=True)[:SHOWN])
    context = desk.admin_site.each_context(request) | {
        "title": "Hide from a time" if hides else "Show from a time",
        "form": form,
        "opts": desk.opts,
        "ids": ids,
        "names": names,
        "more": len(ids) - len(names),
        "action": "hide_at" if hides else "show_at",
        "hides": hides,
        "zone": timezone.get_current_timezone_name(),
    }
    status = 422 if answered else 200
    return TemplateResponse(request, "admin/catalog/schedule.html", context, status=status)


def _plan(desk: Any, request: HttpRequest, ids: list[int], at: Any, *, hides: bool) -> None:
    plan = publishing.hide_products_at if hides else publishing.show_products_at
    planned = plan(product_ids=ids, at=at, by=request.user, now=timezone.now())
    when = date_format(timezone.localtime(at), "j F Y, H:i")
    desk.message_user(request, f"{planned} products are {'hidden' if hides else 'shown'} from {when}.")
    if planned < len(ids):
        words = f"{len(ids) - planned} are not shown before that, so there is nothing to hide."
        desk.message_user(request, words, messages.WARNING)
