"""Thousands of labels that others wrote, with the names of the EU's inventory alone."""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from catalog import inci
from catalog.inci import Reading, refusing
from tests.catalog.inci.words import check_cover

DATA = Path(__file__).parents[4] / "shared" / "data"
INVENTORY = DATA / "ingredients" / "cosing_inventory_2020.csv"
COLUMNS = {
    "sephora_2019_cosmetics.csv": "Ingredients",
    "sephora_2019_raw_1472.csv": "ingredients",
    "sephora_2026_skincare.csv": "ingredients",
    "sephora_2026_skincare_rawscrape.csv": "ingredients",
    "incidecoder_strings_a.csv": "incide_ingredients",
    "lookfantastic_1138.csv": "clean_ingreds",
}

pytestmark = pytest.mark.skipif(
    not INVENTORY.exists(), reason=f"the real catalogues are not on this machine: {INVENTORY.name}"
)


@cache
def load_inventory() -> inci.Vocabulary:
    names = {
        inci.fold("Water"): inci.Entry("aqua", "Aqua"),
        inci.fold("Fragrance"): inci.Entry("parfum", "Parfum"),
    }
    with INVENTORY.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            key = inci.fold(row["inci_name"])
            names.setdefault(key, inci.Entry(key.replace(" ", "-"), row["inci_name"].title()))
    return inci.Vocabulary(names)


def read_file(name: str) -> list[tuple[str, Reading]]:
    with (DATA / "catalogues" / name).open(encoding="utf-8-sig", newline="") as stream:
        texts = [row[COLUMNS[name]] or "" for row in csv.DictReader(stream)]
    return [(text, inci.read_label(text, load_inventory())) for text in texts]


@pytest.mark.parametrize("name", COLUMNS)
def test_every_sign_of_every_label_is_accounted_for(name: str) -> None:
    for text, reading in read_file(name):
        check_cover(text, reading)
        assert (reading.status == "read") == bool(reading.formulas)


def test_of_1472_cells_147_hold_something_else_than_a_label() -> None:
    reasons = Counter(reading.reason for _, reading in read_file("sephora_2019_cosmetics.csv"))
    assert abs(reasons[refusing.PLACEHOLDER] + reasons[refusing.SPREADSHEET] - 147) <= 5
    # what is left of a label, but is no list
    assert abs(reasons[refusing.MARKETING] - 50) <= 5
    assert abs(reasons[refusing.FOOTNOTES] - 24) <= 3


@pytest.mark.parametrize(
    ("name", "share"),
    [("sephora_2019_cosmetics.csv", 0.94), ("sephora_2026_skincare.csv", 0.94)],
)
def test_the_inventory_alone_resolves_most_names(name: str, share: float) -> None:
    items = [
        item
        for _, reading in read_file(name)
        for part in reading.formulas
        for item in (*part.ingredients, *part.may_contain)
    ]
    assert sum(item.slug is not None for item in items) > share * len(items)
