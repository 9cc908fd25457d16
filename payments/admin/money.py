"""The payments desk: what Stripe was asked, what it took, what went back. To read only."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from catalog.admin.desk import ReadOnlyDesk
from catalog.money import format_money
from orders.admin.errands import ErrandDesk, Owed
from payments.models import Payment, PaymentAttempt, Receipt, Refund, StripeEvent

SEARCH_ORDERS = "An order's reference or e-mail address, or Stripe's id"


def pretty(content: Any) -> str:
    """JSON as a person can read it."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    return format_html('<pre class="raw">{}</pre>', text)


class AboutMoney:
    @display(description="amount", ordering="amount_cents")
    def amount(self, row: Any) -> str:
        return format_money(row.amount_cents, row.currency)


@admin.register(Payment)
class PaymentDesk(AboutMoney, ReadOnlyDesk):
    list_display = ["order", "amount", "back", "method", "status_label", "paid_at"]
    list_filter = ["status", "currency"]
    list_select_related = ["order"]
    search_fields = ["=order__reference", "order__email", "=payment_intent_id", "=charge_id"]
    search_help_text = SEARCH_ORDERS
    ordering = ["-pk"]
    fields = [
        ("order", "attempt"),
        ("amount", "method"),
        ("status", "back"),
        "paid_at",
        "payment_intent_id",
        "charge_id",
    ]
    empty_words = "No payment yet. The first one comes with the first paid order."

    @display(description="gone back", ordering="refunded_cents")
    def back(self, payment: Payment) -> str:
        return format_money(payment.refunded_cents, payment.currency)

    @display(description="status", label={"APPLIED": "success", "UNAPPLIED": "danger"}, ordering="status")
    def status_label(self, payment: Payment) -> tuple[str, str]:
        return payment.status, payment.get_status_display()


@admin.register(PaymentAttempt)
class PaymentAttemptDesk(AboutMoney, ErrandDesk):
    list_display = ["order", "seq", "amount", "state_label", "errand_state", "created_at", "expires_at"]
    list_filter = ["state", Owed]
    list_select_related = ["order"]
    search_fields = ["=order__reference", "order__email", "=session_id"]
    search_help_text = SEARCH_ORDERS
    ordering = ["-created_at"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("order", "seq"),
                    ("amount", "state"),
                    ("created_at", "expires_at"),
                    "session_id",
                    "note",
                ]
            },
        ),
        ErrandDesk.errand_fieldset,
        ("What Stripe was asked", {"fields": ["asked"]}),
    ]
    empty_words = "No payment was attempted yet. An attempt begins with a checkout."

    @display(
        description="state",
        label={"PAID": "success", "OPEN": "info", "REFUSED": "danger", "NEEDS_REVIEW": "danger"},
        ordering="state",
    )
    def state_label(self, attempt: PaymentAttempt) -> tuple[str, str]:
        return attempt.state, attempt.get_state_display()

    @display(description="parameters")
    def asked(self, attempt: PaymentAttempt) -> str:
        return pretty(attempt.params)


@admin.register(Refund)
class RefundDesk(AboutMoney, ErrandDesk):
    list_display = ["for_order", "amount", "reason", "state_label", "errand_state", "asked_at", "asked_by"]
    list_filter = ["state", Owed, "reason"]
    list_select_related = ["payment__order", "asked_by"]
    search_fields = ["=payment__order__reference", "payment__order__email", "=stripe_refund_id"]
    search_help_text = SEARCH_ORDERS
    ordering = ["-asked_at"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("for_order", "payment"),
                    ("amount", "state"),
                    ("reason", "key"),
                    ("asked_by", "asked_at"),
                ]
            },
        ),
        (None, {"fields": ["stripe_refund_id"]}),
        ErrandDesk.errand_fieldset,
    ]
    empty_words = "Nothing was paid back. A refund begins when a paid order is cancelled or sent back."

    @display(description="order")
    def for_order(self, refund: Refund) -> str:
        return refund.payment.order.reference

    @display(description="state", label={"SUCCEEDED": "success", "FAILED": "danger"}, ordering="state")
    def state_label(self, refund: Refund) -> tuple[str, str]:
        return refund.state, refund.get_state_display()


@admin.register(Receipt)
class ReceiptDesk(ErrandDesk):
    list_display = ["number_label", "order", "errand_state", "issued_at", "sent_to"]
    list_filter = [Owed, "year"]
    list_select_related = ["order"]
    search_fields = ["=number", "=order__reference", "order__email"]
    search_help_text = "A receipt's number without the year, an order's reference or an e-mail address"
    ordering = ["-year", "-number"]
    fieldsets = [
        (None, {"fields": [("number_label", "order"), ("issued_at", "sent_to"), ("copies", "document")]}),
        ErrandDesk.errand_fieldset,
    ]
    empty_words = "No receipt yet. Each paid order gets one, by itself."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("pdf")

    @display(description="number", ordering="number")
    def number_label(self, receipt: Receipt) -> str:
        return str(receipt)

    @display(description="PDF")
    def document(self, receipt: Receipt) -> str | None:
        if not receipt.pdf:
            return None
        to = reverse("admin:orders_order_receipt", args=[receipt.order_id])
        return format_html('<a class="text-link" href="{}">receipt-{}.pdf</a>', to, receipt)


@admin.register(StripeEvent)
class StripeEventDesk(ErrandDesk):
    list_display = ["received_at", "type", "object_id", "outcome", "errand_state"]
    list_filter = [Owed, "type"]
    search_fields = ["=stripe_id", "=object_id"]
    search_help_text = "Stripe's id of the event or of what it is about"
    ordering = ["-pk"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("type", "received_at"),
                    ("stripe_id", "object_id"),
                    ("api_version", "livemode"),
                    "outcome",
                ]
            },
        ),
        ErrandDesk.errand_fieldset,
        ("As it came", {"fields": ["payload"]}),
    ]
    empty_words = "Stripe has not told us anything yet."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("raw")

    @display(description="payload")
    def payload(self, event: StripeEvent) -> str:
        try:
            return pretty(json.loads(bytes(event.raw)))
        except ValueError:
            return format_html('<pre class="raw">{}</pre>', bytes(event.raw).decode(errors="replace"))
