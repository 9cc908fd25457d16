"""What keyboards, sheets and exports do to names."""

import pytest

from catalog import inci
from tests.catalog.inci.words import names, read_one


@pytest.mark.parametrize(
    "separator",
    ["･", " ・ ", " ‧ ", " ∙ ", " • ", " ■ ", " ? ", " ?", " \ufffd "],
    ids=lambda sign: repr(sign),
)
def test_a_list_may_be_parted_by_bullets_and_by_what_an_export_made_of_them(separator: str) -> None:
    wanted = ["Water", "Glycerin", "Squalane", "Talc", "Mica", "Citral"]
    assert names(separator.join(wanted)) == wanted


def test_one_question_mark_parts_nothing() -> None:
    assert names("Water, Talc ? Mica, Citral")[1] == "?Talc ? Mica"


def test_two_backslashes_are_one() -> None:
    assert names("Water\\\\Aqua\\\\Eau, Talc") == ["Water", "Talc"]


def test_a_letter_of_the_other_alphabet_that_looks_the_same_is_the_same() -> None:
    assert names("Water, Сaprylic/Сapric Triglyceride, Tаlc") == [
        "Water",
        "Caprylic/Capric Triglyceride",
        "Talc",
    ]
    assert inci.fold("тальк") == "тальк"


def test_the_number_of_a_footnote_is_no_part_of_the_name() -> None:
    assert names("Water, Glycerin2, Squalane1, Zebra3") == ["Water", "Glycerin", "Squalane", "?Zebra3"]
    assert names("Water, Ceramide3, Talc")[1] == "Ceramide NP"


def test_who_named_the_plant_is_no_part_of_the_name() -> None:
    assert names("Water, Helianthus Annuus L. (Sunflower) Seed Oil, Talc") == [
        "Water",
        "Helianthus Annuus (Sunflower) Seed Oil",
        "Talc",
    ]


@pytest.mark.parametrize(
    ("british", "name"), [("Sodium Sulphate", "Sodium Sulfate"), ("Aluminium Powder", "Aluminum Powder")]
)
def test_british_spelling_is_the_same_name(british: str, name: str) -> None:
    known = inci.Vocabulary({inci.fold(name): inci.Entry(name.lower(), name)})
    (part,) = inci.read_label(f"{british}, {name}", known).formulas
    assert [item.name for item in part.ingredients] == [name, name]


def test_a_heart_is_a_mark_like_a_star() -> None:
    part = read_one("Water, Honey*♥, Talc. *Organic ♥Fair trade")
    assert [(item.name, item.marks) for item in part.ingredients] == [
        ("Water", ""),
        ("Mel", "*♥"),
        ("Talc", ""),
    ]
    assert part.complete is True


def test_a_name_that_a_lines_end_parted_is_whole_again() -> None:
    assert names("Water\nGlycerin\nXanthan\nGum\nTalc\nMica") == [
        "Water",
        "Glycerin",
        "Xanthan Gum",
        "Talc",
        "Mica",
    ]


def test_angle_brackets_around_a_part_are_no_part_of_a_name() -> None:
    part = read_one("Water, Talc. <+/- MAY CONTAIN: MICA, TITANIUM DIOXIDE (CI 77891)>")
    assert [item.name for item in part.may_contain] == ["Mica", "Titanium Dioxide"]


def test_a_word_that_lost_its_ligature_is_still_that_word() -> None:
    wanted = ["Calendula Officinalis Flower Extract", "Caffeine"]
    vocabulary = inci.Vocabulary({inci.fold(one): inci.Entry(one, one, frozenset()) for one in wanted})
    (part,) = inci.read_label("Calendula ocinalis flower extract, caeine", vocabulary).formulas
    assert [item.name for item in part.ingredients] == wanted
