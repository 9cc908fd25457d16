from typing import Any

from django.contrib import admin
from unfold.decorators import display

from catalog.admin.desk import Desk, Rows
from orders.models import DeliveryMethod, DeliveryRate


class RateRows(Rows):
    model = DeliveryRate
    tab = False
    verbose_name, verbose_name_plural = "rate", "rates by country, in minor units (490 is 4.90)"
    ordering = ["country"]


@admin.register(DeliveryMethod)
class DeliveryMethodDesk(Desk):
    list_display = ["name", "code", "carrier", "offered", "position"]
    search_fields = ["name", "code", "carrier"]
    ordering = ["position", "name"]
    inlines = [RateRows]
    empty_words = "No delivery method yet: nobody can check out. Add one with a rate per country."

    @display(description="offered", label={"yes": "success", "retired": ""})
    def offered(self, method: DeliveryMethod) -> str:
        return "retired" if method.retired_at else "yes"

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False  # orders know it: retire it instead
