"""Percents and active ingredients, in every order in which labels give them."""

from decimal import Decimal

import pytest

from catalog.inci import Active
from tests.catalog.inci.words import read, read_one


@pytest.mark.parametrize(
    "printed",
    [
        "Niacinamide 1.5%",
        "Niacinamide (1.5%)",
        "1.5% Niacinamide",
        "Niacinamide 1,5 %",
        "Niacinamide [1.5 %]",
        "Niacinamide, 1.5 %",
        "Niacinamide: 1.5%",
        "Niacinamide %1,5",
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


def test_what_advertising_gives_in_percent_and_the_list_does_not_hold_is_active() -> None:
    part = read_one("-Zinc Oxide 12%: Shields your skin from the sun. Water, Talc, Glycerin, Mel.")
    assert part.notes == ("Given in percent outside the list, and missing in it: Zinc Oxide.",)
    assert part.actives == (Active("Zinc Oxide", "zinc-oxide", Decimal("12")),)
    assert (part.complete, part.rank_tells_dose) == (False, False)
    assert read_one("-Niacinamide 5%: Soothes your skin. Water, Niacinamide, Talc, Mel.").complete is True
