"""What is understood, as PostgreSQL is asked for it."""

import pytest

from catalog.finding.matching import match
from catalog.finding.understanding import Name, Understood, Word

CREAM = Word("cream", "cream", ("cream",), True)
MILIA = Word("milia", "milia", ("milia",), True)
THE = Word("the", "the", (), True)


def ask(*words: Word, **more: object) -> str:
    found = match(Understood("", words, **more))  # type: ignore[arg-type]
    assert found is not None
    return found.strict


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        (Word("ser", "ser", ("ser",), False), "(('ser':*) | 'i:ser':*)"),
        (Word("se", "se", ("se",), False), "(('se':*) | 'i:se':*)"),
        (Word("serum", "serum", ("serum",), True), "(('serum') | 'i:serum')"),  # a whole word here
        (Word("serun", "serum", ("serum",), False), "(('serum') | 'i:serum')"),  # put right: it is whole
        (Word("15", "15", ("15",), False), "(('15') | 'i:15')"),
    ],
)
def test_the_last_word_is_a_beginning_only_when_it_may_be_one(word: Word, asked: str) -> None:
    assert ask(CREAM, word) == f"(('cream') | 'i:cream') & {asked}"
    assert ":*" not in ask(word, CREAM)


def test_two_letters_alone_begin_too_much() -> None:
    assert ask(Word("se", "se", ("se",), False)) == "(('se') | 'i:se')"


def test_a_market_stands_before_every_question_and_a_description_answers_the_loose_one() -> None:
    found = match(Understood("", (CREAM, THE, MILIA)), market="eu")
    assert found is not None
    cream, milia = "(('cream') | 'i:cream')", "(('milia') | 'i:milia')"
    assert found.strict == f"'in:eu' & {cream} & {milia}"
    assert found.loose == f"'in:eu' & ({cream} | {milia} | 'd:cream' | 'd:milia')"


def test_a_name_is_looked_for_as_a_whole_under_its_mark_and_in_other_words() -> None:
    words = (Word("milk", "milk", ("milk",), True), Word("spots", "spots", ("spot",), True))
    names = (Name(0, 1, "concern", "milia", "Milia"), Name(0, 1, "text", "grain", "grain", "'grain'"))
    assert ask(*words, names=names) == "(('milk' & 'spot') | 'concern:milia' | ('grain'))"


def test_what_says_nothing_asks_nothing_and_what_was_heard_is_not_asked_again() -> None:
    assert match(Understood("", (THE,))) is None
    assert match(Understood("", (CREAM,), heard=frozenset({0}))) is None
    assert match(Understood(""), market="eu") is None
