"""Two versions of a formula side by side: what came, what went, what moved. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.models import Formula


@dataclass(frozen=True)
class Line:
    """One ingredient in either version; a rank is None where it is not in the list."""

    name: str
    slug: str | None
    old_rank: int | None
    new_rank: int | None
    old_percent: str | None
    new_percent: str | None

    @property
    def change(self) -> str:
        """came | went | up | down | percent | same"""
        if self.old_rank is None:
            return "came"
        if self.new_rank is None:
            return "went"
        if self.old_percent != self.new_percent:
            return "percent"
        if self.old_rank == self.new_rank:
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
    lines = [
        Line(
            name=(after.get(name) or before[name])["name"],
            slug=(after.get(name) or before[name])["slug"],
            old_rank=before[name]["rank"] if name in before else None,
            new_rank=after[name]["rank"] if name in after else None,
            old_percent=before[name]["percent"] if name in before else None,
            new_percent=after[name]["percent"] if name in after else None,
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
