"""What can be said of a formula, computed from its list: nobody types a claim. Pure.

"Unknown" is an answer. A list that was not understood to its end is never "free of" anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from catalog.inci import Entry, FormulaRead, Item

Answer = Literal["yes", "no", "unknown"]


class Rule(Protocol):
    """What decides a claim; `catalog.models.ClaimRule` is one."""

    @property
    def slug(self) -> str: ...
    @property
    def absent(self) -> Sequence[str]: ...
    @property
    def present(self) -> Sequence[str]: ...
    @property
    def unsure(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Claim:
    """An answer, and what decided it: names of ingredients, or why nobody knows."""

    answer: Answer
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Contents:
    """Everything in a product, over all its formulas: class → the names that carry it."""

    certain: Mapping[str, Sequence[str]]
    possible: Mapping[str, Sequence[str]]  # may contain: one shade has it, another does not
    unresolved: Sequence[str]
    listed: bool


def compute_claims(
    formulas: Sequence[FormulaRead], *, entries: Mapping[str, Entry], rules: Iterable[Rule]
) -> dict[str, Claim]:
    """Every claim's answer for one label.

    Takes   `formulas`: none of them when the text was no list; `entries`: by slug.
    Gives   {claim's slug: yes, no or unknown, with the ingredients that decided}.
    """
    contents = _sort(formulas, entries)
    return {rule.slug: _decide(rule, contents) for rule in rules}


def _sort(formulas: Sequence[FormulaRead], entries: Mapping[str, Entry]) -> _Contents:
    certain: dict[str, list[str]] = {}
    possible: dict[str, list[str]] = {}
    unresolved: dict[str, None] = {}
    listed = bool(formulas)
    for formula in formulas:
        # with nothing unresolved, an incomplete list says itself that a part of it stands elsewhere
        listed = listed and bool(formula.ingredients) and (formula.complete or bool(formula.unresolved))
        for items, found in ((formula.ingredients, certain), (formula.may_contain, possible)):
            _sort_items(items, entries, found, unresolved)
        for active in formula.actives:
            if active.slug is None:
                unresolved.setdefault(active.name)
            else:
                _add(entries.get(active.slug), active.name, certain)
    return _Contents(certain, possible, list(unresolved), listed)


def _sort_items(
    items: Sequence[Item],
    entries: Mapping[str, Entry],
    found: dict[str, list[str]],
    unresolved: dict[str, None],
) -> None:
    for item in items:
        if item.slug is None:
            unresolved.setdefault(item.name)
        else:
            _add(entries.get(item.slug), item.name, found)


def _add(entry: Entry | None, name: str, found: dict[str, list[str]]) -> None:
    for one in entry.classes if entry else ():
        names = found.setdefault(one, [])
        if name not in names:
            names.append(name)


def _decide(rule: Rule, contents: _Contents) -> Claim:
    there = _names(rule.absent, contents.certain)
    if there:
        return Claim("no", there)
    wanted = _names(rule.present, contents.certain)
    if rule.present and not rule.absent and wanted:
        return Claim("yes", wanted)
    doubts = _doubts(rule, contents)
    if doubts:
        return Claim("unknown", doubts)
    if rule.present and not wanted:
        return Claim("no")
    return Claim("yes", wanted)


def _doubts(rule: Rule, contents: _Contents) -> tuple[str, ...]:
    """Why it cannot be decided; empty when it can."""
    if not contents.listed:
        return ("The full list is not known.",)
    asked = [*rule.absent, *rule.present]
    perhaps = _names(asked, contents.possible) + _names(rule.unsure, contents.certain)
    return perhaps or tuple(contents.unresolved)


def _names(classes: Iterable[str], found: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in classes for name in found.get(one, ())))
