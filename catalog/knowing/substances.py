"""One ingredient between the files and the house: what it should say, and what it says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from catalog.knowing.rows import Row
from catalog.knowing.verdicts import Outcome
from catalog.models import Ingredient


class Written(NamedTuple):
    """One way to write an ingredient, as its row says it."""

    key: str
    text: str
    kind: str
    language: str


@dataclass
class Substance:
    """One of our ingredients on its way into the house."""

    row: Row
    names: dict[str, Written]  # by key; without those that stay with somebody else
    said: list[dict[str, Any]]
    found: Ingredient | None = None
    present: dict[str, Any] = field(default_factory=dict)
    outcome: Outcome = Outcome.NEW

    def content(self) -> dict[str, Any]:
        return content_of(
            {
                "inci_name": self.row["inci"],
                "cas": self.row["cas"],
                "functions": list(self.row["functions"]),
                "classes": list(self.row["classes"]),
            },
            self.names.values(),
            self.said,
        )


def columns_of(row: Ingredient) -> dict[str, Any]:
    """What a row says in its own columns: all of it, for one of the official inventory."""
    return {name: getattr(row, name) for name in ("inci_name", "cas", "functions", "classes")}


def content_of(
    columns: Mapping[str, Any], names: Iterable[Written], said: list[dict[str, Any]]
) -> dict[str, Any]:
    """What our row says, as its digest knows it."""
    return {**columns, "names": sorted(list(name) for name in names), "said": said}
