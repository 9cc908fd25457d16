"""A pick as customers read it, with the disclosure in the same breath as the praise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from catalog.models import Dermatologist, Disclosure, Pick, PickEvidence, Product, Signature


@dataclass(frozen=True)
class Shown:
    """What a page and a card say of a product's pick, and between which days."""

    badge: dict[str, Any]
    pick: dict[str, Any]
    from_on: date
    until_on: date
    signature: int  # the number of the last one


def read_shown(product_ids: Collection[int], now: datetime) -> dict[int, Shown]:
    """{product: its pick}, for products with one that is live now or will be; see `_goes_before`."""
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
    found: dict[int, Shown] = {}
    for pick in picks:
        shown = _show_standing(pick, now.date())
        if shown is not None and _goes_before(shown, found.get(pick.product_id), now.date()):
            found[pick.product_id] = shown
    return found


def _goes_before(one: Shown, other: Shown | None, today: date) -> bool:
    """Of two picks of a product: the one that is live now, of these the one signed last; else the sooner."""
    if other is None:
        return True
    if one.from_on <= today or other.from_on <= today:
        return (one.from_on <= today, one.signature) > (other.from_on <= today, other.signature)
    return one.from_on < other.from_on


def _show_standing(pick: Pick, today: date) -> Shown | None:
    """A pick between the days in which its signatures follow one another without a gap."""
    fitting = sorted(_fitting(pick, today), key=lambda one: (one.live_from_on, one.pk))
    if not fitting:
        return None
    run = fitting[:1]
    for signature in fitting[1:]:
        if signature.live_from_on <= max(one.review_by_on for one in run):
            run.append(signature)
    return _show(pick, run)


def _fitting(pick: Pick, today: date) -> list[Signature]:
    """The signatures under these words about this formula that have not ended."""
    current = pick.product.current_formula
    if current is None or current.contents_sha256 != pick.formula.contents_sha256:
        return []
    fits = [one for one in pick.signatures.all() if one.text_sha256 == pick.text_sha256]
    return [one for one in fits if one.review_by_on > today]


def _show(pick: Pick, run: list[Signature]) -> Shown:
    last = max(run, key=lambda one: one.pk)
    until = max(one.review_by_on for one in run)
    return Shown(
        badge={
            "dermatologist": _name(pick.dermatologist),
            "headline": pick.headline,
            "disclosure": pick.disclosure.text,
        },
        pick=show_pick(pick) | {"signed_on": last.signed_on, "review_by": until},
        from_on=min(one.live_from_on for one in run),
        until_on=until,
        signature=last.pk,
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
