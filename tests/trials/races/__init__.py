"""Races against the running shop: what is run, how it is judged, and which guard its control takes away."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.trials.crowd import Crowd
from tests.trials.premises import Goods
from tests.trials.shop import Shop


@dataclass(frozen=True)
class Size:
    """How many and how long. `SMALL` is for a first look; the issue's numbers are `FULL`."""

    last_buyers: int = 50
    flash_buyers: int = 1000
    flash_units: tuple[int, int, int] = (40, 35, 25)
    flash_clients: int = 64
    many_seconds: float = 30
    many_clients: int = 12
    expiring: int = 20
    counting_seconds: float = 12


FULL = Size()
SMALL = Size(
    last_buyers=20,
    flash_buyers=100,
    flash_units=(4, 3, 3),
    flash_clients=32,
    many_seconds=4,
    many_clients=6,
    expiring=8,
    counting_seconds=8,
)


@dataclass
class Ring:
    """Where one race runs: a shop that is open, and clients."""

    shop: Shop
    crowd: Crowd
    others: Crowd  # one process beside it, for those who want something else
    yard: Crowd  # one process too, a fresh one for each act: it holds the settings of one shop
    size: Size

    @property
    def port(self) -> int:
        return self.shop.ports.web


@dataclass
class Result:
    """What one repeat came to. Without violations all was as it must be."""

    violations: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    told: str = ""

    def judge(self, so: bool, otherwise: str) -> None:
        if not so:
            self.violations.append(otherwise)


@dataclass(frozen=True)
class Race:
    """`goods`: what must stand on the shelves for so many repeats. `alter`: SQL before the control opens."""

    name: str
    title: str
    goods: Callable[[int, Size], list[Goods]]
    run: Callable[[Ring, int, random.Random], Result]
    guard_off: str
    alter: str = ""
