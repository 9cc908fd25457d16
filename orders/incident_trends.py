"""Whether reports come in heaps: by lot, by product, by class of ingredient. Reading only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum

from catalog.models import IngredientClass
from orders.models import Incident, ShipmentLine

SPAN = timedelta(days=90)
SHOWN = 8


@dataclass(frozen=True)
class Heap:
    """So many reports about one thing. `shipped_units`: ever sent of it; None where that says nothing."""

    name: str
    reports: int
    serious: int
    shipped_units: int | None = None


@dataclass(frozen=True)
class Trends:
    reports: int
    by_lot: list[Heap]
    by_product: list[Heap]
    by_class: list[Heap]


def count_reports(*, now: datetime) -> Trends:
    """Reports of the last 90 days, the largest heap first. A report counts for every class in its product:
    that a class stands here is a question, no answer. Three statements.
    """
    rows = Incident.objects.filter(aware_at__gt=now - SPAN)
    told = list(rows.select_related("product__brand", "product__current_formula", "lot"))
    lots = {each.lot for each in told if each.lot is not None}
    sent_of_lot = _count_sent("lot", [lot.pk for lot in lots])
    sent_of_product = _count_sent("line__variant__product", [each.product_id for each in told])
    return Trends(
        reports=len(told),
        by_lot=_heap(
            ((each.lot_id, f"{each.lot.code}, {each.product.name}", each) for each in told if each.lot),
            sent_of_lot,
        ),
        by_product=_heap(((each.product_id, each.product.name, each) for each in told), sent_of_product),
        by_class=_heap(
            (
                (one, IngredientClass(one).label, each)
                for each in told
                for one in (each.product.current_formula.class_ranks if each.product.current_formula else ())
                if one in IngredientClass.values
            ),
            None,
        ),
    )


def _count_sent(by: str, ids: list[int]) -> dict[Any, int]:
    rows = ShipmentLine.objects.filter(**{f"{by}__in": ids}).order_by().values_list(by)
    return dict(rows.annotate(in_all=Sum("units")))


def _heap(told: Iterable[tuple[Any, str, Incident]], sent: dict[Any, int] | None) -> list[Heap]:
    reports: Counter[Any] = Counter()
    serious: Counter[Any] = Counter()
    names: dict[Any, str] = {}
    for key, name, incident in told:
        reports[key] += 1
        serious[key] += incident.is_serious
        names[key] = name
    heaps = [
        Heap(names[key], count, serious[key], None if sent is None else sent.get(key, 0))
        for key, count in reports.items()
    ]
    return sorted(heaps, key=lambda heap: (-heap.reports, -heap.serious, heap.name))[:SHOWN]
