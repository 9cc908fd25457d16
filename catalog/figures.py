"""How much there is of everything, in figures for the people who run the house."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce

from catalog import pick_states
from catalog.models import Lot, Variant

LOW = 5  # free units; fewer of a size on sale deserve a look
SHOWN = 8  # sizes on the dashboard; the desk has them all


@dataclass(frozen=True)
class LowSize:
    variant_id: int
    sku: str
    product_name: str
    free_units: int


@dataclass(frozen=True)
class LowStock:
    """The sizes nearest to nothing, and how many are low in all."""

    sizes: list[LowSize]
    count: int


def find_low_stock(*, now: datetime) -> LowStock:
    """What is on sale and nearly or wholly gone, the emptiest first. One statement."""
    low = low_on_stock(now=now).annotate(in_all=Window(Count("*"))).order_by("free_units", "sku")
    rows = list(low.values_list("pk", "sku", "product__name", "free_units", "in_all")[:SHOWN])
    return LowStock([LowSize(*row[:4]) for row in rows], rows[0][4] if rows else 0)


@dataclass(frozen=True)
class ToReview:
    """How many picks wait for somebody, and how many of them have lost their badge."""

    count: int
    without_badge: int


def count_to_review(*, on: date) -> ToReview:
    """What lies on the re-review desk."""
    waiting = pick_states.find_to_review(on)
    lost = sum(one.standing.state in ("suspended", "lapsed") for one in waiting)
    return ToReview(len(waiting), lost)


def low_on_stock(*, now: datetime, below: int = LOW) -> QuerySet[Any]:
    """Sizes that customers can see, with fewer free units than `below`."""
    on_sale = Variant.objects.filter(
        retired_at=None, product__published_at__lte=now, pk__in=_priced_variants()
    )
    return with_stock(on_sale, on=now.date()).filter(free_units__lt=below)


def with_stock(variants: QuerySet[Variant], *, on: date) -> QuerySet[Any]:
    """Variants with `free_units` (what a customer may still buy) and `promised_units`."""
    own = Lot.objects.filter(variant=OuterRef("pk")).order_by()
    for_sale = own.sellable(on).values("variant")
    return variants.annotate(
        free_units=_sum(for_sale, F("on_hand") - F("reserved")),
        promised_units=_sum(own.values("variant"), F("reserved")),
    )


def _priced_variants() -> QuerySet[Any]:
    return Variant.objects.filter(prices__isnull=False).values("pk")


def _sum(lots: QuerySet[Any], units: Any) -> Coalesce:
    total = lots.annotate(units_in_all=Sum(units)).values("units_in_all")
    return Coalesce(Subquery(total, output_field=models.IntegerField()), 0)
