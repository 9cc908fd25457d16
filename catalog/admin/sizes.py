"""The sizes of a product: their packs and prices on the product's page, their stock on a list."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldBooleanSwitchWidget

from catalog import figures, pricing
from catalog.admin.desk import Blocks, Desk, ReadOnly
from catalog.admin.prices import MoneyField, write_money
from catalog.models import Market, Variant

PACK = ["sku", "name", "net_quantity", "net_unit", "barcode", "weight_g", "position"]


class VariantForm(forms.ModelForm):  # type: ignore[type-arg]
    retired = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="No longer sold. Orders that hold it keep it.",
    )
    currencies: ClassVar[list[str]] = []

    class Meta:
        model = Variant
        fields = PACK

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retired"].initial = self.instance.retired_at is not None
        for price in self.instance.prices.all() if self.instance.pk else []:
            field = self.fields.get(f"price_{price.currency}")
            if field is not None:
                field.initial = write_money(price.amount_cents, price.currency)
                field.required = True  # a price can be changed, not taken back: retire the size instead
                field.help_text = "To stop selling it, retire the size."

    def clean_barcode(self) -> str | None:
        return self.cleaned_data["barcode"] or None

    def clean_retired(self) -> bool:
        retired: bool = self.cleaned_data["retired"]
        self.instance.retired_at = (self.instance.retired_at or timezone.now()) if retired else None
        return retired

    def prices(self) -> dict[str, int]:
        """{currency: minor units} of what was typed in."""
        typed = {currency: self.cleaned_data.get(f"price_{currency}") for currency in self.currencies}
        return {currency: cents for currency, cents in typed.items() if cents is not None}


class VariantBlocks(Blocks):
    """Sizes cannot be deleted: orders, lots and the price history know them. They retire."""

    model = Variant
    form = VariantForm
    verbose_name, verbose_name_plural = "size", "sizes and prices"
    ordering = ["position", "id"]
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("prices")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **kwargs, form=form_with_prices(currencies_of(request)))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        prices = tuple(f"price_{currency}" for currency in currencies_of(request))
        rows = [("sku", "name"), ("net_quantity", "net_unit"), prices, ("barcode", "weight_g")]
        return [(None, {"fields": [*(row for row in rows if row), ("position", "retired")]})]


def currencies_of(request: HttpRequest) -> list[str]:
    """The currencies that we sell in, asked once per request."""
    if not hasattr(request, "currencies"):
        rows = Market.objects.order_by("id").values_list("currency", flat=True)
        request.currencies = list(dict.fromkeys(rows))  # type: ignore[attr-defined]
    found: list[str] = request.currencies  # type: ignore[attr-defined]
    return found


def form_with_prices(currencies: list[str]) -> type[VariantForm]:
    fields: dict[str, Any] = {
        f"price_{currency}": MoneyField(label=f"Price in {currency}", currency=currency)
        for currency in currencies
    }
    return type("PricedVariantForm", (VariantForm,), fields | {"currencies": currencies})


def save_prices(formset: Any, *, by: Any) -> None:
    """Every price that was changed on the page is changed, with its history."""
    for form in formset.forms:
        if form.instance.pk is None:
            continue
        for currency, amount_cents in form.prices().items():
            pricing.set_price(
                variant=form.instance,
                currency=currency,
                amount_cents=amount_cents,
                by=by,
                cause="changed on the product's page",
                now=timezone.now(),
            )


class LowStock(admin.SimpleListFilter):
    title = "stock"
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("low", f"On sale, fewer than {figures.LOW} free"), ("none", "On sale, none free")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        below = figures.LOW if self.value() == "low" else 1
        return queryset.filter(pk__in=figures.low_on_stock(now=timezone.now(), below=below).values("pk"))


@admin.register(Variant)
class VariantDesk(ReadOnly, Desk):
    """How much there is of each size. Sizes are edited on their product's page."""

    list_display = ["sku", "on_page", "name", "free", "promised", "state"]
    list_filter = [LowStock]
    search_fields = ["sku", "barcode", "product__name"]
    ordering = ["sku"]
    fields = ["on_page", *PACK, "retired_at"]
    empty_words = "No size here. Sizes are added on their product's page, or by importing a catalogue."

    def get_queryset(self, request: HttpRequest) -> Any:
        return figures.with_stock(super().get_queryset(request), on=timezone.now().date()).select_related(
            "product"
        )

    @display(description="product", ordering="product__name")
    def on_page(self, variant: Variant) -> str:
        to = reverse("admin:catalog_product_change", args=[variant.product_id])
        return format_html('<a class="text-link" href="{}">{}</a>', to, variant.product.name)

    @display(description="free units", ordering="free_units")
    def free(self, variant: Any) -> int:
        return int(variant.free_units)

    @display(description="promised units", ordering="promised_units")
    def promised(self, variant: Any) -> int:
        return int(variant.promised_units)

    @display(label={"retired": "", "sold out": "danger", "low": "warning", "in stock": "success"})
    def state(self, variant: Any) -> str:
        if variant.retired_at:
            return "retired"
        if not variant.free_units:
            return "sold out"
        return "low" if variant.free_units < figures.LOW else "in stock"
