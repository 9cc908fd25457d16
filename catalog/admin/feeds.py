"""Suppliers, the hosts that may be fetched from, and their feeds: where the file is, how it is read, when."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from catalog.admin import feed_actions, feed_states
from catalog.admin.desk import Desk
from catalog.admin.feed_forms import COLUMNS, FeedForm, FeedHostForm, column_field
from catalog.feeds import scheduling
from catalog.models import Feed, FeedHost, Supplier


@admin.register(Supplier)
class SupplierDesk(Desk):
    list_display = ["name", "code", "email"]
    search_fields = ["name", "code"]
    ordering = ["name"]
    fields = ["name", "code", "email", "note"]
    has_filter_panel = False
    empty_words = "No supplier yet. Add whoever delivers to you; lots and feeds name them."


@admin.register(FeedHost)
class FeedHostDesk(Desk):
    form = FeedHostForm
    list_display = ["host", "note", "named_at", "named_by"]
    list_select_related = ["named_by"]
    search_fields = ["host", "note"]
    ordering = ["host"]
    fields = ["host", "note"]
    has_filter_panel = False
    empty_words = "No host may be fetched from yet. Name a supplier's host, and feeds may lead there."

    def get_readonly_fields(self, request: HttpRequest, obj: FeedHost | None = None) -> Any:
        return ["host"] if obj else []

    def save_model(self, request: HttpRequest, obj: FeedHost, form: Any, change: bool) -> None:
        if not change:
            obj.named_at, obj.named_by = timezone.now(), request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)


@admin.register(Feed)
class FeedDesk(Desk):
    form = FeedForm
    list_display = ["name_and_supplier", "format", "state", "last_run", "last_at", "next_run"]
    list_filter = ["supplier", "format"]
    list_select_related = ["supplier"]
    search_fields = ["name", "supplier__name", "url"]
    ordering = ["name"]
    change_form_outer_before_template = "admin/catalog/feed/beside.html"
    empty_words = "No feed yet. Name the supplier's host under Feed hosts, then add the feed."
    fieldsets = [
        (None, {"fields": ["supplier", "name", "url", "format", "encoding"]}),
        ("What it counts", {"fields": ["location", "counts", "unknown_lots", "hold_zeros_over_percent"]}),
        ("Which column is what", {"fields": [column_field(meaning) for meaning in COLUMNS]}),
        ("Days and hours", {"fields": ["dates", "zone"]}),
        ("Who we are there", {"fields": ["username", "secret_name", "host_key"]}),
        ("When", {"fields": ["every_minutes"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Feed | None = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        title, looked_at = "Which column is what", {"fields": ["columns_chosen"]}
        return [(each, looked_at if each == title else fields) for each, fields in self.fieldsets]

    def get_urls(self) -> list[Any]:
        actions = [
            path(f"<int:feed_id>/{name}/", self.admin_site.admin_view(view), name=f"catalog_feed_{name}")
            for name, view in feed_actions.PAGES.items()
        ]
        return [*actions, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        return feed_states.with_last_run(super().get_queryset(request))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # Django makes the form from the model's own columns; those of the file are the form's
        return super().get_form(request, obj, change=change, **kwargs | {"fields": FeedForm.Meta.fields})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        feed = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdecimal() else None
        beside = feed_actions.draw_beside(feed, request.user, now=timezone.now()) if feed else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | beside)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # its diary is what the ledger refers to: pause it instead

    def save_model(self, request: HttpRequest, obj: Feed, form: Any, change: bool) -> None:
        changed = {name for name in form.changed_data if name not in map(column_field, COLUMNS)}
        if obj.columns != form.columns:
            obj.columns = form.columns
            changed.add("columns")
        scheduling.write_feed(obj, changed, now=timezone.now())

    @display(description="columns")
    def columns_chosen(self, feed: Feed) -> str:
        chosen = [f"{COLUMNS[name][0]}: “{column}”" for name, column in feed.columns.items()]
        return ", ".join(chosen) or "found by their usual names"

    @display(description="feed", ordering="name")
    def name_and_supplier(self, feed: Feed) -> str:
        return format_html(
            '<span class="two-lines"><strong>{}</strong><span>{}</span></span>', feed.name, feed.supplier.name
        )

    @display(description="state", label=dict(feed_states.STATES.values()))
    def state(self, feed: Any) -> str:
        return feed_states.STATES[feed_states.tell_state(feed)][0]

    @display(description="last run")
    def last_run(self, feed: Any) -> str | None:
        return feed_states.tell_numbers(feed.last) if feed.last else None

    @display(description="when")
    def last_at(self, feed: Any) -> Any:
        return feed.last_at

    @display(description="next run", ordering="due_at")
    def next_run(self, feed: Feed) -> Any:
        return None if feed.paused_at else feed.due_at
