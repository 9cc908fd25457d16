"""Where we sell, and what the state takes. A market's currency decides which prices its pages show."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from catalog import categories
from catalog.admin.desk import Desk, Rows
from catalog.admin.shelves import CategoryChoice, ShelfDesk
from catalog.models import Market, MarketCountry, TaxRate


class CountryRows(Rows):
    model = MarketCountry
    tab = False
    verbose_name, verbose_name_plural = "country", "countries that we ship to"
    ordering = ["country"]


@admin.register(Market)
class MarketDesk(ShelfDesk):
    prepopulated_fields: dict[str, Any] = {}
    list_display = ["name", "code", "currency", "default_country", "prices_include_tax"]
    ordering = ["id"]
    inlines = [CountryRows]
    empty_words = "No market yet: the shop sells nowhere. Add one with its currency and countries."


@admin.register(TaxRate)
class TaxRateDesk(Desk):
    list_display = ["country", "for_category", "percent"]
    list_filter = ["country"]
    list_select_related = ["category"]
    search_fields = ["country", "category__name"]
    ordering = ["country", "category__name"]
    empty_words = "No tax rate yet. A country without one is taxed at nothing."

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= {"form_class": CategoryChoice, "queryset": categories.in_tree_order()}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @display(description="category", ordering="category__name")
    def for_category(self, rate: TaxRate) -> str:
        return rate.category.name if rate.category else "everything else"

    @display(description="rate", ordering="rate_bp")
    def percent(self, rate: TaxRate) -> str:
        return f"{rate.rate_bp / 100:g} %"
