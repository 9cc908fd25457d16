"""Counts are pushed, parcels leave and deliveries come while customers order: no unit is lost or invented."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from tests.trials import truth
from tests.trials.premises import Goods
from tests.trials.races import Race, Result, Ring, Size
from tests.trials.shop import wait_until
from tests.trials.shopping import Outing, shop_until_stopped
from tests.trials.warehouse import READY, Shift, work

KINDS, SHOPPERS = 6, 6


def goods(times: int, size: Size) -> list[Goods]:
    """Plenty of some and little of others: little of them is promised to the last unit."""
    return [
        Goods(f"COUNT-{kind:02d}", (("BER", 5_000 if kind % 3 else 60), ("PAR", 5_000 if kind % 3 else 90)))
        for kind in range(KINDS)
    ]


def run(ring: Ring, number: int, chance: random.Random) -> Result:
    shop, skus = ring.shop, tuple(each.sku for each in goods(1, ring.size))
    with tempfile.TemporaryDirectory() as place:
        stop = Path(place) / "stop"
        outings = [
            Outing(ring.port, shop.ports.sandbox, chance.getrandbits(32), str(stop), skus)
            for _ in range(SHOPPERS)
        ]
        shift = Shift(
            ring.port,
            tuple(shop.environment().items()),
            chance.getrandbits(32),
            str(stop),
            shop.premises.count_key,
        )
        yard = ring.yard.begin(work, [shift], clients=1)
        wait_until("the warehouse", (Path(place) / READY).exists, patience_s=60)
        shopping = ring.crowd.begin(shop_until_stopped, outings, clients=SHOPPERS)
        time.sleep(ring.size.counting_seconds)
        stop.touch()
        trips = [trip for each in shopping.results() for trip in each]
        (diary,) = yard.results()
    result = Result(violations=list(diary.wrong))
    odd = {trip.ended for trip in trips if trip.ended.startswith(("odd", "gave up"))}
    result.judge(not odd, f"shoppers met {odd}")
    result.judge(diary.parcels > 0 and bool(diary.counts), "nothing was packed, or nothing was counted")
    result.violations += truth.find_violations(shop.database)
    result.figures = {
        "orders": len([trip for trip in trips if trip.reference]),
        "parcels": diary.parcels,
        "brought": diary.brought,
        "stolen": diary.stolen,
        "counts": diary.counts,
        "tried again": diary.errors,
    }
    result.told = (
        f"{result.figures['orders']} orders, {diary.parcels} parcels ({diary.in_part} in part), "
        f"{diary.brought} units brought, {diary.stolen} stolen, counts {diary.counts}: "
        f"{len(diary.wrong)} lots whose books are wrong"
    )
    return result


RACE = Race("counting", "counts pushed while orders run", goods, run, guard_off="counts-as-of-their-time")
