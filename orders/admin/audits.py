"""What the audits of the stock found. To read only: a round asks every five minutes."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.admin.desk import ReadOnlyDesk
from catalog.admin.moments import say_how_long
from orders.models import StockAudit

# What each rule says, for whoever reads that it is broken.
SAYS = {
    "S1": "A lot's counters are the sums of its movements.",
    "S2": "No more is promised than stands there.",
    "S3": "What a lot has reserved is what open orders hold of it.",
    "S4": "No order holds goods after its time to pay.",
    "S5": "Parcels and returns agree with the ledger.",
    "S6": "What was sent was released and in date.",
    "S7": "No lot's history ever stood below nothing.",
    "S8": "Of no lot more was sent than came.",
}


@admin.register(StockAudit)
class StockAuditDesk(ReadOnlyDesk):
    list_display = ["at", "answer", "rules", "took"]
    list_filter = ["is_clean"]
    ordering = ["-at", "-pk"]
    fields = ["at", "answer", "took", "rows"]
    empty_words = "Nobody has audited the stock yet. A round does, every five minutes."

    @display(description="answer", label={"clean": "success", "broken": "danger"})
    def answer(self, audit: StockAudit) -> str:
        return "clean" if audit.is_clean else "broken"

    @display(description="rules that are broken")
    def rules(self, audit: StockAudit) -> str:
        return ", ".join(f"{rule}: {count:,}" for rule, count in audit.broken.items()) or "none"

    @display(description="took")
    def took(self, audit: StockAudit) -> str:
        return say_how_long(audit.took_ms)

    @display(description="which row breaks which rule")
    def rows(self, audit: StockAudit) -> SafeString:
        if audit.is_clean:
            words = " ".join(SAYS.values())
            return format_html('<div class="desk"><p class="measure">All eight hold. {}</p></div>', words)
        return format_html('<div class="desk">{}</div>', format_html_join("", "{}", self._tables(audit)))

    def _tables(self, audit: StockAudit) -> Any:
        for rule, count in audit.broken.items():
            found = [one for one in audit.findings if one["rule"] == rule]
            rows = format_html_join(
                "", "<tr><td>{}</td><td>{}</td></tr>", ((one["row"], one["words"]) for one in found)
            )
            more = f"The first {len(found)} of {count:,}." if count > len(found) else ""
            yield (
                format_html(
                    '<section><h2>{}. {}</h2><table class="stacks"><tbody>{}</tbody></table>'
                    '<p class="quiet small">{}</p></section>',
                    rule,
                    SAYS[rule],
                    rows,
                    more,
                ),
            )
