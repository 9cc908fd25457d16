"""Who stands behind the picks: credentials that can be checked, interests, what she gave and took back."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from catalog import pick_pages
from catalog.found import Found, as_found
from catalog.knowledge_pages import NoSuchPage
from catalog.models import Dermatologist, Pick, Signature


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
    """Of the signatures that have not ended, when the last was given and when the last ends: as on the
    products' pages.
    """
    hers = Signature.objects.filter(
        pick=OuterRef("pk"), text_sha256=OuterRef("text_sha256"), review_by_on__gt=now.date()
    )
    rows = (
        Pick.objects.live(now.date())
        .filter(dermatologist=her, product__published_at__lte=now)
        .filter(Q(product__hidden_at=None) | Q(product__hidden_at__gt=now))
        .annotate(
            signed_on=Subquery(hers.order_by("-pk").values("signed_on")[:1]),
            until_on=Subquery(hers.order_by("-review_by_on").values("review_by_on")[:1]),
        )
        .order_by("product__name", "pk")
        .values_list("product__slug", "product__name", "headline", "signed_on", "until_on")
    )
    return [
        {
            "product": {"slug": slug, "name": name},
            "headline": headline,
            "signed_on": signed_on,
            "review_by": until_on,
        }
        for slug, name, headline, signed_on, until_on in rows
    ]


def _show_withdrawn(her: Dermatologist) -> list[dict[str, Any]]:
    """Of what was ever signed; a draft that nobody read may vanish quietly."""
    rows = (
        Pick.objects.filter(dermatologist=her, withdrawn_at__isnull=False, signatures__isnull=False)
        .order_by("-withdrawn_at", "-pk")
        .distinct()
        .annotate(withdrawn_on=TruncDate("withdrawn_at"))
        .values_list("product__slug", "product__name", "headline", "withdrawn_reason", "withdrawn_on")
    )
    return [
        {
            "product": {"slug": slug, "name": name},
            "headline": headline,
            "reason": reason,
            "withdrawn_on": withdrawn_on,
        }
        for slug, name, headline, reason, withdrawn_on in rows
    ]
