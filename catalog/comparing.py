"""Two versions of a formula side by side: what came, what went, what moved. Pure."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models import Formula


@dataclass(frozen=True)
class Line:
    """One ingredient in either version; a rank is None where it is not in the list.

    `moved`: past its neighbours, and not only because something came or went before it.
    """

    name: str
    slug: str | None
    old_rank: int | None
    new_rank: int | None
    old_percent: str | None
    new_percent: str | None
    moved: bool

    @property
    def change(self) -> str:
        """came | went | up | down | percent | same"""
        if self.old_rank is None:
            return "came"
        if self.new_rank is None:
            return "went"
        if self.old_percent != self.new_percent:
            return "percent"
        if not self.moved:
            return "same"
        return "up" if self.new_rank < self.old_rank else "down"


@dataclass(frozen=True)
class ClaimChange:
    slug: str
    old: str
    new: str


@dataclass(frozen=True)
class Comparison:
    """Everything that is different. `lines` follow the new list; what went stands at its end."""

    lines: list[Line]
    claims: list[ClaimChange]
    classes_came: list[str]
    classes_went: list[str]


def compare_formulas(old: Formula, new: Formula) -> Comparison:
    """What changed from one version of a label to another."""
    before, after = _by_name(old.reading), _by_name(new.reading)
    names = [*after, *(name for name in before if name not in after)]
    moved = _find_moved(list(before), list(after))
    lines = [
        Line(
            name=(after.get(name) or before[name])["name"],
            slug=(after.get(name) or before[name])["slug"],
            old_rank=before[name]["rank"] if name in before else None,
            new_rank=after[name]["rank"] if name in after else None,
            old_percent=before[name]["percent"] if name in before else None,
            new_percent=after[name]["percent"] if name in after else None,
            moved=name in moved,
        )
        for name in names
    ]
    claims = [
        ClaimChange(slug, _answer(old.claims, slug), _answer(new.claims, slug))
        for slug in sorted(old.claims.keys() | new.claims.keys())
        if _answer(old.claims, slug) != _answer(new.claims, slug)
    ]
    return Comparison(
        lines=lines,
        claims=claims,
        classes_came=sorted(new.class_ranks.keys() - old.class_ranks.keys()),
        classes_went=sorted(old.class_ranks.keys() - new.class_ranks.keys()),
    )


def _find_moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest names that must be taken out so that the rest of both lists stand in the same order."""
    place = {name: number for number, name in enumerate(before)}
    both = [name for name in reversed(after) if name in place]
    ends: list[int] = []  # ends[n]: the last place of the best row of n + 1 names so far, from the end
    row_of: list[int] = []
    for name in both:
        row = bisect_left(ends, -place[name])
        ends[row : row + 1] = [-place[name]]
        row_of.append(row)
    staying, row = set(), len(ends) - 1
    for name, its_row in zip(reversed(both), reversed(row_of), strict=True):
        if its_row == row:
            staying.add(name)
            row -= 1
    return set(both) - staying


def _answer(claims: Mapping[str, Any], slug: str) -> str:
    return str(claims.get(slug, {}).get("answer", "unknown"))


def _by_name(reading: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The list by name; the first place counts, and of several formulas each keeps its title in the name."""
    found: dict[str, dict[str, Any]] = {}
    for part in reading.get("formulas", []):
        for item in part["list"]:
            name = item["slug"] or item["name"].casefold()
            found.setdefault(f"{part['title']}|{name}", item)
    return found
