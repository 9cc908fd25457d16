"""What a person may do with an order: one form and one verb each.

None of these pages holds a transaction open: cancelling talks to Stripe. Sending and taking back have
pages of their own: `payments.admin.shipping`, `payments.admin.taking_back`, `payments.admin.giving_back`.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from catalog.money import format_money
from orders import lifecycle
from orders.models import Order
from payments import accepting, closing, payback, receipts, refunds, returning
from payments.admin import accepting_page, giving_back, order_pages, shipping, taking_back
from payments.admin.order_forms import CancelForm, NoteForm, ResendForm
from payments.admin.order_pages import ACCEPT, CANCEL, REFUND, RESEND, RETURN, SHIP
from payments.models import Receipt, Refund
from payments.stripe_gateway import StripeRefused, StripeUnreachable

Status = Order.Status


def offer(order: Order, user: Any, receipt: Receipt | None) -> list[dict[str, Any]]:
    """The actions that make sense for this order and that this person may take, the main one first."""
    sent = order.lines.filter(shipped_units__gt=0).exists()
    is_open = order.status in (Status.PLACED, Status.PAID)
    failed = user.has_perm(REFUND) and bool(payback.list_failed(order))
    left = user.has_perm(REFUND) and returning.left_to_pay_back(order) > 0
    in_review = user.has_perm(ACCEPT) and accepting.find_in_review(order) is not None
    actions = [
        ("Ship", "ship", SHIP, order.status == Status.PAID, "primary"),
        ("Accept the payment", "accept", ACCEPT, in_review, "default"),
        ("Take a return", "return", RETURN, sent, "default"),
        ("Ask the refund again", "refund_again", REFUND, failed, "danger"),
        ("Pay something back", "goodwill", REFUND, left, "default"),
        ("Send receipt again", "resend", RESEND, receipt is not None, "default"),
        ("Cancel the rest" if sent else "Cancel order", "cancel", CANCEL, is_open, "default"),
    ]
    return [
        {"title": title, "url": reverse(f"admin:orders_order_{name}", args=[order.pk]), "variant": variant}
        for title, name, permission, sensible, variant in actions
        if sensible and user.has_perm(permission)
    ]


def cancel(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    order = order_pages.find_order(request, order_id, CANCEL)
    form = CancelForm(order_pages.read_sent(request))
    if order.status not in (Status.PLACED, Status.PAID):
        return order_pages.refuse(request, order, "cancel")
    sent = order.lines.filter(shipped_units__gt=0).exists()
    if request.method == "POST" and form.is_valid():
        verb = closing.cancel_rest if sent else closing.cancel_order
        try:
            verb(order_id=order.pk, by=request.user, now=timezone.now(), note=form.cleaned_data["note"])
        except lifecycle.OrderClosed as closed:
            form.add_error(None, order_pages.say_closed(closed))
        except lifecycle.SentInPart:
            form.add_error(None, "A part of it was sent in the meantime: load the page again.")
        except (StripeUnreachable, StripeRefused):
            form.add_error(None, "Stripe did not answer clearly. Nothing has changed: try again in a minute.")
        else:
            what = "What was left of " if sent else ""
            messages.success(request, f"{what}{order.reference} is cancelled and its units are free again.")
            return order_pages.back_to(order)
    words = {
        "title": f"Cancel {'the rest of ' if sent else ''}{order.reference}",
        "lead": _say_what_cancelling_does(order, sent=sent),
        "button": "Cancel the rest" if sent else "Cancel this order",
        "danger": True,
    }
    return order_pages.ask(request, desk, order, form, words)


def _say_what_cancelling_does(order: Order, *, sent: bool) -> str:
    if order.replaces_id is not None:
        return "It costs nothing, so nothing goes back. The customer was promised it in a recall: write."
    if sent:
        return (
            "What was sent stays with the customer. What was not is called off: its price goes back, "
            "and the customer gets a mail."
        )
    if order.status == Status.PAID:
        money = format_money(order.total_cents, order.currency)
        return f"The customer gets {money} back in full, and a mail. Stripe needs five to ten days."
    return "The payment page is closed first, so that nobody pays any more. The customer gets a mail."


def refund_again(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    """A refund that Stripe could not carry out is asked once more."""
    order = order_pages.find_order(request, order_id, REFUND)
    failed = payback.list_failed(order)
    if not failed:
        messages.info(request, "No refund of this order has failed.")
        return order_pages.back_to(order)
    form = forms.Form(order_pages.read_sent(request))
    if request.method == "POST" and form.is_valid():
        again = [_ask_again(refund, by=request.user) for refund in failed]
        if all(again):
            messages.success(request, "The refund is asked again. A worker takes it within seconds.")
            return order_pages.back_to(order)
        form.add_error(None, "So much is not left of the payment any more. Nothing has changed.")
    amounts = ", ".join(format_money(refund.amount_cents, refund.currency) for refund in failed)
    words = {
        "title": f"Pay {amounts} back again",
        "lead": "Stripe could not pay it back: the customer still waits for it. Look at Stripe's page first; "
        "if the card is gone, a transfer by hand may be the only way.",
        "button": "Ask Stripe again",
    }
    return order_pages.ask(request, desk, order, form, words)


def _ask_again(refund: Refund, *, by: Any) -> bool:
    try:
        refunds.ask_again(refund_id=refund.pk, now=timezone.now(), by=by)
    except refunds.RefundTooHigh:
        return False
    return True


def resend(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    order = order_pages.find_order(request, order_id, RESEND)
    receipt = Receipt.objects.filter(order=order).defer("pdf").first()
    if receipt is None:
        raise Http404
    form = ResendForm(order_pages.read_sent(request), initial={"to": order.email})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["to"]
        to = None if typed == order.email else typed
        if receipts.send_again(receipt_id=receipt.pk, to=to or None, by=request.user, now=timezone.now()):
            messages.success(request, f"Receipt {receipt} is on its way to {typed or order.email}.")
        else:
            messages.info(request, f"Receipt {receipt} is on its way already.")
        return order_pages.back_to(order)
    words = {
        "title": f"Send receipt {receipt} again",
        "lead": "The same document with the same number goes out once more.",
        "button": "Send again",
    }
    return order_pages.ask(request, desk, order, form, words)


def note(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    order = order_pages.find_order(request, order_id, None)
    form = NoteForm(order_pages.read_sent(request))
    if request.method == "POST" and form.is_valid():
        lifecycle.add_note(
            order_id=order.pk, note=form.cleaned_data["note"], by=request.user, now=timezone.now()
        )
        messages.success(request, "The note stands in the diary.")
        return order_pages.back_to(order)
    words = {
        "title": f"Note on {order.reference}",
        "lead": "For colleagues. Notes stay: the diary of an order is never changed.",
        "button": "Write it down",
    }
    return order_pages.ask(request, desk, order, form, words)


def receipt_pdf(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    if not request.user.has_perm("payments.view_receipt"):
        raise PermissionDenied
    receipt = get_object_or_404(Receipt, order_id=order_id, pdf__isnull=False)
    response = HttpResponse(bytes(receipt.pdf or b""), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{receipt}.pdf"'
    return response


# address below the order → page → name in admin:
ADDRESSES = [
    ("ship/", shipping.ship, "orders_order_ship"),
    ("anew/", shipping.promise_anew, "orders_order_anew"),
    ("return/", taking_back.take_return, "orders_order_return"),
    ("refund/", refund_again, "orders_order_refund_again"),
    ("accept/", accepting_page.accept, "orders_order_accept"),
    ("goodwill/", giving_back.give_back, "orders_order_goodwill"),
    ("cancel/", cancel, "orders_order_cancel"),
    ("resend/", resend, "orders_order_resend"),
    ("note/", note, "orders_order_note"),
    ("receipt.pdf", receipt_pdf, "orders_order_receipt"),
]
