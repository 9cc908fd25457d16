"""The packing list: on the screen to choose, on paper to walk along the shelves with."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode

from catalog.models import Location
from orders import packing
from orders.models import Order
from payments.admin.order_pages import SHIP

MOST_ORDERS = 500  # on one list: more is no walk along the shelves


def show_list(request: HttpRequest, desk: Any) -> HttpResponse:
    """All orders to ship, or those of `?orders=1,2`; at one place with `?place=BER`."""
    words = _draw(request)
    context = desk.admin_site.each_context(request) | words
    return TemplateResponse(request, "admin/orders/order/packing.html", context)


def print_list(request: HttpRequest, desk: Any) -> HttpResponse:
    """The same on paper: a page for each place."""
    return render(request, "admin/orders/order/packing_sheet.html", _draw(request))


def _draw(request: HttpRequest) -> dict[str, Any]:
    if not (request.user.has_perm(SHIP) and request.user.has_perm("orders.view_order")):
        raise PermissionDenied
    now = timezone.now()
    chosen, place = _read_ids(request.GET.get("orders", "")), request.GET.get("place", "")
    oldest = Order.objects.to_ship().order_by("paid_at", "pk")
    order_ids = list(oldest.values_list("pk", flat=True)[:MOST_ORDERS]) if chosen is None else chosen
    packing_list = packing.draw_packing_list(on=now.date(), order_ids=order_ids, location_code=place)
    keep = {"orders": request.GET["orders"]} if chosen is not None else {}
    return {
        "title": "Packing list",
        "opts": Order._meta,
        "list": packing_list,
        "drawn_at": now,
        "units": sum(each.units for each in packing_list.places),
        "place": place,
        "places": Location.objects.filter(takes_returns=False).order_by("code"),
        "keep": urlencode(keep),
        "query": urlencode(keep | ({"place": place} if place else {})),
        "is_chosen": chosen is not None,
        "most": MOST_ORDERS if len(order_ids) == MOST_ORDERS else 0,
    }


def _read_ids(text: str) -> list[int] | None:
    """None: nobody chose. Whatever is no number names no order."""
    if not text:
        return None
    return [int(part) for part in text.split(",")[:MOST_ORDERS] if part.isdecimal() and len(part) < 19]
