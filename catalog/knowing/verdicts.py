"""What becomes of a row: the digest by which it is known, the verdict, and the count."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What a load did to a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # a person wrote it, and a load does not overwrite people
    RETIRED = "retired"
    ORPHANED = "orphaned"  # no longer in the files; it stays, because others may point at it


@dataclass
class Tally:
    """Rows by kind and outcome, and what a person should read about some of them."""

    counts: dict[str, Counter[Outcome]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def count(self, kind: str, outcome: Outcome, rows: int = 1) -> None:
        self.counts.setdefault(kind, Counter())[outcome] += rows

    def keep(self, kind: str, what: object) -> None:
        self.count(kind, Outcome.KEPT)
        self.notes.append(f"{kind}: {what} is kept: edited at a desk")

    def leave(self, kind: str, what: str, wanted_by: str) -> None:
        self.count(kind, Outcome.KEPT)
        self.notes.append(f"{kind}: {what} stays with whom a desk gave it to, not with {wanted_by}")

    def orphan(self, kind: str, what: object) -> None:
        self.count(kind, Outcome.ORPHANED)
        self.notes.append(f"{kind}: {what} is no longer in the files; it stays")

    def has_changed(self) -> bool:
        written = (Outcome.NEW, Outcome.CHANGED, Outcome.RETIRED)
        return any(counter[outcome] for counter in self.counts.values() for outcome in written)

    def figures(self) -> dict[str, dict[str, int]]:
        return {
            kind: {str(outcome): counter[outcome] for outcome in Outcome if counter[outcome]}
            for kind, counter in self.counts.items()
        }


@dataclass(frozen=True)
class Occasion:
    """When the files are loaded, and whether over what people wrote at desks."""

    now: datetime
    overwrite: bool
    tally: Tally = field(default_factory=Tally)


def judge(*, loaded: str, present: str, wanted: str, overwrite: bool) -> Outcome:
    """What to do with a row that is there: digests of what was loaded, of what it says, of what it should.

    Source  `catalog.models.facts.Loaded`.
    """
    if present == wanted:
        return Outcome.UNCHANGED
    return Outcome.CHANGED if overwrite or present == loaded else Outcome.KEPT


def digest(content: Mapping[str, Any]) -> str:
    """The SHA-256 of what a row says. What is empty is left out: a later column changes nothing."""
    canonical = json.dumps(_said(content), sort_keys=True, ensure_ascii=False, default=_write_value)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _said(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _said(held) for name, held in value.items() if held not in (None, "", [], (), {})}
    return [_said(held) for held in value] if isinstance(value, list | tuple) else value


def _write_value(value: object) -> str:
    if isinstance(value, Decimal):
        return show_number(value)
    assert isinstance(value, date), f"{value!r} has no place in a digest"
    return value.isoformat()


def show_number(number: Decimal) -> str:
    """0.3 for 0.300000 as the database gives it back."""
    return f"{number.normalize():f}"
