"""What may not be sold where, and what people say to it: suppliers' papers, and what a product is there."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from catalog import declaring
from catalog.admin.desk import Desk, ReadOnlyDesk, RefusableForm
from catalog.models import Barrier, Declaration, Product, RegulatoryStatus


@admin.register(Barrier)
class BarrierDesk(ReadOnlyDesk):
    list_display = ["of_product", "jurisdiction", "reason", "ingredient", "sale", "from_on", "words"]
    list_filter = ["jurisdiction", "reason", "stops"]
    list_select_related = ["product", "ingredient", "rule"]
    search_fields = ["product__name", "ingredient__inci_name", "words", "rule__slug"]
    ordering = ["product__name", "jurisdiction", "pk"]
    fields = [
        "of_product",
        "jurisdiction",
        "reason",
        "ingredient",
        "sale",
        "from_on",
        "words",
        "of_rule",
        "source",
    ]
    empty_words = "Nothing that we know of keeps a product from being sold."

    @display(description="product", ordering="product__name")
    def of_product(self, barrier: Barrier) -> str:
        to = reverse("admin:catalog_product_change", args=[barrier.product_id])
        return format_html('<a class="text-link" href="{}">{}</a>', to, barrier.product.name)

    @display(description="rule")
    def of_rule(self, barrier: Barrier) -> str | None:
        if barrier.rule is None:
            return None
        to = reverse("admin:catalog_legalrule_change", args=[barrier.rule_id])
        return format_html('<a class="text-link" href="{}">{}</a>', to, barrier.rule.slug)

    @display(description="sale", label={"stopped": "danger", "sold while we ask": "warning"})
    def sale(self, barrier: Barrier) -> str:
        return "stopped" if barrier.stops else "sold while we ask"


class DeclarationForm(RefusableForm):
    product = forms.ModelChoiceField(
        Product.objects.all(),
        widget=AutocompleteSelect(RegulatoryStatus._meta.get_field("product"), admin.site),
        help_text="The paper is about the label that customers read now.",
    )

    class Meta:
        model = Declaration
        fields = ["ingredient", "percent", "declared_by", "document", "declared_on"]

    def clean_product(self) -> Product:
        product: Product = self.cleaned_data["product"]
        if product.current_formula is None:
            raise forms.ValidationError("We do not know its list, so nobody can declare anything of it.")
        self.instance.formula = product.current_formula
        return product

    def clean_percent(self) -> Decimal:
        percent: Decimal = self.cleaned_data["percent"]
        if not 0 <= percent <= 100:
            raise forms.ValidationError("A share is from 0 to 100 percent.")
        return percent

    def clean_declared_on(self) -> date:
        declared_on: date = self.cleaned_data["declared_on"]
        if declared_on > timezone.now().date():
            raise forms.ValidationError("This day has not come yet.")
        return declared_on


@admin.register(Declaration)
class DeclarationDesk(Desk):
    """Papers are added: a second one about the same substance takes the first one's place."""

    form = DeclarationForm
    fields = ["product", "ingredient", "percent", "declared_by", "document", "declared_on"]
    autocomplete_fields = ["ingredient"]
    list_display = ["of_product", "version", "ingredient", "percent_words", "declared_by", "declared_on"]
    list_select_related = ["formula__product", "ingredient"]
    search_fields = ["formula__product__name", "ingredient__inci_name", "declared_by"]
    ordering = ["-declared_on", "-pk"]
    empty_words = (
        "No supplier has declared anything yet. Where a limit asks for it, “What may not be sold” says so."
    )
    refusals = {
        declaring.NotInFormula: lambda refusal: f"Its label does not name {refusal.ingredient}.",
    }

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        known = [
            "of_product",
            "version",
            "ingredient",
            "percent_words",
            "declared_by",
            "document",
            "declared_on",
        ]
        return [*known, "recorded_by", "recorded_at"] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Declaration, form: Any, change: bool) -> None:
        obj.pk = declaring.keep_declaration(obj, by=request.user, now=timezone.now()).pk

    @display(description="product", ordering="formula__product__name")
    def of_product(self, declaration: Declaration) -> str:
        return declaration.formula.product.name

    @display(description="label", ordering="formula__version")
    def version(self, declaration: Declaration) -> str:
        return str(declaration.formula)

    @display(description="percent", ordering="percent")
    def percent_words(self, declaration: Declaration) -> str:
        return str(declaration)


@admin.register(RegulatoryStatus)
class RegulatoryStatusDesk(Desk):
    """What a person decided that a product is somewhere: it goes before what the rules conclude."""

    fields = [
        "product",
        ("jurisdiction", "regulatory_class"),
        "source",
        "grade",
        ("reviewed_by", "reviewed_on"),
    ]
    autocomplete_fields = ["product"]
    list_display = ["product", "jurisdiction", "regulatory_class", "grade", "reviewed_by", "reviewed_on"]
    list_filter = ["jurisdiction", "regulatory_class"]
    list_select_related = ["product"]
    search_fields = ["product__name"]
    ordering = ["product__name", "jurisdiction"]
    empty_words = (
        "No decision yet: everywhere the rules conclude what a product is. Add one where they are wrong."
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["product", "jurisdiction"] if obj else []

    def save_model(self, request: HttpRequest, obj: RegulatoryStatus, form: Any, change: bool) -> None:
        declaring.keep_status(obj, now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: RegulatoryStatus) -> None:
        declaring.drop_status(obj, now=timezone.now())
