"""What else stands on a label: percents, actives, shades, codes, footnotes, titles, small print."""

from decimal import Decimal

import pytest

from catalog.inci import Active
from tests.catalog.inci.words import check_cover, names, read, read_one


@pytest.mark.parametrize(
    "printed",
    [
        "Niacinamide 1.5%",
        "Niacinamide (1.5%)",
        "1.5% Niacinamide",
        "Niacinamide 1,5 %",
        "Niacinamide [1.5 %]",
    ],
)
def test_a_percent_is_read_in_every_spelling(printed: str) -> None:
    part = read_one(f"Water, {printed}, Talc")
    assert [(item.name, item.percent) for item in part.ingredients] == [
        ("Water", None),
        ("Niacinamide", Decimal("1.5")),
        ("Talc", None),
    ]
    assert part.actives == (Active("Niacinamide", "niacinamide", Decimal("1.5")),)


def test_a_percent_glued_to_the_next_name_parts_the_two() -> None:
    part = read_one("Avobenzone 3.0%, Octocrylene 5.0%Water, Glycerin")
    assert [(item.name, item.percent) for item in part.ingredients] == [
        ("Butyl Methoxydibenzoylmethane", Decimal("3.0")),
        ("Octocrylene", Decimal("5.0")),
        ("Water", None),
        ("Glycerin", None),
    ]
    assert part.rank_tells_dose is False


def test_what_an_active_is_for_is_no_part_of_its_name() -> None:
    part = read_one(
        "Drug Facts Active Ingredients: Zinc Oxide 9.4% Sunscreen. Inactive Ingredients: Water, Talc"
    )
    assert part.actives == (Active("Zinc Oxide", "zinc-oxide", Decimal("9.4")),)


def test_a_bound_is_no_percent() -> None:
    assert [item.percent for item in read_one("Water, Retinol <1%, Talc").ingredients] == [None, None, None]


def test_actives_before_inactives() -> None:
    part = read_one("Active Ingredients: Zinc Oxide 17.5%. Inactive Ingredients: Water, Talc, Glycerin.")
    assert part.actives == (Active("Zinc Oxide", "zinc-oxide", Decimal("17.5")),)
    assert [item.name for item in part.ingredients] == ["Zinc Oxide", "Water", "Talc", "Glycerin"]
    assert (part.rank_tells_dose, part.complete) == (False, True)


def test_inactives_before_actives() -> None:
    part = read_one("Inactive Ingredients: Water, Talc. Active Ingredient: 0.5% Encapsulated Salicylic Acid.")
    assert part.actives == (Active("Salicylic Acid", "salicylic-acid", Decimal("0.5")),)
    assert [item.name for item in part.ingredients] == ["Water", "Talc", "Salicylic Acid"]


def test_actives_without_their_heading() -> None:
    part = read_one("Colloidal Oatmeal Inactive Ingredients: Water, Glycerin, Talc")
    assert part.actives == (Active("Colloidal Oatmeal", "colloidal-oatmeal", None),)


def test_actives_end_where_the_percents_end() -> None:
    part = read_one("Drug House (Balms)Active Ingredient: Salicylic Acid 1.50%Water , Talc , Glycerin")
    assert [active.name for active in part.actives] == ["Salicylic Acid"]
    assert [item.name for item in part.ingredients] == ["Salicylic Acid", "Water", "Talc", "Glycerin"]


def test_advertised_actives_are_no_actives() -> None:
    reading = read("-Marine Actives: Help to keep skin smooth. Water, Talc, Glycerin.")
    assert [part.actives for part in reading.formulas] == [()]


def test_actives_that_are_missing_make_the_list_incomplete() -> None:
    part = read_one("Inactive Ingredients: Water, Glycerin, Talc")
    assert part.complete is False
    assert part.notes == ("The active ingredients are not in this text.",)


def test_ingredients_after_actives_are_the_same_formula() -> None:
    part = read_one("Active Ingredient: Zinc Oxide (15%) Ingredients: Water, Talc")
    assert [item.name for item in part.ingredients] == ["Zinc Oxide", "Water", "Talc"]
    assert part.actives[0].percent == 15


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


