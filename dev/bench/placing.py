"""Placing orders as fast as they come: of one hot jar, and of many; beside the barest transaction.

The verb itself, without HTTP and Stripe: `manage.py shell` is given a few lines that place orders for some
seconds. The floor writes the same rows by bare psycopg. Both are so many processes, let go at one moment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import Any

from dev.bench.shop import Shop
from dev.demo import telling
from dev.demo.supervisor import ROOT, ChildDiedError

CLIENTS = 8  # processes at once
AIM = 0.5  # of the floor's orders a second
PATIENCE_S = 120  # for all of them to have started, and to have ended

# Given to `manage.py shell`, the door that `dev/` has. `GOODS` is one variant, or many.
PLACE = """
import itertools, json, os, random, time
from django.db import connection, transaction
from django.utils import timezone
from catalog import pricing, tax
from catalog.models import Lot, Market
from orders import delivery, placing, totals

told = json.loads(os.environ["PLACING"])
draw = random.Random(told["number"])
market = Market.objects.get(code="eu")
home = placing.Address(
    recipient="Ida", street="Kastanienallee 7", postcode="10435", city="Berlin", country="DE"
)
way = delivery.find_method(code="standard", country="DE", currency="EUR")
rates = tax.rates_of("DE")

def total(variant_id):
    offers = pricing.find_offers([variant_id], currency="EUR", now=timezone.now())
    sums = totals.add_up(offers, {variant_id: 1}, rates=rates, prices_include_tax=True, delivery=way)
    return sums.total_cents

goods = [(pk, total(pk)) for pk in told["goods"]]

def place(name):
    variant_id, cents = draw.choice(goods)
    with transaction.atomic(durable=True):
        placing.place_order(key=name, email="ida@example.org", address=home, delivery_code="standard",
            quantities={variant_id: 1}, seen_cents=cents, seen_currency="EUR", now=timezone.now())

for warm in range(20):
    place(f"{told['name']} warm {warm}")
print("READY", flush=True)
end = time.time() + float(input())
waits = []
for turn in itertools.count():
    started = time.perf_counter()
    if time.time() >= end:
        break
    place(f"{told['name']} {turn}")
    waits.append(time.perf_counter() - started)
print("PLACED " + json.dumps({"placed": len(waits), "waits": sorted(waits)}))
"""


@dataclass(frozen=True)
class Placed:
    """Orders a second of all clients together, and how long one took."""

    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Pair:
    shop: Placed
    floor: Placed

    @property
    def ratio(self) -> float:
        return self.shop.per_second / self.floor.per_second


def measure_placing(shop: Shop, *, seconds: float, repeats: int) -> dict[str, Pair]:
    """{"hot": …, "spread": …}; shop and floor take turns, the figures are medians."""
    variants = [int(one) for one in shop.ask(GOODS).split()]
    found: dict[str, Pair] = {}
    for scene, goods in (("hot", variants[:1]), ("spread", variants[:200])):
        with telling.step(f"placing orders, {scene}, {CLIENTS} processes") as results:
            turns = [
                (
                    _run(SHOP, goods, f"shop {scene} {turn}", seconds),
                    _run(FLOOR, goods, f"{scene} {turn}", seconds),
                )
                for turn in range(repeats)
            ]
            pair = Pair(_middle([ours for ours, _ in turns]), _middle([floor for _, floor in turns]))
            found[scene] = pair
            results.append(f"{pair.shop.per_second:.0f}/s, floor {pair.floor.per_second:.0f}/s")
    return found


GOODS = """SELECT v.id FROM catalog_variant v
 JOIN catalog_price r ON r.variant_id = v.id AND r.currency = 'EUR'
 JOIN catalog_lot l ON l.variant_id = v.id AND l.status = 'RELEASED' AND l.on_hand > 1000
 GROUP BY v.id HAVING count(l.id) = 1 ORDER BY v.id LIMIT 200"""
SHOP = [sys.executable, "manage.py", "shell", "-v0", "-c", PLACE]
FLOOR = [sys.executable, "-m", "dev.bench.floor_placing"]


def _run(command: list[str], goods: list[int], name: str, seconds: float) -> Placed:
    children = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ
            | {"PLACING": json.dumps({"goods": goods, "number": n, "name": f"{name} {time.time()} {n}"})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(CLIENTS)
    ]
    for child in children:  # each has connected and placed a few
        assert child.stdout is not None
        if child.stdout.readline().strip() != "READY":
            raise ChildDiedError(f"placing orders did not begin:\n{child.communicate()[1][-2000:]}")
    for child in children:
        assert child.stdin is not None
        child.stdin.write(f"{seconds}\n")
        child.stdin.flush()
    told_by: list[dict[str, Any]] = []
    for child in children:
        output, errors = child.communicate(timeout=seconds + PATIENCE_S)
        lines = [line for line in output.splitlines() if line.startswith("PLACED ")]
        if child.returncode or not lines:
            raise ChildDiedError(f"placing orders ended with {child.returncode}:\n{errors[-2000:]}")
        told_by.append(json.loads(lines[0].removeprefix("PLACED ")))
    waits = sorted(wait for one in told_by for wait in one["waits"])
    placed = sum(one["placed"] for one in told_by)
    return Placed(placed / seconds, _at(waits, 0.5) * 1000, _at(waits, 0.99) * 1000)


def _at(waits: list[float], share: float) -> float:
    return waits[min(len(waits) - 1, int(len(waits) * share))] if waits else 0.0


def _middle(turns: list[Placed]) -> Placed:
    return Placed(
        *(median(getattr(turn, name) for turn in turns) for name in ("per_second", "p50_ms", "p99_ms"))
    )


def print_placing(found: dict[str, Pair]) -> None:
    telling.heading("Placing orders")
    waits = f"{'p50 ms':>9}{'p99 ms':>9}"
    telling.line(f"{'':<10}{'orders/s':>10}{waits}{'floor/s':>10}{waits}{'ratio':>8}")
    for scene, pair in found.items():
        ours, floor = pair.shop, pair.floor
        kept = "✓" if pair.ratio >= AIM else "✗"
        telling.line(
            f"{scene:<10}{ours.per_second:>10.0f}{ours.p50_ms:>9.1f}{ours.p99_ms:>9.1f}"
            f"{floor.per_second:>10.0f}{floor.p50_ms:>9.1f}{floor.p99_ms:>9.1f}{pair.ratio:>8.2f} {kept}"
        )
    telling.line(f"{CLIENTS} processes each; hot: all want one jar; aim: {AIM} of the floor.")
    telling.line("floor: one transaction with the same rows, by bare psycopg, with every price known before.")


def as_record(found: dict[str, Pair]) -> dict[str, Any]:
    return {
        scene: {"shop": vars(pair.shop), "floor": vars(pair.floor), "ratio": pair.ratio}
        for scene, pair in found.items()
    }
