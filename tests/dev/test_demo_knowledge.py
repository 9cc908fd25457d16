"""What the demo knows of its goods: labels, limits, and a dermatologist who is invented and says so."""

from __future__ import annotations

import tomllib
from collections import defaultdict

from catalog import inci
from tests.catalog.knowledge import reading as knowledge
from tests.dev.test_demo_catalogue import CATALOGUE, PRODUCTS, read_rows

PICKS = tomllib.loads((CATALOGUE / "picks.toml").read_text(encoding="utf-8"))


def test_every_label_is_understood_word_for_word() -> None:
    entries = {}
    for row in knowledge.read_rows("ingredients"):
        entry = inci.Entry(row["inci"], row["inci"], frozenset(row.get("classes", ())))
        translated = [name for names in row.get("translations", {}).values() for name in names]
        for name in (row["inci"], *row.get("also", ()), *translated):
            entries[inci.fold(name)] = entry
    vocabulary = inci.Vocabulary(entries)
    for row in PRODUCTS:
        if not row["ingredients"]:
            continue
        reading = inci.read_label(row["ingredients"], vocabulary)
        assert (reading.status, len(reading.formulas)) == ("read", 1), row["product"]
        assert [item.text for item in reading.formulas[0].unresolved] == [], row["product"]


def test_what_eu_law_limits_in_three_serums_is_printed_with_its_percentage() -> None:
    labels = {row["product"]: row["ingredients"] for row in PRODUCTS}
    assert "Alpha-Arbutin (2%)" in labels["alpha-arbutin-two"]
    assert "Retinol (0.3%)" in labels["retinol-cream-03"]
    assert "Salicylic Acid (2%)" in labels["salicylic-two-liquid"]
    assert "Retinyl Palmitate, " in labels["velvet-night-cream"]  # its supplier has not said


def test_every_shelf_leads_to_a_kind_of_use() -> None:
    kinds = {row["shelf"]: row["kind"] for row in read_rows("kinds.csv")}
    shelves = {row["category"] for row in PRODUCTS}
    assert set(kinds) <= {name for shelf in shelves for name in shelf.split(" > ")}
    assert [shelf for shelf in shelves if not set(shelf.split(" > ")) & set(kinds)] == []


def test_the_dermatologist_says_that_she_is_invented() -> None:
    told = PICKS["dermatologist"]
    assert told["licence_number"] == "DEMO-0000"
    for name in ("credentials", "board", "licence_source", "text"):
        assert "invented" in told[name].lower(), name
    assert "does not exist" in told["bio"]
    for pick in PICKS["picks"]:
        for name in ("tested_notes", "compared_notes", "source"):
            assert "invented" in pick.get(name, "Invented").lower(), pick["headline"]


def test_picks_are_about_products_of_ours_and_show_every_fate() -> None:
    skus = {row["sku"]: row for row in PRODUCTS}
    fates: dict[str, int] = defaultdict(int)
    for pick in PICKS["picks"]:
        fates[pick["fate"]] += 1
        assert skus[pick["product"]]["ingredients"], pick["headline"]
        cheaper = pick.get("cheaper_product")
        assert cheaper is None or (cheaper in skus and cheaper != pick["product"]), pick["headline"]
        assert set(pick.get("compared_with", ())) <= set(skus) - {pick["product"]}
    assert fates == {"live": 4, "review": 1, "draft": 1, "changed": 1, "withdrawn": 1}
