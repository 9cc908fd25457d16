"""Shades, codes, titles, lines and brackets: how a label falls into parts."""

import pytest

from tests.catalog.inci.words import check_cover, names, read, read_one


@pytest.mark.parametrize(
    "printed",
    [
        "Talc, [+/- Mica, CI 77891]",
        "Talc, [+/-: Mica, CI 77891].",
        "Talc, (+/-): Mica, CI 77891.",
        "Talc. May Contain: Mica, CI 77891.",
        "Talc. May Contain (+/-): Mica, CI 77891",
        "Talc, May Contain, Mica, CI 77891.",
        "Talc. May Contain/Peut Contenir (±): Mica, CI 77891.",
        "Talc. May Contain: Peut contenir : Mica, CI 77891",
        "Talc, [May Contain/Peut Contenir/+/-:Mica, CI 77891]",
        "Talc [+/-] May Contain Mica, Ci 77891 (Titanium Dioxide).",
        "Talc +/- Mica, Ci 77891 / Titanium Dioxide.",
        "Talc, May Contain(+/): Mica,Titanium Dioxide (CI 77891",
        "Talc, [+/- (May Contain): Mica, Titanium Dioxide (CI 77891)]",
    ],
)
def test_what_a_shade_may_contain_is_kept_apart(printed: str) -> None:
    part = read_one(f"Water, Glycerin, {printed}")
    assert [item.name for item in part.ingredients] == ["Water", "Glycerin", "Talc"]
    assert [item.name for item in part.may_contain] == ["Mica", "Titanium Dioxide"]
    assert [item.rank for item in part.may_contain] == [1, 2]


def test_behind_the_bracket_of_the_shades_the_list_goes_on() -> None:
    part = read_one("Water, [+/- Mica], Talc")
    assert [item.name for item in part.ingredients] == ["Water", "Talc"]
    assert [item.name for item in part.may_contain] == ["Mica"]


@pytest.mark.parametrize(
    "code",
    ["(F.I.L. Z123456/1)", "<ILN00000>", "<00001>", "[V0606F]", "Z123456/1", "FIL Z123456/2", "ABCDEF01"],
)
def test_a_code_of_the_label_is_no_ingredient(code: str) -> None:
    part = read_one(
        f"Water, Glycerin, Talc {code}." if code != "ABCDEF01" else f"Water, Glycerin, Talc. {code}."
    )
    assert [item.name for item in part.ingredients] == ["Water", "Glycerin", "Talc"]
    assert part.label_codes == (code,)


def test_a_colour_in_brackets_is_no_code() -> None:
    part = read_one("Talc, Titanium Dioxide (CI77891), Mica [CI77019]")
    assert [item.name for item in part.ingredients] == ["Talc", "Titanium Dioxide", "Mica"]
    assert part.label_codes == ()


def test_steps_are_formulas_of_their_own() -> None:
    reading = read("Water, Salicylic Acid, Talc (* - exfoliant). Step 2: Water, Retinol, Honey.")
    assert [part.title for part in reading.formulas] == ["", "Step 2"]
    assert [len(part.ingredients) for part in reading.formulas] == [3, 3]
    assert [item.rank for item in reading.formulas[1].ingredients] == [1, 2, 3]


def test_a_title_before_a_colon_begins_a_formula() -> None:
    reading = read("Day: Water, Zinc Oxide, Talc. Night Balm No. 9: Water, Retinol, Honey.")
    assert [part.title for part in reading.formulas] == ["Day", "Night Balm No. 9"]


def test_a_title_may_stand_on_a_line_of_its_own_and_hold_an_ampersand() -> None:
    reading = read("Smooth & Soft Balm:\nWater, Talc, Mel.\nHope & Honey Milk:\n\nWater, Retinol, Citral.")
    assert [part.title for part in reading.formulas] == ["Smooth & Soft Balm", "Hope & Honey Milk"]


def test_a_footnote_behind_the_last_name_and_a_colon_does_not_take_the_name_with_it() -> None:
    assert names("Water, Talc, Citral, Linalool *: Zebra Formula")[:4] == [
        "Water",
        "Talc",
        "Citral",
        "Linalool",
    ]


