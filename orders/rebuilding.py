"""Making the counters of lots anew from the ledger, never against what orders were promised."""

import logging

from django.db import transaction
from django.db.models import Sum

from catalog import stock
from catalog.stock import rebuilding
from catalog.stock.rebuilding import Rebuilt
from orders.models import Allocation

logger = logging.getLogger(__name__)


def rebuild_stock(*, dry_run: bool = False) -> list[Rebuilt]:
    """The lots whose counters had strayed from their movements, and what became of each.

    Takes   `dry_run`: look only.
    Writes  the counters of those lots, all in one story; refused ones stay as they are.
    Locks   those lots only, in id order.
    """
    strayed = rebuilding.find_strayed()
    with transaction.atomic(durable=True):
        lots = stock.lock_lots(strayed)
        held = Allocation.objects.filter(lot__in=lots).values("lot_id").annotate(in_all=Sum("units"))
        promised = {row["lot_id"]: row["in_all"] for row in held.order_by()}
        rebuilt = rebuilding.rebuild_counters(lots, promised=promised)
        if dry_run:
            transaction.set_rollback(True)
    for one in rebuilt:
        if not dry_run:
            logger.warning(
                "counters rebuilt from the ledger",
                extra={"lot": one.lot.pk, "on_hand": one.on_hand, "refused": one.refused},
            )
    return rebuilt
