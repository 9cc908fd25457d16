"""All that an order's page tells, as far as the reader's role goes. Reading only."""

from typing import Any

from django.db.models import BooleanField, Case, F, Prefetch, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone

from catalog.models import AdviceRule
from catalog.money import format_money
from orders import packing, parcels, statement
from orders.admin.errands import name_state
from orders.models import Allocation, Order
from payments.admin import order_actions, order_pages
from payments.models import Payment, Receipt

Status = Order.Status
LABELS = {
    Status.PLACED: "info",
    Status.PAID: "warning",
    Status.SHIPPED: "success",
    Status.LAPSED: "",
    Status.CANCELLED: "danger",
}


def tell_order(order: Order, request: HttpRequest) -> dict[str, Any]:
    """All that the page says, as far as the reader's role goes."""
    may = request.user.has_perm
    shows_money = may("payments.view_payment")
    receipt = _receipt_of(order) if may("payments.view_receipt") else None
    return {
        "title": f"Order {order.reference}",
        "opts": Order._meta,
        "order": order,
        "original": order,
        "status_label": LABELS[Status(order.status)],
        "statement": statement.draw_statement(order),
        "address": statement.write_address(order),
        "picks": _tell_picks(order),
        "advice": [_name_advice(one) for one in order.advice],
        "parcels": parcels.list_parcels(order),
        "returns": _returns_of(order),
        "shows_money": shows_money,
        "attempts": _attempts_of(order) if shows_money else None,
        "receipt": receipt,
        "receipt_state": name_state(receipt) if receipt else "",
        "mails": [(mail, name_state(mail)) for mail in order.mails.order_by("pk")],
        "events": order.events.select_related("actor").order_by("-at", "-pk"),
        "actions": order_actions.offer(order, request.user, receipt),
        "may_note": order_pages.may_note(request.user),
    }


def _tell_picks(order: Order) -> list[tuple[Allocation, str]]:
    """Which units to take from which lot, in the order of the shelves; and why one may not leave."""
    picks: QuerySet[Allocation] = Allocation.objects.filter(line__order=order)
    rows = picks.select_related("line", "lot__location").order_by(
        "lot__location__code", F("lot__expires_on").asc(nulls_last=True), "line__sku", "pk"
    )
    today = timezone.now().date()
    return [(row, packing.say_unfit(row.lot, on=today)) for row in rows]


def _returns_of(order: Order) -> list[tuple[Any, str]]:
    """What came back, with the money for it."""
    rows = order.returns.order_by("pk").select_related("received_by")
    rows = rows.prefetch_related("lines__shipment_line__line__variant", "lines__lot__location")
    return [(row, format_money(row.refund_cents, order.currency)) for row in rows]


def _name_advice(told: dict[str, Any]) -> dict[str, Any]:
    """A piece of advice with its codes in words."""
    severities, audiences = dict(AdviceRule.Severity.choices), dict(AdviceRule.Audience.choices)
    named = {"severity": severities.get(told["severity"], told["severity"])}
    if told["audience"]:
        named["audience"] = audiences.get(told["audience"], told["audience"])
    return told | named


def _receipt_of(order: Order) -> Receipt | None:
    """The receipt without its document, which may be large."""
    has_pdf = Case(When(pdf=None, then=False), default=True, output_field=BooleanField())
    receipts = Receipt.objects.filter(order=order).defer("pdf").annotate(has_pdf=has_pdf)
    found: Receipt | None = receipts.first()
    return found


def _attempts_of(order: Order) -> list[Any]:
    payments = Payment.objects.prefetch_related("refunds")
    attempts = order.attempts.order_by("-seq").prefetch_related(Prefetch("payment", payments))
    told = []
    for attempt in attempts:
        payment = getattr(attempt, "payment", None)
        told.append(
            {
                "attempt": attempt,
                "amount": format_money(attempt.amount_cents, attempt.currency),
                "state": name_state(attempt),
                "payment": payment,
                "refunds": [
                    (refund, format_money(refund.amount_cents, refund.currency))
                    for refund in sorted(payment.refunds.all(), key=lambda refund: refund.asked_at)
                ]
                if payment
                else [],
            }
        )
    return told
