"""A product as customers of one market read it: the card, the page, and what a listing filters by. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from django.conf import settings

from catalog import pricing
from catalog.finding.folding import key_name
from catalog.models import Category, ClaimRule, Formula, Image, Market, Product, PublishedPage, Variant
from catalog.models.pages import NEVER
from catalog.money import as_json
from catalog.pick_pages import Shown
from catalog.vocabulary import Knowledge

LANGUAGE = "en"
NOTHING = ("null", "null")  # no badge, no pick


@dataclass(frozen=True)
class Surroundings:
    """What pages say beyond their product's own rows, for one batch of products."""

    shelves: Mapping[int, Category]
    knowledge: Knowledge
    picks: Mapping[int, Sequence[Shown]] = field(default_factory=dict)
    withdrawn: Mapping[int, list[dict[str, Any]]] = field(default_factory=dict)
    advice: Mapping[int, list[dict[str, Any]]] = field(default_factory=dict)
    sale: Mapping[int, list[dict[str, Any]]] = field(default_factory=dict)


def render_page(product: Product, market: Market, around: Surroundings) -> PublishedPage | None:
    """The page of one market, not saved; None when there is nothing to show there."""
    shown = {v.pk: said for v in product.variants.all() if (said := _show_variant(v, market.currency))}
    if not shown or product.published_at is None:
        return None
    variants = list(shown.values())
    path = [around.shelves[pk] for pk in around.shelves[product.category_id].lineage]
    concerns = list(product.concerns.all())
    price_from = min(variant["price"]["amount"] for variant in variants)
    common = _show_both(product, market, price_from)
    card = orjson.dumps(_show_card(common, product, path, variants))
    page = orjson.dumps(_show_page(common, product, path, variants, around))
    return PublishedPage(
        product=product,
        market=market.code,
        language=LANGUAGE,
        slug=product.slug,
        name_key=key_name(product.name),
        brand_slug=product.brand.slug,
        category_slugs=[shelf.slug for shelf in path],
        concern_slugs=[concern.slug for concern in concerns],
        variant_ids=list(shown),
        price_from_cents=price_from,
        published_at=product.published_at,
        hidden_at=product.hidden_at or NEVER,
        card=card.decode(),
        page=page.decode(),
        skin_types=product.skin_types,
        **_render_picks(around.picks.get(product.pk, ()), card + page),
        **_render_contents(product.current_formula, around.knowledge.claim_rules),
    )


def _show_both(product: Product, market: Market, price_from: int) -> dict[str, Any]:
    """What stands on the card and on the page."""
    return {
        "slug": product.slug,
        "name": product.name,
        "brand": {"slug": product.brand.slug, "name": product.brand.name},
        "summary": product.summary,
        "price_from": as_json(price_from, market.currency),
        "prices_include_tax": market.prices_include_tax,
    }


def _render_picks(turns: Sequence[Shown], rest: bytes) -> dict[str, Any]:
    """The columns of the picks, and the version, which changes with them and with the `rest`."""
    steps: dict[date, tuple[str, str]] = {}
    for shown in turns:
        steps[shown.from_on] = (orjson.dumps(shown.badge).decode(), orjson.dumps(shown.pick).decode())
        steps[shown.until_on] = NOTHING  # unless the next one begins on that day
    days, said = list(steps), list(steps.values())
    badge, pick = said[0] if said else NOTHING
    later = slice(1, None) if len(turns) > 1 else slice(0)
    return {
        "badge": badge,
        "pick": pick,
        "badge_from_on": days[0] if days else None,
        "badge_until_on": days[1] if days else None,
        "later_on": days[later],
        "later_badges": [badge for badge, _ in said[later]],
        "later_picks": [pick for _, pick in said[later]],
        "version": hashlib.sha256(rest + repr(list(steps.items())).encode()).hexdigest()[:16],
    }


