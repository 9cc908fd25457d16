"""Where picks stand on a day: what the desk shows, and what lies on the re-review desk."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.db.models import Prefetch, QuerySet

from catalog.models import Pick, Signature

State = Literal["draft", "under_review", "signed", "live", "suspended", "lapsed", "withdrawn"]
SOON_DAYS = 30  # before a signature ends the desk begins to ask


@dataclass(frozen=True)
class Standing:
    """A pick's state on one day, why it is that, and until when when it is live."""

    state: State
    why: str = ""
    until: date | None = None


def with_signatures(picks: QuerySet[Pick]) -> QuerySet[Pick]:
    """Picks with all that `stand_of` looks at, in two statements."""
    newest_first = Prefetch("signatures", Signature.objects.order_by("-pk"))
    parts = ("product__current_formula", "formula", "dermatologist", "disclosure")
    return picks.select_related(*parts).prefetch_related(newest_first)


def stand_of(pick: Pick, on: date) -> Standing:
    """The state of one pick (read by `with_signatures`) on a day."""
    if pick.withdrawn_at is not None:
        return Standing("withdrawn", pick.withdrawn_reason)
    signatures = list(pick.signatures.all())
    fitting = [one for one in signatures if one.text_sha256 == pick.text_sha256]
    if signatures and not is_about_today(pick):
        return Standing("suspended", "The formula has changed since it was signed.")
    if not fitting:
        return _unsigned(pick, bool(signatures))
    last = max(one.review_by_on for one in fitting)
    if any(one.live_from_on <= on < one.review_by_on for one in fitting):
        return Standing("live", until=last)
    if any(on < one.live_from_on for one in fitting):
        return Standing(
            "signed", f"It will be live from {min(one.live_from_on for one in fitting):%-d %B %Y}."
        )
    return Standing("lapsed", f"It was to be reviewed by {last:%-d %B %Y}.")


def is_about_today(pick: Pick) -> bool:
    """Whether the list that a pick is about is that of today; `PickQuerySet.live` asks the same."""
    current = pick.product.current_formula
    return current is not None and current.contents_sha256 == pick.formula.contents_sha256


def _unsigned(pick: Pick, signed_before: bool) -> Standing:
    if signed_before:
        why = "The words or the interests have changed since it was signed."
        return Standing("under_review" if pick.submitted_at else "suspended", why)
    return Standing("under_review") if pick.submitted_at else Standing("draft")


@dataclass(frozen=True)
class ToReview:
    """A pick that somebody must look at again, and why."""

    pick: Pick
    standing: Standing
    due_on: date | None


def find_to_review(on: date) -> list[ToReview]:
    """What lies on the re-review desk: suspended, lapsed, waiting to be signed, or ending within a month."""
    picks = with_signatures(Pick.objects.standing())
    found = [ToReview(pick, stand_of(pick, on), _due(pick)) for pick in picks.order_by("pk")]
    order: dict[str, int] = {"suspended": 0, "lapsed": 1, "under_review": 2, "live": 3}
    wanted = [one for one in found if _needs_eyes(one, on)]
    return sorted(wanted, key=lambda one: (order[one.standing.state], one.due_on or on, one.pick.pk))


def _due(pick: Pick) -> date | None:
    return max((one.review_by_on for one in pick.signatures.all()), default=None)


def _needs_eyes(one: ToReview, on: date) -> bool:
    if one.standing.state in ("suspended", "lapsed", "under_review"):
        return True
    soon = on + timedelta(days=SOON_DAYS)
    return one.standing.state == "live" and one.standing.until is not None and one.standing.until <= soon
