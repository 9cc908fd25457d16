"""Labels of which a part is missing: what is not there must not count as absent."""

import pytest

from catalog.inci import small_print
from tests.catalog.inci.words import read, read_one


@pytest.mark.parametrize(
    "text",
    [
        "Water, Glycerin, Talc,",
        "Water, Glycerin, Talc...",
        "Water, Glycerin, Talc…",
        "Water, Glycerin, Talc (",
        "<p><b>Water, Glycerin, Talc&hellip;</b></p>\n",
        "Water, Glycerin, Iron Oxides (CI",
    ],
)
def test_a_list_that_breaks_off_is_not_complete(text: str) -> None:
    part = read_one(text)
    assert part.complete is False
    assert part.unresolved == ()
    assert part.notes == (small_print.BROKEN_OFF,)


@pytest.mark.parametrize("text", ["Water, Talc.", "Water, Titanium Dioxide (CI 77891", "Water, Talc (Mica)"])
def test_a_list_that_ends_is_complete(text: str) -> None:
    assert read_one(text).complete is True


@pytest.mark.parametrize(
    "words",
    [
        "(lista completa disponible en la tienda)",
        "(see the full ingredient list in store)",
        ". The complete list is on the box.",
        ". Partial list.",
    ],
)
def test_a_list_that_stands_elsewhere_is_not_complete(words: str) -> None:
    part = read_one(f"Water, Glycerin, Talc {words}")
    assert [item.name for item in part.ingredients][:3] == ["Water", "Glycerin", "Talc"]
    assert part.complete is False
    assert small_print.NOT_ALL in part.notes


@pytest.mark.parametrize(
    "text",
    [
        "Full list of ingredients: Water, Glycerin, Talc",
        "Complete ingredient list: Water, Glycerin, Talc",
        "Water, Glycerin, Talc. For the most complete list please see the box.",
    ],
)
def test_a_heading_that_calls_the_list_full_says_nothing_of_another(text: str) -> None:
    assert read_one(text).complete is True


def test_only_the_last_formula_breaks_off() -> None:
    formulas = read("Day: Water, Talc, Mica. Night: Water, Retinol, Talc,").formulas
    assert [part.complete for part in formulas] == [True, False]


def test_words_about_the_full_list_are_no_ingredient() -> None:
    part = read_one("Water, Talc, Miel. Liste complète sur l'emballage.")
    assert [item.name for item in part.ingredients] == ["Water", "Talc", "Mel"]
    assert part.notes == (small_print.NOT_ALL,)


def test_the_heading_of_a_full_list_is_no_gap() -> None:
    assert read_one("Lista completa de ingredientes: Water, Talc, Mica").complete is True
