"""Which products the catalogue desk lists."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from catalog import categories
from catalog.admin.shelves import indent
from catalog.models import Product


class Shown(admin.SimpleListFilter):
    title = "shown to customers"
    parameter_name = "shown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Shown"), ("planned", "From a date to come"), ("no", "Hidden")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        now = timezone.now()
        conditions = {
            "yes": Q(published_at__lte=now) & (Q(hidden_at=None) | Q(hidden_at__gt=now)),
            "planned": Q(published_at__gt=now),
            "no": Q(published_at=None) | Q(hidden_at__lte=now),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class OnShelf(admin.SimpleListFilter):
    """A category and all that stands below it."""

    title = "category"
    parameter_name = "shelf"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        shelves = categories.in_tree_order()
        return [(str(shelf.pk), indent(shelf)) for shelf in shelves]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        chosen = self.value() or ""
        return queryset.filter(category__lineage__contains=[int(chosen)]) if chosen.isdecimal() else queryset


class Missing(admin.SimpleListFilter):
    title = "something missing"
    parameter_name = "missing"
    CONDITIONS = {
        "picture": Q(images=None),
        "label": Q(current_formula=None),
        "price": ~Q(variants__prices__isnull=False),
        "concern": Q(concerns=None),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(what, f"No {what}") for what in self.CONDITIONS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        return queryset.filter(self.CONDITIONS.get(self.value() or "", Q()))
