"""Footnotes, small print and advertising: what stands on a label and is no ingredient."""

import pytest

from tests.catalog.inci.words import check_cover, names, read, read_one


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


def test_advertising_that_names_names_first_ends_with_its_sentence() -> None:
    text = "lines -3% Complex: Glycerin, mel & talc provide immediate moisture Water, Talc, Mica, Mel, Citral"
    assert names(text) == ["Water", "Talc", "Mica", "Mel", "Citral"]


def test_advertising_within_the_list_is_left_out() -> None:
    text = "Water, Glycerin, Squalane. -Honey: Soothes and protects the skin. Talc, Mica."
    assert names(text) == ["Water", "Glycerin", "Squalane", "Talc", "Mica"]


def test_a_marked_name_by_itself_explains_the_mark_before_it() -> None:
    reading = read("Honey*, Water, Talc**, Mica. *Squalane. ** Panthenol")
    (part,) = reading.formulas
    assert [item.name for item in part.ingredients] == ["Mel", "Water", "Talc", "Mica"]
    assert part.notes == ("Footnote: *Squalane", "Footnote: ** Panthenol")
    check_cover("Honey*, Water, Talc**, Mica. *Squalane. ** Panthenol", reading)


def test_marked_names_on_lines_of_their_own_are_names() -> None:
    assert names("Water\nTalc\n*Honey\n*Squalane\nMica") == ["Water", "Talc", "Mel", "Squalane", "Mica"]


@pytest.mark.parametrize(
    "words",
    [
        "Frei von: Mel, Citral, Parabene.",
        "Frei von Mel und Citral.",
        "Sans : Mel, Citral, parabènes.",
        "Without: Mel, Citral, parabens.",
        "Sans parabènes, sans silicones.",
        "Sin parabenos, sin siliconas.",
        "Vegan & cruelty-free.",
        "120g bar.",
        "Store below 30°C/86°F.",
        "Conserver à température ambiante, à l'abri de la chaleur.",
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_what_is_not_in_it_is_no_ingredient(words: str, *, first: bool) -> None:
    text = f"{words}\nIngredients: Water, Talc, Mica." if first else f"Water, Talc, Mica. {words}"
    part = read_one(text)
    assert [item.name for item in part.ingredients] == ["Water", "Talc", "Mica"]
    assert part.complete is True
    check_cover(text, read(text))


def test_the_list_once_more_in_another_language_is_no_second_product() -> None:
    text = "INCI: Water, Talc, Mica. Składniki: woda, talk indyjski, mika biała."
    part = read_one(text)
    assert (part.complete, [item.name for item in part.ingredients]) == (True, ["Water", "Talc", "Mica"])
    check_cover(text, read(text))


def test_a_second_list_of_which_a_name_is_known_is_a_second_product() -> None:
    assert (
        len(read("Ingredients: Water, Talc, Mica. Ingredients: Water, Nonsensium, Nonsensia.").formulas) == 2
    )
