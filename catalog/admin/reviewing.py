"""The re-review desk: picks that somebody must look at again, and why."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from catalog import pick_states, picks
from catalog.admin import pick_offers
from catalog.admin.picks import STATES
from catalog.pick_states import ToReview

WORDS = {
    "suspended": "The badge is off.",
    "lapsed": "The badge is off.",
    "under_review": "Waits to be signed.",
    "live": "Its time ends soon.",
}


def show_queue(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("catalog.view_pick"):
        raise PermissionDenied
    waiting = pick_states.find_to_review(timezone.now().date())
    hers = [one for one in waiting if picks.is_hers(one.pick, request.user)]
    only_hers = request.GET.get("whose") == "mine"
    context = admin.site.each_context(request) | {
        "title": "Picks to look at again",
        "rows": [_show(one, request.user) for one in (hers if only_hers else waiting)],
        "in_all": len(waiting),
        "hers": len(hers),
        "only_hers": only_hers,
        "signs": request.user.has_perm(pick_offers.SIGN),
    }
    return TemplateResponse(request, "admin/catalog/review.html", context)


def _show(one: ToReview, user: Any) -> dict[str, Any]:
    words, tone = STATES[one.standing.state]
    offered = pick_offers.offer(one.pick, one.standing, user)
    return {
        "pick": one.pick,
        "standing": one.standing,
        "words": words,
        "tone": tone,
        "why": one.standing.why or WORDS[one.standing.state],
        "due_on": one.due_on,
        "since": one.pick.submitted_at if one.standing.state == "under_review" else None,
        "compare_url": pick_offers.link_comparison(one.pick),
        "url": reverse("admin:catalog_pick_change", args=[one.pick.pk]),
        "first": next((action for action in offered if action["tone"]), None),
    }
