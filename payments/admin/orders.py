"""The order desk: what must be done with which order, and one page that tells all about it.

It stands on the payments' floor because it shows the money. Orders are never edited by hand: what
may happen to one is in `payments.admin.order_actions`.
"""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from catalog.admin.desk import ReadOnly
from catalog.admin.tabs import ALL, Tab, Tabbed
from catalog.money import format_money
from orders import figures, statement
from orders.models import Order, OrderLine, Shipment
from payments.admin import order_actions, order_page, order_pages, packing_desk
from payments.admin.order_page import LABELS

Status = Order.Status
PACKING = "orders_order_packing"
TABS = {
    "to-ship": Tab(
        "To ship",
        "Nothing waits to be shipped. A paid order appears here by itself.",
        Q(status=Status.PAID),
        "paid_at",
    ),
    "awaiting": Tab(
        "Awaiting payment",
        "Nobody is on the payment page. An order stands here until it is paid or lapses.",
        Q(status=Status.PLACED),
        "placed_at",
    ),
    "shipped": Tab("Shipped", "No parcel has left the house yet.", Q(status=Status.SHIPPED), "-shipped_at"),
    "closed": Tab(
        "Lapsed or cancelled",
        "No order has lapsed, none was cancelled.",
        Q(status__in=[Status.LAPSED, Status.CANCELLED]),
        "-closed_at",
    ),
    ALL: Tab("All", "No order yet. The first one comes from the shop's checkout.", Q(), "-placed_at"),
}


@admin.register(Order)
class OrderDesk(ReadOnly, Tabbed):
    tabs = TABS
    empty_words = TABS[ALL].empty
    list_display = [
        "reference",
        "customer",
        "destination",
        "units",
        "total",
        "status_label",
        "placed_at",
        "paid_at",
    ]
    list_before_template = "admin/orders/order/stages.html"
    search_fields = [
        "reference",
        "email",
        "recipient",
        "shipments__tracking_code",
        "lines__sku",
    ]
    search_help_text = "Reference, e-mail, name, tracking code or SKU: searched in all orders"
    actions = ["draw_packing_list"]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return [self.tab_of(request).order, "-pk"]

    def get_queryset(self, request: HttpRequest) -> Any:
        lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
        units = lines.annotate(in_all=Sum("units")).values("in_all")
        sent = Exists(Shipment.objects.filter(order=OuterRef("pk")))
        return super().get_queryset(request).annotate(unit_count=Subquery(units), has_parcels=sent)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        waiting = figures.count_waiting(on=timezone.now().date())
        counts = {"to-ship": waiting.to_ship, "awaiting": waiting.awaiting_payment}
        can_pack = self.has_ship_permission(request) and bool(waiting.to_ship)
        words = {"tabs": self.show_tabs(request, counts), "may_pack": can_pack}
        return super().changelist_view(request, (extra_context or {}) | words)

    def get_urls(self) -> list[Any]:
        lists = [
            path("packing/", self.admin_site.admin_view(packing_desk.show_list), {"desk": self}, PACKING),
            path(
                "packing/sheet/",
                self.admin_site.admin_view(packing_desk.print_list),
                {"desk": self},
                f"{PACKING}_sheet",
            ),
        ]
        actions = [
            path(f"<int:order_id>/{address}", self.admin_site.admin_view(view), {"desk": self}, name=name)
            for address, view, name in order_actions.ADDRESSES
        ]
        return [*lists, *actions, *super().get_urls()]

    def has_ship_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(order_pages.SHIP)

    @admin.action(description="Packing list", permissions=["ship"])
    def draw_packing_list(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
        chosen = queryset.order_by().values_list("pk", flat=True)[: packing_desk.MOST_ORDERS]
        address = reverse(f"admin:{PACKING}")
        return HttpResponseRedirect(f"{address}?orders={','.join(map(str, chosen))}")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The order's page. There is no form behind it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            raise Http404
        order = get_object_or_404(Order.objects.select_related("delivery_method"), pk=int(object_id))
        context = self.admin_site.each_context(request) | order_page.tell_order(order, request)
        return TemplateResponse(request, "admin/orders/order/page.html", context)

    @display(description="customer", ordering="recipient")
    def customer(self, order: Order) -> str:
        return format_html(
            '<span class="two-lines"><strong>{}</strong><span>{}</span></span>', order.recipient, order.email
        )

    @display(description="goes to", ordering="country")
    def destination(self, order: Order) -> str:
        return f"{order.city}, {statement.write_country(order.country)}"

    @display(description="units")
    def units(self, order: Any) -> int:
        return int(order.unit_count or 0)

    @display(description="total", ordering="total_cents")
    def total(self, order: Order) -> str:
        return format_money(order.total_cents, order.currency)

    @display(description="status", label=LABELS, ordering="status")
    def status_label(self, order: Any) -> tuple[str, str]:
        if order.status == Status.PAID and order.has_parcels:
            return order.status, "Sent in part"
        return order.status, order.get_status_display()
