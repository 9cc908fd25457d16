"""`make bench`: listing, product, cart line, checkout and placing, each beside a floor; and a feed.

Shop and floor take turns within every repeat, so that what else the machine does hits both.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path

from dev.bench import feeding, finding, gauges, placing, reporting, synthetic
from dev.bench.floor import PREPARE
from dev.bench.measuring import Counted, Series, count_statements, measure
from dev.bench.scenes import CLIENTS, SCENES, Act, Customer, Scene, Stock, read_stock
from dev.bench.shop import Shop
from dev.bench.wire import Line, WrongAnswerError
from dev.demo import telling
from dev.demo.supervisor import (
    ChildDiedError,
    StoppedError,
    TookTooLongError,
    ignore_signals,
    stop_on_signals,
)
from dev.embedded import EmbeddedError

SEED = 7
Measured = dict[tuple[str, int, str], Series]  # (scene, clients, server)


def main() -> int:
    asked = read_arguments()
    stop_on_signals()
    shop, code = Shop(products=asked.products, workers=asked.workers), 1
    try:
        measure_shop(shop, asked)
        code = 0
    except StoppedError as reason:
        telling.heading(f"{reason}: closing")
        code = 130
    except (
        EmbeddedError,
        ChildDiedError,
        TookTooLongError,
        WrongAnswerError,
        RuntimeError,
        OSError,
    ) as error:
        telling.failed(str(error))
    finally:
        ignore_signals()
        shop.close()
    return code


def measure_shop(shop: Shop, asked: argparse.Namespace) -> None:
    """Opens the shop, measures all of it, and prints the tables."""
    started = time.monotonic()
    telling.heading("Opening a shop to measure")
    shop.open()
    shop.ask(PREPARE)
    stock = read_stock(Line(shop.ports["web"]), seed=SEED)
    telling.heading("Measuring")
    measured = measure_all(shop, stock, seconds=asked.seconds, repeats=asked.repeats)
    counted = count_all(shop, stock)
    facts = gauges.machine_facts() | {
        "postgresql": shop.ask("SHOW server_version") + ", fsync and synchronous_commit on",
        "catalogue": f"{asked.products:,} products, seed {synthetic.SEED}; requests, seed {SEED}",
        "measured": f"{asked.repeats} × {asked.seconds:g} s each, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }
    repeats = max(1, asked.repeats // 2)
    found = finding.measure_finding(shop, stock, seconds=asked.seconds, repeats=repeats, seed=SEED)
    placed = placing.measure_placing(shop, seconds=asked.seconds, repeats=repeats)
    fed = feeding.measure_feeding(shop, lines=asked.feed_lines)
    reporting.print_report(measured, counted, facts, seconds=time.monotonic() - started)
    finding.print_finding(found)
    placing.print_placing(placed)
    feeding.print_feeding(fed)
    if asked.json:
        record = reporting.as_record(measured, counted, facts) | {"finding": finding.as_record(found)}
        record |= {"placing": placing.as_record(placed), "feeding": feeding.as_record(fed)}
        asked.json.write_text(json.dumps(record, indent=1))


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dev.bench", description=__doc__)
    parser.add_argument("--products", type=int, default=10_000, help="how many the shop sells")
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--repeats", type=int, default=5, help="of each measurement; figures are medians")
    parser.add_argument("--workers", type=int, default=1, help="processes of the web, and of the floor")
    parser.add_argument("--feed-lines", type=int, default=feeding.LINES, help="of a supplier's feed")
    parser.add_argument("--quick", action="store_true", help="1 s, once: to see that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    asked = parser.parse_args()
    if asked.quick:
        asked.seconds, asked.repeats, asked.feed_lines = 1, 1, feeding.FEWER
    return asked


def measure_all(shop: Shop, stock: Stock, *, seconds: float, repeats: int) -> Measured:
    """Every scene, with 1 and 8 customers, against shop and floor in turn."""
    measured: Measured = {}
    pids = shop.pids()
    for scene in SCENES:
        for clients in CLIENTS:
            with telling.step(f"{scene.name}, {clients} at once") as results:
                pair = {"web": Series("web"), "floor": Series("floor")}
                customers = {name: _seat(shop, stock, name, clients) for name in pair}
                for name in pair:  # warm: connections, caches, carts
                    measure(_act(scene, name), customers[name], seconds=0.5, pids=pids)
                for _ in range(repeats):
                    for name, series in pair.items():
                        slot = measure(_act(scene, name), customers[name], seconds=seconds, pids=pids)
                        series.slots.append(slot)
                for name, series in pair.items():
                    measured[scene.name, clients, name] = series
                    for customer in customers[name]:
                        customer.line.close()
                results.append(f"{pair['web'].counted_ms:.1f} CPU-ms, floor {pair['floor'].counted_ms:.1f}")
    return measured


def count_all(shop: Shop, stock: Stock) -> dict[tuple[str, str], Counted]:
    """SQL statements per unit, read from PostgreSQL's own log, which is asked for them only now."""
    counted = {}
    with telling.step("SQL statements counted"), shop.statements_logged():
        for scene in SCENES:
            for name in ("web", "floor"):
                (customer,) = _seat(shop, stock, name, 1)
                act = _act(scene, name)
                counted[scene.name, name] = count_statements(
                    act, customer, units=10, read_log=shop.log.read_text
                )
                customer.line.close()
    return counted


def _seat(shop: Shop, stock: Stock, server: str, clients: int) -> list[Customer]:
    """Customers with connections of their own; the same seeds for both servers."""
    return [
        Customer(Line(shop.ports[server]), stock, random.Random(SEED * 1000 + clients * 100 + number))
        for number in range(clients)
    ]


def _act(scene: Scene, server: str) -> Act:
    return scene.shop if server == "web" else scene.floor


if __name__ == "__main__":
    raise SystemExit(main())
