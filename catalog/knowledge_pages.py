"""What we know, as customers read it: concerns, guides, ingredients; each statement with its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Q, QuerySet

from catalog.found import Found, as_found
from catalog.models import (
    Concern,
    Guide,
    Ingredient,
    IngredientClass,
    IngredientName,
    LegalRule,
    PublishedPage,
    Statement,
)
from catalog.models.pages import badge_on
from catalog.rendering import LANGUAGE

MOST_PICKS = 12  # beside a concern or a guide; the rest is one listing away


@dataclass(eq=False)
class NoSuchPage(Exception):
    """There is nothing of that name to read about."""


def read_concern(*, slug: str, market: str, now: datetime) -> Found:
    """A concern with everything that we say of it, the guides about it, and the picks for it.

    Raises  NoSuchPage.
    """
    concern = Concern.objects.filter(slug=slug).first()
    if concern is None:
        raise NoSuchPage
    pages = _shown(market, now).filter(concern_slugs__contains=[slug])
    guides = open_guides(now).filter(concerns=concern).order_by("position", "slug")
    return as_found(
        {
            "slug": concern.slug,
            "name": concern.name,
            "also_called": concern.also_called,
            "one_line": concern.one_line,
            "statements": show_statements(concern.statements),
            "guides": list(guides.values("slug", "title", "summary")),
            "picks": _show_picks(pages, now),
            "products": pages.count(),
        }
    )


def open_guides(now: datetime) -> QuerySet[Guide]:
    """Guides that customers read at this moment."""
    hidden = Q(hidden_at__isnull=False, hidden_at__lte=now)
    return Guide.objects.filter(published_at__lte=now).exclude(hidden)


def read_guides(*, now: datetime) -> Found:
    """All guides that are open, by title and summary."""
    rows = open_guides(now).order_by("position", "slug").values("slug", "title", "summary")
    return as_found({"results": list(rows)})


def read_guide(*, slug: str, market: str, now: datetime) -> Found:
    """A guide; beside one that sells, the picks for what it is about.

    Raises  NoSuchPage.
    """
    guide = open_guides(now).filter(slug=slug).first()
    if guide is None:
        raise NoSuchPage
    return as_found(show_guide(guide, market=market, now=now))


def show_guide(guide: Guide, *, market: str, now: datetime) -> dict[str, Any]:
    """A guide as customers read it; also the preview at the desk."""
    concerns = list(guide.concerns.order_by("position", "name").values("slug", "name"))
    about = [concern["slug"] for concern in concerns]
    pages = _shown(market, now).filter(concern_slugs__overlap=about)
    return {
        "slug": guide.slug,
        "title": guide.title,
        "summary": guide.summary,
        "sells": guide.sells,
        "concerns": concerns,
        "statements": show_statements(guide.statements),
        "picks": _show_picks(pages, now) if guide.sells and about else [],
    }


def read_ingredient(*, slug: str, market: str, now: datetime) -> Found:
    """An ingredient: its names, classes, what we say of it and what the law says.

    Raises  NoSuchPage.
    """
    ingredient = Ingredient.objects.filter(slug=slug).first()
    if ingredient is None:
        raise NoSuchPage
    names = ingredient.names.exclude(kind=IngredientName.Kind.MISSPELLING)
    others = names.exclude(kind=IngredientName.Kind.INCI).order_by("text").values_list("text", flat=True)
    touched = Q(ingredient_slugs__contains=[slug]) | Q(classes__overlap=ingredient.classes)
    rules = LegalRule.objects.filter(touched).filter(Q(retired_on=None) | Q(retired_on__gt=now.date()))
    return as_found(
        {
            "slug": ingredient.slug,
            "name": ingredient.inci_name,
            "cas": ingredient.cas,
            "functions": ingredient.functions,
            "classes": [show_class(one) for one in ingredient.classes],
            "also_called": list(others),
            "statements": show_statements(ingredient.statements),
            "rules": [_show_rule(rule) for rule in rules.order_by("jurisdiction", "slug")],
            "products": _shown(market, now).filter(contains__contains=[slug]).count(),
        }
    )


def show_class(slug: str) -> dict[str, str]:
    """A class of ingredients by the words that customers read."""
    return {"slug": slug, "name": str(IngredientClass(slug).label)}


def show_statements(statements: Any) -> list[dict[str, Any]]:
    """Statements in their order, each with where it comes from; those that disagree side by side."""
    rows: Iterable[Statement] = statements.order_by("position", "id")
    return [
        {
            "kind": row.kind,
            "heading": row.heading,
            "text": row.text,
            "about": show_class(row.about_class) if row.about_class else None,
            "dispute": row.dispute or None,
            "source": row.source,
            "grade": row.grade,
            "reviewed_by": row.reviewed_by,
            "reviewed_on": row.reviewed_on,
        }
        for row in rows
    ]


def _show_rule(rule: LegalRule) -> dict[str, Any]:
    return {
        "jurisdiction": rule.jurisdiction,
        "sort": rule.sort,
        "words": rule.words,
        "max_percent": None if rule.max_percent is None else f"{rule.max_percent.normalize():f}",
        "product_kinds": rule.product_kinds,
        "valid_from_placing": rule.valid_from_placing_on,
        "valid_from_available": rule.valid_from_available_on,
        "label_text": rule.label_text,
        "source": rule.source,
        "grade": rule.grade,
        "reviewed_by": rule.reviewed_by,
        "reviewed_on": rule.reviewed_on,
    }


def _shown(market: str, now: datetime) -> QuerySet[PublishedPage]:
    """Pages that customers of a market can read at this moment."""
    return PublishedPage.objects.filter(
        market=market, language=LANGUAGE, published_at__lte=now, hidden_at__gt=now
    )


def _show_picks(pages: QuerySet[PublishedPage], now: datetime) -> list[dict[str, Any]]:
    """The picks among these pages that are live today, the newest product first."""
    live = pages.annotate(badge_now=badge_on(now.date())).exclude(badge_now="null")
    rows = live.order_by("-published_at", "-product_id").values_list("slug", "card", "badge_now")[:MOST_PICKS]
    return [
        {"product": {"slug": slug, "name": orjson.loads(card)["name"]}} | orjson.loads(badge)
        for slug, card, badge in rows
    ]
