"""What was: prices and labels, as they were written down. To read only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.admin.desk import ReadOnlyDesk
from catalog.models import Formula, PriceChange
from catalog.money import format_money


@admin.register(PriceChange)
class PriceChangeDesk(ReadOnlyDesk):
    list_display = ["changed_at", "variant", "before", "after", "changed_by", "cause"]
    list_filter = ["currency"]
    list_select_related = ["variant", "changed_by"]
    search_fields = ["variant__sku", "variant__product__name"]
    ordering = ["-pk"]
    fields = ["variant", "before", "after", "changed_at", "changed_by", "cause"]
    empty_words = "No price has been set yet."

    @display(description="before")
    def before(self, change: PriceChange) -> str | None:
        return None if change.old_cents is None else format_money(change.old_cents, change.currency)

    @display(description="after")
    def after(self, change: PriceChange) -> str:
        return format_money(change.new_cents, change.currency)


@admin.register(Formula)
class FormulaDesk(ReadOnlyDesk):
    list_display = ["product", "version", "beginning", "status", "not_understood", "first_seen_at", "look"]
    list_filter = ["status"]
    list_select_related = ["product"]
    search_fields = ["product__name", "label_text"]
    ordering = ["-pk"]
    fields = ["product", "version", "look", "label_text", "label_source", "first_seen_at", "label_sha256"]
    empty_words = "No label has been typed in yet. Paste one at the label desk, or on a product's page."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("reading", "claims")

    @display(description="begins with")
    def beginning(self, formula: Formula) -> str:
        text: Any = formula.label_text
        return text if len(text) <= 80 else f"{text[:80]}…"

    @display(description="not understood")
    def not_understood(self, formula: Formula) -> int:
        return len(formula.unresolved_keys)

    @display(description="look")
    def look(self, formula: Formula) -> SafeString:
        return link_label(formula)


def link_label(formula: Formula) -> SafeString:
    """Where a kept label is read, and where it is compared with the version before."""
    links = [("Read", f"{reverse('label-desk')}?formula={formula.pk}")]
    if formula.version > 1:
        links.append(("Compare", f"{reverse('compare-formulas')}?new={formula.pk}"))
    return format_html_join(" · ", '<a class="text-link" href="{1}">{0}</a>', links)
