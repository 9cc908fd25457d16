"""Fifty buyers, one unit."""

from __future__ import annotations

import random
import time

from tests.trials import truth
from tests.trials.buyers import Told, buyers_of, check_out, fill_cart, problems_of, total_of
from tests.trials.premises import Goods
from tests.trials.races import Race, Result, Ring, Size

SOLD = """
    SELECT count(*), coalesce(sum(n.units), 0) FROM orders_orderline n
      JOIN orders_order o ON o.id = n.order_id
     WHERE n.sku = %s AND o.status NOT IN ('LAPSED', 'CANCELLED')"""
DROP_CONSTRAINT = "ALTER TABLE catalog_lot DROP CONSTRAINT IF EXISTS lot_never_oversold"


def goods(times: int, size: Size) -> list[Goods]:
    return [Goods(name(number), (("BER", 1),)) for number in range(times)]


def name(number: int) -> str:
    return f"LAST-{number:03d}"


def run(ring: Ring, number: int, chance: random.Random) -> Result:
    sku, buyers = name(number), ring.size.last_buyers
    wishes = buyers_of(ring.port, sku, buyers, who=sku.lower(), total=total_of(ring.port, (sku, 1)))
    baskets = ring.crowd.send(fill_cart, wishes, clients=8)
    chance.shuffle(baskets)
    started = time.monotonic()
    answers = ring.crowd.send(check_out, baskets, clients=buyers)
    seconds = time.monotonic() - started
    result = Result(told=f"{buyers} buyers, 1 unit: {problems_of(answers)} in {seconds:.1f} s")
    result.judge(
        problems_of(answers) == {"201": 1, "409 out-of-stock": buyers - 1},
        f"they were told {problems_of(answers)}",
    )
    judge_sold(ring, result, sku, units=1, answers=answers)
    result.violations += truth.find_violations(ring.shop.database)
    return result


def judge_sold(ring: Ring, result: Result, sku: str, *, units: int, answers: list[Told]) -> None:
    """Exactly so many orders stand, all of them were acknowledged, and losers were told what is missing."""
    orders, sold = truth.ask(ring.shop.database, SOLD, sku)[0]
    result.judge((orders, sold) == (units, units), f"{orders} orders stand for {sold} of {units} units")
    wrong = {each.missing for each in answers if each.status == 409} - {((sku, 1),)}
    result.judge(not wrong, f"losers were told that {wrong} is missing")


RACE = Race(
    "last-unit",
    "50 buyers for 1 unit",
    goods,
    run,
    guard_off="conditional-reserve",
    alter=DROP_CONSTRAINT,
)
