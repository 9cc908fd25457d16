"""The diary of feeds: what each run read, applied and refused; held ones wait for a decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.decorators import display

from catalog.admin import feed_states
from catalog.admin.desk import ReadOnlyDesk, ReadOnlyRows
from catalog.admin.moments import say_how_long
from catalog.feeds import deciding, diary
from catalog.feeds.deciding import NotHeld
from catalog.models import FeedRefusal, FeedRun

RUN = "catalog.run_feed"


class RefusalRows(ReadOnlyRows):
    model = FeedRefusal
    tab = False
    verbose_name_plural = "refused lines"
    fields = ["line", "which_sku", "lot_code", "why"]
    readonly_fields = ["which_sku", "why"]
    ordering = ["line", "pk"]
    per_page = 50

    @display(description="SKU")
    def which_sku(self, refusal: FeedRefusal) -> str:
        return refusal.sku

    @display(description="why")
    def why(self, refusal: FeedRefusal) -> str:
        return refusal.words


@admin.register(FeedRun)
class FeedRunDesk(ReadOnlyDesk):
    list_display = ["started_at", "feed", "how", "read", "applied_and_unchanged", "refused", "moved", "took"]
    list_filter = ["state", ("feed", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["feed"]
    search_fields = ["feed__name", "feed__supplier__name"]
    ordering = ["-started_at", "-pk"]
    inlines = [RefusalRows]
    change_form_outer_before_template = "admin/catalog/feed/run.html"
    empty_words = "No feed has run yet. Add a feed: its first run starts at once."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("held_file").select_related("decided_by", "feed__supplier")

    def get_urls(self) -> list[Any]:
        actions = [
            path(f"<int:run_id>/{name}/", self.admin_site.admin_view(view), name=f"catalog_feedrun_{name}")
            for name, view in PAGES.items()
        ]
        return [*actions, *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: FeedRun | None = None) -> Any:
        return []  # the page above tells it in words

    def get_inlines(self, request: HttpRequest, obj: FeedRun | None) -> Any:
        return self.inlines if obj and obj.refused else []

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        run = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdecimal() else None
        page = draw_run_page(run, request.user) if run is not None else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | page)

    @display(description="state", label=dict(feed_states.RUN_STATES.values()))
    def how(self, run: FeedRun) -> str:
        return feed_states.RUN_STATES[FeedRun.State(run.state)][0]

    @display(description="lines")
    def read(self, run: FeedRun) -> str:
        return f"{run.rows_read:,}" if run.rows_read else "–"

    @display(description="applied / as before")
    def applied_and_unchanged(self, run: FeedRun) -> str:
        return f"{run.applied:,} / {run.unchanged:,}" if run.rows_read else "–"

    @display(description="units")
    def moved(self, run: FeedRun) -> str:
        return f"+{run.units_up:,} −{run.units_down:,}" if run.units_up or run.units_down else "–"

    @display(description="took")
    def took(self, run: FeedRun) -> str:
        return say_how_long(run.took_ms) if run.ended_at else "–"


def draw_run_page(run: FeedRun, user: Any) -> dict[str, Any]:
    words, tone = feed_states.RUN_STATES[FeedRun.State(run.state)]
    waits = run.state == FeedRun.State.HELD
    return {
        "run": run,
        "state_words": "Being applied" if waits and run.decided_at else words,
        "state_tone": tone,
        "took": say_how_long(run.took_ms),
        "reasons": [
            (feed_states.REASONS.get(reason, reason), count) for reason, count in run.reasons.items()
        ],
        "kept": diary.MOST_REFUSALS,
        "waits": waits and not run.decided_at,
        "may_decide": user.has_perm(RUN),
        "feed_url": reverse("admin:catalog_feed_change", args=[run.feed_id]),
    }


@require_POST
def apply(request: HttpRequest, run_id: int) -> HttpResponse:
    words = "It is applied within ten seconds, as of the moment of the file."
    return _decide(request, run_id, deciding.let_through, words)


@require_POST
def discard(request: HttpRequest, run_id: int) -> HttpResponse:
    return _decide(request, run_id, deciding.discard, "Thrown away. Nothing of it was applied.")


PAGES = {"apply": apply, "discard": discard}


def _decide(request: HttpRequest, run_id: int, decide: Callable[..., None], words: str) -> HttpResponse:
    if not request.user.has_perm(RUN):
        raise PermissionDenied
    try:
        decide(run_id=run_id, by=request.user, now=timezone.now())
    except NotHeld as refusal:
        messages.error(request, f"Somebody was faster: this run is {refusal.state}. Nothing was changed.")
    else:
        messages.success(request, words)
    return HttpResponseRedirect(reverse("admin:catalog_feedrun_change", args=[run_id]))
