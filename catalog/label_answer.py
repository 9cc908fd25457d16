"""A label as the shop answers for it, in one shape for `manage.py read_label` and the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog import claims, inci
from catalog.inci import FormulaRead, Item, Vocabulary
from catalog.vocabulary import Knowledge

LONGEST_LABEL = 100_000  # characters; the longest honest one that we have seen has 9,000
MOST_SUGGESTED = 40  # unresolved names that get suggestions: each costs some milliseconds


@dataclass(eq=False)
class LabelTooLong(Exception):
    """No label has so many characters."""

    most: int


def answer_label(text: str, knowledge: Knowledge) -> dict[str, Any]:
    """What we can say of a label's text with this knowledge.

    Raises  LabelTooLong.
    """
    if len(text) > LONGEST_LABEL:
        raise LabelTooLong(LONGEST_LABEL)
    reading = inci.read_label(text, knowledge.names)
    left = {"names": MOST_SUGGESTED}
    return {
        "status": reading.status,
        "reason": reading.reason,
        "formulas": [_show_formula(part, knowledge, left) for part in reading.formulas],
        "notes": list(reading.notes),
    }


def _show_formula(part: FormulaRead, knowledge: Knowledge, left: dict[str, int]) -> dict[str, Any]:
    """One formula with the claims that follow from it alone."""
    found = claims.compute_claims([part], entries=knowledge.entries, rules=knowledge.claim_rules)
    return {
        "title": part.title,
        "ingredients": [_show_item(item) for item in part.ingredients],
        "actives": [
            {"name": one.name, "slug": one.slug, "percent": _show_percent(one.percent)}
            for one in part.actives
        ],
        "may_contain": [_show_item(item) for item in part.may_contain],
        "label_codes": list(part.label_codes),
        "unresolved": _show_unresolved(part.unresolved, knowledge.names, left),
        "flags": {slug: claim.answer for slug, claim in found.items()},
        "notes": list(part.notes),
        "rank_tells_dose": part.rank_tells_dose,
        "complete": part.complete,
    }


def _show_item(item: Item) -> dict[str, Any]:
    return {
        "rank": item.rank,
        "text": item.text,
        "name": item.name,
        "slug": item.slug,
        "percent": _show_percent(item.percent),
        "marks": item.marks,
        "nano": item.nano,
    }


def _show_unresolved(
    items: Sequence[Item], vocabulary: Vocabulary, left: dict[str, int]
) -> list[dict[str, Any]]:
    """Each name that was not understood once, with the nearest that we know; the first of them only."""
    shown: list[dict[str, Any]] = []
    for text in dict.fromkeys(item.text for item in items):
        asked = left["names"] > 0
        left["names"] -= 1
        shown.append({"token": text, "suggestions": vocabulary.suggest(text) if asked else []})
    return shown


def _show_percent(percent: Decimal | None) -> str | None:
    return None if percent is None else f"{percent:f}"
