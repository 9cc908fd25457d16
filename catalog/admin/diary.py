"""Who changed what, over all curated rows. To read only: a trigger writes it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog import changes
from catalog.admin.desk import ReadOnlyDesk
from catalog.models import RowChange

CALLED = ("name", "title", "headline", "inci_name", "slug", "sku", "code", "words", "text")  # what rows go by


class OfTable(admin.SimpleListFilter):
    title = "what"
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        models = {table: changes.model_of(table) for table in sorted(changes.CURATED)}
        return [(table, str(model._meta.verbose_name)) for table, model in models.items() if model]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RowChange]) -> QuerySet[RowChange]:
        return queryset.filter(table=self.value()) if self.value() else queryset


@admin.register(RowChange)
class RowChangeDesk(ReadOnlyDesk):
    list_display = ["changed_at", "who", "what", "of_row", "columns"]
    list_display_links = ["changed_at"]
    list_filter = [OfTable]
    search_fields = ["actor"]
    search_help_text = "Who: an address, or a command."
    ordering = ["-pk"]
    fields = ["sides", "of_row"]
    empty_words = "Nothing has been changed since the diary is kept."

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With the names of rows whose change tells none: one question for each sort of row on the page."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)
        nameless: dict[str, list[RowChange]] = {}
        for change in page.result_list:
            if not _find_name(change):
                nameless.setdefault(change.table, []).append(change)
        for table, those in nameless.items():
            names = changes.name_rows(table, [change.row for change in those], CALLED)
            for change in those:
                change.called = names.get(change.row, "")  # type: ignore[attr-defined]
        return page

    @display(description="who")
    def who(self, change: RowChange) -> str:
        return change.actor or "nobody said"

    @display(description="what")
    def what(self, change: RowChange) -> str:
        return changes.name_thing(change)

    @display(description="row")
    def of_row(self, change: RowChange) -> str:
        """What the row was called in this change, else now, else its number; a link where it has a page."""
        model = changes.model_of(change.table)
        name = _find_name(change) or getattr(change, "called", "") or f"number {change.row}"
        if model is None or change.after is None or not admin.site.is_registered(model):
            return name
        to = reverse(f"admin:catalog_{model._meta.model_name}_change", args=[change.row])
        return format_html('<a class="text-link" href="{}">{}</a>', to, name)

    @display(description="columns")
    def columns(self, change: RowChange) -> str:
        names = changes.name_columns(change)
        return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")

    @display(description="before and after")
    def sides(self, change: RowChange) -> SafeString:
        told = render_to_string("admin/catalog/told.html", {"told": [changes.tell_change(change)]})
        return format_html('<div class="desk">{}</div>', told)


def _find_name(change: RowChange) -> str:
    said = (change.before or {}) | (change.after or {})
    return next((str(said[column]) for column in CALLED if said.get(column)), "")
