"""Ways to send things, and what they cost to each country, typed as people write money."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from catalog.admin.desk import Desk, Rows
from catalog.admin.prices import MoneyField, read_money, write_money
from orders.models import DeliveryMethod, DeliveryRate


class RateForm(forms.ModelForm):  # type: ignore[type-arg]
    price = MoneyField(label="Price", required=True, help_text="0 where it is always free.")
    free_over = MoneyField(label="Free from", help_text="Goods worth at least this are sent for nothing.")

    class Meta:
        model = DeliveryRate
        fields = ["country", "carrier", "currency", "min_days", "max_days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rate = self.instance
        if rate.pk is not None:
            self.fields["price"].initial = write_money(rate.price_cents, rate.currency)
            self.fields["free_over"].initial = write_money(rate.free_over_cents, rate.currency)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        self.instance.price_cents = self._read("price") or 0
        self.instance.free_over_cents = self._read("free_over")
        return typed

    def _read(self, name: str) -> int | None:
        text, currency = self.cleaned_data.get(name), self.cleaned_data.get("currency")
        if not text or not currency:
            return None
        try:
            return read_money(text, currency, or_free=name == "price")
        except forms.ValidationError as error:
            self.add_error(name, error)
            return None


class RateRows(Rows):
    model = DeliveryRate
    form = RateForm
    tab = False
    verbose_name, verbose_name_plural = "rate", "rates by country"
    fields = ["country", "carrier", "currency", "price", "free_over", "min_days", "max_days"]
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

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # orders know it: retire it instead
