"""What came back, for whoever must look at it next. To read only: returns are taken on an order's page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from catalog.admin.desk import ReadOnlyDesk, ReadOnlyRows
from catalog.money import format_money
from orders.models import OrderReturn, ReturnLine


class ReturnRows(ReadOnlyRows):
    model = ReturnLine
    fields = ["pack", "units", "condition", "fate", "place"]
    readonly_fields = ["pack", "place"]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("shipment_line__line", "lot__location")

    @display(description="pack")
    def pack(self, row: ReturnLine) -> str:
        return f"{row.shipment_line.line.product_name}, lot {row.lot.code}"

    @display(description="place")
    def place(self, row: ReturnLine) -> str:
        return row.lot.location.code if row.fate == ReturnLine.Fate.QUARANTINED else "–"


@admin.register(OrderReturn)
class ReturnDesk(ReadOnlyDesk):
    list_display = ["reference", "order", "packs", "money", "received_at", "received_by"]
    list_filter = ["lines__condition"]
    list_select_related = ["order", "received_by"]
    search_fields = ["=reference", "=order__reference", "order__email", "lines__lot__code"]
    search_help_text = "A return's or an order's reference, an e-mail address or a lot code"
    ordering = ["-received_at", "-pk"]
    fields = [
        ("reference", "of_order"),
        ("received_at", "received_by"),
        "note",
        ("money", "refund_note"),
    ]
    readonly_fields = ["of_order", "money"]
    inlines = [ReturnRows]
    empty_words = "Nothing has come back yet. A return is taken on the page of its order."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("lines__shipment_line__line")

    def get_list_display(self, request: HttpRequest) -> list[str]:
        shown = list(super().get_list_display(request))
        return shown if request.user.has_perm("payments.view_payment") else [f for f in shown if f != "money"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if request.user.has_perm("payments.view_payment"):
            return super().get_fields(request, obj)
        return [one for one in self.fields if one != ("money", "refund_note")]

    @display(description="what came back")
    def packs(self, back: OrderReturn) -> str:
        return ", ".join(
            f"{row.units} × {row.shipment_line.line.sku} ({row.get_condition_display().lower()})"
            for row in back.lines.all()
        )

    @display(description="money back", ordering="refund_cents")
    def money(self, back: OrderReturn) -> str:
        return format_money(back.refund_cents, back.order.currency) if back.refund_cents else "–"

    @display(description="order")
    def of_order(self, back: OrderReturn) -> str:
        to = reverse("admin:orders_order_change", args=[back.order_id])
        return format_html('<a class="text-link" href="{}">{}</a>', to, back.order)
