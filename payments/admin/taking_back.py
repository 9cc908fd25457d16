"""A parcel came back: what is in it, in what state, and what the customer gets for it."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog import money
from catalog.money import BadAmount, format_money
from orders.models import Order, OrderReturn, ReturnLine, ShipmentLine
from orders.packing_plan import OrderChanged
from orders.returns import MoreThanSent, NothingReturned, Returned
from payments import payback, returning
from payments.admin import order_pages
from payments.admin.order_forms import ReturnForm, counted
from payments.admin.order_pages import RETURN
from payments.refunds import RefundTooHigh
from payments.returning import NoReason

Condition = ReturnLine.Condition
PAGE = "admin/orders/order/return.html"
ZERO = re.compile(r"0+(\.0+)?")


@dataclass
class SentRow:
    """Units of one lot of one parcel that are still with the customer."""

    row: ShipmentLine
    out: int
    fields: list[Any] = field(default_factory=list)

    def name_of(self, condition: str) -> str:
        return f"units-{self.row.pk}-{condition}"


def take_return(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    """First what came back; then the money that we propose for it; then both are written down."""
    order = order_pages.find_order(request, order_id, RETURN)
    rows = find_sent(order)
    if not rows:
        messages.error(request, "Nothing of this order is with the customer. Nothing has changed.")
        return order_pages.back_to(order)
    form, proposed = _make_form(order, rows, order_pages.read_sent(request)), None
    if request.method == "POST" and form.is_valid():
        lines = _read_lines(form, rows)
        if request.POST.get("step") == "money" and lines:
            proposed = returning.propose_refund(order, lines)
            given = request.POST.copy()
            given["amount"] = str(money.major(proposed, order.currency))
            form = _make_form(order, rows, given)
        else:
            back = _write_down(request, order, form, lines)
            if back is not None:
                _congratulate(request, back)
                return order_pages.back_to(order)
    return _show(request, desk, order, form, rows, proposed)


def find_sent(order: Order) -> list[SentRow]:
    rows = ShipmentLine.objects.filter(shipment__order=order).select_related("line", "lot", "shipment")
    return [
        SentRow(row, row.units - row.returned_units)
        for row in rows.order_by("shipment_id", "pk")
        if row.returned_units < row.units
    ]


def _make_form(order: Order, rows: list[SentRow], given: Any) -> ReturnForm:
    form = ReturnForm(given, initial={"seen": returning.write_seen(order)})
    for sent in rows:
        sent.fields = []
        for condition in Condition:
            label = f"{condition.label}: units of {sent.row.line.sku} from lot {sent.row.lot.code}"
            form.add_count(sent.name_of(condition), label, most=sent.out)
            sent.fields.append((condition.label, form[sent.name_of(condition)]))
    return form


def _read_lines(form: ReturnForm, rows: list[SentRow]) -> list[Returned]:
    return [
        Returned(sent.row.pk, units, condition.value)
        for sent in rows
        for condition in Condition
        if (units := counted(form, sent.name_of(condition)))
    ]


def _write_down(
    request: HttpRequest, order: Order, form: ReturnForm, lines: list[Returned]
) -> OrderReturn | None:
    typed = form.cleaned_data
    try:
        return returning.take_return(
            order_id=order.pk,
            lines=lines,
            note=typed["note"],
            refund_cents=read_amount(typed["amount"], order.currency),
            refund_note=typed["refund_note"],
            seen=typed["seen"] or None,
            by=request.user,
            now=timezone.now(),
        )
    except NothingReturned:
        form.add_error(None, "Say how many units came back, and in what state.")
    except MoreThanSent:
        form.add_error(None, "More units than are with the customer. Nothing was written down.")
    except OrderChanged:
        form.add_error(None, "Somebody took a return of this order in the meantime: load the page again.")
    except NoReason:
        form.add_error("refund_note", "Nothing goes back: tell the customer why.")
    except BadAmount as bad:
        form.add_error("amount", f"{bad}.")
    except RefundTooHigh as high:
        left = format_money(high.left_cents, high.currency)
        form.add_error("amount", f"Only {left} is left of what was paid. Nothing was written down.")
    return None


def read_amount(text: str, currency: str) -> int | None:
    """Minor units; 0 is a word as well; None where nothing was typed. Raises BadAmount."""
    text = text.strip()
    if not text:
        return None
    return 0 if ZERO.fullmatch(text) else money.parse_amount(text, currency)


def _congratulate(request: HttpRequest, back: OrderReturn) -> None:
    order = back.order
    what = "Nothing is paid back"
    if back.refund_cents:
        amount = format_money(back.refund_cents, order.currency)
        what = f"{amount if request.user.has_perm('payments.view_payment') else 'The money'} goes back"
    messages.success(request, f"Return {back.reference} is written down. {what}; {order.email} gets a mail.")
    reactions = back.lines.filter(condition=Condition.REACTION).select_related("shipment_line__line__variant")
    for product_id in sorted({row.shipment_line.line.variant.product_id for row in reactions}):
        link = _link_report(order, product_id) if request.user.has_perm("orders.add_incident") else ""
        messages.warning(request, format_html("A skin reacted: the law may ask for a report. {}", link))


def _link_report(order: Order, product_id: int) -> str:
    try:
        address = reverse("admin:orders_incident_add")
    except NoReverseMatch:  # a house without that desk
        return ""
    address = f"{address}?order={order.pk}&product={product_id}"
    return format_html('<a class="text-link" href="{}">Write it now</a>', address)


def _show(
    request: HttpRequest,
    desk: Any,
    order: Order,
    form: ReturnForm,
    rows: list[SentRow],
    proposed: int | None,
) -> HttpResponse:
    sees_money = request.user.has_perm("payments.view_payment")
    asks_money = sees_money and (proposed is not None or bool(form.data.get("amount")))
    words = {
        "title": f"Take a return of {order.reference}",
        "lead": "Unpack it and look at every pack. Sealed units go into quarantine, never straight back to "
        "the shelf; what was opened, or made skin react, is destroyed.",
        "rows": rows,
        "conditions": Condition.labels,
        "proposed": None if proposed is None else format_money(proposed, order.currency),
        "paid_back": [
            (format_money(refund.amount_cents, refund.currency), refund.get_reason_display().lower())
            for refund in payback.list_owed(order)
        ],
        "left": format_money(returning.left_to_pay_back(order), order.currency),
        "note_field": form["note"],
        "money_fields": [form["amount"], form["refund_note"]] if asks_money else [],
        "why_field": None if asks_money or "refund_note" not in form.errors else form["refund_note"],
        "sees_money": sees_money,
        "asks_money": asks_money,
    }
    return order_pages.ask(request, desk, order, form, words, PAGE)
