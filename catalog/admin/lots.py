"""The lot desk: receive units, let lots onto the shelf or take them off, count, and read why numbers moved.

Adding a lot is receiving a delivery; changing a lot is counting it. Nobody types a counter or a status.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from catalog import shelf_life, stock
from catalog.admin import lot_actions
from catalog.admin.desk import Desk, ReadOnlyRows
from catalog.admin.lot_filters import Expiry, Low
from catalog.admin.lot_forms import CountForm, ReceiveForm
from catalog.models import Lot, LotDecision, Movement

TONES = {"QUARANTINE": "warning", "RELEASED": "success", "BLOCKED": "danger", "RECALLED": "danger"}


class DecisionRows(ReadOnlyRows):
    model = LotDecision
    verbose_name_plural = "decisions"
    fields = ["at", "kind", "note", "actor"]
    ordering = ["-at", "-id"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("actor")


class MovementRows(ReadOnlyRows):
    model = Movement
    verbose_name_plural = "movements"
    fields = ["at", "kind", "on_hand_change", "reserved_change", "cause", "actor"]
    ordering = ["-at", "-id"]
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("actor")


FACTS = [
    *("size", "location", "code", "expires", "on_hand", "reserved", "free", "supplier", "received_on"),
    *("sell_until_on", "other_codes", "made_on", "pao_months", "storage_note", "formula", "counted_at"),
]


@admin.register(Lot)
class LotDesk(Desk):
    list_display = ["code", "stands", "size", "location", "expires", "on_hand", "reserved", "free"]
    list_filter = [
        "status",
        Low,
        Expiry,
        ("location", admin.RelatedOnlyFieldListFilter),
        ("supplier", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["variant__product", "location"]
    change_form_outer_before_template = "admin/catalog/lot/beside.html"
    search_fields = ["code", "other_codes", "variant__sku", "variant__barcode", "variant__product__name"]
    autocomplete_fields = ["variant"]
    ordering = ["expires_on", "pk"]
    inlines = [MovementRows, DecisionRows]
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
            rows = ["variant", ("location", "lot_code"), ("units", "expires_on"), ("cause", "supplier")]
            pack = ["other_codes", ("made_on", "pao_months"), "storage_note", "code_known"]
            return [
                ("Receive units into quarantine", {"fields": rows}),
                ("What else the pack says", {"fields": pack}),
            ]
        facts = [
            ("size", "location"),
            ("code", "expires"),
            ("on_hand", "sell_until_on"),
            ("reserved", "free"),
        ]
        facts += [("counted_at", "received_on"), ("supplier", "formula"), ("other_codes", "storage_note")]
        facts += [("made_on", "pao_months")]
        count = [("Count this lot", {"fields": [("counted", "cause")]})]
        return [("This lot", {"fields": facts}), *(count if self.has_change_permission(request, obj) else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Lot | None = None) -> Any:
        return FACTS if obj else []

    def get_inlines(self, request: HttpRequest, obj: Lot | None) -> Any:
        return self.inlines if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        pages = [
            path(f"<int:lot_id>/{name}/", self.admin_site.admin_view(view), name=f"catalog_lot_{name}")
            for name, view in lot_actions.PAGES.items()
        ]
        return [*pages, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        lot = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdecimal() else None
        beside = draw_beside(lot, request.user) if lot is not None else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | beside)

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
            supplier=typed["supplier"],
            other_codes=tuple(typed["other_codes"]),
            made_on=typed["made_on"],
            pao_months=typed["pao_months"],
            storage_note=typed["storage_note"],
            code_known=typed["code_known"],
            by=request.user,
            now=now,
        )
        shelf_life.date_lots([typed["variant"].product_id])
        obj.__dict__.update(lot.__dict__)

    @display(
        description="status",
        ordering="status",
        label={"In quarantine": "warning", "Released": "success", "Blocked": "danger", "Recalled": "danger"},
    )
    def stands(self, lot: Lot) -> str:
        return lot.get_status_display()

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

    @display(description="free units")
    def free(self, lot: Lot) -> int:
        """What may be promised to somebody today: nothing of a lot in quarantine, or too old to be sold."""
        today = timezone.now().date()
        fresh = lot.sell_until_on is None or lot.sell_until_on >= today
        return lot.on_hand - lot.reserved if fresh and lot.status == Lot.Status.RELEASED else 0


def draw_beside(lot: Lot, user: Any) -> dict[str, Any]:
    """What stands beside the page: whether it is for sale and why not, and what may be done now."""
    today, why = timezone.now().date(), ""
    if lot.expires_on is not None and lot.expires_on <= today:
        why = "It has expired: write it off."
    elif lot.location.takes_returns:
        why = "It came back from a customer. Carry it to a shelf once it has been looked at, or write it off."
    elif lot.sell_until_on is not None and lot.sell_until_on < today:
        why = "Too little life is left to sell it: a customer would not find enough."
    released = lot.status == Lot.Status.RELEASED
    return {
        "lot": lot,
        "words": lot.get_status_display(),
        "tone": TONES[lot.status],
        "until": lot.sell_until_on if released and not why else None,
        "why": why,
        "last": lot.decisions.select_related("actor").order_by("-pk").first(),
        "lot_actions": lot_actions.offer(lot, user),
    }
