"""The answer that the command and the API give for a label."""

import json
from collections.abc import Mapping, Sequence

from catalog.claims import Claim
from catalog.inci import FormulaRead
from catalog.label_answer import MOST_SUGGESTED, show_reading
from tests.catalog.inci.words import VOCABULARY, read


def claim_length(formulas: Sequence[FormulaRead]) -> Mapping[str, Claim]:
    return {"short": Claim("yes" if len(formulas[0].ingredients) < 3 else "no")}


def show(text: str) -> dict[str, object]:
    answer = show_reading(read(text), vocabulary=VOCABULARY, claims=claim_length)
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
                "flags": {"short": "no"},
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
    answer = show_reading(read(text), vocabulary=VOCABULARY, claims=lambda _: {})
    found = [len(one["suggestions"]) for one in answer["formulas"][0]["unresolved"]]
    assert found == [1] * MOST_SUGGESTED + [0] * 5
