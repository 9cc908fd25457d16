"""Counters made anew from the ledger, for the day on which somebody has changed them past us."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from catalog.models import Lot
from catalog.stock import ledger

TOLD_SQL = """
SELECT lot.id, coalesce(sum(one.on_hand_change), 0), coalesce(sum(one.reserved_change), 0)
  FROM catalog_lot lot LEFT JOIN catalog_movement one ON one.lot_id = lot.id
 WHERE %(only)s::bigint[] IS NULL OR lot.id = ANY(%(only)s)
 GROUP BY lot.id
HAVING lot.on_hand <> coalesce(sum(one.on_hand_change), 0)
    OR lot.reserved <> coalesce(sum(one.reserved_change), 0)
 ORDER BY lot.id
"""


@dataclass(frozen=True)
class Rebuilt:
    """What a lot's counters were, and what its movements say. `refused`: why it was left as it is, or ""."""

    lot: Lot
    on_hand: int
    reserved: int
    refused: str = ""


def find_strayed(lot_ids: Collection[int] | None = None) -> dict[int, tuple[int, int]]:
    """{lot id: (on_hand, reserved) by its movements} of lots whose counters say something else. No lock."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD_SQL, {"only": None if lot_ids is None else list(lot_ids)})
        return {lot_id: (int(on_hand), int(reserved)) for lot_id, on_hand, reserved in cursor.fetchall()}


def rebuild_counters(lots: Collection[Lot], *, promised: Mapping[int, int]) -> list[Rebuilt]:
    """The lots that had strayed, with their counters as the ledger has them; the lots keep the old ones.

    Takes   lots that the caller holds; {lot id: units that orders hold of it}.
    Writes  Lot.on_hand, Lot.reserved; no movement, for nothing moved. Never against the promises of orders.
    """
    ledger.assert_joined()
    told = find_strayed([lot.pk for lot in lots])
    rebuilt = [
        Rebuilt(lot, *told[lot.pk], refused=_find_objection(*told[lot.pk], promised=promised.get(lot.pk, 0)))
        for lot in lots
        if lot.pk in told
    ]
    for one in rebuilt:
        if not one.refused:
            Lot.objects.filter(pk=one.lot.pk).update(on_hand=one.on_hand, reserved=one.reserved)
    return rebuilt


def _find_objection(on_hand: int, reserved: int, *, promised: int) -> str:
    if reserved != promised:
        return f"its movements promise {reserved}, the orders hold {promised}"
    if not 0 <= reserved <= on_hand:
        return f"its movements themselves cannot be: on_hand {on_hand}, reserved {reserved}"
    return ""
