"""Where a forbidden word is forbidden: the same list for picks, files and desks, and who is granted what."""

import pytest

from catalog import saying
from catalog.models import Statement
from catalog.saying import BANS, Leave

Kind = Statement.Kind


def statement(
    text: str,
    *,
    kind: str = Kind.HELPS,
    grade: str = "C",
    about: str | None = None,
    of: str = "concern",
    sells: bool = True,
) -> bool:
    """Whether a statement may say this."""
    granted = saying.grant_statement(kind=kind, grade=grade, about_class=about, of=of, sells=sells)
    return saying.find_unsayable(text, granted) == []


def test_only_a_medicine_and_who_may_prescribe_it_treats() -> None:
    claim = "It treats acne."
    assert not statement(claim, grade="A")
    assert not statement(claim, about="bha", grade="A")
    assert statement(claim, about="prescription_retinoid")
    assert statement(claim, kind=Kind.PROFESSIONAL_CARE)
    assert statement(claim, kind=Kind.LAW, grade="law")
    assert statement(claim, of="guide", sells=False)
    assert not statement(claim, of="guide", sells=True)
    assert statement("It treats acne, says the box.", kind=Kind.NOT_THIS)


@pytest.mark.parametrize(
    ("text", "grade", "may"),
    [
        ("Dangerous in pregnancy.", "A", True),
        ("Dangerous in pregnancy.", "law", True),
        ("Dangerous in pregnancy.", "C", False),
        ("Dangerous in pregnancy.", "D", False),
        ("The best cream for it.", "B", True),
        ("The best cream for it.", "C", False),
        ("Tested on forty people.", "A", True),
        ("Tested on forty people.", "D", False),
        ("Safe in pregnancy.", "A", False),
        ("Safe in pregnancy.", "law", False),
        ("A miracle.", "A", False),
        ("Guaranteed.", "A", False),
        ("We have no financial interest.", "A", False),
    ],
)
def test_what_a_grade_bears(text: str, grade: str, may: bool) -> None:
    assert statement(text, grade=grade) is may
    assert (saying.find_unsayable(text, saying.grant(grade=grade)) == []) is may


def test_a_condition_may_be_harmless_and_nothing_that_one_puts_on_it() -> None:
    assert statement("Milia are harmless.", kind=Kind.WHAT_IT_IS)
    assert not statement("Milia are harmless.", kind=Kind.HELPS)
    assert not statement("A harmless acid.", kind=Kind.WHAT_IT_IS, about="aha")
    assert not statement("Harmless.", kind=Kind.WHAT_IT_IS, of="ingredient")


def test_every_reason_is_told_at_once_in_the_words_that_were_written() -> None:
    assert saying.find_unsayable("A miracle: it CURES acne, and it is safe.") == [
        "“CURES” is a medicine's claim: say what it does for the look or feel of skin.",
        "“is safe” promises what nobody can: say what is known.",
        "“miracle” promises what nobody can: say what it does.",
    ]


def test_a_pick_is_granted_only_what_is_asked_of_it_apart() -> None:
    allowed = [ban for ban in BANS if Leave.ASKED_APART in ban.unless]
    assert [ban.phrases for ban in allowed] == [saying.SUPERLATIVES, saying.TESTED, saying.INDEPENDENCE]
