"""The page on which a payment in review is accepted."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalog.money import format_money
from catalog.stock import OutOfStock
from orders.lifecycle import OrderClosed
from payments import accepting
from payments.accepting import MoneyDiffers
from payments.admin import order_pages
from payments.admin.order_forms import CancelForm
from payments.admin.order_pages import ACCEPT
from payments.models import PaymentAttempt
from payments.stripe_gateway import StripeRefused, StripeUnreachable


def accept(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    order = order_pages.find_order(request, order_id, ACCEPT)
    attempt = accepting.find_in_review(order)
    if attempt is None:
        messages.info(request, "No payment of this order waits for a person. Nothing has changed.")
        return order_pages.back_to(order)
    form = CancelForm(order_pages.read_sent(request))
    if request.method == "POST" and form.is_valid():
        if why_not := _accept(attempt, form.cleaned_data["note"], by=request.user):
            form.add_error(None, why_not)
        else:
            messages.success(request, f"{order.reference} is paid. The receipt goes out by itself.")
            return order_pages.back_to(order)
    amount = format_money(attempt.amount_cents, attempt.currency)
    words = {
        "title": f"Accept the payment of {order.reference}",
        "lead": f"Stripe disagrees with us: {attempt.note}. First look at {attempt.session_id} there. "
        f"We ask Stripe once more, and accept it only if {amount} is there and nothing else of the money "
        "differs. If you cannot tell whose money it is, cancel the order: it goes back in full.",
        "button": "Accept it",
        "danger": True,
    }
    return order_pages.ask(request, desk, order, form, words)


def _accept(attempt: PaymentAttempt, why: str, *, by: Any) -> str:
    """Why it was not accepted; nothing when it was."""
    try:
        accepting.accept_payment(attempt_id=attempt.pk, why=why, by=by, now=timezone.now())
    except MoneyDiffers as found:
        differences = "; ".join(found.differences)
        return f"It is not the money that the order costs: {differences}. Cancel the order instead."
    except OrderClosed as closed:
        return order_pages.say_closed(closed)
    except OutOfStock:
        return "Its time was over, and its goods are gone. Cancel the order: the money goes back."
    except (StripeUnreachable, StripeRefused):
        return "Stripe did not answer clearly. Nothing has changed: try again in a minute."
    return ""
