"""A thousand buyers for a hundred units in three lots at two places; what others feel of it."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.trials import truth
from tests.trials.buyers import (
    Basket,
    Told,
    Wish,
    as_figures,
    buyers_of,
    check_out,
    fill_cart,
    problems_of,
    total_of,
)
from tests.trials.premises import Goods
from tests.trials.races import Race, Result, Ring, Size
from tests.trials.races.last_unit import DROP_CONSTRAINT, judge_sold

TOLD_WITHIN_S = 1.0
OTHERS, WIDE = 20, 20
COMPARED = 5  # every so many repeats: the same crowd over many SKUs, and nobody at all
LOTS = """
    SELECT reserved FROM catalog_lot l JOIN catalog_variant v ON v.id = l.variant_id
     WHERE v.sku = %s ORDER BY l.id"""


def goods(times: int, size: Size) -> list[Goods]:
    first, second, third = size.flash_units
    hot = [
        Goods(f"FLASH-{number:03d}", (("BER", first), ("BER", second), ("PAR", third)))
        for number in range(times)
    ]
    wide = [
        Goods(wide_name(number, kind), (("BER", max(1, sum(size.flash_units) // WIDE)),))
        for number in range(0, times, COMPARED)
        for kind in range(WIDE)
    ]
    return [*hot, *wide, *(Goods(f"OTHER-{n:02d}", (("BER", 1_000_000),)) for n in range(OTHERS))]


def wide_name(number: int, kind: int) -> str:
    return f"WIDE-{number:03d}-{kind:02d}"


def run(ring: Ring, number: int, chance: random.Random) -> Result:
    size, sku = ring.size, f"FLASH-{number:03d}"
    units, total = sum(size.flash_units), total_of(ring.port, (sku, 1))
    wishes = buyers_of(ring.port, sku, size.flash_buyers, who=sku.lower(), total=total)
    baskets = ring.crowd.send(fill_cart, wishes, clients=8)
    chance.shuffle(baskets)
    others: dict[str, list[Told]] = {}
    if number % COMPARED == 0:
        others["nobody else"] = _shop_beside(ring, number, None, chance)[1]
        spread = _spread_baskets(ring, number, total, chance)
        others["as many over 20 SKUs"] = _shop_beside(ring, number, spread, chance)[1]
    answers, others["the hot one stormed"] = _shop_beside(ring, number, baskets, chance)
    result = Result()
    odd = problems_of([each for told in others.values() for each in told]).keys() - {"201"}
    result.judge(not odd, f"others were told {odd}")
    won = [each.seconds for each in answers if each.status == 201]
    lost = [each.seconds for each in answers if each.status == 409]
    expected = {"201": units, "409 out-of-stock": size.flash_buyers - units}
    result.judge(problems_of(answers) == expected, f"they were told {problems_of(answers)}")
    judge_sold(ring, result, sku, units=units, answers=answers)
    lots = tuple(row[0] for row in truth.ask(ring.shop.database, LOTS, sku))
    result.judge(lots == size.flash_units, f"the lots promise {lots} of {size.flash_units}")
    result.violations += truth.find_violations(ring.shop.database)
    late = sum(seconds > TOLD_WITHIN_S for seconds in lost)
    result.figures = {
        "winners": as_figures(won),
        "losers": as_figures(lost) | {"told later than 1 s": late},
        "others": {name: as_figures([each.seconds for each in told]) for name, told in others.items()},
    }
    result.told = (
        f"{len(won)} of {len(answers)} won; told in p50/p99 ms: winners {_two(won)}, losers {_two(lost)}, "
        f"{late} after 1 s; others' p95 ms: "
        + ", ".join(f"{name} {felt['p95_ms']}" for name, felt in result.figures["others"].items())
    )
    return result


def _two(seconds: list[float]) -> str:
    figures = as_figures(seconds)
    return f"{figures['p50_ms']}/{figures['p99_ms']}"


def _spread_baskets(ring: Ring, number: int, total: tuple[int, str], chance: random.Random) -> list[Basket]:
    """As many buyers for as many units, over many SKUs: the same work without one hot row."""
    wishes = [
        Wish(ring.port, f"wide-{number}-{n}@customer.example", ((wide_name(number, n % WIDE), 1),), total)
        for n in range(ring.size.flash_buyers)
    ]
    chance.shuffle(wishes)
    baskets: list[Basket] = ring.crowd.send(fill_cart, wishes, clients=8)
    return baskets


def _shop_beside(
    ring: Ring, number: int, baskets: list[Basket] | None, chance: random.Random
) -> tuple[list[Told], list[Told]]:
    """What the crowd was told, and what others were told meanwhile."""
    with tempfile.TemporaryDirectory() as place:
        stop = Path(place) / "stop"
        outings = [Outing(ring.port, chance.getrandbits(32), str(stop)) for _ in range(2)]
        beside = ring.others.begin(buy_something_else, outings, clients=2)
        time.sleep(0.5)
        if baskets is None:
            answers = list[Told]()
            time.sleep(3)
        else:
            answers = ring.crowd.send(check_out, baskets, clients=ring.size.flash_clients)
        stop.touch()
        return answers, [told for each in beside.results() for told in each]


@dataclass(frozen=True)
class Outing:
    """Somebody who buys other things, one after the other, until the file is there."""

    port: int
    seed: int
    stop: str


def buy_something_else(outing: Outing) -> list[Told]:
    """What each checkout was told."""
    chance, told = random.Random(outing.seed), list[Told]()
    while not Path(outing.stop).exists():
        sku = f"OTHER-{chance.randrange(OTHERS):02d}"
        email = f"other-{outing.seed}-{len(told)}@customer.example"
        told.append(check_out(fill_cart(Wish(outing.port, email, ((sku, 1),)))))
        time.sleep(0.02)
    return told


def sum_up(results: list[Result]) -> dict[str, Any]:
    """The medians of the repeats: what others felt, as a ratio."""
    told: dict[str, list[float]] = {}
    for result in results:
        for name, figures in result.figures["others"].items():
            told.setdefault(name, []).append(figures["p95_ms"])
    return {f"others' p95 ms, {name}": sorted(each)[len(each) // 2] for name, each in told.items()}


RACE = Race(
    "flash-sale",
    "1,000 buyers for 100 units in 3 lots at 2 places",
    goods,
    run,
    guard_off="conditional-reserve",
    alter=DROP_CONSTRAINT,
)
