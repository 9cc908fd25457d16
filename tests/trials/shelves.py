"""What really stands on the shelves of a trial's warehouse, whatever the books say. Pure.

People take units off a shelf, bring some, steal some, and look at a moment: what they saw is a count. The
books must say afterwards what stands there, plus what was stolen since the newest count that was taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Shelves:
    """Units by lot. `thefts` are moments, one a unit; `counted` is the moment of the newest count taken."""

    units: dict[int, int]
    thefts: dict[int, list[datetime]] = field(default_factory=dict)
    counted: dict[int, datetime] = field(default_factory=dict)

    def take(self, units_by_lot: Mapping[int, int]) -> None:
        for lot, units in units_by_lot.items():
            self.units[lot] -= units

    def bring(self, lot: int, units: int) -> None:
        self.units[lot] += units

    def steal(self, lot: int, *, at: datetime) -> None:
        self.units[lot] -= 1
        self.thefts.setdefault(lot, []).append(at)

    def note_count(self, lot: int, *, at: datetime) -> None:
        """A count of that moment was taken into the books."""
        self.counted[lot] = max(at, self.counted.get(lot, at))

    def expected(self) -> dict[int, int]:
        """What the books must say of each lot."""
        return {
            lot: units
            + sum(lot not in self.counted or at > self.counted[lot] for at in self.thefts.get(lot, ()))
            for lot, units in self.units.items()
        }

    def compare(self, books: Mapping[int, int]) -> list[str]:
        """One sentence per lot whose books are wrong."""
        broken = []
        for lot, wanted in sorted(self.expected().items()):
            wrong = books.get(lot, 0) - wanted
            if wrong:
                word = "invented" if wrong > 0 else "lost"
                broken.append(
                    f"lot {lot}: the books say {books.get(lot, 0)}, not {wanted}: {abs(wrong)} {word}"
                )
        return broken
