"""First expired, first out: as arithmetic, without a database."""

from collections.abc import Iterable
from typing import NamedTuple


class Shelf(NamedTuple):
    lot_id: int
    free: int  # units


def split_units(wanted: int, shelves: Iterable[Shelf]) -> tuple[dict[int, int], int]:
    """Units taken per lot in the order given, and the units that nobody could cover."""
    taken: dict[int, int] = {}
    for shelf in shelves:
        if wanted == 0:
            break
        units = min(wanted, shelf.free)
        if units > 0:
            taken[shelf.lot_id] = units
            wanted -= units
    return taken, wanted
