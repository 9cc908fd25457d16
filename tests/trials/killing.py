"""When what is killed: a schedule drawn from a seed. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass

KINDS = ("web", "worker", "worker child", "beat", "postgres", "valkey")
CHILD = " child"  # one process below it only; its parent must make good for it
SERVERS = ("postgres", "valkey")
GAP_S = (2.5, 7.0)  # from one coming back to the next dying
DOWN_S = (0.0, 2.5)  # how long nobody starts it again


@dataclass(frozen=True)
class Kill:
    """`gap_s` after the one before is back again, `kind` dies, and is started again `down_s` later."""

    kind: str
    gap_s: float
    down_s: float
    which: float  # of several children: where in their row, from 0 to 1


def plan_kills(seed: int, *, count: int, kinds: tuple[str, ...] = KINDS) -> list[Kill]:
    """So many kills. Each kind once in every round, in a shuffled order: none is forgotten by chance."""
    chance, kills = random.Random(f"kills/{seed}"), list[Kill]()
    while len(kills) < count:
        for kind in chance.sample(kinds, len(kinds)):
            gap_s, down_s = round(chance.uniform(*GAP_S), 2), round(chance.uniform(*DOWN_S), 2)
            kills.append(Kill(kind, gap_s, down_s, chance.random()))
    return kills[:count]
