"""A pick as customers read it, with the disclosure in the same breath as the praise."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Prefetch

from catalog import pick_states
from catalog.models import Dermatologist, Disclosure, Pick, PickEvidence, Product, Signature


@dataclass(frozen=True)
class Shown:
    """What a page and a card say of a product's pick, and between which days."""

    badge: dict[str, Any]
    pick: dict[str, Any]
    from_on: date
    until_on: date


@dataclass(frozen=True)
class Run:
    """A pick that is live on a day: the last signature under it, and until when one follows another."""

    pick: Pick
    last: Signature
    until_on: date


def read_shown(product_ids: Collection[int], now: datetime) -> dict[int, list[Shown]]:
    """{product: what is shown of its picks from now on, one after the other}; never two on one day.

    On any day to come it is what would be shown if the product were published on that day.
    """
    parts = ("dermatologist", "disclosure", "cheaper_product", "product__current_formula", "formula")
    picks = (
        Pick.objects.standing()
        .filter(product_id__in=product_ids)
        .select_related(*parts)
        .prefetch_related(
            Prefetch("evidence", PickEvidence.objects.order_by("position", "id")),
            Prefetch("compared_with", Product.objects.order_by("slug")),
            Prefetch("signatures", Signature.objects.order_by("-pk")),
        )
    )
    fitting: dict[int, dict[Pick, list[Signature]]] = {}
    for pick in picks:
        if signatures := _find_fitting(pick, now.date()):
            fitting.setdefault(pick.product_id, {})[pick] = signatures
    return {product_id: _take_turns(those, now.date()) for product_id, those in fitting.items()}


def _find_fitting(pick: Pick, today: date) -> list[Signature]:
    """The signatures under these words about this formula that have not ended."""
    if not pick_states.is_about_today(pick):
        return []
    fits = [one for one in pick.signatures.all() if one.text_sha256 == pick.text_sha256]
    return [one for one in fits if one.review_by_on > today]


def _take_turns(fitting: dict[Pick, list[Signature]], today: date) -> list[Shown]:
    """Between any two days on which something begins or ends: of the picks live then, the one signed last."""
    signatures = [one for those in fitting.values() for one in those]
    days = sorted({day for one in signatures for day in (one.live_from_on, one.review_by_on)})
    turns: list[tuple[date, date, Run]] = []
    for day, following in pairwise(days):
        runs = [run for pick, those in fitting.items() if (run := _run_on(day, pick, those))]
        if not runs or following <= today:
            continue
        run = max(runs, key=lambda one: one.last.pk)
        if turns and turns[-1][1:] == (day, run):
            turns[-1] = (turns[-1][0], following, run)
        else:
            turns.append((day, following, run))
    return [_show_run(run, *days) for *days, run in turns]


def _run_on(day: date, pick: Pick, signatures: Iterable[Signature]) -> Run | None:
    """A pick as it is live on a day; None when it is not."""
    run: list[Signature] = []
    until = day
    for one in sorted(signatures, key=lambda one: (one.live_from_on, one.pk)):
        if one.live_from_on <= until and one.review_by_on > day:
            run.append(one)
            until = max(until, one.review_by_on)
    return Run(pick, max(run, key=lambda one: one.pk), until) if run else None


def _show_run(run: Run, from_on: date, until_on: date) -> Shown:
    pick = run.pick
    return Shown(
        badge={
            "dermatologist": _name(pick.dermatologist),
            "headline": pick.headline,
            "disclosure": pick.disclosure.text,
        },
        pick=show_pick(pick) | {"signed_on": run.last.signed_on, "review_by": run.until_on},
        from_on=from_on,
        until_on=until_on,
    )


def show_pick(pick: Pick) -> dict[str, Any]:
    """The pick's words as JSON; also the preview at the desk."""
    return {
        "dermatologist": _name(pick.dermatologist) | {"role": pick.dermatologist.role},
        "headline": pick.headline,
        "disclosure": show_disclosure(pick.disclosure),
        "for_whom": pick.for_whom,
        "not_for": pick.not_for,
        "how_to_use": {
            "slot": pick.slot,
            "words": pick.how_to_use,
            "order_override": pick.order_override or None,
        },
        "why_worth_it": pick.why_worth_it,
        "cheaper": {"product": _product(pick.cheaper_product), "words": pick.cheaper_words},
        "would_change_mind": pick.would_change_mind,
        "tested": _show_test(pick),
        "compared": _show_comparison(pick),
        "regimen": _show_regimen(pick),
        "evidence": [
            {"claim": one.claim, "source": one.source, "grade": one.grade} for one in pick.evidence.all()
        ],
    }


def show_disclosure(disclosure: Disclosure) -> dict[str, Any]:
    """What a dermatologist gets out of it, in words and as facts."""
    return {
        "text": disclosure.text,
        "version": disclosure.version,
        "sells_it": disclosure.sells_it,
        "gifts": disclosure.gifts,
        "paid": disclosure.paid,
        "consultancy": disclosure.consultancy,
        "equity": disclosure.equity,
    }


def read_withdrawn(product_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """{product: its withdrawn picks with the public reason, the newest first}."""
    picks = Pick.objects.filter(product_id__in=product_ids, withdrawn_at__isnull=False)
    found: dict[int, list[dict[str, Any]]] = {}
    for pick in (
        picks.filter(signatures__isnull=False).distinct().select_related("dermatologist").order_by("-pk")
    ):
        found.setdefault(pick.product_id, []).append(
            {
                "dermatologist": _name(pick.dermatologist),
                "headline": pick.headline,
                "reason": pick.withdrawn_reason,
                "withdrawn_on": pick.withdrawn_at.date() if pick.withdrawn_at else None,
            }
        )
    return found


def _name(dermatologist: Dermatologist) -> dict[str, Any]:
    return {
        "slug": dermatologist.slug,
        "name": dermatologist.name,
        "credentials": dermatologist.credentials,
    }


def _product(product: Product | None) -> dict[str, str] | None:
    return {"slug": product.slug, "name": product.name} if product else None


def _show_test(pick: Pick) -> dict[str, Any] | None:
    if pick.tested_where is None:
        return None
    return {
        "where": pick.tested_where,
        "people": pick.tested_people,
        "weeks": pick.tested_weeks,
        "blinded": pick.tested_blinded,
        "words": pick.tested_notes,
    }


def _show_comparison(pick: Pick) -> dict[str, Any] | None:
    products = [_product(product) for product in pick.compared_with.all()]
    return {"products": products, "words": pick.compared_notes} if products else None


def _show_regimen(pick: Pick) -> dict[str, Any] | None:
    if pick.regimen_since_on is None or pick.regimen_until_on is not None:
        return None
    return {"since": pick.regimen_since_on, "words": pick.regimen_notes}
