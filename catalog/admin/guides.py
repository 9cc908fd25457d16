"""The guide editor: a page of advice that sells nothing by itself, from when until when it is shown."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from catalog import saying, signposts
from catalog.admin.concerns import StatementBlocks, record_edit
from catalog.admin.desk import Desk, RefusableForm
from catalog.admin.lines import LinesField
from catalog.admin.page_previews import Previewed
from catalog.admin.tone import hold_words
from catalog.models import Guide, Signpost


class GuideForm(RefusableForm):
    search_words = LinesField(most_chars=80, help_text="What leads here, one on each line: retin-a.")

    class Meta:
        model = Guide
        fields = [
            *("title", "slug", "summary", "search_words", "concerns"),
            *("sells", "position", "published_at", "hidden_at"),
        ]
        labels = {"published_at": "Shown from", "hidden_at": "Hidden from", "sells": "Products beside it"}
        widgets = {
            "summary": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
            "concerns": UnfoldAdminCheckboxSelectMultipleWidget,
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        granted = saying.grant_guide(sells=bool(cleaned.get("sells")))
        hold_words(self, cleaned, ["title", "summary"], granted)
        shown, hidden = cleaned.get("published_at"), cleaned.get("hidden_at")
        if hidden and (shown is None or hidden <= shown):
            self.add_error("hidden_at", "It is hidden after it was shown: say from when it is shown.")
        return cleaned


@admin.register(Guide)
class GuideDesk(Previewed, Desk):
    form = GuideForm
    inlines = [StatementBlocks]
    prepopulated_fields = {"slug": ["title"]}
    list_display = ["title", "about", "state", "position"]
    list_filter = ["sells"]
    search_fields = ["title", "slug", "summary"]
    ordering = ["position", "title"]
    empty_words = "No guide yet. Write one: what it is, what helps, and when to see somebody."
    fieldsets = [
        (None, {"fields": [("title", "slug"), "summary", "search_words", "position"]}),
        ("Who sees it", {"fields": ["published_at", "hidden_at", "sells", "concerns"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("concerns")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        now = timezone.now()
        if "slug" in form.changed_data and form.initial.get("slug"):
            signposts.take_down(kind=Signpost.Kind.GUIDE, slugs=[form.initial["slug"]])
        signposts.put_up(guides=[form.instance], now=now)
        record_edit(form.instance, form, formsets, by=request.user, now=now)

    def delete_model(self, request: HttpRequest, obj: Guide) -> None:
        signposts.take_down(kind=Signpost.Kind.GUIDE, slugs=[obj.slug])
        super().delete_model(request, obj)

    @display(description="about")
    def about(self, guide: Guide) -> str:
        return ", ".join(sorted(concern.name for concern in guide.concerns.all()))

    @display(description="customers", label={"shown": "success", "hidden": "", "planned": "info"})
    def state(self, guide: Guide) -> str:
        now = timezone.now()
        if guide.published_at is None or (guide.hidden_at is not None and guide.hidden_at <= now):
            return "hidden"
        return "shown" if guide.published_at <= now else "planned"
