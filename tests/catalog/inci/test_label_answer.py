"""The answer that the command and the API give for a label."""

import json

from catalog.label_answer import MOST_SUGGESTED, answer_label
from catalog.models import ClaimRule
from catalog.vocabulary import Knowledge
from tests.catalog.inci.words import VOCABULARY


def know() -> Knowledge:
    """The small vocabulary, and two claims; nothing is asked of the database."""
    knowledge = Knowledge(version=0)
    knowledge.names = VOCABULARY
    knowledge.entries = {entry.slug: entry for entry in VOCABULARY.names.values()}
    knowledge.claim_rules = (
        ClaimRule(slug="tinted", present=["colorant"]),
        ClaimRule(slug="unscented", absent=["fragrance"]),
    )
    return knowledge


def show(text: str) -> dict[str, object]:
    answer = answer_label(text, know())
    assert json.loads(json.dumps(answer)) == answer
    return answer


def test_a_label_is_answered_in_full() -> None:
    assert show("Water, Niacinamid 5%, Talc* [+/- Mica] (F.I.L. Z12345/1). *Mined.") == {
        "status": "read",
        "reason": "",
        "formulas": [
            {
                "title": "",
                "ingredients": [
                    item(1, "Water", "Water", "water"),
                    item(2, "Niacinamid", "Niacinamid", None, percent="5"),
                    item(3, "Talc", "Talc", "talc", marks="*"),
                ],
                "actives": [{"name": "Niacinamid", "slug": None, "percent": "5"}],
                "may_contain": [item(1, "Mica", "Mica", "mica")],
                "label_codes": ["(F.I.L. Z12345/1)"],
                "unresolved": [{"token": "Niacinamid", "suggestions": ["Niacinamide"]}],
                "flags": {"tinted": "unknown", "unscented": "unknown"},
                "notes": ["Footnote: *Mined"],
                "rank_tells_dose": True,
                "complete": False,
            }
        ],
        "notes": [],
    }


def item(
    rank: int, text: str, name: str, slug: str | None, *, percent: str | None = None, marks: str = ""
) -> dict[str, object]:
    return {
        "rank": rank,
        "text": text,
        "name": name,
        "slug": slug,
        "percent": percent,
        "marks": marks,
        "nano": False,
    }


def test_what_is_no_label_is_answered_with_its_reason() -> None:
    assert show("No Info") == {
        "status": "unknown",
        "reason": "These words stand where a list should be, and are none.",
        "formulas": [],
        "notes": [],
    }


def test_only_so_many_unknown_names_get_suggestions() -> None:
    text = "Water, " + ", ".join(f"Glycerinn{number}" for number in range(MOST_SUGGESTED + 5))
    answer = answer_label(text, know())
    found = [len(one["suggestions"]) for one in answer["formulas"][0]["unresolved"]]
    assert found == [1] * MOST_SUGGESTED + [0] * 5


def test_each_formula_of_a_box_has_its_own_flags() -> None:
    answer = answer_label("Day: Water, Mica, Glycerin. Night: Water, Parfum, Glycerin.", know())
    assert [(part["title"], part["flags"]) for part in answer["formulas"]] == [
        ("Day", {"tinted": "yes", "unscented": "yes"}),
        ("Night", {"tinted": "no", "unscented": "no"}),
    ]
