"""What our names make of labels that others wrote, alone and beside the EU's inventory; what is forbidden."""

import csv
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from catalog import inci
from catalog.inci import Reading, Vocabulary
from tests.catalog.knowledge.reading import read_rows

DATA = Path(__file__).parents[4] / "shared" / "data"
INVENTORY = DATA / "ingredients" / "cosing_inventory_2020.csv"
LABELS_2019 = "sephora_2019_cosmetics.csv"
COLUMNS = {LABELS_2019: "Ingredients", "sephora_2026_skincare.csv": "ingredients"}
ON = date(2026, 11, 22)

# Fragrances and preservatives that went in 2014, 2019 and 2022: what the 2019 shelf is full of.
THREE_GROUPS = {
    "eu-ii-1374-isopropylparaben",
    "eu-ii-1375-isobutylparaben",
    "eu-ii-1380-lyral",
    "eu-ii-1666-lilial",
}

pytestmark = pytest.mark.skipif(
    not INVENTORY.exists(), reason=f"the real catalogues are not on this machine: {INVENTORY.name}"
)


@cache
def our_names() -> dict[str, inci.Entry]:
    names: dict[str, inci.Entry] = {}
    for row in read_rows("ingredients"):
        entry = inci.Entry(inci.fold(row["inci"]), row["inci"], frozenset(row.get("classes", ())))
        translations = [name for some in row.get("translations", {}).values() for name in some]
        for name in (row["inci"], *row.get("also", ()), *row.get("misspelt", ()), *translations):
            names[inci.fold(name)] = entry
    return names


@cache
def make_vocabulary(*, with_inventory: bool) -> Vocabulary:
    names = dict(our_names())
    if with_inventory:
        with INVENTORY.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                key = inci.fold(row["inci_name"])
                names.setdefault(key, inci.Entry(key, row["inci_name"].title()))
    return Vocabulary(names)


@cache
def read_file(name: str, *, with_inventory: bool) -> list[Reading]:
    vocabulary = make_vocabulary(with_inventory=with_inventory)
    with (DATA / "catalogues" / name).open(encoding="utf-8-sig", newline="") as stream:
        return [inci.read_label(row[COLUMNS[name]] or "", vocabulary) for row in csv.DictReader(stream)]


def list_slugs(reading: Reading) -> set[str]:
    return {
        item.slug
        for part in reading.formulas
        for item in (*part.ingredients, *part.may_contain)
        if item.slug is not None
    }


def find_prohibited() -> dict[str, list[int]]:
    """Rule → rows of the 2019 file that hold what it forbids in every kind of product on that day."""
    found: dict[str, list[int]] = defaultdict(list)
    rules = [
        (
            rule["slug"],
            {our_names()[inci.fold(name)].slug for name in rule.get("ingredients", ())}
            | {entry.slug for entry in our_names().values() if entry.classes & set(rule.get("classes", ()))},
        )
        for rule in read_rows("law")
        if (rule["jurisdiction"], rule["sort"], rule["product_kinds"]) == ("eu", "prohibited", [])
        and rule.get("valid_from_available", ON) <= ON
    ]
    for place, reading in enumerate(read_file(LABELS_2019, with_inventory=False)):
        slugs = list_slugs(reading)
        for slug, forbidden in rules:
            if slugs & forbidden:
                found[slug].append(place)
    return found


@pytest.mark.parametrize(
    ("name", "with_inventory", "floor"),
    [
        (LABELS_2019, False, 0.970),
        (LABELS_2019, True, 0.983),
        ("sephora_2026_skincare.csv", False, 0.967),
        ("sephora_2026_skincare.csv", True, 0.987),
    ],
)
def test_so_much_of_real_labels_is_understood(name: str, with_inventory: bool, floor: float) -> None:
    items = [
        item.slug is not None
        for reading in read_file(name, with_inventory=with_inventory)
        for part in reading.formulas
        for item in (*part.ingredients, *part.may_contain)
    ]

    assert sum(items) / len(items) > floor


def test_69_of_1472_labels_of_2019_hold_what_went_since() -> None:
    found = find_prohibited()
    rows = {row for slug in THREE_GROUPS for row in found[slug]}
    parabens = {*found["eu-ii-1374-isopropylparaben"], *found["eu-ii-1375-isobutylparaben"]}

    assert abs(len(rows) - 69) <= 5
    assert abs(len(found["eu-ii-1666-lilial"]) - 51) <= 3
    assert abs(len(found["eu-ii-1380-lyral"]) - 11) <= 1
    assert abs(len(parabens) - 10) <= 1


def test_others_that_the_eu_forbids_are_found_as_well_and_few() -> None:
    found = find_prohibited()

    others = {row for slug, rows in found.items() if slug not in THREE_GROUPS for row in rows}

    assert 20 <= len(others) <= 30  # more would mean that a name is taken for a forbidden one
    assert {"eu-ii-1388-cyclotetrasiloxane", "eu-ii-1386-quaternium-15", "eu-iii-094-benzoyl-peroxide"} <= {
        *found
    }


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Lilial", "Butylphenyl Methylpropional"),
        ("Butylphenyl, Methylpropional", "Butylphenyl Methylpropional"),
        ("Butylphenyl Met Hylpropional", "Butylphenyl Methylpropional"),
        ("Lyral", "Hydroxyisohexyl 3-Cyclohexene Carboxaldehyde"),
        ("HICC", "Hydroxyisohexyl 3-Cyclohexene Carboxaldehyde"),
        ("Hydroxyisohexyl 3 Cyclohexene Carboxaldehyde", "Hydroxyisohexyl 3-Cyclohexene Carboxaldehyde"),
        ("Isobutylparben", "Isobutylparaben"),
    ],
)
def test_a_forbidden_name_is_known_by_its_trade_name_and_its_slips(printed: str, name: str) -> None:
    reading = inci.read_label(f"Water, Glycerin, {printed}, Linalool.", make_vocabulary(with_inventory=False))

    assert [item.name for item in reading.formulas[0].ingredients] == ["Water", "Glycerin", name, "Linalool"]


@pytest.mark.parametrize(
    "words",
    [
        "Free from Lilial, Lyral and Isobutylparaben.",
        "Formulated without: Isobutylparaben, Lilial.",
        "This product is without Isopropylparaben and Isobutylparaben.",
        "- Does not contain parabens, Lilial or Lyral.",
    ],
)
def test_what_a_label_says_it_does_not_hold_it_does_not_hold(words: str) -> None:
    for label in (
        f"Water, Glycerin, Linalool. {words}",
        f"{words}\nWater, Glycerin, Squalane, Talc, Mica, Linalool.",
    ):
        reading = inci.read_label(label, make_vocabulary(with_inventory=False))

        assert reading.status == "read"
        assert list_slugs(reading) <= {"water", "glycerin", "squalane", "talc", "mica", "linalool"}, label
