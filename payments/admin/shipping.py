"""Sending an order from the desk: which units of which lot are in this parcel, and how it travels."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from catalog.models import Lot
from catalog.stock import LotNotFit, OutOfStock
from orders import dispatch, lifecycle, packing, packing_plan
from orders.models import Allocation, Order, OrderLine
from orders.packing_plan import LotNotFree, NotLeft, OrderChanged
from payments.admin import order_pages
from payments.admin.order_forms import ShipForm, counted
from payments.admin.order_pages import SHIP

Status = Order.Status
PAGE = "admin/orders/order/ship.html"


@dataclass
class Shelf:
    """A lot that units of a line may be taken from. `why`: it may not leave the house."""

    line: OrderLine
    lot: Lot
    promised: int
    most: int
    why: str = ""
    field: Any = None

    @property
    def name(self) -> str:
        return f"units-{self.line.pk}-{self.lot.pk}"


def ship(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    order = order_pages.find_order(request, order_id, SHIP)
    if order.status != Status.PAID:
        return order_pages.refuse(request, order, "ship")
    shelves = find_shelves(order, on=timezone.now().date())
    form = _make_form(request, order, shelves)
    if request.method == "POST" and form.is_valid():
        try:
            sent = _send(request, order, form, shelves)
        except (lifecycle.OrderClosed, OrderChanged, NotLeft, LotNotFree, LotNotFit) as refusal:
            form.add_error(None, _say(refusal))
        else:
            _congratulate(request, sent)
            return order_pages.back_to(order)
    return _show(request, desk, order, form, shelves)


def find_shelves(order: Order, *, on: date) -> list[Shelf]:
    """The promised lots of what is left, and others that have free units of it. Two statements."""
    promises = Allocation.objects.filter(line__order=order).select_related("line", "lot__location")
    rows = list(promises.order_by("lot__location__code", "line__sku", "lot__expires_on", "pk"))
    left: dict[int, int] = {}
    for row in rows:
        left[row.line_id] = left.get(row.line_id, 0) + row.units
    held = [
        Shelf(
            row.line,
            row.lot,
            row.units,
            min(left[row.line_id], row.units + max(row.lot.on_hand - row.lot.reserved, 0)),
            packing.say_unfit(row.lot, on=on),
        )
        for row in rows
    ]
    lines = {row.line.variant_id: row.line for row in rows}
    others = Lot.objects.sellable(on).filter(variant__in=lines).exclude(pk__in=[row.lot_id for row in rows])
    return held + [
        Shelf(lines[lot.variant_id], lot, 0, min(left[lines[lot.variant_id].pk], lot.on_hand - lot.reserved))
        for lot in others.select_related("location").order_by("sell_until_on", "pk")
    ]


def _make_form(request: HttpRequest, order: Order, shelves: list[Shelf]) -> ShipForm:
    seen = packing_plan.write_seen(lifecycle.list_promises(order))
    initial = {"carrier": order.delivery_method.carrier, "seen": seen}
    form = ShipForm(order_pages.read_sent(request), initial=initial)
    for shelf in shelves:
        label = f"Units of {shelf.line.sku} from lot {shelf.lot.code} at {shelf.lot.location.code}"
        form.add_count(shelf.name, label, most=shelf.most, initial=0 if shelf.why else shelf.promised)
        shelf.field = form[shelf.name]
    return form


def _send(request: HttpRequest, order: Order, form: ShipForm, shelves: list[Shelf]) -> Order:
    units: dict[int, dict[int, int]] | None = None  # nothing typed about units: all that is left
    if any(shelf.name in request.POST for shelf in shelves):
        units = {}
        for shelf in shelves:
            if count := counted(form, shelf.name):
                units.setdefault(shelf.line.pk, {})[shelf.lot.pk] = count
    parcel = {name: form.cleaned_data[name] for name in ("carrier", "tracking_code", "tracking_url")}
    return dispatch.dispatch_order(
        order_id=order.pk,
        units=units,
        seen=form.cleaned_data["seen"] or None,
        by=request.user,
        now=timezone.now(),
        **parcel,
    )


def _say(refusal: Exception) -> str:
    if isinstance(refusal, lifecycle.OrderClosed):
        return order_pages.say_closed(refusal)
    if isinstance(refusal, OrderChanged):
        return "Somebody sent or moved a part of it meanwhile. Nothing was sent now: load the page again."
    if isinstance(refusal, NotLeft):
        return "Nothing was sent: say how many units are in the parcel, and not more than are left to send."
    lot_ids = refusal.lot_ids if isinstance(refusal, LotNotFree | LotNotFit) else []
    codes = ", ".join(Lot.objects.filter(pk__in=lot_ids).order_by("pk").values_list("code", flat=True))
    if isinstance(refusal, LotNotFit):
        return f"Nothing was sent: lot {codes} may not leave the house. Promise it from other lots first."
    return f"Nothing was sent: lot {codes} has not that many free units."


def _congratulate(request: HttpRequest, order: Order) -> None:
    mail = f"The mail to {order.email} is on its way."
    if order.status == Status.SHIPPED:
        messages.success(request, f"{order.reference} is shipped. {mail}")
    else:
        messages.success(request, f"A part of {order.reference} is shipped; the rest waits here. {mail}")


def _show(
    request: HttpRequest, desk: Any, order: Order, form: ShipForm, shelves: list[Shelf]
) -> HttpResponse:
    words = {
        "title": f"Ship {order.reference}",
        "lead": "Pick these units, pack them, then say how the parcel travels. The customer gets a mail. "
        "What does not fit, or is not there, stays promised: lower the number, and send the rest later.",
        "button": "Mark as shipped",
        "held": [shelf for shelf in shelves if shelf.promised],
        "others": [shelf for shelf in shelves if not shelf.promised],
        "stops": [shelf for shelf in shelves if shelf.why],
        "anew": reverse("admin:orders_order_anew", args=[order.pk]),
        "own_fields": [form[name] for name in ("carrier", "tracking_code", "tracking_url")],
    }
    return order_pages.ask(request, desk, order, form, words, PAGE)


def promise_anew(request: HttpRequest, order_id: int, desk: Any) -> HttpResponse:
    """A button on the page above: other lots stand for what may not be sent."""
    order = order_pages.find_order(request, order_id, SHIP)
    if request.method == "POST":
        try:
            dispatch.promise_anew(order_id=order.pk, now=timezone.now(), by=request.user)
        except lifecycle.OrderClosed as closed:
            messages.error(request, order_pages.say_closed(closed))
            return order_pages.back_to(order)
        except OutOfStock as short:
            missing = sum(short.missing.values())
            messages.error(
                request,
                f"No other lot has enough, {missing} missing. Nothing has changed: send what may be sent, "
                "wait for a delivery, or cancel the order or its rest.",
            )
        else:
            messages.success(request, f"{order.reference} is promised from lots that may be sent.")
    return HttpResponseRedirect(reverse("admin:orders_order_ship", args=[order.pk]))
