"""Tabs above a list: one is always in use, a search goes through all rows, none is a filter to take off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from catalog.admin.desk import Desk

ALL = "all"


@dataclass(frozen=True)
class Tab:
    """One part of the rows. `empty`: what to say, and do next, where it has none; `order`: of its list."""

    title: str
    empty: str
    rows: Q
    order: str = "-pk"


class TabFilter(admin.SimpleListFilter):
    title = parameter_name = "stage"

    def __init__(self, request: HttpRequest, params: Any, model: type[Model], model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.tab: Tab = model_admin.tab_of(request)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, tab.title) for key, tab in model_admin.tabs.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.tab.rows)


class Tabbed(Desk):
    """A desk with tabs. The first one is in use until somebody chooses; one of them is `ALL`."""

    tabs: ClassVar[Mapping[str, Tab]] = {}
    list_filter = [TabFilter]
    has_filter_panel = False

    def key_of(self, request: HttpRequest) -> str:
        if request.GET.get("q"):
            return ALL
        chosen = request.GET.get("stage", "")
        return chosen if chosen in self.tabs else next(iter(self.tabs))

    def tab_of(self, request: HttpRequest) -> Tab:
        return self.tabs[self.key_of(request)]

    def show_tabs(
        self, request: HttpRequest, counts: Mapping[str, int] | None = None
    ) -> list[dict[str, Any]]:
        """As `admin/catalog/tabs.html` takes them."""
        used = self.key_of(request)
        return [
            {"key": key, "title": tab.title, "count": (counts or {}).get(key), "used": key == used}
            for key, tab in self.tabs.items()
        ]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changes = super().get_changelist_instance(request)
        changes.empty_words = self.tab_of(request).empty
        return changes
