"""One page with all that was given up, and "try again" for one or for many."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from orders import errands
from orders.admin.errands import RETRY, say_woken
from payments.models import StripeEvent
from shop import parked
from shop.models import AlertMail

SHOWN = 100  # of each kind; a desk shows them all
WORDS = {
    "mail": "Mail to a customer",
    "receipt": "Receipt to a customer",
    "refund": "Refund at Stripe",
    "attempt": "Payment page at Stripe",
    "news": "Stripe's news",
    "alert": "Mail about an alert",
    "staff": "Mail to our own people",
}


def show_parked(request: HttpRequest) -> HttpResponse:
    """The page. A POST tries again `only=kind:pk`, or else all that was ticked, each `errand=kind:pk`."""
    if not request.user.has_perm(RETRY):
        raise PermissionDenied
    if request.method == "POST":
        chosen = request.POST.getlist("only") or request.POST.getlist("errand")
        woken = sum(_try_again(errand) for errand in chosen)
        (messages.success if woken else messages.info)(request, say_woken(woken))
        return HttpResponseRedirect(reverse("parked-errands"))
    rows = [_tell(kind, errand, request.user) for kind, errand in parked.list_parked(SHOWN)]
    context = admin.site.each_context(request) | {"title": "Parked errands", "rows": rows}
    return TemplateResponse(request, "admin/errands/parked.html", context)


def _try_again(chosen: str) -> bool:
    name, _, pk = chosen.partition(":")
    kind = parked.KINDS.get(name)
    if kind is None:
        return False
    try:
        return errands.try_again(kind, pk, now=timezone.now())
    except (ValueError, ValidationError):
        return False  # no pk of that kind: a form that we did not write


def _tell(kind: str, errand: Any, user: Any) -> dict[str, Any]:
    order = None if isinstance(errand, StripeEvent) else getattr(errand, "order", None)
    payment = getattr(errand, "payment", None) if kind == "refund" else None
    order = payment.order if payment else order
    floor, model = errand._meta.app_label, errand._meta.model_name
    return {
        "value": f"{kind}:{errand.pk}",
        "what": WORDS[kind],
        "detail": _name(errand, order),
        "order_url": reverse("admin:orders_order_change", args=[order.pk]) if order else "",
        "url": reverse(f"admin:{floor}_{model}_change", args=[errand.pk])
        if user.has_perm(f"{floor}.view_{model}")
        else "",
        "attempts": errand.attempts,
        "last_error": errand.last_error,
    }


def _name(errand: Any, order: Any) -> str:
    if isinstance(errand, StripeEvent):
        return errand.type
    if isinstance(errand, AlertMail):
        return f"{errand.get_kind_display()}: {errand.alert.variant.sku}"
    return str(order or errand)
