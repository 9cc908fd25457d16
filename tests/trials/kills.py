"""`python -m tests.trials kills`: the shop under load, part after part killed, then asked what is true."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from dev.demo import telling
from dev.demo.programs import is_ready
from tests.trials import truth, verdict
from tests.trials.crowd import Crowd
from tests.trials.killing import CHILD, SERVERS, Kill, plan_kills
from tests.trials.premises import Goods, Premises
from tests.trials.shop import NeverCame, Shop, wait_until
from tests.trials.shopping import Outing, Trip, shop_until_stopped
from tests.trials.warehouse import Diary, Shift, work

KINDS, SHOPPERS = 12, 8
OPEN_S = 2280  # a session lives 35 minutes, and a little
SETTLED_S = 300.0
BACK_S = 90.0
SHOWN = 20  # violations; all of them are in the record


@dataclass
class Story:
    """What happened, for the report."""

    killed: Counter[str] = field(default_factory=Counter)
    back_s: dict[str, list[float]] = field(default_factory=dict)
    settled_s: float = 0.0
    violations: list[str] = field(default_factory=list)


def goods() -> list[Goods]:
    """Enough that most are served, and few enough that some lots run out."""
    return [
        Goods(f"KILL-{kind:02d}", (("BER", 40 if kind < 4 else 5_000), ("PAR", 60 if kind < 4 else 5_000)))
        for kind in range(KINDS)
    ]


def run_kills(asked: argparse.Namespace) -> dict[str, Any]:
    """The record of the whole trial; `ok` when nothing was violated."""
    story = Story()
    with ExitStack() as tidying:
        premises = tidying.enter_context(closing(Premises()))
        with telling.step("PostgreSQL, Valkey, goods on their shelves"):
            premises.open(goods())
        shop = tidying.enter_context(closing(Shop(premises)))
        with telling.step("the shop is open"):
            shop.open()
        crowd = tidying.enter_context(closing(Crowd(processes=2)))
        yard = tidying.enter_context(closing(Crowd(processes=1, acts=1)))
        place = Path(tidying.enter_context(tempfile.TemporaryDirectory()))
        trips, diary = keep_killing(shop, crowd, yard, place / "stop", asked, story)
        story.settled_s = settle(shop, story)
        story.violations += verdict.find_violations(shop, trips, diary)
        record = report(shop, asked, story, trips, diary)
        premises.kept = asked.keep or not record["ok"]
        if premises.kept:
            telling.line(f"what is left lies in {premises.home}")
    return record


def keep_killing(
    shop: Shop, crowd: Crowd, yard: Crowd, stop: Path, asked: argparse.Namespace, story: Story
) -> tuple[list[Trip], Diary]:
    """The load, and one kill after the other until the time is over; all parts are up again then."""
    chance, end = random.Random(asked.seed), time.monotonic() + asked.minutes * 60
    environment = tuple(shop.environment().items())
    skus = tuple(each.sku for each in goods())
    outings = [
        Outing(shop.ports.web, shop.ports.sandbox, chance.getrandbits(32), str(stop), skus)
        for _ in range(SHOPPERS)
    ]
    shopping = crowd.begin(shop_until_stopped, outings, clients=SHOPPERS)
    shift = Shift(shop.ports.web, environment, chance.getrandbits(32), str(stop), shop.premises.count_key)
    packing = yard.begin(work, [shift], clients=1)
    try:
        for kill in plan_kills(asked.seed, count=10_000):
            if time.monotonic() + kill.gap_s > end:
                break
            time.sleep(kill.gap_s)
            kill_and_restart(shop, kill, story)
        time.sleep(max(0.0, end - time.monotonic()))
    finally:
        stop.touch()
    with telling.step("shoppers and packers go home"):
        trips = [trip for each in shopping.results(patience_s=240) for trip in each]
        (diary,) = packing.results(patience_s=240)
    return trips, diary


def kill_and_restart(shop: Shop, kill: Kill, story: Story) -> None:
    """The part dies without a word, stays away, and answers again."""
    started = time.monotonic()
    if kill.kind.endswith(CHILD):
        shop.kill_child(kill.kind.removesuffix(CHILD), kill.which)
    elif kill.kind in SERVERS:
        shop.kill_server(kill.kind)
        time.sleep(kill.down_s)
        shop.start_server(kill.kind)
    else:
        shop.kill(kill.kind)
        time.sleep(kill.down_s)
        shop.start(kill.kind)
        if kill.kind == "web":
            wait_until("the web", partial(answers_healthz, shop), patience_s=BACK_S)
    seconds = time.monotonic() - started
    story.killed[kill.kind] += 1
    story.back_s.setdefault(kill.kind, []).append(round(seconds, 2))
    told = f"back after {seconds:.1f} s"
    telling.line(f"{sum(story.killed.values()):>3}  killed {kill.kind:<13} {told}")


def answers_healthz(shop: Shop) -> bool:
    from tests.trials.wire import Line, NoAnswer

    try:
        return Line(shop.ports.web, patience_s=2).ask("GET", "/healthz").status == 200
    except NoAnswer:
        return False


def settle(shop: Shop, story: Story) -> float:
    """The seconds until nobody owes anybody anything: errands first, then Stripe ends its open sessions."""
    started = time.monotonic()
    try:
        wait_until("the shop's readiness", lambda: is_ready(shop.web) is True, patience_s=BACK_S)
        wait_until("all errands done", partial(is_quiet, shop), patience_s=SETTLED_S)
        first = time.monotonic() - started
        shop.tell_sandbox("clock", {"advance": OPEN_S})
        wait_until("every reservation settled", partial(is_over, shop), patience_s=SETTLED_S)
    except NeverCame as late:
        waiting = truth.ask(shop.database, "SELECT status, count(*) FROM orders_order GROUP BY 1")
        story.violations.append(f"{late}: {truth.unfinished(shop.database)}, {waiting}")
        return time.monotonic() - started
    telling.line(
        f"errands done after {first:.1f} s, every reservation settled after {time.monotonic() - started:.1f}"
    )
    return time.monotonic() - started


def is_quiet(shop: Shop) -> bool:
    try:
        return not truth.unfinished(shop.database)
    except psycopg.Error:
        return False


def is_over(shop: Shop) -> bool:
    return is_quiet(shop) and not truth.find_violations(
        shop.database, {each: truth.MONEY_CHECKS[each] for each in truth.WAITING}
    )


def report(
    shop: Shop, asked: argparse.Namespace, story: Story, trips: list[Trip], diary: Diary
) -> dict[str, Any]:
    """Told as text; given as a record."""
    orders = dict(truth.ask(shop.database, "SELECT status, count(*) FROM orders_order GROUP BY 1 ORDER BY 1"))
    errors: Counter[str] = sum((trip.errors for trip in trips), Counter())
    refunds = truth.ask(shop.database, "SELECT count(*) FROM payments_refund WHERE state = 'SUCCEEDED'")[0][0]
    letters = verdict.receipts_by_customer(shop.mail)
    record = {
        "seed": asked.seed,
        "minutes": asked.minutes,
        "kills": dict(story.killed),
        "back_s": {kind: max(each) for kind, each in story.back_s.items()},
        "orders": orders | {"all": sum(orders.values())},
        "refunded": refunds,
        "trips": dict(Counter(trip.ended.split(":")[0] for trip in trips)),
        "errors seen by clients": dict(errors),
        "slowest trip s": round(max((trip.seconds for trip in trips), default=0), 1),
        "receipts": {"letters": sum(map(len, letters.values())), "customers": len(letters)},
        "warehouse": {name: value for name, value in asdict(diary).items() if name != "wrong"},
        "settled_s": round(story.settled_s, 1),
        "violations": story.violations,
        "ok": not story.violations,
    }
    telling.heading("After the kills")
    for name, value in record.items():
        if name != "violations":
            telling.line(f"{name:<24} {value}")
    for violation in story.violations[:SHOWN]:
        telling.failed(violation)
    if len(story.violations) > SHOWN:
        telling.line(f"and {len(story.violations) - SHOWN} more")
    return record
