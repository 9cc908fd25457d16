"""What every page of an action on an order shares: who may, how it is asked, how it is refused."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from orders import lifecycle
from orders.models import Order

SHIP, CANCEL, RESEND = "orders.ship_order", "orders.cancel_order", "payments.resend_receipt"
RETURN, REFUND = "orders.take_return", "payments.add_refund"
ACCEPT = "payments.change_payment"  # the owner's alone
ACTION = "admin/orders/order/action.html"


def may_note(user: Any) -> bool:
    return any(user.has_perm(permission) for permission in (SHIP, CANCEL, RESEND))


def read_sent(request: HttpRequest) -> Any:
    """What was sent with a POST; None where a page is only looked at."""
    return request.POST if request.method == "POST" else None


def find_order(request: HttpRequest, order_id: int, permission: str | None) -> Order:
    allowed = request.user.has_perm(permission) if permission else may_note(request.user)
    if not (allowed and request.user.has_perm("orders.view_order")):
        raise PermissionDenied
    return get_object_or_404(Order.objects.select_related("delivery_method"), pk=order_id)


def ask(
    request: HttpRequest,
    desk: Any,
    order: Order,
    form: forms.Form,
    words: dict[str, Any],
    template: str = ACTION,
) -> HttpResponse:
    """The page with its form; 422 when what was typed will not do."""
    context = desk.admin_site.each_context(request) | words
    context |= {"order": order, "original": order, "form": form, "opts": Order._meta, "back": page_of(order)}
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)


def refuse(request: HttpRequest, order: Order, what: str) -> HttpResponse:
    status = order.get_status_display().lower()
    messages.error(request, f"You cannot {what} this order: it is “{status}”. Nothing has changed.")
    return back_to(order)


def say_closed(closed: lifecycle.OrderClosed) -> str:
    status = Order.Status(closed.status).label.lower()
    return f"Somebody was faster: the order is “{status}” by now. Nothing was lost; look at it again."


def back_to(order: Order) -> HttpResponse:
    return HttpResponseRedirect(page_of(order))


def page_of(order: Order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])