@pytest.mark.parametrize(
    "printed",
    [
        "Talc. *Organic.",
        "Talc *Organic",
        "Talc (* - exfoliant).",
        "Talc.* *Organic. **From essential oils.",
        "Talc. *100% Natural Fragrance. 100% natural origin of total.",
        "Talc. +Fragrances of natural origin.",
    ],
)
def test_a_footnote_is_no_ingredient(printed: str) -> None:
    part = read_one(f"Water, Honey*, {printed}")
    assert [item.name for item in part.ingredients] == ["Water", "Mel", "Talc"]
    assert part.notes[0].startswith("Footnote: ")


@pytest.mark.parametrize(
    "printed",
    [
        "Please be aware that lists may change. Please look at the package.",
        "Free of silicones, Dimethicone, and Fragrance.",
        "Ingredients are subject to change at any time, Honey included.",
        "Disclaimer: Lists of Water, Talc and more are updated often.",
        "WARNING: Keep it away from Honey, Talc, and children.",
        "Without Retinol, Parfum or Talc.",
    ],
)
def test_small_print_is_no_ingredient(printed: str) -> None:
    reading = read(f"Water, Glycerin, Talc. {printed}")
    assert [item.name for item in reading.formulas[0].ingredients] == ["Water", "Glycerin", "Talc"]
    assert reading.notes


def test_small_print_without_a_full_stop_before_it_is_cut_off() -> None:
    assert names("Water, Glycerin, Talc Please be aware that this may change.") == [
        "Water",
        "Glycerin",
        "Talc",
    ]


def test_advertising_before_the_list_is_cut_off() -> None:
    text = (
        "-Retinol: Visibly smooths lines, and evens tone.\n-Niacinamide: Helps skin look bright. "
        "Water, Glycerin, Squalane, Talc."
    )
    reading = read(text)
    assert [item.name for item in reading.formulas[0].ingredients] == [
        "Water",
        "Glycerin",
        "Squalane",
        "Talc",
    ]
    assert len(reading.notes) == 2
    check_cover(text, reading)


def test_advertising_that_runs_into_the_list_is_cut_off_where_the_names_begin() -> None:
    text = "Honey: Helps to keep your skin soft Water/Aqua/Eau, Glycerin, Squalane, Talc, Mica"
    assert names(text) == ["Water", "Glycerin", "Squalane", "Talc", "Mica"]


def test_advertising_with_two_colons_and_no_full_stop_ends_where_the_names_begin() -> None:
    text = (
        "1% Retinol: Smooths it Honey: Helps hydrate, soothe and protect skin Water, Talc, Mica, Citral, Mel"
    )
    reading = read(text)
    assert [item.name for item in reading.formulas[0].ingredients] == [
        "Water",
        "Talc",
        "Mica",
        "Citral",
        "Mel",
    ]
    assert len(reading.formulas) == 1
    check_cover(text, reading)


def test_advertising_within_the_list_is_left_out() -> None:
    text = "Water, Glycerin, Squalane. -Honey: Soothes and protects the skin. Talc, Mica."
    assert names(text) == ["Water", "Glycerin", "Squalane", "Talc", "Mica"]


def test_steps_are_formulas_of_their_own() -> None:
    reading = read("Water, Salicylic Acid, Talc (* - exfoliant). Step 2: Water, Retinol, Honey.")
    assert [part.title for part in reading.formulas] == ["", "Step 2"]
    assert [len(part.ingredients) for part in reading.formulas] == [3, 3]
    assert [item.rank for item in reading.formulas[1].ingredients] == [1, 2, 3]


def test_a_title_before_a_colon_begins_a_formula() -> None:
    reading = read("Day: Water, Zinc Oxide, Talc. Night Balm No. 9: Water, Retinol, Honey.")
    assert [part.title for part in reading.formulas] == ["Day", "Night Balm No. 9"]


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
