"""The law as rows: limits, days and names, each as the annexes have them."""

from datetime import date

from catalog import inci
from catalog.models import IngredientClass, ProductKind
from tests.catalog.knowledge.reading import read_rows


def test_rules_are_of_the_closed_sets():
    for rule in read_rows("law"):
        assert set(rule["product_kinds"]) <= set(ProductKind.values), rule["slug"]
        assert set(rule.get("classes", ())) <= set(IngredientClass.values), rule["slug"]
        assert rule.get("ingredients") or rule.get("classes"), rule["slug"]


def test_every_ingredient_that_the_law_names_is_known_by_that_name():
    known = {
        inci.fold(name) for row in read_rows("ingredients") for name in (row["inci"], *row.get("also", ()))
    }

    named = {
        name
        for rule in read_rows("law")
        for name in (*rule.get("ingredients", ()), *rule.get("counted_as", ()))
    }

    assert sorted(name for name in named if inci.fold(name) not in known) == []


def test_the_eu_names_eighty_one_fragrance_allergens_with_both_days():
    duties = [
        rule
        for rule in read_rows("law")
        if rule["slug"].startswith("eu-iii-") and rule["sort"] == "label_duty"
    ]
    added = [rule for rule in duties if "valid_from_placing" in rule]

    assert len(duties) == 81
    assert {str(rule["label_above_percent"]) for rule in duties} == {"{'leave_on': 0.001, 'rinse_off': 0.01}"}
    assert len(added) == 57
    assert {(rule["valid_from_placing"], rule["valid_from_available"]) for rule in added} == {
        (date(2026, 7, 31), date(2028, 7, 31))
    }


def test_only_rules_that_bite_stop_a_sale_until_the_supplier_declares():
    stopped = {
        name
        for rule in read_rows("law")
        if rule.get("without_declaration") == "stop"
        for name in rule["ingredients"]
    }

    assert stopped == {
        "Retinol", "Retinyl Acetate", "Retinyl Palmitate", "Alpha-Arbutin", "Arbutin", "Kojic Acid",
        "Salicylic Acid",
        "Triclosan",
    }  # fmt: skip


def test_vitamin_a_is_counted_as_retinol_in_both_limits():
    limits = {
        rule["max_percent"]: rule
        for rule in read_rows("law")
        if rule["jurisdiction"] == "eu"
        and "Retinol" in rule.get("ingredients", ())
        and rule["sort"] == "restricted"
    }

    assert set(limits) == {0.05, 0.3}
    for rule in limits.values():
        assert rule["counted_as"] == {"Retinyl Palmitate": 0.546, "Retinyl Acetate": 0.872}
        assert rule["valid_from_placing"] == date(2025, 11, 1)
        assert rule["valid_from_available"] == date(2027, 5, 1)
    assert limits[0.05]["product_kinds"] == ["body"]
    assert "body" not in limits[0.3]["product_kinds"]
