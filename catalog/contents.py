"""What a label says, as a formula keeps it: the list, the claims, and where each class first stands. Pure."""

import hashlib
from typing import Any

from catalog import claims, inci
from catalog.inci import FormulaRead, Item, Reading
from catalog.models import Formula
from catalog.vocabulary import Knowledge

FILLED = [
    "contents_sha256",
    "status",
    "reading",
    "claims",
    "class_ranks",
    "ingredient_slugs",
    "unresolved_keys",
    "knowledge_version",
]


def fill(formula: Formula, knowledge: Knowledge) -> Formula:
    """The formula with everything that follows from its label text and what we know. Not saved."""
    reading = inci.read_label(formula.label_text, knowledge.names)
    formula.contents_sha256 = formula.contents_sha256 or hash_contents(reading, formula.label_text)
    formula.status = reading.status
    formula.reading = show_list(reading)
    formula.claims = {
        slug: {"answer": claim.answer, "because": list(claim.because)}
        for slug, claim in claims.compute_claims(
            reading.formulas, entries=knowledge.entries, rules=knowledge.claim_rules
        ).items()
    }
    formula.class_ranks = rank_classes(reading, knowledge)
    formula.ingredient_slugs = sorted({item.slug for item in _all_items(reading) if item.slug is not None})
    unresolved = (item for part in reading.formulas for item in part.unresolved)
    formula.unresolved_keys = sorted({inci.fold(item.text)[:500] for item in unresolved} - {""})
    formula.knowledge_version = mark_of(knowledge)
    return formula


def mark_of(knowledge: Knowledge) -> int:
    """With what a label was read: the knowledge's version, and the reader's in the last three digits."""
    return knowledge.version * 1000 + inci.READER_VERSION


def hash_contents(reading: Reading, label_text: str) -> str:
    """The SHA-256 of the names in their order with their percentages: what is signed is this list."""
    lines = [
        f"{part.title}|{_fold_items(part.ingredients)}|{_fold_items(part.may_contain)}"
        for part in reading.formulas
    ]
    actives = [f"{inci.fold(one.name)} {one.percent}" for part in reading.formulas for one in part.actives]
    whole = "\n".join([*lines, *actives]) if lines else inci.fold(label_text)
    return hashlib.sha256(whole.encode()).hexdigest()


def _fold_items(items: tuple[Item, ...]) -> str:
    return ",".join(f"{inci.fold(item.text)} {item.percent or ''}" for item in items)


def show_list(reading: Reading) -> dict[str, Any]:
    """A reading as JSON, as it is kept with the formula and shown on pages."""
    return {
        "reason": reading.reason,
        "notes": list(reading.notes),
        "formulas": [_show_formula(part) for part in reading.formulas],
    }


def _show_formula(part: FormulaRead) -> dict[str, Any]:
    return {
        "title": part.title,
        "list": [_show_item(item) for item in part.ingredients],
        "may_contain": [_show_item(item) for item in part.may_contain],
        "actives": [
            {"name": one.name, "slug": one.slug, "percent": None if one.percent is None else str(one.percent)}
            for one in part.actives
        ],
        "label_codes": list(part.label_codes),
        "notes": list(part.notes),
        "rank_tells_dose": part.rank_tells_dose,
    }


def _show_item(item: Item) -> dict[str, Any]:
    return {
        "name": item.name,
        "slug": item.slug,
        "rank": item.rank,
        "percent": None if item.percent is None else str(item.percent),
        "marks": item.marks,
        "nano": item.nano,
    }


def rank_classes(reading: Reading, knowledge: Knowledge) -> dict[str, int]:
    """Class → the highest place at which one of its ingredients stands, over all formulas of the label.

    Actives that are named apart stand at place 1. Lists whose order tells no dose (US drugs) rank at 999:
    there, but nobody may conclude how high.
    """
    ranks: dict[str, int] = {}
    for part in reading.formulas:
        for item in part.ingredients:
            rank = item.rank if part.rank_tells_dose else 999
            for one in _classes(item.slug, knowledge):
                ranks[one] = min(rank, ranks.get(one, rank))
        for active in part.actives:
            for one in _classes(active.slug, knowledge):
                ranks[one] = min(1, ranks.get(one, 1))
    return dict(sorted(ranks.items()))


def _classes(slug: str | None, knowledge: Knowledge) -> frozenset[str]:
    entry = knowledge.entries.get(slug) if slug else None
    return entry.classes if entry else frozenset()


def _all_items(reading: Reading) -> list[Any]:
    return [
        item for part in reading.formulas for item in (*part.ingredients, *part.may_contain, *part.actives)
    ]
