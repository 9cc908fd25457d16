"""Searching, suggesting, counting facets, filtering: what it costs in a small shop and in a large one."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import quote

from dev.bench import sizes, synthetic
from dev.bench.floor import PREPARE
from dev.bench.measuring import Counted, Series, count_statements, measure
from dev.bench.scenes import Act, Customer, Scene, Stock
from dev.bench.shop import Shop
from dev.bench.wire import Line, WrongAnswerError
from dev.demo import telling

CONCERNS = ("milia", "dryness", "redness", "oiliness")
Row = tuple[int, Scene, dict[str, Series], Counted]
_HEAD = (
    f"{'':<24}{'products':>9}{'p50 ms':>8}{'p95 ms':>8}{'web':>8}{'PG':>8}{'both':>8}{'floor':>8}{'ratio':>7}"
    f"{'SQL':>5}"
)


def _question(chance: random.Random) -> str:
    """Two words mostly; now and then a whole name, one word, or a word with a letter missing."""
    first, second, last = synthetic.name_words(chance)
    cut = chance.randrange(1, len(second))
    ways = [f"{second} {last}"] * 4 + [f"{first} {second} {last}"] * 2 + [last, second]
    return chance.choice([*ways, *[f"{first} {second[:cut]}{second[cut + 1 :]}"] * 2])


def search(customer: Customer) -> None:
    _expect(customer.line.ask("GET", f"/api/v1/products/?q={quote(_question(customer.chance))}"), b'"search"')


def search_floor(customer: Customer) -> None:
    _expect(customer.line.ask("GET", f"/floor/search/?q={quote(_question(customer.chance))}"), b'"results"')


def suggest(customer: Customer) -> None:
    typed = _question(customer.chance)[: customer.chance.randrange(2, 12)]
    _expect(customer.line.ask("GET", f"/api/v1/search/suggest/?q={quote(typed)}"), b'"products"')


def suggest_floor(customer: Customer) -> None:
    typed = _question(customer.chance)[: customer.chance.randrange(2, 12)]
    _expect(customer.line.ask("GET", f"/floor/suggest/?q={quote(typed)}"), b'"results"')


def count_facets(customer: Customer) -> None:
    category = customer.chance.choice(customer.stock.categories)
    _expect(customer.line.ask("GET", f"/api/v1/products/?category={category}&facets=true"), b'"facets"')


def count_facets_floor(customer: Customer) -> None:
    category = customer.chance.choice(customer.stock.categories)
    _expect(customer.line.ask("GET", f"/floor/facets/?category={category}"), b'"facets"')


def filter_products(customer: Customer) -> None:
    _expect(customer.line.ask("GET", f"/api/v1/products/?{_filters(customer)}&price_max=8000"), b'"results"')


def filter_products_floor(customer: Customer) -> None:
    _expect(customer.line.ask("GET", f"/floor/filtered/?{_filters(customer)}"), b'"results"')


def _filters(customer: Customer) -> str:
    category, concern = customer.chance.choice(customer.stock.categories), customer.chance.choice(CONCERNS)
    return f"category={category}&concern={concern}&sort=price"


def _expect(answer: bytes, words: bytes) -> None:
    if words not in answer:
        raise WrongAnswerError(f"an answer without {words!r}: {answer[:200]!r}")


SCENES = [
    Scene("search", search, search_floor),
    Scene("suggestion", suggest, suggest_floor),
    Scene("shelf with facets", count_facets, count_facets_floor),
    Scene("shelf, concern, price", filter_products, filter_products_floor),
]


def measure_finding(shop: Shop, stock: Stock, *, seconds: float, repeats: int, seed: int) -> list[Row]:
    """Every scene at both sizes, shop and floor in turn, one customer at a time."""
    rows: list[Row] = []
    for products in (sizes.SMALL, sizes.LARGE):
        with telling.step(f"a shop of {products:,} products"):
            ports = shop.serve_resized(products, prepare=PREPARE + sizes.FLOOR)
        for scene in SCENES:
            with telling.step(f"{scene.name}, {products:,} products") as results:
                series = _measure(shop, scene, stock, ports, seconds=seconds, repeats=repeats, seed=seed)
                counted = _count(shop, scene, stock, ports, seed=seed)
                rows.append((products, scene, series, counted))
                results.append(
                    f"{series['web'].counted_ms:.1f} CPU-ms, floor {series['floor'].counted_ms:.1f}"
                )
    return rows


def _measure(
    shop: Shop, scene: Scene, stock: Stock, ports: dict[str, int], *, seconds: float, repeats: int, seed: int
) -> dict[str, Series]:
    series = {"web": Series("web"), "floor": Series("floor")}
    customers = {name: [Customer(Line(ports[name]), stock, random.Random(seed))] for name in series}
    pids = shop.pids()
    for name, customer in customers.items():
        measure(_act(scene, name), customer, seconds=0.5, pids=pids)
    for _ in range(repeats):
        for name, one in series.items():
            one.slots.append(measure(_act(scene, name), customers[name], seconds=seconds, pids=pids))
    for each in customers.values():
        each[0].line.close()
    return series


def _count(shop: Shop, scene: Scene, stock: Stock, ports: dict[str, int], *, seed: int) -> Counted:
    customer = Customer(Line(ports["web"]), stock, random.Random(seed))
    with shop.statements_logged():
        counted = count_statements(scene.shop, customer, units=10, read_log=shop.log.read_text)
    customer.line.close()
    return counted


def _act(scene: Scene, server: str) -> Act:
    return scene.shop if server == "web" else scene.floor


def print_finding(rows: list[Row]) -> None:
    telling.heading("What finding costs")
    telling.line(_HEAD)
    telling.line("─" * len(_HEAD))
    for products, scene, series, counted in rows:
        web, floor = series["web"], series["floor"]
        telling.line(
            f"{scene.name:<24}{products:>9,}{web.wait_ms(0.5):>8.1f}{web.wait_ms(0.95):>8.1f}"
            f"{web.cpu_ms('web'):>8.2f}{web.cpu_ms('postgres'):>8.2f}{web.counted_ms:>8.2f}"
            f"{floor.counted_ms:>8.2f}{web.counted_ms / floor.counted_ms:>6.1f}×{counted.statements:>5g}"
        )
    telling.line("")
    telling.line(
        "One customer at a time. floor: one statement over one table: no spelling, no synonym, no reason,"
    )
    telling.line(
        "no guide beside; facets of the brand alone; a suggestion only by the beginning of the name."
    )


def as_record(rows: list[Row]) -> list[dict[str, Any]]:
    """All figures, for a machine to compare."""
    return [
        {
            "scene": scene.name,
            "products": products,
            "server": name,
            "cpu_ms": one.counted_ms,
            "p50_ms": one.wait_ms(0.5),
            "p95_ms": one.wait_ms(0.95),
            "statements": counted.statements if name == "web" else 1,
        }
        for products, scene, series, counted in rows
        for name, one in series.items()
    ]
