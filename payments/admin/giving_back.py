"""The page on which money goes back without goods."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalog import money
from catalog.money import BadAmount, format_money
from orders.models import Order
from payments import goodwill, returning
from payments.admin import order_pages
from payments.admin.order_forms import GoodwillForm
from payments.admin.order_pages import REFUND
from payments.models import Refund
from payments.refunds import RefundTooHigh


def give_back(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    order = order_pages.find_order(request, order_id, REFUND)
    left = format_money(returning.left_to_pay_back(order), order.currency)
    form = GoodwillForm(order_pages.read_sent(request), initial={"key": secrets.token_urlsafe(12)})
    if request.method == "POST" and form.is_valid():
        refund = _write_down(request, order, form)
        if refund is not None:
            amount = format_money(refund.amount_cents, refund.currency)
            messages.success(request, f"{amount} goes back. A worker asks Stripe within seconds.")
            return order_pages.back_to(order)
    words = {
        "title": f"Pay something back of {order.reference}",
        "lead": f"Money back without goods. {left} is left of what was paid. We send no mail about it: "
        "write to the customer. What comes back in a parcel is taken as a return.",
        "button": "Pay it back",
    }
    return order_pages.ask(request, desk, order, form, words)


def _write_down(request: HttpRequest, order: Order, form: GoodwillForm) -> Refund | None:
    typed = form.cleaned_data
    try:
        return goodwill.give_back(
            order_id=order.pk,
            amount_cents=money.parse_amount(typed["amount"], order.currency),
            why=typed["why"],
            key=typed["key"],
            by=request.user,
            now=timezone.now(),
        )
    except BadAmount as bad:
        form.add_error("amount", f"{bad}.")
    except RefundTooHigh as high:
        left = format_money(high.left_cents, high.currency)
        form.add_error("amount", f"Only {left} is left of what was paid. Nothing was written down.")
    return None
