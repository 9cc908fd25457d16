"""When what is killed: a schedule drawn from a seed. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass

KINDS = ("web", "worker", "beat", "postgres", "valkey")
SERVERS = ("postgres", "valkey")
GAP_S = (2.5, 7.0)  # from one coming back to the next dying
DOWN_S = (0.0, 2.5)  # how long nobody starts it again


@dataclass(frozen=True)
class Kill:
    """`gap_s` after the one before is back again, `kind` dies, and is started again `down_s` later."""

    kind: str
    gap_s: float
    down_s: float


def plan_kills(seed: int, *, count: int, kinds: tuple[str, ...] = KINDS) -> list[Kill]:
    """So many kills. Each kind once in every round, in a shuffled order: none is forgotten by chance."""
    chance, kills = random.Random(f"kills/{seed}"), list[Kill]()
    while len(kills) < count:
        for kind in chance.sample(kinds, len(kinds)):
            kills.append(Kill(kind, round(chance.uniform(*GAP_S), 2), round(chance.uniform(*DOWN_S), 2)))
    return kills[:count]
