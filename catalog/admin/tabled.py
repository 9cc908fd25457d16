"""Mixed in at desks whose rows also come and go as a table; see `catalog.admin.tables`."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from catalog.admin.desk import Desk


class Tabled(Desk):
    list_before_template = "admin/catalog/table_links.html"
    actions = ["export_rows"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        may = self.has_add_permission(request) and self.has_change_permission(request)
        return super().changelist_view(request, (extra_context or {}) | {"may_bring_in": may})

    @admin.action(description="Export as CSV, in the import's columns", permissions=["view"])
    def export_rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseRedirect:
        """The rows that are ticked."""
        ids = ",".join(map(str, queryset.order_by().values_list("pk", flat=True).distinct()))
        address = reverse("export-table", args=[self.opts.model_name, "csv"])
        return HttpResponseRedirect(f"{address}?ids={ids}")
