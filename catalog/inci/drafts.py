"""A formula while it is read, and what it comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from catalog.inci.reading import Active, FormulaRead, Item

NO_ACTIVES = "The active ingredients are not in this text."
NO_INACTIVES = "Only the active ingredients are in this text."
NOT_LISTED = "Given in percent outside the list, and missing in it: {}."


@dataclass
class Draft:
    """A formula while it is read. `section`: list, active or may_contain."""

    title: str = ""
    section: str = "list"
    had_active: bool = False
    had_inactive: bool = False
    is_guessed: bool = False  # that the inactive ones have begun: an active without a percent says so
    ingredients: list[Item] = field(default_factory=list)
    may_contain: list[Item] = field(default_factory=list)
    active_from: list[Item] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    def is_begun(self) -> bool:
        return bool(self.ingredients or self.may_contain)


def finish(draft: Draft, missing: Sequence[Active], *, alone: bool) -> FormulaRead:
    """The formula that a draft became.

    Takes   `missing`: what the label gives in percent elsewhere; it is active in a formula that is `alone`.
    """
    actives = [
        Active(item.name, item.slug, item.percent)
        for item in draft.active_from or [item for item in draft.ingredients if item.percent is not None]
    ]
    is_drug = draft.had_active or draft.had_inactive or _begins_with_shares(draft.ingredients)
    gaps = list(draft.gaps)
    if (draft.had_inactive and not draft.had_active) or (draft.had_active and not draft.active_from):
        gaps.append(NO_ACTIVES)
    if draft.had_active and len(draft.active_from) == len(draft.ingredients):
        gaps.append(NO_INACTIVES)
    if missing:
        gaps.append(NOT_LISTED.format(", ".join(active.name for active in missing)))
    unresolved = [item for item in (*draft.ingredients, *draft.may_contain) if item.slug is None]
    return FormulaRead(
        draft.title,
        tuple(draft.ingredients),
        (*actives, *missing) if alone else tuple(actives),
        tuple(draft.may_contain),
        tuple(draft.codes),
        tuple(unresolved),
        (*draft.notes, *gaps),
        not is_drug and not missing,
        not unresolved and not gaps,
    )


def has_share(items: Iterable[Item]) -> bool:
    """Whether one of them is given in percent."""
    return any(item.percent is not None for item in items)


def _begins_with_shares(items: Iterable[Item]) -> bool:
    """Avobenzone 3%, Octisalate 5%, Water: a drug's list whose headings are lost."""
    percents: list[Decimal | None] = [item.percent for item in items]
    return len(percents) > 1 and percents[0] is not None and None in percents
