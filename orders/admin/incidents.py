"""The desk of adverse reports: what is due first, and one page that tells all of each. Health data."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, re_path
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from catalog.admin.tabs import ALL, Tab, Tabbed
from orders import incident_duties, incident_trends, incident_words, statement
from orders.admin import incident_actions
from orders.incident_words import LABELS
from orders.models import Incident

TABS = {
    "open": Tab(
        "Open",
        "No report is open. One appears here when a customer sends it, or when you take it down.",
        Q(closed_at=None),
    ),
    "closed": Tab("Closed", "No report has been closed yet.", Q(closed_at__isnull=False)),
    ALL: Tab("All", "Nobody has reported a reaction yet.", Q()),
}
# As the page tells them; product, lot and order stand apart.
TOLD = tuple(name for name in LABELS if name not in ("product", "order", "lot_code", "symptoms"))


@admin.register(Incident)
class IncidentDesk(Tabbed):
    tabs = TABS
    empty_words = TABS["open"].empty
    list_display = ["called", "seriousness", "due", "batch", "where", "aware_at"]
    list_display_links = ["called"]
    list_select_related = ["product", "lot"]
    list_before_template = "admin/orders/incident/stages.html"
    list_after_template = "admin/orders/incident/trends.html"
    search_fields = ["=reference", "name", "email", "lot_code", "lot__code", "product__name"]
    search_help_text = "Reference, name, e-mail, lot code or product: searched in all reports"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(incident_actions.ADD)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # by its own pages only: each writes the diary

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .annotate(next_on=Min("duties__due_on", filter=Q(duties__done_at=None)))
        )

    def get_ordering(self, request: HttpRequest) -> Any:
        """By what is due next: what is overdue stands first."""
        return [F("next_on").asc(nulls_last=True), "-aware_at", "-pk"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        now = timezone.now()
        mine = {
            "tabs": self.show_tabs(request),
            "overdue": incident_duties.due_soon(now.date(), within_days=-1).count(),
            "trends": incident_trends.count_reports(now=now),
            "span_days": incident_trends.SPAN.days,
            "may_export": request.user.has_perm(incident_actions.EXPORT),
        }
        return super().changelist_view(request, (extra_context or {}) | mine)

    def get_urls(self) -> list[Any]:
        view, mine = self.admin_site.admin_view, {"desk": self}
        acts = incident_actions
        own = [
            path("<int:incident_id>/learn/", view(acts.learn), mine, name="orders_incident_learn"),
            path("<int:incident_id>/close/", view(acts.close), mine, name="orders_incident_close"),
            path("<int:incident_id>/note/", view(acts.note), mine, name="orders_incident_note"),
            path("duty/<int:duty_id>/", view(acts.finish), mine, name="orders_incident_duty"),
            re_path(r"^export\.(?P<kind>csv|json)\Z", view(acts.export), mine, name="orders_incident_export"),
        ]
        return [*own, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return incident_actions.add(request, self)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The report's page. There is no form behind it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            raise Http404
        rows = Incident.objects.select_related("product__brand", "lot__location", "order")
        incident = get_object_or_404(rows, pk=int(object_id))
        today = timezone.now().date()
        context = self.admin_site.each_context(request) | {
            "title": f"Report {incident.reference}",
            "opts": Incident._meta,
            "incident": incident,
            "facts": [
                (LABELS[name].capitalize(), incident_words.tell_value(name, getattr(incident, name)))
                for name in TOLD
            ],
            "law": incident_duties.law_for(incident, on=today),
            "duties": [
                (row, tell_due(row.due_on, today)) for row in incident.duties.order_by("due_on", "pk")
            ],
            "events": incident.events.select_related("actor").order_by("-at", "-pk"),
            "may_change": request.user.has_perm(incident_actions.CHANGE),
            "may_see_lot": request.user.has_perm("catalog.view_lot"),
            "may_see_order": request.user.has_perm("orders.view_order"),
        }
        return TemplateResponse(request, "admin/orders/incident/page.html", context)

    @display(description="report", ordering="reference")
    def called(self, incident: Incident) -> str:
        return format_html(
            '<span class="two-lines"><strong>{}</strong><span>{}</span></span>',
            incident.reference,
            incident.product.name,
        )

    @display(description="serious", label={"serious": "danger", "not serious": ""})
    def seriousness(self, incident: Incident) -> str:
        return "serious" if incident.is_serious else "not serious"

    @display(description="due next", ordering="next_on")
    def due(self, incident: Any) -> str:
        if incident.next_on is None:
            return "nothing"
        words, tone = tell_due(incident.next_on, timezone.now().date())
        return format_html('<span class="{}">{}</span>', tone, words)

    @display(description="lot")
    def batch(self, incident: Incident) -> str:
        if incident.lot is not None:
            return incident.lot.code
        return f"“{incident.lot_code}”: not ours" if incident.lot_code else "not known"

    @display(description="where", ordering="country")
    def where(self, incident: Incident) -> str:
        return statement.write_country(incident.country)


def tell_due(due_on: date, today: date) -> tuple[str, str]:
    """When it is due in words, and how loudly to say it."""
    left = (due_on - today).days
    on = f"{due_on.day} {due_on:%B %Y}"
    if left < 0:
        return f"overdue since {on}", "cannot"
    if left == 0:
        return "due today", "cannot"
    return f"due on {on}", "take-care" if left <= 3 else "quiet"
