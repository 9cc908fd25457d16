"""What files say to customers is held against forbidden words: file and line, and nothing is loaded."""

from pathlib import Path

import pytest

from catalog import knowing
from catalog.knowing import BadKnowledge
from catalog.models import AdviceRule, Concern
from tests.builders.clock import NOW
from tests.catalog.knowing import trees

TREATS = "“treats” is a medicine's claim: say what it does for the look or feel of skin."
FORBIDDEN: dict[str, tuple[dict[str, tuple[str, str]], str]] = {
    "a concern that promises": (
        {"concerns__milia": ("Small firm white bumps.", "Treats milia like a miracle.")},
        "concerns/milia.yaml:8: one_line: “Treats” is a medicine's claim",
    ),
    "a statement that heals": (
        {"concerns__milia": ("Heavy creams bring them.", "A serum treats them.")},
        f"concerns/milia.yaml:15: text: {TREATS}",
    ),
    "a heading that is sure": (
        {"concerns__milia": ("dispute: creams\n", "heading: It is safe\n    dispute: creams\n")},
        "concerns/milia.yaml:16: heading: “is safe” promises what nobody can",
    ),
    "advice that frightens without proof": (
        {"advice": ("Use them on different evenings.", "Together they are dangerous.")},
        "advice.yaml:10: words: “dangerous” frightens without proof",
    ),
    "the other view of advice": (
        {"advice": ("Some bear both.", "The best pair of all.")},
        "advice.yaml:11: other_view: “best” needs a comparison",
    ),
    "a law that promises": (
        {"law__eu": ("words: At most 0.3 % vitamin A.", "words: Below 0.3 % it is safe.")},
        "law/eu.yaml:16: words: “is safe” promises what nobody can",
    ),
    "a guide's summary": (
        {"guides__retinoids": ("summary: Slowly.", "summary: The holy grail.")},
        "guides/retinoids.yaml:6: summary: “holy grail” promises what nobody can",
    ),
    "a guide that sells and heals": (
        {"guides__retinoids": ('sells: false\nstatements:\n  - {kind: note, text: "Begin slowly."',
                               'sells: true\nstatements:\n  - {kind: note, text: "It treats acne."')},
        f"guides/retinoids.yaml:12: text: {TREATS}",
    ),
}  # fmt: skip
ALLOWED: dict[str, dict[str, tuple[str, str]]] = {
    "a guide about a medicine, beside which nothing is sold": {
        "guides__retinoids": ("Begin slowly.", "Tretinoin treats acne.")
    },
    "a condition that is harmless": {"concerns__milia": ("Small firm white bumps.", "Harmless white bumps.")},
    "what the law wants on the label": {"law__eu": ("Contains Vitamin A.", "Safe for eyes if rinsed.")},
    "a law of medicines": {"law__eu": ("At most 0.3 % vitamin A.", "What treats acne is a medicine.")},
    "customers' own words": {"concerns__milia": ("milk spots", "milia miracle cure")},
}
FILES = {
    "concerns__milia": trees.MILIA,
    "advice": trees.ADVICE,
    "law__eu": trees.LAW,
    "guides__retinoids": trees.GUIDE,
}


def plant(folder: Path, changes: dict[str, tuple[str, str]]) -> None:
    assert all(old in FILES[name] for name, (old, _) in changes.items()), "the test changes what is there"
    trees.plant(folder, **{name: FILES[name].replace(old, new, 1) for name, (old, new) in changes.items()})


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_forbidden_word_is_told_with_its_line_and_nothing_is_loaded(tmp_path: Path, name: str) -> None:
    changes, told = FORBIDDEN[name]
    plant(tmp_path, changes)
    with pytest.raises(BadKnowledge) as refused:
        knowing.load_knowledge(folder=tmp_path, now=NOW)
    assert str(refused.value).splitlines()[0].startswith(f"{tmp_path}/{told}")
    assert not Concern.objects.exists()
    assert not AdviceRule.objects.exists()


@pytest.mark.parametrize("name", ALLOWED)
def test_where_it_is_no_claim_of_ours_it_may_stand(tmp_path: Path, name: str) -> None:
    plant(tmp_path, ALLOWED[name])
    knowing.read_knowledge(folder=tmp_path, now=NOW)


def test_our_own_files_say_nothing_that_nobody_may_say() -> None:
    found, _ = knowing.read_knowledge(now=NOW.replace(year=2027))
    assert len(found.rows["concern"]) >= 16
