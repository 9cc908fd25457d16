"""Keys of machines: made here and shown once, revoked here; and what was pushed with them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from catalog.admin.desk import Desk, ReadOnlyDesk, RefusableForm
from shop import api_keys
from shop.models import ApiKey, CountPush


class KeyForm(RefusableForm):
    scopes = forms.MultipleChoiceField(
        choices=ApiKey.Scope.choices,
        initial=[ApiKey.Scope.STOCK_COUNTS],
        label="What it opens",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = ApiKey
        fields = ["name", "location", "scopes"]


@admin.register(ApiKey)
class ApiKeyDesk(Desk):
    form = KeyForm
    list_display = ["name", "begins", "state", "location", "used_at", "made_at", "made_by"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "location"]
    list_select_related = ["location", "made_by"]
    search_fields = ["name", "prefix"]
    ordering = ["-pk"]
    empty_words = "No machine has a key. Make one for each warehouse or ERP that pushes what it counted."

    def get_fieldsets(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        if obj is None:
            return [("A key for a machine", {"fields": ["name", "location", "scopes"]})]
        facts = [
            "name",
            "state",
            "begins",
            "opens",
            "location",
            "made_at",
            "made_by",
            "used_at",
            "revoked_at",
        ]
        return [(None, {"fields": [*facts, *(["revoke"] if may_revoke(request) else [])]})]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return ["begins", "state", "opens", "revoke"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a key is made and revoked, never edited

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # pushes name it

    def get_urls(self) -> Any:
        page = path(
            "<int:key_id>/revoke/", self.admin_site.admin_view(self.revoke_page), name="shop_apikey_revoke"
        )
        return [page, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *rest: Any, **more: Any) -> Any:
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *rest, **more)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        typed = form.cleaned_data
        made = api_keys.make_key(
            name=typed["name"],
            scopes=typed["scopes"],
            location=typed["location"],
            now=timezone.now(),
            by=request.user,
        )
        obj.pk = made.key.pk
        request.made = made  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: Any = None) -> HttpResponse:
        """The key itself, this once: no redirect, so it is written down nowhere between two pages."""
        context = self.admin_site.each_context(request) | {
            "title": f"The key of {obj.name}",
            "made": request.made,  # type: ignore[attr-defined]
            "back": reverse("admin:shop_apikey_change", args=[obj.pk]),
            "url": request.build_absolute_uri("/api/v1/stock/counts/"),
        }
        response = TemplateResponse(request, "admin/keys/made.html", context)
        add_never_cache_headers(response)
        return response

    def revoke_page(self, request: HttpRequest, key_id: int) -> HttpResponse:
        key = get_object_or_404(ApiKey, pk=key_id)
        if not may_revoke(request):
            raise PermissionDenied
        back = reverse("admin:shop_apikey_change", args=[key.pk])
        if request.method == "POST":
            if api_keys.revoke_key(key_id=key.pk, now=timezone.now()):
                self.log_change(request, key, "Revoked.")
                messages.success(request, f"The key of {key.name} opens nothing any more.")
            return HttpResponseRedirect(back)
        context = self.admin_site.each_context(request) | {
            "title": f"Revoke the key of {key.name}?",
            "key": key,
            "back": back,
        }
        return TemplateResponse(request, "admin/keys/revoke.html", context)

    @display(description="begins with")
    def begins(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @display(description="state", label={"open": "success", "revoked": "danger"})
    def state(self, key: ApiKey) -> str:
        return "revoked" if key.revoked_at else "open"

    @display(description="what it opens")
    def opens(self, key: ApiKey) -> str:
        names = dict(ApiKey.Scope.choices)
        return ", ".join(str(names[scope]) for scope in key.scopes)

    @display(description="when it is lost or not needed")
    def revoke(self, key: ApiKey) -> str | SafeString:
        if key.revoked_at:
            return "It is revoked, and stays so: make another."
        return format_html('<a class="button danger" href="{}">Revoke…</a>', "../revoke/")


def may_revoke(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("shop.change_apikey"))


@admin.register(CountPush)
class CountPushDesk(ReadOnlyDesk):
    """What machines pushed in the last week, line by line, as they were answered."""

    list_display = ["pushed_at", "who", "key", "applied", "unchanged", "refused"]
    list_filter = [("api_key", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["api_key"]
    search_fields = ["key"]
    search_help_text = "What the machine called the push"
    ordering = ["-pushed_at", "-pk"]
    fields = ["pushed_at", "who", "key", "lines"]
    empty_words = "No machine has pushed counts in the last week."

    @display(description="with the key of")
    def who(self, push: CountPush) -> str:
        return push.api_key.name

    @display(description="applied")
    def applied(self, push: CountPush) -> int:
        return int(push.answer["applied"])

    @display(description="unchanged")
    def unchanged(self, push: CountPush) -> int:
        return int(push.answer["unchanged"])

    @display(description="refused", label={"refused": "danger"})
    def refused(self, push: CountPush) -> Any:
        refused = int(push.answer["refused"])
        return ("refused", str(refused)) if refused else "0"

    @display(description="line by line")
    def lines(self, push: CountPush) -> SafeString:
        """Refused ones first: they are what somebody must look at."""
        rows = sorted(push.answer["results"], key=lambda row: row["result"] != "refused")
        told = format_html_join("", "<tr>{}</tr>", ([_draw_cells(row)] for row in rows))
        return format_html(
            '<div class="desk"><table class="stacks">{}<tbody>{}</tbody></table></div>', HEAD, told
        )


HEAD = mark_safe(
    "<thead><tr><th>SKU</th><th>Place</th><th>Lot</th><th>Result</th><th>Change</th><th>On the shelf</th>"
    "<th>Why</th></tr></thead>"
)


def _draw_cells(row: dict[str, Any]) -> SafeString:
    """SKU and reason may be long; what stands between them is read whole, with its name on a phone."""
    between = {
        "Place": row["location"],
        "Lot": row["lot"],
        "Result": row["result"],
        "Change": f"{row['change']:+d}" if row["change"] else "",
        "On the shelf": "" if row["on_hand"] is None else row["on_hand"],
    }
    cells = format_html_join(
        "",
        '<td style="white-space: nowrap"{}>{}</td>',
        ((_label(name, of), of) for name, of in between.items()),
    )
    return format_html("<td>{}</td>{}<td>{}</td>", row["sku"], cells, row["detail"] or "")


def _label(name: str, value: Any) -> SafeString | str:
    return format_html(' data-label="{}"', name) if value != "" else ""
