"""The markdown desk: lower prices that we propose for what is near its last day, and old ones to put back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog import markdown_prices, markdowns, shelf_figures
from catalog.markdowns import MarkdownDecided, PriceMoved, PutBack
from catalog.models import Markdown
from catalog.money import format_money
from catalog.shelf_figures import NearLine

DECIDE, VIEW = "catalog.decide_markdown", "catalog.view_markdown"
DECIDED_SHOWN = 20


@require_safe
def show_markdowns(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    now = timezone.now()
    known = Markdown.objects.select_related("lot__variant__product", "lot__location", "decided_by")
    near = {
        line.lot.pk: line
        for line in shelf_figures.find_near_expiry(now=now, within_days=markdown_prices.WITHIN_DAYS)
    }
    proposed = known.filter(state=Markdown.State.PROPOSED).order_by("lot__sell_until_on", "lot", "currency")
    decided = known.exclude(state=Markdown.State.PROPOSED).order_by("-decided_at", "-pk")[:DECIDED_SHOWN]
    context = admin.site.each_context(request) | {
        "title": "Markdowns",
        "rows": [_tell(one, near.get(one.lot_id)) for one in proposed],
        "to_put_back": [_tell_put_back(one) for one in markdowns.find_to_put_back(now=now)],
        "decided": [_tell_decided(one) for one in decided],
        "may_decide": request.user.has_perm(DECIDE),
        "rests_days": markdowns.DISMISSED_FOR.days,
        "prior_days": markdowns.PRIOR.days,
    }
    return TemplateResponse(request, "admin/catalog/stock/markdowns.html", context)


@require_POST
def decide_markdown(request: HttpRequest, markdown_id: int, decision: str) -> HttpResponse:
    """Accept, dismiss or put back; what was refused is said above the list, as it is now."""
    if not request.user.has_perm(DECIDE):
        raise PermissionDenied
    try:
        messages.success(request, DECISIONS[decision](markdown_id, request))
    except MarkdownDecided:
        messages.info(request, "Nothing was changed: it was decided already, or its lot is gone.")
    except PriceMoved as moved:
        seen, found = (format_money(cents, moved.currency) for cents in (moved.seen_cents, moved.now_cents))
        was = (
            "the lowest price of 30 days has"
            if seen == found
            else f"the price is {found} and not {seen}, so it has"
        )
        messages.error(
            request, f"Nothing was changed: {was} moved since this was proposed. Look at the figures below."
        )
    return HttpResponseRedirect(reverse("markdowns"))


def _accept(markdown_id: int, request: HttpRequest) -> str:
    done = markdowns.accept_markdown(markdown_id=markdown_id, by=request.user, now=timezone.now())
    price = format_money(done.proposed_cents, done.currency)
    return f"{done.lot.variant.sku} costs {price} from now on, and its page says so."


def _dismiss(markdown_id: int, request: HttpRequest) -> str:
    done = markdowns.dismiss_markdown(markdown_id=markdown_id, by=request.user, now=timezone.now())
    return f"Dismissed. Lot {done.lot.code} is not proposed again for {markdowns.DISMISSED_FOR.days} days."


def _put_back(markdown_id: int, request: HttpRequest) -> str:
    if markdowns.put_back(markdown_id=markdown_id, by=request.user, now=timezone.now()):
        return "The price is what it was before the markdown."
    return "Nothing was changed: the price is another by now."


DECISIONS = {"accept": _accept, "dismiss": _dismiss, "put-back": _put_back}


def _tell(one: Markdown, line: NearLine | None) -> dict[str, Any]:
    return {
        "markdown": one,
        "was": format_money(one.was_cents, one.currency),
        "lowest": format_money(one.lowest_cents, one.currency),
        "proposed": format_money(one.proposed_cents, one.currency),
        "percent": markdown_prices.percent_below(one.proposed_cents, one.lowest_cents),
        "line": line,
    }


def _tell_put_back(one: PutBack) -> dict[str, Any]:
    return {
        "markdown": one.markdown,
        "now": format_money(one.markdown.proposed_cents, one.markdown.currency),
        "full": format_money(one.full_cents, one.markdown.currency),
    }


def _tell_decided(one: Markdown) -> dict[str, Any]:
    return {
        "markdown": one,
        "was": format_money(one.was_cents, one.currency),
        "proposed": format_money(one.proposed_cents, one.currency),
    }
