"""What may be done with a feed: look at its file, run it now, pause it, resume it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.admin import feed_states
from catalog.feeds import looking, scheduling
from catalog.feeds.columns import BadLine
from catalog.feeds.scheduling import FeedBusy, FeedPaused
from catalog.models import Feed, FeedRun

RUN = "catalog.run_feed"
REFUSALS = {
    FeedBusy: "A run of this feed is under way. Nothing was changed.",
    FeedPaused: "This feed is paused: resume it first.",
}


@never_cache
@require_safe
def look(request: HttpRequest, feed_id: int) -> HttpResponse:
    """The first lines of the file as it is now, and how each is read. Nothing is taken."""
    feed = _find(request, feed_id)
    seen = looking.look_at_file(feed)
    context = admin.site.each_context(request) | {
        "title": f"The file of {feed.name}",
        "feed": feed,
        "look": seen,
        "lines": [(cells, isinstance(line, BadLine), words) for cells, line, words in seen.lines],
        "shown": looking.SHOWN,
        "back": page_of(feed),
    }
    return TemplateResponse(request, "admin/catalog/feed/look.html", context)


@require_POST
def run(request: HttpRequest, feed_id: int) -> HttpResponse:
    words = "It starts within ten seconds. Its diary is below."
    return _act(request, feed_id, scheduling.run_now, words)


@require_POST
def pause(request: HttpRequest, feed_id: int) -> HttpResponse:
    return _act(request, feed_id, scheduling.pause_feed, "Paused. Nothing is fetched until it is resumed.")


@require_POST
def resume(request: HttpRequest, feed_id: int) -> HttpResponse:
    return _act(request, feed_id, scheduling.resume_feed, "Resumed. It starts within ten seconds.")


PAGES = {"look": look, "run": run, "pause": pause, "resume": resume}


def _act(request: HttpRequest, feed_id: int, act: Callable[..., None], words: str) -> HttpResponse:
    feed, now = _find(request, feed_id), timezone.now()
    try:
        act(feed_id=feed.pk, now=now)
    except tuple(REFUSALS) as refusal:
        messages.error(request, REFUSALS[type(refusal)])
    else:
        messages.success(request, words)
    return HttpResponseRedirect(page_of(feed))


def _find(request: HttpRequest, feed_id: int) -> Feed:
    if not request.user.has_perm(RUN):
        raise PermissionDenied
    return get_object_or_404(Feed.objects.select_related("location", "supplier"), pk=feed_id)


def page_of(feed: Feed) -> str:
    return reverse("admin:catalog_feed_change", args=[feed.pk])


def draw_beside(feed: Any, user: Any, *, now: datetime) -> dict[str, Any]:
    """What stands beside the form: how the feed stands, its last runs, and what may be done now."""
    words, tone = feed_states.STATES[feed_states.tell_state(feed)]
    runs = FeedRun.objects.filter(feed=feed.pk).defer("held_file").order_by("-started_at", "-pk")[:6]
    return {
        "feed": feed,
        "state_words": words,
        "state_tone": tone,
        "told_at": scheduling.PATIENCE,
        "is_due": feed.due_at is not None and feed.due_at <= now,
        "is_running": feed_states.tell_state(feed) == "running",
        "may_run": user.has_perm(RUN),
        "runs": [draw_run(one) for one in runs],
        "diary_url": f"{reverse('admin:catalog_feedrun_changelist')}?feed__id__exact={feed.pk}",
    }


def draw_run(run: FeedRun) -> dict[str, Any]:
    words, tone = feed_states.RUN_STATES[FeedRun.State(run.state)]
    return {
        "run": run,
        "words": words,
        "tone": tone,
        "numbers": feed_states.tell_numbers(vars(run)) if run.rows_read else "",
        "url": reverse("admin:catalog_feedrun_change", args=[run.pk]),
    }
