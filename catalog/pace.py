"""How fast sizes leave the house, and what would be left of a lot on its last day at that pace."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from catalog import prepared

PACE_DAYS = 28  # four whole weeks: every weekday counts as often as the others

SHIPPED_SQL = """
SELECT lot.variant_id, -sum(movement.on_hand_change)::bigint
  FROM catalog_movement movement JOIN catalog_lot lot ON lot.id = movement.lot_id
 WHERE movement.kind = 'SHIPPED' AND movement.at > %s AND lot.variant_id = ANY(%s)
 GROUP BY lot.variant_id
"""


class Stand(NamedTuple):
    """Units of one lot that are free, and the last day on which they may be promised (None: any day)."""

    lot_id: int
    free: int
    sell_until_on: date | None


def count_shipped(variant_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """Units per variant that left in the last PACE_DAYS days; a variant without any is not in the answer."""
    since = now - timedelta(days=PACE_DAYS)
    return dict(prepared.fetch_all(SHIPPED_SQL, [since, list(variant_ids)]))


def days_of_cover(free: int, shipped: int) -> int | None:
    """For how many days the free units last at that pace; None: nothing was shipped, so nobody can say."""
    if free == 0:
        return 0
    return free * PACE_DAYS // shipped if shipped else None


def forecast_left(stands: Iterable[Stand], *, shipped: int, on: date) -> dict[int, int]:
    """Units of each lot that would still stand there after its last day, the soonest lot sold first.

    Takes   the lots of one variant that can be sold on that day; `shipped`: units in PACE_DAYS days.
    """
    sold, left = 0, {}
    for stand in sorted(stands, key=lambda one: (one.sell_until_on or date.max, one.lot_id)):
        if stand.sell_until_on is None:
            left[stand.lot_id] = 0
            continue
        days = (stand.sell_until_on - on).days + 1
        goes = min(stand.free, max(0, days * shipped // PACE_DAYS - sold))
        left[stand.lot_id] = stand.free - goes
        sold += goes
    return left
