"""Who stands behind the picks: credentials that can be checked, interests, and every pick she gave or took back."""

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from catalog import pick_pages
from catalog.knowledge_pages import NoSuchPage, as_found
from catalog.models import Dermatologist, Pick, Signature
from catalog.search import Found


def read_dermatologists() -> Found:
    """Everybody whose name stands under picks."""
    rows = Dermatologist.objects.order_by("name").values("slug", "name", "credentials", "role")
    return as_found({"results": list(rows)})


def read_dermatologist(*, slug: str, now: datetime) -> Found:
    """One dermatologist, with what she earns, what she stands behind today, and what she took back and why.

    Raises  NoSuchPage.
    """
    her = Dermatologist.objects.filter(slug=slug).first()
    if her is None:
        raise NoSuchPage
    disclosure = her.disclosures.order_by("-version").first()
    return as_found(
        {
            "slug": her.slug,
            "name": her.name,
            "credentials": her.credentials,
            "role": her.role,
            "board": her.board,
            "licence": {
                "number": her.licence_number,
                "state": her.licence_state,
                "verified_on": her.licence_verified_on,
                "source": her.licence_source,
            },
            "bio": her.bio,
            "disclosure": pick_pages.show_disclosure(disclosure) if disclosure else None,
            "picks": _show_live(her, now),
            "withdrawn": _show_withdrawn(her),
        }
    )


def _show_live(her: Dermatologist, now: datetime) -> list[dict[str, Any]]:
    newest = Signature.objects.filter(pick=OuterRef("pk"), text_sha256=OuterRef("text_sha256")).order_by(
        "-pk"
    )
    rows = (
        Pick.objects.live(now.date())
        .filter(dermatologist=her, product__published_at__lte=now)
        .filter(Q(product__hidden_at=None) | Q(product__hidden_at__gt=now))
        .select_related("product")
        .annotate(
            signed_on=Subquery(newest.values("signed_on")[:1]),
            until_on=Subquery(newest.values("review_by_on")[:1]),
        )
        .order_by("product__name", "pk")
    )
    return [
        {
            "product": {"slug": row.product.slug, "name": row.product.name},
            "headline": row.headline,
            "signed_on": row.signed_on,
            "review_by": row.until_on,
        }
        for row in rows
    ]


def _show_withdrawn(her: Dermatologist) -> list[dict[str, Any]]:
    """Of what was ever signed; a draft that nobody read may vanish quietly."""
    rows = Pick.objects.filter(dermatologist=her, withdrawn_at__isnull=False, signatures__isnull=False)
    return [
        {
            "product": {"slug": row["slug"], "name": row["name"]},
            "headline": row["headline"],
            "reason": row["withdrawn_reason"],
            "withdrawn_on": row["withdrawn_at"].date(),
        }
        for row in rows.annotate(slug=F("product__slug"), name=F("product__name"))
        .order_by("-withdrawn_at", "-pk")
        .distinct()
        .values("slug", "name", "headline", "withdrawn_reason", "withdrawn_at", "pk")
    ]
