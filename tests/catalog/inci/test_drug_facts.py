"""The label of a drug as it is printed, or copied from a register: headings, purposes, warnings, lists."""

from decimal import Decimal

import pytest

from catalog.inci import Active
from catalog.inci.drafts import NO_ACTIVES
from tests.catalog.inci.words import check_cover, read, read_one

COPIED = """Drug Facts

  • Active ingredient

    Zinc Oxide 15.5%

  • Purpose

    Sunscreen

  • Uses

  • Warnings

    For external use only

    When using this product
      • keep out of eyes, mouth. Rinse with water.

  • Directions

    Talc your feet first.

  • Inactive ingredients

    Water (Aqua), Glycerin, Squalane, Xanthan
    Gum, Parfum.

  • Package Label: Zinc Balm
"""


def test_a_drugs_label_as_it_is_copied_from_a_register_is_one_formula() -> None:
    part = read_one(COPIED)
    assert [item.name for item in part.ingredients] == [
        "Zinc Oxide",
        "Water",
        "Glycerin",
        "Squalane",
        "Xanthan Gum",
        "Parfum",
    ]
    assert part.actives == (Active("Zinc Oxide", "zinc-oxide", Decimal("15.5")),)
    assert (part.complete, part.rank_tells_dose, part.title) == (True, False, "")
    check_cover(COPIED, read(COPIED))


@pytest.mark.parametrize(
    "text",
    [
        "Active ingredient (in each spray) Zinc Oxide 3% Purpose Sunscreen Uses helps prevent sunburn "
        "Warnings For external use only. Inactive ingredients: Water, Talc. Questions? 1-800-555-0100",
        "DRUG FACTS\n\nACTIVE INGREDIENTZinc Oxide 3% w/w\n\nPURPOSESunscreen\n\n"
        "INACTIVE INGREDIENTSwater, talc",
        "Active ingredient      Purpose\nZinc Oxide 3%.........Sunscreen\n\nInactive ingredients Water, Talc",
        "Active Ingredients\nZinc Oxide 3%\nInactive Ingredients\nWater\nTalc",
    ],
)
def test_its_headings_need_no_colon(text: str) -> None:
    part = read_one(text)
    assert [item.name for item in part.ingredients] == ["Zinc Oxide", "Water", "Talc"]
    assert part.actives == (Active("Zinc Oxide", "zinc-oxide", Decimal("3")),)
    assert part.complete is True
    check_cover(text, read(text))


def test_inactive_ingredients_under_a_bullet_say_that_actives_are_missing() -> None:
    part = read_one("  • Inactive Ingredients\n\n    Water, Glycerin, Talc")
    assert [item.name for item in part.ingredients] == ["Water", "Glycerin", "Talc"]
    assert part.complete is False


def test_an_active_among_the_warnings_is_not_lost() -> None:
    part = read_one(
        "Active ingredient: Salicylic Acid 2%. Purpose: Acne. Zinc Oxide 5%. "
        "Inactive ingredients: Water, Talc."
    )
    assert [active.name for active in part.actives] == ["Salicylic Acid", "Zinc Oxide"]
    assert part.complete is False


def test_purpose_and_uses_are_words_like_others_where_there_is_no_drug() -> None:
    assert [item.text for item in read_one("Water, Talc, Purpose, Glycerin").unresolved] == ["Purpose"]


@pytest.mark.parametrize(
    ("printed", "percent"),
    [
        ("Salicylic Acid(5,000ppm)", "0.5"),
        ("Salicylic Acid (1,100 Ppm)", "0.11"),
        ("Salicylic Acid 440,000 PPM", "44"),
        ("Salicylic Acid (10ppb)", "0.000001"),
        ("Salicylic Acid 2g per 100g", "2"),
        ("Salicylic Acid 0.5 g in 100 mL", "0.5"),
        ("Salicylic Acid (ppm)", None),
    ],
)
def test_parts_in_a_million_are_percents(printed: str, percent: str | None) -> None:
    item = read_one(f"Water, {printed}, Talc").ingredients[1]
    assert (item.name, item.percent) == ("Salicylic Acid", percent and Decimal(percent))


@pytest.mark.parametrize("sign", [":", ","])
def test_a_sign_between_an_active_and_its_percent_parts_nothing(sign: str) -> None:
    text = (
        f"Active ingredients: Zinc Oxide{sign} 9.0%, Octocrylene{sign} 2%. Inactive ingredients: Water, Talc."
    )
    part = read_one(text)
    assert [(active.name, active.percent) for active in part.actives] == [
        ("Zinc Oxide", Decimal("9.0")),
        ("Octocrylene", Decimal(2)),
    ]
    assert part.complete is True
    check_cover(text, read(text))


def test_a_share_of_something_else_in_the_bracket_is_not_the_share_of_the_name() -> None:
    item = read_one("Water, Salicylic Acid (1450 ppm F), Talc").ingredients[1]
    assert (item.name, item.percent) == ("Salicylic Acid", None)


def test_a_heading_that_stands_twice_begins_one_list() -> None:
    text = """
    ACTIVE INGREDIENT

    Active ingredients

    Avobenzone, 2.1%

    Octocrylene, 4%

    PURPOSE

    Purpose

    Sunscreen

    INACTIVE INGREDIENT

    Inactive ingredients

    Water, Glycerin"""
    part = read_one(text)
    assert [active.percent for active in part.actives] == [Decimal("2.1"), Decimal(4)]
    assert [item.name for item in part.ingredients[2:]] == ["Water", "Glycerin"]
    assert part.complete is True


def test_the_inactive_ones_behind_a_unit_are_not_the_actives() -> None:
    part = read_one("Active Ingredient: Salicylic Acid 2% w/vInactive ingredients: Water, Talc, Parfum")
    assert part.actives == (Active("Salicylic Acid", "salicylic-acid", Decimal(2)),)
    assert [item.name for item in part.ingredients] == ["Salicylic Acid", "Water", "Talc", "Parfum"]


def test_an_active_without_its_percent_does_not_end_the_actives() -> None:
    part = read_one(
        "Active Ingredients: avobenzone 3% • titanium dioxide • octocrylene 10%\n"
        "Inactive Ingredients: aqua, glycerin"
    )
    assert [active.percent for active in part.actives] == [Decimal(3), None, Decimal(10)]
    assert [item.name for item in part.ingredients[3:]] == ["Water", "Glycerin"]
    assert part.complete is True


def test_actives_that_cannot_be_read_are_missing() -> None:
    part = read_one(
        "Active Ingredients: Titanium Dioxide: 4% Zinc Oxide: 5.5%\nInactive Ingredients: Water, Glycerin"
    )
    assert (part.complete, part.notes) == (False, (NO_ACTIVES,))