def test_a_title_that_lacks_the_comma_before_it_leaves_the_name_its_place() -> None:
    reading = read("Water, Talc, Phenoxyethanol Night Balm: Water, Honey, Retinol")
    assert [part.title for part in reading.formulas] == ["", "Night Balm"]
    assert reading.formulas[0].ingredients[-1].name == "Phenoxyethanol"


def test_a_name_with_a_colon_behind_it_is_no_title() -> None:
    part = read_one("Water, Parfum: Linalool, Citral, Zinc Oxide 5%: Talc")
    assert [item.name for item in part.ingredients] == [
        "Water",
        "Parfum",
        "Linalool",
        "Citral",
        "Zinc Oxide",
        "Talc",
    ]


def test_a_title_may_hold_little_words() -> None:
    reading = read("Balm in a Jar for the Night: Water, Talc, Mel. Milk to Go: Water, Retinol, Citral.")
    assert [part.title for part in reading.formulas] == ["Balm in a Jar for the Night", "Milk to Go"]


def test_words_before_ingredients_are_the_title() -> None:
    assert read_one("Lotion Extra Ingredients: Water, Talc, Honey").title == "Lotion Extra"


def test_a_list_literal_is_unwrapped() -> None:
    text = "['water', 'glycerin', '1,2-hexanediol', 'talc']"
    assert names(text) == ["Water", "Glycerin", "1,2-Hexanediol", "Talc"]
    check_cover(text, read(text))


def test_one_name_a_line_is_a_list() -> None:
    assert names("Water\nGlycerin\nCaprylic/Capric Triglyceride\nTalc") == [
        "Water",
        "Glycerin",
        "Caprylic/Capric Triglyceride",
        "Talc",
    ]
    assert names("- Water\n- Glycerin\n- Honey\n- Talc") == ["Water", "Glycerin", "Mel", "Talc"]


def test_a_line_that_ends_within_a_name_parts_nothing() -> None:
    assert names("Water, Caprylic/Capric\nTriglyceride, Talc, Honey") == [
        "Water",
        "Caprylic/Capric Triglyceride",
        "Talc",
        "Mel",
    ]


def test_a_full_stop_for_a_comma_parts_names_and_an_abbreviation_does_not() -> None:
    assert names("Water, Limonene. Linalool, Citral.") == ["Water", "Limonene", "Linalool", "Citral"]
    assert names("Water, Alcohol Denat. (SD Alcohol 40-B), Talc") == ["Water", "Alcohol Denat.", "Talc"]


def test_full_stops_in_a_bracket_part_names_behind_a_mark() -> None:
    assert names("Water, Talc. (*Citral. Limonene. Linalool. Citronello].") == [
        "Water",
        "Talc",
        "Citral",
        "Limonene",
        "Linalool",
        "?Citronello",
    ]


def test_a_bracket_that_never_closes_swallows_nothing() -> None:
    assert names("Talc, Titanium Dioxide (CI 77891 , Iron Oxides (CI 77491), Honey") == [
        "Talc",
        "Titanium Dioxide",
        "Iron Oxides",
        "Mel",
    ]


def test_entities_tags_and_wide_signs_are_read() -> None:
    assert names("Water,&nbsp;Glycerin<br>Talc， Honey") == ["Water", "Glycerin", "Talc", "Mel"]


def test_what_is_not_understood_keeps_its_place_and_is_listed() -> None:
    part = read_one("Water, Unobtainium Extract, Talc")
    assert [item.text for item in part.unresolved] == ["Unobtainium Extract"]
    assert part.ingredients[1] == part.unresolved[0]
    assert (part.ingredients[1].slug, part.ingredients[1].rank, part.complete) == (None, 2, False)


def test_lost_letters_are_told() -> None:
    reading = read("Water, Glyc�rin, Talc")
    assert reading.notes == ("Some letters were lost before this text came here (�).",)
    assert reading.formulas[0].unresolved[0].text == "Glyc�rin"