def _render_contents(formula: Formula | None, rules: Iterable[ClaimRule]) -> dict[str, Any]:
    """What a listing filters by: what is in it, and what certainly is not."""
    return {
        "contains": sorted({*formula.ingredient_slugs, *formula.class_ranks}) if formula else [],
        "free_from": _certain_absences(formula, rules),
    }


def _show_card(
    common: dict[str, Any], product: Product, path: Sequence[Category], variants: Sequence[Any]
) -> dict[str, Any]:
    images = list(product.images.all())
    return common | {
        "category": {"slug": path[-1].slug, "name": path[-1].name},
        "concerns": [concern.slug for concern in product.concerns.all()],
        "image": _show_image(images[0]) if images else None,
        "variants": len(variants),
    }


def _show_page(
    common: dict[str, Any],
    product: Product,
    path: Sequence[Category],
    variants: Sequence[Any],
    around: Surroundings,
) -> dict[str, Any]:
    return common | {
        "category": {
            "slug": path[-1].slug,
            "name": path[-1].name,
            "path": [{"slug": shelf.slug, "name": shelf.name} for shelf in path],
        },
        "concerns": [{"slug": concern.slug, "name": concern.name} for concern in product.concerns.all()],
        "skin_types": product.skin_types,
        "description": product.description,
        "ingredients": show_formula(product.current_formula, around.knowledge),
        "withdrawn_picks": around.withdrawn.get(product.pk, []),
        "advice": around.advice.get(product.pk, []),
        "sale": around.sale.get(product.pk, []),
        "images": [_show_image(image) for image in product.images.all()],
        "variants": variants,
    }


def show_formula(formula: Formula | None, knowledge: Knowledge) -> dict[str, Any] | None:
    """What is inside as customers read it; None when nobody knows."""
    if formula is None:
        return None
    formulas = formula.reading.get("formulas", [])
    return {
        "text": formula.label_text,
        "version": formula.version,
        "status": formula.status,
        "formulas": [
            part
            | {
                "list": _with_classes(part["list"], knowledge),
                "may_contain": _with_classes(part["may_contain"], knowledge),
            }
            for part in formulas
        ],
        "unresolved": len(formula.unresolved_keys),
        "claims": [
            {"slug": rule.slug, "name": rule.name} | formula.claims[rule.slug]
            for rule in knowledge.claim_rules
            if rule.slug in formula.claims
        ],
    }


def _with_classes(items: Iterable[dict[str, Any]], knowledge: Knowledge) -> list[dict[str, Any]]:
    entries = knowledge.entries
    return [
        item | {"classes": sorted(entries[item["slug"]].classes) if item["slug"] in entries else []}
        for item in items
    ]


def _certain_absences(formula: Formula | None, rules: Iterable[ClaimRule]) -> list[str]:
    """The words for ?free_from= that are certain. What is unknown is not free of anything."""
    claims = formula.claims if formula else {}
    return [
        rule.free_from
        for rule in rules
        if rule.free_from and claims.get(rule.slug, {}).get("answer") == "yes"
    ]


def _show_variant(variant: Variant, currency: str) -> dict[str, Any] | None:
    price = next((row for row in variant.prices.all() if row.currency == currency), None)
    if price is None:
        return None
    quantity, unit = variant.net_quantity, variant.net_unit
    per = pricing.unit_price(price.amount_cents, quantity, unit)
    return {
        "sku": variant.sku,
        "name": variant.name,
        "size": {"quantity": f"{quantity.normalize():f}", "unit": unit} if quantity else None,
        "barcode": variant.barcode,
        "price": as_json(price.amount_cents, currency),
        "unit_price": as_json(per[0], currency) | {"per": per[1]} if per else None,
    }


def _show_image(image: Image) -> dict[str, Any]:
    return {
        "alt": image.alt_text,
        "width": image.width_px,
        "height": image.height_px,
        "sources": {width: f"{settings.MEDIA_URL}{name}" for width, name in image.renditions.items()},
    }
