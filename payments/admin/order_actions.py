"""What a person may do with an order: one form and one verb each.

None of these pages holds a transaction open: cancelling talks to Stripe.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from catalog.money import format_money
from orders import dispatch, lifecycle
from orders.models import Allocation, Order
from payments import closing, receipts
from payments.admin.order_forms import CancelForm, NoteForm, ResendForm, ShipForm
from payments.models import Receipt
from payments.stripe_gateway import StripeRefused, StripeUnreachable

SHIP, CANCEL, RESEND = "orders.ship_order", "orders.cancel_order", "payments.resend_receipt"
Status = Order.Status


def offer(order: Order, user: Any, receipt: Receipt | None) -> list[dict[str, Any]]:
    """The actions that make sense for this order and that this person may take, the main one first."""
    actions = [
        ("Ship", "ship", SHIP, order.status == Status.PAID, "primary"),
        ("Send receipt again", "resend", RESEND, receipt is not None, "default"),
        ("Cancel order", "cancel", CANCEL, order.status in (Status.PLACED, Status.PAID), "default"),
    ]
    return [
        {"title": title, "url": reverse(f"admin:orders_order_{name}", args=[order.pk]), "variant": variant}
        for title, name, permission, sensible, variant in actions
        if sensible and user.has_perm(permission)
    ]


def picks_of(order: Order) -> QuerySet[Allocation]:
    """Which units to take from which lot, in the order of the shelves."""
    picks = Allocation.objects.filter(line__order=order).select_related("line", "lot__location")
    return picks.order_by("lot__location__code", "line__sku", "lot__expires_on")


def may_note(user: Any) -> bool:
    return any(user.has_perm(permission) for permission in (SHIP, CANCEL, RESEND))


def ship(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    order = _find(request, order_id, SHIP)
    form = ShipForm(_sent(request), initial={"carrier": order.delivery_method.carrier})
    if order.status != Status.PAID:
        return _refuse(request, order, "ship")
    if request.method == "POST" and form.is_valid():
        try:
            dispatch.dispatch_order(
                order_id=order.pk, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except lifecycle.OrderClosed as closed:
            form.add_error(None, _say_closed(closed))
        else:
            messages.success(
                request, f"{order.reference} is shipped. The mail to {order.email} is on its way."
            )
            return _back_to(order)
    words = {
        "title": f"Ship {order.reference}",
        "lead": "Pick these units, pack them, then say how the parcel travels. The customer gets a mail.",
        "button": "Mark as shipped",
        "picks": picks_of(order),
    }
    return _ask(request, desk, order, form, words)


def cancel(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    order = _find(request, order_id, CANCEL)
    form = CancelForm(_sent(request))
    if order.status not in (Status.PLACED, Status.PAID):
        return _refuse(request, order, "cancel")
    if request.method == "POST" and form.is_valid():
        try:
            closing.cancel_order(
                order_id=order.pk, by=request.user, now=timezone.now(), note=form.cleaned_data["note"]
            )
        except lifecycle.OrderClosed as closed:
            form.add_error(None, _say_closed(closed))
        except (StripeUnreachable, StripeRefused):
            form.add_error(None, "Stripe did not answer clearly. Nothing has changed: try again in a minute.")
        else:
            messages.success(request, f"{order.reference} is cancelled and its units are free again.")
            return _back_to(order)
    money = format_money(order.total_cents, order.currency)
    lead = (
        f"The customer gets {money} back in full, and a mail. Stripe needs five to ten days."
        if order.status == Status.PAID
        else "The payment page is closed first, so that nobody pays any more. The customer gets a mail."
    )
    words = {
        "title": f"Cancel {order.reference}",
        "lead": lead,
        "button": "Cancel this order",
        "danger": True,
    }
    return _ask(request, desk, order, form, words)


def resend(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    order = _find(request, order_id, RESEND)
    receipt = Receipt.objects.filter(order=order).defer("pdf").first()
    if receipt is None:
        raise Http404
    form = ResendForm(_sent(request), initial={"to": order.email})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["to"]
        to = None if typed == order.email else typed
        if receipts.send_again(receipt_id=receipt.pk, to=to or None, by=request.user, now=timezone.now()):
            messages.success(request, f"Receipt {receipt} is on its way to {typed or order.email}.")
        else:
            messages.info(request, f"Receipt {receipt} is on its way already.")
        return _back_to(order)
    words = {
        "title": f"Send receipt {receipt} again",
        "lead": "The same document with the same number goes out once more.",
        "button": "Send again",
    }
    return _ask(request, desk, order, form, words)


def note(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    order = _find(request, order_id, None)
    form = NoteForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        lifecycle.add_note(
            order_id=order.pk, note=form.cleaned_data["note"], by=request.user, now=timezone.now()
        )
        messages.success(request, "The note stands in the diary.")
        return _back_to(order)
    words = {
        "title": f"Note on {order.reference}",
        "lead": "For colleagues. Notes stay: the diary of an order is never changed.",
        "button": "Write it down",
    }
    return _ask(request, desk, order, form, words)


def receipt_pdf(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    if not request.user.has_perm("payments.view_receipt"):
        raise PermissionDenied
    receipt = get_object_or_404(Receipt, order_id=order_id, pdf__isnull=False)
    response = HttpResponse(bytes(receipt.pdf or b""), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{receipt}.pdf"'
    return response


# address below the order → page → name in admin:
ADDRESSES = [
    ("ship/", ship, "orders_order_ship"),
    ("cancel/", cancel, "orders_order_cancel"),
    ("resend/", resend, "orders_order_resend"),
    ("note/", note, "orders_order_note"),
    ("receipt.pdf", receipt_pdf, "orders_order_receipt"),
]


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _find(request: HttpRequest, order_id: int, permission: str | None) -> Order:
    allowed = request.user.has_perm(permission) if permission else may_note(request.user)
    if not (allowed and request.user.has_perm("orders.view_order")):
        raise PermissionDenied
    return get_object_or_404(Order.objects.select_related("delivery_method"), pk=order_id)


def _ask(
    request: HttpRequest, desk: Any, order: Order, form: forms.Form, words: dict[str, Any]
) -> HttpResponse:
    context = desk.admin_site.each_context(request) | words
    context |= {"order": order, "original": order, "form": form, "opts": Order._meta, "back": _page_of(order)}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/orders/order/action.html", context, status=status)


def _refuse(request: HttpRequest, order: Order, what: str) -> HttpResponse:
    status = order.get_status_display().lower()
    messages.error(request, f"You cannot {what} this order: it is “{status}”. Nothing has changed.")
    return _back_to(order)


def _say_closed(closed: lifecycle.OrderClosed) -> str:
    status = Status(closed.status).label.lower()
    return f"Somebody was faster: the order is “{status}” by now. Nothing was lost; look at it again."


def _back_to(order: Order) -> HttpResponse:
    return HttpResponseRedirect(_page_of(order))


def _page_of(order: Order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])
