"""`python -m tests.trials races`: every race so many times, each with its seed, then each control."""

from __future__ import annotations

import argparse
import random
import time
from contextlib import ExitStack, closing
from typing import Any

from dev.demo import telling
from tests.trials import audit
from tests.trials.crowd import Crowd
from tests.trials.premises import Premises
from tests.trials.races import (
    FULL,
    SMALL,
    Race,
    Result,
    Ring,
    Size,
    counting,
    expiring,
    flash_sale,
    last_unit,
    many_lines,
)
from tests.trials.shop import Shop

RACES: list[Race] = [last_unit.RACE, flash_sale.RACE, many_lines.RACE, expiring.RACE, counting.RACE]
MORE = 3  # times as many repeats has a control, as long as it has seen nothing
SUMS = {flash_sale.RACE.name: flash_sale.sum_up, expiring.RACE.name: expiring.sum_up}


def run_races(asked: argparse.Namespace) -> dict[str, Any]:
    """The record of all races and controls. Without a violation, and with every control caught, `ok`."""
    size = SMALL if asked.small else FULL
    races = [race for race in RACES if asked.only in (None, race.name)]
    most = max(asked.times, asked.controls * MORE)
    goods = {each.sku: each for race in races for each in race.goods(most, size)}
    with ExitStack() as tidying:
        premises = tidying.enter_context(closing(Premises()))
        with telling.step(f"PostgreSQL, Valkey, {len(goods)} SKUs on their shelves"):
            premises.open(goods.values())
        crowd = tidying.enter_context(closing(Crowd(processes=2)))
        others = tidying.enter_context(closing(Crowd(processes=1)))
        yard = tidying.enter_context(closing(Crowd(processes=1, acts=1)))
        record: dict[str, Any] = {race.name: {"title": race.title} for race in races}
        for race in races:  # each in a shop of its own: what one leaves behind is not the next one's
            if asked.times:
                with open_shop(premises, size, crowd, others, yard) as ring:
                    record[race.name] |= run_guarded(race, ring, asked)
            if asked.controls:
                with open_shop(premises, size, crowd, others, yard, control=race) as ring:
                    record[race.name] |= run_control(race, ring, asked)
        good = all(each.get("ok", True) and each.get("control_ok", True) for each in record.values())
        premises.kept = asked.keep or not good
        if premises.kept:
            telling.line(f"what is left lies in {premises.home}")
    return {"seed": asked.seed, "size": vars(size), "races": record, "ok": good}


def run_guarded(race: Race, ring: Ring, asked: argparse.Namespace) -> dict[str, Any]:
    """Every repeat, each with its seed, then the shop's own audit."""
    telling.heading(f"{race.name}: {race.title}, {asked.times} times")
    results, repeats = list[Result](), list[dict[str, Any]]()
    for number in range(asked.times):
        seed = seed_of(asked.seed, race, number)
        result = race.run(ring, number, random.Random(seed))
        tell_repeat(number, asked.times, seed, result)
        results.append(result)
        repeats.append({"seed": seed, "violations": result.violations, **result.figures})
    broken = audit.find_violations(ring.shop)
    tell_audit(broken)
    sums = SUMS[race.name](results) if race.name in SUMS else {}
    if sums:
        telling.line(f"all in all: {sums}")
    clean = not broken and not any(result.violations for result in results)
    return {"ok": clean, "repeats": repeats, "audit": broken, "all": sums}


def run_control(race: Race, ring: Ring, asked: argparse.Namespace) -> dict[str, Any]:
    """The same race without its guard: the damage must be seen, on a slow machine at the latest soon."""
    telling.heading(f"{race.name}, control: without {race.guard_off}")
    caught = list[dict[str, Any]]()
    for number in range(asked.controls * MORE):
        if number >= asked.controls and any(each["violations"] for each in caught):
            break
        seed = seed_of(asked.seed, race, number)
        result = race.run(ring, number, random.Random(seed))
        caught.append({"seed": seed, "violations": result.violations})
        seen = result.violations[0] if result.violations else "NOTHING WAS SEEN"
        telling.line(f"seed {seed}: {len(result.violations)} violations: {seen[:150]}")
    seen_in = sum(bool(each["violations"]) for each in caught)
    telling.line(f"the damage was seen in {seen_in} of {len(caught)}")
    return {"control_ok": seen_in > 0, "control": {"guard_off": race.guard_off, "repeats": caught}}


def seed_of(seed: int, race: Race, number: int) -> int:
    """The seed of one repeat: the same for the same run, whichever races run beside it."""
    return random.Random(f"{seed}/{race.name}/{number}").getrandbits(32)


def tell_repeat(number: int, times: int, seed: int, result: Result) -> None:
    telling.line(f"{number + 1:>3}/{times}  seed {seed:<10}  {result.told}")
    for violation in result.violations:
        telling.failed(violation)


def tell_audit(broken: list[str]) -> None:
    if broken:
        telling.failed("the audit says: " + "; ".join(broken))
    else:
        telling.line("the audit is clean")


class open_shop:
    """A shop that is open, with its clients; closed at the end of the block."""

    def __init__(
        self,
        premises: Premises,
        size: Size,
        crowd: Crowd,
        others: Crowd,
        yard: Crowd,
        *,
        control: Race | None = None,
    ) -> None:
        self.shop = Shop(
            premises,
            guard_off=control.guard_off if control else "",
            alter=control.alter if control else "",
        )
        self.ring = Ring(self.shop, crowd, others, yard, size)

    def __enter__(self) -> Ring:
        started = time.monotonic()
        try:
            self.shop.open()
        except BaseException:
            self.shop.close()
            raise
        telling.done("a shop is open", seconds=time.monotonic() - started, result=self.shop.guard_off)
        return self.ring

    def __exit__(self, *_: object) -> None:
        self.shop.close()
