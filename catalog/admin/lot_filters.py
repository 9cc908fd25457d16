"""By what lots are found: what they are, how long they keep, whether they are few."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from catalog import figures
from catalog.models import Lot

SOON = (30, 90, 180)  # days


class Expiry(admin.SimpleListFilter):
    title = "expiry"
    parameter_name = "expiry"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("over", "Expired"),
            *((str(days), f"Within {days} days") for days in SOON),
            ("none", "No date"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lot]) -> QuerySet[Lot]:
        today = timezone.now().date()
        match self.value():
            case "over":
                return queryset.filter(expires_on__lte=today, on_hand__gt=0)
            case "none":
                return queryset.filter(expires_on=None)
            case days if days in ("30", "90", "180"):
                last = today + timedelta(days=int(days))
                return queryset.filter(expires_on__gt=today, expires_on__lte=last, on_hand__gt=0)
        return queryset


class Low(admin.SimpleListFilter):
    title = "stock"
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("low", f"Of sizes with fewer than {figures.LOW} free"), ("any", "With units on the shelf")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lot]) -> QuerySet[Lot]:
        match self.value():
            case "low":
                low = figures.low_on_stock(now=timezone.now())
                return queryset.filter(variant__in=low.values("pk"))
            case "any":
                return queryset.filter(on_hand__gt=0)
        return queryset
