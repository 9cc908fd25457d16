"""The desk of purchase limits: of a product, or of every product with something strong in it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from catalog.admin.desk import Desk, RefusableForm
from catalog.models import PurchaseLimit


class LimitForm(RefusableForm):
    class Meta:
        model = PurchaseLimit
        fields = [
            "name",
            "product",
            "ingredient_class",
            "most_units",
            "within_days",
            "words",
            "since_on",
            "ended_on",
        ]
        labels = {"most_units": "Units at most", "within_days": "In so many days", "since_on": "From"}
        help_texts = {
            "product": "Either a product with all its sizes …",
            "ingredient_class": "… or every product whose list of ingredients holds this.",
            "within_days": "Counted back from each order. What came back does not count.",
            "ended_on": "From that day on nothing is limited. A limit is ended, not deleted.",
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("product")) == bool(cleaned.get("ingredient_class")):
            raise forms.ValidationError("Name a product, or a class of ingredients: one of the two.")
        return cleaned

    def clean_most_units(self) -> int:
        return _at_least_one(self.cleaned_data["most_units"])

    def clean_within_days(self) -> int:
        return _at_least_one(self.cleaned_data["within_days"])

    def clean_ingredient_class(self) -> str | None:
        return self.cleaned_data["ingredient_class"] or None


def _at_least_one(number: int) -> int:
    if number < 1:
        raise forms.ValidationError("At least 1.")
    return number


class InForce(admin.SimpleListFilter):
    title = "in force"
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Today"), ("no", "Not today")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PurchaseLimit]) -> QuerySet[PurchaseLimit]:
        today = timezone.now().date()
        now = Q(since_on__lte=today) & (Q(ended_on=None) | Q(ended_on__gt=today))
        match self.value():
            case "yes":
                return queryset.filter(now)
            case "no":
                return queryset.exclude(now)
        return queryset


@admin.register(PurchaseLimit)
class PurchaseLimitDesk(Desk):
    form = LimitForm
    list_display = ["name", "of_what", "most_units", "within_days", "since_on", "ended_on"]
    list_filter = [InForce]
    list_select_related = ["product"]
    search_fields = ["name", "product__name"]
    autocomplete_fields = ["product"]
    ordering = ["name", "pk"]
    fieldsets = [
        ("What is limited", {"fields": ["name", ("product", "ingredient_class")]}),
        ("How much one customer may buy", {"fields": [("most_units", "within_days"), "words"]}),
        ("When", {"fields": [("since_on", "ended_on")]}),
    ]
    empty_words = "Nothing is limited. Add a limit for strong things that nobody should hoard."

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="of what")
    def of_what(self, limit: PurchaseLimit) -> str:
        return str(limit.product) if limit.product else limit.get_ingredient_class_display()
