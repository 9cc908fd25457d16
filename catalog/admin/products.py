"""The catalogue desk: what a product says, what it costs, what it looks like, who may see it."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery, Sum, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog import categories, formulas, images, publishing
from catalog.admin import exporting, history, pictures, scheduling, sizes
from catalog.admin.desk import Desk, ReadOnlyRows, RefusableForm
from catalog.admin.product_filters import Missing, OnShelf, Shown
from catalog.admin.shelves import CategoryChoice
from catalog.changes import Part
from catalog.models import Formula, Image, Lot, Price, Product, SkinType, Variant
from catalog.money import format_money


class ProductForm(RefusableForm):
    label_text = forms.CharField(
        required=False,
        label="Ingredients, as printed",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="Exactly as on the label. A different text becomes a new version; empty means that "
        "the maker has not published the full list.",
    )

    label_source = forms.CharField(
        required=False,
        max_length=200,
        label="Where it was read",
        widget=UnfoldAdminTextInputWidget,
        help_text="The pack, the maker's page, a supplier's sheet.",
    )
    skin_types = forms.MultipleChoiceField(
        required=False,
        choices=SkinType.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None ticked: nobody knows, which is not the same as everybody.",
    )

    class Meta:
        model = Product
        fields = [
            *("name", "slug", "brand", "category", "summary", "description", "concerns"),
            *("published_at", "hidden_at", "skin_types"),
        ]
        labels = {"published_at": "Shown from", "hidden_at": "Hidden from"}
        widgets = {"concerns": UnfoldAdminCheckboxSelectMultipleWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        formula = self.instance.current_formula
        self.fields["label_text"].initial = formula.label_text if formula else ""
        self.fields["label_source"].initial = formula.label_source if formula else ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        shown, hidden = cleaned.get("published_at"), cleaned.get("hidden_at")
        if hidden and shown and hidden <= shown:
            self.add_error("hidden_at", "It is hidden after it was shown.")
        return cleaned


class FormulaRows(ReadOnlyRows):
    model = Formula
    fk_name = "product"
    verbose_name_plural = "label versions"
    fields = ["version", "label_text", "first_seen_at", "look"]
    readonly_fields = ["look"]
    ordering = ["-version"]

    @display(description="look")
    def look(self, formula: Formula) -> str:
        return history.link_label(formula)


@admin.register(Product)
class ProductDesk(Desk):
    form = ProductForm
    inlines = [sizes.VariantBlocks, pictures.PictureRows, FormulaRows]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["brand"]
    list_display = ["picture", "called", "category", "size_count", "price_from", "free", "state"]
    list_display_links = ["called"]
    list_filter = [Shown, OnShelf, ("brand", admin.RelatedOnlyFieldListFilter), "concerns", Missing]
    search_fields = ["name", "brand__name", "variants__sku", "variants__barcode"]
    ordering = ["name", "pk"]
    actions = ["show_now", "show_at", "hide", "hide_at", exporting.export_csv, exporting.export_xlsx]
    also_saved = [Part("catalog_price", "variant_id", within=("catalog_variant", "product_id"))]
    empty_words = "No product here. Add one, or import a catalogue from CSV or XLSX."
    refusals = {images.NotAnImage: lambda refusal: f"The picture {refusal}."}
    fieldsets = [
        (None, {"fields": [("name", "slug"), ("brand", "category"), "summary", "description"]}),
        ("Who sees it", {"fields": ["published_at", "hidden_at", "concerns", "skin_types"]}),
        ("What is inside", {"fields": ["label_text", "label_source"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        currency = next(iter(sizes.currencies_of(request)), "")
        pictured = Prefetch("images", Image.objects.order_by("position", "id"))
        products = super().get_queryset(request).select_related("brand", "category", "current_formula")
        return _with_glance(products, currency, timezone.now()).prefetch_related(pictured)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "category":
            kwargs |= {"form_class": CategoryChoice, "queryset": categories.in_tree_order()}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # orders and the price history know its sizes: hide it instead

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = timezone.now()
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Variant:
            sizes.save_prices(formset, by=request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        now = timezone.now()
        typed = form.cleaned_data
        formulas.record_label(product=form.instance, label_text=typed["label_text"], now=now)
        formulas.record_sources(sources={form.instance.pk: typed["label_source"]})
        publishing.publish_products(product_ids=[form.instance.pk], now=now)

    @admin.action(description="Show to customers from now on", permissions=["change"])
    def show_now(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        pages = publishing.show_products(product_ids=_ids(queryset), by=request.user, now=timezone.now())
        self.message_user(request, f"Customers can now read {pages} pages of these products.")

    @admin.action(description="Hide from customers", permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        hidden = publishing.hide_products(product_ids=_ids(queryset), by=request.user, now=timezone.now())
        self.message_user(request, f"{hidden} products are hidden from customers.", messages.WARNING)

    @admin.action(description="Show from a time…", permissions=["change"])
    def show_at(self, request: HttpRequest, queryset: QuerySet[Product]) -> Any:
        return scheduling.ask_moment(self, request, queryset, hides=False)

    @admin.action(description="Hide from a time…", permissions=["change"])
    def hide_at(self, request: HttpRequest, queryset: QuerySet[Product]) -> Any:
        return scheduling.ask_moment(self, request, queryset, hides=True)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.import_catalogue")

    @display(description="")
    def picture(self, product: Product) -> str:
        return pictures.draw_thumbnail(next(iter(product.images.all()), None))

    @display(description="product", ordering="name")
    def called(self, product: Product) -> str:
        return format_html(
            '<span class="two-lines"><strong>{}</strong><span>{}</span></span>', product.name, product.brand
        )

    @display(description="sizes")
    def size_count(self, product: Any) -> int:
        return int(product.size_count or 0)

    @display(description="price from")
    def price_from(self, product: Any) -> str | None:
        cents = product.price_from_cents
        return None if cents is None else format_money(cents, product.price_currency)

    @display(description="free units")
    def free(self, product: Any) -> int:
        return int(product.free_units or 0)

    @display(description="customers", label={"shown": "success", "hidden": "", "planned": "info"})
    def state(self, product: Product) -> str:
        now = timezone.now()
        if product.published_at is None or (product.hidden_at is not None and product.hidden_at <= now):
            return "hidden"
        return "shown" if product.published_at <= now else "planned"


def _with_glance(products: QuerySet[Product], currency: str, now: datetime) -> QuerySet[Any]:
    """Products with what a list shows beside them: sizes, lowest price, free units."""
    on_sale = Variant.objects.filter(product=OuterRef("pk"), retired_at=None).order_by().values("product")
    prices = Price.objects.filter(
        variant__product=OuterRef("pk"), variant__retired_at=None, currency=currency
    ).order_by("amount_cents")
    lots = Lot.objects.sellable(now.date()).filter(variant__product=OuterRef("pk"))
    free = lots.order_by().values("variant__product").annotate(free=Sum(F("on_hand") - F("reserved")))
    return products.annotate(
        size_count=Subquery(on_sale.annotate(sizes=Count("pk")).values("sizes")),
        price_from_cents=Subquery(prices.values("amount_cents")[:1]),
        price_currency=Value(currency),
        free_units=Subquery(free.values("free")),
    )


def _ids(products: QuerySet[Product]) -> list[int]:
    return list(products.order_by().values_list("pk", flat=True).distinct())
