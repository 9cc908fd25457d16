"""Orders of four lines over twenty SKUs, each in another sequence: nobody may meet a deadlock."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from tests.trials import truth
from tests.trials.buyers import Told, Wish, as_figures, check_out, fill_cart, problems_of
from tests.trials.premises import Goods
from tests.trials.races import Race, Result, Ring, Size
from tests.trials.wire import NoAnswer

KINDS, LINES = 20, 4


def goods(times: int, size: Size) -> list[Goods]:
    return [Goods(f"MANY-{kind:02d}", (("BER", 500_000), ("PAR", 500_000))) for kind in range(KINDS)]


@dataclass(frozen=True)
class Spree:
    """One client who orders again and again."""

    port: int
    seed: int
    seconds: float


def order_again_and_again(spree: Spree) -> list[Told]:
    """What each order was answered; a silence is told as status 0."""
    chance, end, told = random.Random(spree.seed), time.monotonic() + spree.seconds, list[Told]()
    while time.monotonic() < end:
        kinds = chance.sample(range(KINDS), LINES)
        email = f"many-{spree.seed}-{len(told)}@customer.example"
        wish = Wish(spree.port, email, tuple((f"MANY-{kind:02d}", 1 + chance.randrange(3)) for kind in kinds))
        try:
            told.append(check_out(fill_cart(wish)))
        except NoAnswer as silence:
            told.append(Told(email, 0, str(silence), 0))
    return told


def run(ring: Ring, number: int, chance: random.Random) -> Result:
    size, before = ring.size, truth.deadlocks(ring.shop.database)
    sprees = [Spree(ring.port, chance.getrandbits(32), size.many_seconds) for _ in range(size.many_clients)]
    told = [
        each
        for spree in ring.crowd.send(order_again_and_again, sprees, clients=size.many_clients)
        for each in spree
    ]
    time.sleep(0.6)  # PostgreSQL tells its counters once a second at most, and at the end of a transaction
    broken = truth.deadlocks(ring.shop.database) - before
    seconds = [each.seconds for each in told if each.status == 201]
    result = Result(figures=as_figures(seconds) | {"deadlocks": broken, "told": problems_of(told)})
    result.judge(set(problems_of(told)) == {"201"}, f"they were told {problems_of(told)}")
    result.judge(broken == 0, f"PostgreSQL broke {broken} deadlocks")
    result.violations += truth.find_violations(ring.shop.database)
    result.told = (
        f"{len(seconds)} orders of {LINES} lines from {size.many_clients} clients in "
        f"{size.many_seconds:g} s, {broken} deadlocks, "
        f"p50/p99 {result.figures['p50_ms']}/{result.figures['p99_ms']} ms"
    )
    return result


RACE = Race(
    "many-lines", "orders of 4 lines over 20 SKUs from 12 clients", goods, run, guard_off="sorted-locks"
)
