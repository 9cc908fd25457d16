"""What runs out, what runs out of time, and what should not stand there any more: lists for the warehouse."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import connection
from django.db.models import Count, QuerySet

from catalog import pace, prepared
from catalog.figures import LOW
from catalog.models import Lot
from catalog.pace import PACE_DAYS, Stand

LOW_COVER_DAYS = 14  # a new delivery takes about that long
NEAR_DAYS = 90
MOST_SHOWN = 200


@dataclass(frozen=True)
class LowLine:
    """A size on sale that runs out: free units, what waits in quarantine, and how long it lasts."""

    variant_id: int
    sku: str
    product_name: str
    size: str
    free_units: int
    quarantine_units: int
    shipped_units: int
    cover_days: int | None  # None: nothing was shipped lately


@dataclass(frozen=True)
class NearLine:
    """A lot whose last day to be sold comes near."""

    lot: Lot
    days_left: int  # the last day included
    free_units: int
    left_units: int  # that would still be there then, at today's pace
    fresher_units: int  # free units of the same size that may be sold longer


LOW_SQL = """
WITH shipped AS (
  SELECT lot.variant_id, -sum(movement.on_hand_change) AS units
    FROM catalog_movement movement JOIN catalog_lot lot ON lot.id = movement.lot_id
   WHERE movement.kind = 'SHIPPED' AND movement.at > %(since)s
   GROUP BY lot.variant_id
), standing AS (
  SELECT lot.variant_id,
         sum(lot.on_hand - lot.reserved) FILTER (
           WHERE lot.status = 'RELEASED' AND coalesce(lot.sell_until_on >= %(on)s, true)) AS free,
         sum(lot.on_hand) FILTER (WHERE lot.status = 'QUARANTINE' AND NOT place.takes_returns) AS quarantine
    FROM catalog_lot lot JOIN catalog_location place ON place.id = lot.location_id
   WHERE lot.on_hand > 0
   GROUP BY lot.variant_id
)
SELECT v.id, v.sku, p.name, v.name, coalesce(standing.free, 0)::int, coalesce(standing.quarantine, 0)::int,
       coalesce(shipped.units, 0)::int
  FROM catalog_variant v
  JOIN catalog_product p ON p.id = v.product_id
  LEFT JOIN standing ON standing.variant_id = v.id
  LEFT JOIN shipped ON shipped.variant_id = v.id
 WHERE v.retired_at IS NULL AND p.published_at <= %(now)s
   AND coalesce(p.hidden_at > %(now)s, true)
   AND EXISTS (SELECT 1 FROM catalog_price price WHERE price.variant_id = v.id)
   AND (coalesce(standing.free, 0) < %(low)s
        OR standing.free * %(pace_days)s < shipped.units * %(cover_days)s)
 ORDER BY coalesce(standing.free, 0)::numeric / nullif(shipped.units, 0) NULLS LAST,
          coalesce(standing.free, 0), v.sku
 LIMIT %(most)s
"""


def find_low(*, now: datetime, most: int = MOST_SHOWN) -> list[LowLine]:
    """Sizes on sale that are nearly gone, or will be in two weeks; what sells and is gone comes first."""
    given = {
        "since": now - timedelta(days=PACE_DAYS),
        "on": now.date(),
        "now": now,
        "low": LOW,
        "pace_days": PACE_DAYS,
        "cover_days": LOW_COVER_DAYS,
        "most": most,
    }
    rows = prepared.fetch_all(LOW_SQL, given)
    return [LowLine(*(*row, pace.days_of_cover(row[4], row[6]))) for row in rows]


def find_near_expiry(*, now: datetime, within_days: int = NEAR_DAYS) -> list[NearLine]:
    """Lots that can be sold now, but not after that many days: the soonest first, with what would be left."""
    on = now.date()
    last = on + timedelta(days=within_days)
    near = Lot.objects.sellable(on).filter(sell_until_on__lte=last)
    lots = Lot.objects.sellable(on).filter(variant__in=near.values("variant"))
    rows = list(lots.select_related("variant__product", "location").order_by("variant_id", "pk"))
    shipped = pace.count_shipped({lot.variant_id for lot in rows}, now=now)
    found = [
        line
        for variant_id, own in groupby(rows, key=lambda lot: lot.variant_id)
        for line in _forecast(list(own), shipped.get(variant_id, 0), on)
        if line.lot.sell_until_on is not None and line.lot.sell_until_on <= last
    ]
    return sorted(found, key=lambda line: (line.days_left, -line.left_units, line.lot.pk))


def _forecast(lots: list[Lot], shipped: int, on: date) -> Iterable[NearLine]:
    stands = [Stand(lot.pk, lot.on_hand - lot.reserved, lot.sell_until_on) for lot in lots]
    left = pace.forecast_left(stands, shipped=shipped, on=on)
    for lot in lots:
        until = lot.sell_until_on or date.max
        yield NearLine(
            lot=lot,
            days_left=(until - on).days + 1,
            free_units=lot.on_hand - lot.reserved,
            left_units=left[lot.pk],
            fresher_units=sum(
                one.free for one in stands if one.lot_id != lot.pk and (one.sell_until_on or date.max) > until
            ),
        )


def too_late_to_sell(*, on: date) -> QuerySet[Lot]:
    """Lots with units that nobody may be promised any more: expired, or with too little life left."""
    return (
        Lot.objects.filter(sell_until_on__lt=on, on_hand__gt=0)
        .select_related("variant__product", "location")
        .order_by("expires_on", "pk")
    )


@dataclass(frozen=True)
class NearCount:
    """How much comes near its last day: lots with free units, and lower prices that wait to be decided."""

    lots: int
    markdowns: int


NEAR_SQL = """
SELECT (SELECT count(*) FROM catalog_lot
         WHERE status = 'RELEASED' AND on_hand > reserved AND sell_until_on BETWEEN %s AND %s),
       (SELECT count(*) FROM catalog_markdown WHERE state = 'PROPOSED')
"""


def count_near(*, on: date, within_days: int = NEAR_DAYS) -> NearCount:
    """What the first page says of it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(NEAR_SQL, [on, on + timedelta(days=within_days)])
        return NearCount(*cursor.fetchone())


def count_waiting(statuses: Collection[str]) -> dict[str, int]:
    """Lots with units on the shelf that wait for a decision, by status."""
    standing = Lot.objects.filter(status__in=statuses, on_hand__gt=0)
    return dict(standing.values_list("status").annotate(lots=Count("pk")))
