"""The table: what each thing costs, and how many times the floor that is."""

from __future__ import annotations

from typing import Any

from dev.bench.measuring import Counted, Series
from dev.bench.scenes import CLIENTS, SCENES, Scene
from dev.demo import telling

Measured = dict[tuple[str, int, str], Series]
Counts = dict[tuple[str, str], Counted]
_HEAD = (
    f"{'':<18}{'at once':>8}{'req/s':>7}{'p50 ms':>8}{'p95 ms':>8}{'web':>8}{'PG':>7}{'both':>8}"
    f"{'floor':>7}{'ratio':>7}{'aim':>8}   {'SQL':>9}"
)


def print_report(measured: Measured, counted: Counts, facts: dict[str, str], *, seconds: float) -> None:
    telling.heading("What it costs")
    telling.line(_HEAD)
    telling.line("─" * len(_HEAD))
    for scene in SCENES:
        for clients in CLIENTS:
            telling.line(_row(measured, counted, scene, clients))
    telling.line("")
    telling.line("CPU-ms: of web and PostgreSQL together, for one listing, page, line or whole checkout")
    telling.line(
        "(5 requests; its req/s count each, its p50 and p95 are of all five and hold Stripe's time)."
    )
    telling.line(f"Stripe's sandbox is not counted: {_sandbox_ms(measured):.1f} CPU-ms a checkout.")
    telling.line(
        "floor: the same bytes from a bare ASGI application with one SQL query, in the same minutes;"
    )
    telling.line("for the checkout one request and one transaction with the same writes.")
    telling.line("SQL: statements without (with) BEGIN and COMMIT.")
    telling.line("")
    for name, words in facts.items():
        telling.line(f"{name:<12} {words}")
    busy = [slot.others_busy for series in measured.values() for slot in series.slots]
    telling.line(f"{'others':<12} kept {sum(busy) / len(busy):.2f} cores busy meanwhile")
    telling.line(f"{'took':<12} {seconds:.0f} s")


def _row(measured: Measured, counted: Counts, scene: Scene, clients: int) -> str:
    web, floor = measured[scene.name, clients, "web"], measured[scene.name, clients, "floor"]
    sql, ratio = counted[scene.name, "web"], web.counted_ms / floor.counted_ms
    if scene.most_floors is not None:
        aim, kept = f"≤ {scene.most_floors:g}×", ratio <= scene.most_floors
    else:
        aim, kept = f"≤ {scene.most_ms:g} ms", web.counted_ms <= (scene.most_ms or 0)
    return (
        f"{scene.name if clients == CLIENTS[0] else '':<18}{clients:>8}{web.per_second * scene.steps:>7.0f}"
        f"{web.wait_ms(0.5):>8.1f}{web.wait_ms(0.95):>8.1f}"
        f"{web.cpu_ms('web'):>8.2f}{web.cpu_ms('postgres'):>7.2f}{web.counted_ms:>8.2f}{floor.counted_ms:>7.2f}"
        f"{f'{ratio:.1f}×':>7}{aim:>8} {'✓' if kept else '✗'} {f'{sql.statements:g} ({sql.all:g})':>9}"
    )


def _sandbox_ms(measured: Measured) -> float:
    return measured[SCENES[-1].name, 1, "web"].cpu_ms("sandbox")


def as_record(measured: Measured, counted: Counts, facts: dict[str, str]) -> dict[str, Any]:
    """All figures, for a machine to compare."""
    return {
        "facts": facts,
        "scenes": [
            {
                "scene": name,
                "clients": clients,
                "server": server,
                "cpu_ms": series.counted_ms,
                "cpu_ms_by_tree": {tree: series.cpu_ms(tree) for tree in series.slots[0].cpu_ms},
                "per_second": series.per_second,
                "p50_ms": series.wait_ms(0.5),
                "p95_ms": series.wait_ms(0.95),
                "units": [slot.units for slot in series.slots],
                "others_busy": [round(slot.others_busy, 2) for slot in series.slots],
                "statements": counted[name, server].statements,
                "statements_all": counted[name, server].all,
            }
            for (name, clients, server), series in measured.items()
        ],
    }
