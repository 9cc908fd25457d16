"""The stock desk: receive units, count what stands there, read why numbers moved.

Adding a lot is receiving a delivery; changing a lot is counting it. Nobody types a counter.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from catalog import figures, stock
from catalog.admin.desk import Desk, ReadOnlyDesk, ReadOnlyRows, RefusableForm
from catalog.models import Location, Lot, Movement

MOST_UNITS = 1_000_000  # of one delivery; more is a slip of the finger
SOON = (30, 90, 180)  # days


class ReceiveForm(RefusableForm):
    lot_code = forms.CharField(max_length=40, label="Lot code", widget=UnfoldAdminTextInputWidget)
    units = forms.IntegerField(min_value=1, max_value=MOST_UNITS, widget=UnfoldAdminIntegerFieldWidget)
    cause = forms.CharField(
        max_length=80,
        label="Delivery note",
        help_text="The same note for the same lot is the same delivery: it counts once.",
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Lot
        fields = ["variant", "location", "expires_on"]
        labels = {"variant": "Size (SKU)"}
        help_texts = {"expires_on": "As printed on the pack. Empty: it does not expire."}


class CountForm(RefusableForm):
    counted = forms.IntegerField(
        min_value=0,
        max_value=MOST_UNITS,
        label="Units on the shelf",
        help_text="What you counted, promised units included.",
        widget=UnfoldAdminIntegerFieldWidget,
    )
    cause = forms.CharField(
        max_length=80,
        label="Why it was counted",
        help_text="Yearly count, broken in the warehouse, found behind the shelf.",
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Lot
        fields: list[str] = []


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


class MovementRows(ReadOnlyRows):
    model = Movement
    verbose_name_plural = "movements"
    fields = ["at", "kind", "on_hand_change", "reserved_change", "cause", "actor"]
    ordering = ["-at", "-id"]
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("actor")


@admin.register(Lot)
class LotDesk(Desk):
    list_display = ["code", "size", "location", "expires", "on_hand", "reserved", "free"]
    list_filter = [Low, Expiry, ("location", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["variant__product", "location"]
    search_fields = ["code", "variant__sku", "variant__barcode", "variant__product__name"]
    autocomplete_fields = ["variant"]
    ordering = ["expires_on", "pk"]
    inlines = [MovementRows]
    empty_words = "No lot here. Units come into the house by receiving them: add a lot."
    refusals = {
        stock.BelowReserved: lambda refusal: (
            f"{refusal.reserved} units of this lot are promised to orders, so {refusal.counted} cannot be "
            "all. Cancel an order first, or count again."
        )
    }

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = CountForm if change else ReceiveForm
        return super().get_form(request, obj, change=change, **{"form": form} | kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Lot | None = None) -> Any:
        if obj is None:
            rows = ["variant", ("location", "lot_code"), ("units", "expires_on"), "cause"]
            return [("Receive units", {"fields": rows})]
        facts = [("size", "location"), ("code", "expires"), ("on_hand", "reserved", "free")]
        count = [("Count this lot", {"fields": [("counted", "cause")]})]
        return [("This lot", {"fields": facts}), *(count if self.has_change_permission(request, obj) else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Lot | None = None) -> Any:
        return ["size", "location", "code", "expires", "on_hand", "reserved", "free"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Lot | None) -> Any:
        return self.inlines if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: Any, *rest: Any, **more: Any) -> Any:
        context |= {"show_save_and_continue": False, "show_save_and_add_another": more.get("add", False)}
        return super().render_change_form(request, context, *rest, **more)

    def save_model(self, request: HttpRequest, obj: Lot, form: Any, change: bool) -> None:
        typed, now = form.cleaned_data, timezone.now()
        if change:
            stock.count_lot(
                lot_id=obj.pk, counted=typed["counted"], cause=typed["cause"], by=request.user, now=now
            )
            return
        lot = stock.receive(
            variant=typed["variant"],
            location=typed["location"],
            lot_code=typed["lot_code"],
            units=typed["units"],
            expires_on=typed["expires_on"],
            cause=typed["cause"],
            by=request.user,
            now=now,
        )
        obj.__dict__.update(lot.__dict__)

    @display(description="size", ordering="variant__sku")
    def size(self, lot: Lot) -> str:
        to = reverse("admin:catalog_variant_change", args=[lot.variant_id])
        return format_html(
            '<span class="two-lines"><a class="text-link" href="{}">{}</a><span>{}</span></span>',
            to,
            lot.variant.sku,
            lot.variant.product.name,
        )

    @display(description="expires", ordering="expires_on")
    def expires(self, lot: Lot) -> str | None:
        if lot.expires_on is None:
            return None
        words = f"{lot.expires_on.day} {lot.expires_on:%B %Y}"
        return f"{words} (expired)" if lot.expires_on <= timezone.now().date() else words

    @display(description="free units", ordering=F("on_hand") - F("reserved"))
    def free(self, lot: Lot) -> int:
        return lot.on_hand - lot.reserved


@admin.register(Movement)
class MovementDesk(ReadOnlyDesk):
    list_display = ["at", "kind", "size", "lot", "on_hand_change", "reserved_change", "cause", "actor"]
    list_filter = ["kind"]
    list_select_related = ["lot__variant", "actor"]
    search_fields = ["=cause", "lot__code", "lot__variant__sku"]
    search_help_text = "An order's reference or a delivery note, a lot code, a SKU"
    ordering = ["-pk"]
    empty_words = "Nothing has moved yet."

    @display(description="size")
    def size(self, movement: Movement) -> str:
        return movement.lot.variant.sku


@admin.register(Location)
class LocationDesk(Desk):
    list_display = ["code", "name"]
    search_fields = ["code", "name"]
    ordering = ["code"]
    empty_words = "No location yet. Add the place where the shelves stand."
