"""Ingredients and what is said about them, as they are written: names, numbers, order, classes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from catalog import inci
from catalog.models import Grade, IngredientClass, Statement
from tests.catalog.knowledge.reading import FOLDER, read_files, read_rows

Row = dict[str, Any]

FIELDS = {"inci", "cas", "functions", "classes", "also", "translations", "misspelt"}
FIELDS_OF_FACTS = {"ingredient", "kind", "heading", "text", "class", "dispute", "source", "grade"}
CAS = re.compile(r"([0-9]{2,7})-([0-9]{2})-([0-9])")
HOST = re.compile(r"://|www\.|\b[a-z0-9-]+\.(com|org|net|io|dev|eu)\b", re.IGNORECASE)


def names_of(row: Row) -> Iterator[str]:
    yield row["inci"]
    yield from row.get("also", ())
    for translated in row.get("translations", {}).values():
        yield from translated
    yield from row.get("misspelt", ())


@cache
def read_names() -> dict[str, Row]:
    """Folded name → row. Who claims a name twice is found by the test of claims."""
    return {inci.fold(name): row for row in read_rows("ingredients") for name in names_of(row)}


def find(name: str) -> Row:
    return read_names()[inci.fold(name)]


def is_cas_number(text: str) -> bool:
    """Whether the last digit is what the digits before it make it."""
    match = CAS.fullmatch(text)
    if not match:
        return False
    digits = reversed(match[1] + match[2])
    return sum(place * int(digit) for place, digit in enumerate(digits, 1)) % 10 == int(match[3])


def test_there_are_ingredients_enough_in_chapters():
    assert len(read_rows("ingredients")) >= 700
    assert len(read_files("ingredients")) >= 15


def test_no_name_has_two_owners_and_no_owner_says_a_name_twice():
    owners = defaultdict(list)
    for row in read_rows("ingredients"):
        for name in names_of(row):
            owners[inci.fold(name)].append(row["inci"])

    assert {name: held for name, held in owners.items() if len(held) > 1} == {}
    assert "" not in owners


def test_rows_are_in_the_order_of_their_folded_names():
    for document in read_files("ingredients"):
        keys = [inci.fold(row["inci"]) for row in document["rows"]]
        assert keys == sorted(keys), document["file"]


def test_classes_are_of_the_closed_set_and_said_once():
    bad = [
        row["inci"]
        for row in read_rows("ingredients")
        if not set(row["classes"]) <= set(IngredientClass.values)
        or len(row["classes"]) != len(set(row["classes"]))
    ]

    assert bad == []


def test_every_row_has_functions_in_lower_case_and_no_field_that_nobody_reads():
    for row in read_rows("ingredients"):
        assert row.keys() <= FIELDS, row["inci"]
        assert row["functions"], row["inci"]
        assert [word for word in row["functions"] if word != word.lower() or word != word.strip()] == []


def test_cas_numbers_end_in_their_check_digit():
    bad = [
        (row["inci"], row["cas"])
        for row in read_rows("ingredients")
        if "cas" in row and not is_cas_number(row["cas"])
    ]

    assert bad == []
    assert is_cas_number("56-81-5")
    assert not is_cas_number("56-81-6")


def test_no_ingredient_names_a_host():
    files = list((FOLDER / "ingredients").glob("*.yaml"))

    assert [path.name for path in files if HOST.search(path.read_text(encoding="utf-8"))] == []
    assert HOST.search("as www.example.com says")


@pytest.mark.parametrize(
    ("name", "of_class"),
    [
        ("Retinol", "retinoid"),
        ("Retin-A", "prescription_retinoid"),
        ("Adapalene", "retinoid"),
        ("Glycolic Acid", "aha"),
        ("Betaine Salicylate", "bha"),
        ("Gluconolactone", "pha"),
        ("Vitamin C", "vitamin_c"),
        ("THD Ascorbate", "vitamin_c_derivative"),
        ("Cetearyl Alcohol", "fatty_alcohol"),
        ("SD Alcohol 40-B", "drying_alcohol"),
        ("Citric Acid", "ph_adjuster"),
        ("Prunus Armeniaca Kernel Oil", "plant_oil"),
        ("Citrus Limon Peel Oil", "essential_oil"),
        ("Polysorbate 20", "malassezia_food"),
        ("Paraffinum Liquidum", "heavy_occlusive"),
        ("Cera Alba", "heavy_occlusive"),
        ("Rose Ketones", "fragrance_allergen"),
        ("Lilial", "fragrance_allergen"),
        ("CI 77891", "uv_mineral"),
        ("CI 77491", "iron_oxide"),
        ("Zinc Pyrithione", "antidandruff"),
        ("MCI", "isothiazolinone"),
        ("Isobutylparaben", "paraben"),
    ],
)
def test_what_a_thing_is(name: str, of_class: str):
    assert of_class in find(name)["classes"]


@pytest.mark.parametrize(
    ("name", "not_of_class"),
    [
        ("Bakuchiol", "retinoid"),
        ("Beta-Carotene", "retinoid"),
        ("Sodium Lactate", "aha"),
        ("Citric Acid", "aha"),
        ("Cetyl Alcohol", "drying_alcohol"),
        ("Magnesium Sulfate", "sulfate"),
        ("Sodium C14-16 Olefin Sulfonate", "sulfate"),
        ("Squalane", "malassezia_food"),
        ("Caprylic/Capric Triglyceride", "malassezia_food"),
        ("Dimethicone", "heavy_occlusive"),
        ("Rosa Canina Seed Oil", "essential_oil"),
        ("Lavandula Angustifolia Flower Extract", "essential_oil"),
        ("Alumina", "physical_exfoliant"),
    ],
)
def test_what_a_thing_is_not(name: str, not_of_class: str):
    assert not_of_class not in find(name)["classes"]


@pytest.mark.parametrize(
    ("names", "inci_name"),
    [
        (("CI 77891", "Titanium Dioxide"), "Titanium Dioxide"),
        (("Aqua", "Eau", "Water"), "Water"),
        (("Avobenzone", "Butyl Methoxydibenzoylmethane"), "Butyl Methoxydibenzoylmethane"),
        (("Octinoxate",), "Ethylhexyl Methoxycinnamate"),
        (("Octisalate",), "Ethylhexyl Salicylate"),
        (("Oxybenzone",), "Benzophenone-3"),
        (("Ensulizole",), "Phenylbenzimidazole Sulfonic Acid"),
        (("Ecamsule",), "Terephthalylidene Dicamphor Sulfonic Acid"),
        (("Yellow 5", "FD&C Yellow No. 5"), "CI 19140"),
        (("Red 40 Lake",), "CI 16035"),
        (("HICC", "Lyral"), "Hydroxyisohexyl 3-Cyclohexene Carboxaldehyde"),
        (("Huile Minérale", "Mineral Oil"), "Mineral Oil"),
        (("Extrait de Levure", "Faex"), "Yeast Extract"),
    ],
)
def test_names_that_mean_the_same_lead_to_one_ingredient(names: tuple[str, ...], inci_name: str):
    assert {find(name)["inci"] for name in names} == {inci_name}


def test_what_washes_by_sulfate_is_a_surfactant_and_what_filters_says_how():
    for row in read_rows("ingredients"):
        held = set(row["classes"])
        assert not held & {"sulfate"} or "surfactant" in held, row["inci"]
        assert not held & {"uv_filter"} or held & {"uv_mineral", "uv_organic"}, row["inci"]
        assert not held & {"prescription_retinoid"} or "retinoid" in held, row["inci"]
        assert not held & {"paraben", "isothiazolinone"} or "preservative" in held, row["inci"]
        assert not held & {"heavy_occlusive"} or "occlusive" in held, row["inci"]
        assert not held & {"copper_peptide"} or "peptide" in held, row["inci"]


def test_every_ingredient_that_the_law_wants_named_as_an_allergen_is_one():
    wanted = {
        name
        for document in read_files("law")
        if "allergen" in document["file"]
        for row in document["rows"]
        for name in row.get("ingredients", ())
    }

    assert len(wanted) >= 81
    assert [name for name in wanted if "fragrance_allergen" not in find(name)["classes"]] == []


def test_facts_are_about_ingredients_that_are_here_by_their_own_name():
    for fact in read_rows("ingredient_facts"):
        assert find(fact["ingredient"])["inci"] == fact["ingredient"]
        assert fact.keys() <= FIELDS_OF_FACTS, fact["ingredient"]
        assert fact["kind"] in Statement.Kind.values, fact["ingredient"]
        assert fact["grade"] in Grade.values, fact["ingredient"]
        if fact.get("class"):
            assert fact["class"] in find(fact["ingredient"])["classes"], fact["ingredient"]


def test_facts_of_forty_actives_say_who_did_not_check_them():
    facts = read_rows("ingredient_facts")

    assert len({fact["ingredient"] for fact in facts}) >= 40
    for fact in facts:
        assert fact["source"].strip(), fact["ingredient"]
        assert (fact["grade"] in ("law", "law2")) == (fact["kind"] == "law") or fact["kind"] == "what_it_is"
        if "not checked" in fact["source"] and ";" not in fact["source"].replace("; not checked", ""):
            assert fact["grade"] in ("D", "law2"), fact["text"]
