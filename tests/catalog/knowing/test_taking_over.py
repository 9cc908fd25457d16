"""Our ingredients and those that are there already: CosIng's are taken over, the desks' stay."""

from pathlib import Path

import pytest

from catalog import knowing
from catalog.knowing import cosing
from catalog.models import Barrier, Ingredient, IngredientName
from tests.builders import make_product
from tests.builders.clock import NOW
from tests.catalog.knowing import trees

pytestmark = pytest.mark.django_db
AQUA = """\
kind: ingredients
rows:
  - inci: Aqua
    classes: [solvent]
    also: [Water, Eau]
"""
INVENTORY = b"""inci_name,cas_number,einecs_number,function\r
AQUA,7732-18-5,231-791-2,Solvent\r
WATER,7732-18-5,231-791-2,Solvent\r
ZEA MAYS OIL,8001-30-7,232-281-2,"Perfuming, Skin Conditioning - Emollient"\r
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return trees.plant_only(tmp_path, ingredients__some=AQUA)


def load(folder: Path, *, overwrite: bool = False) -> knowing.Tally:
    return knowing.load_knowledge(folder=folder, now=NOW, overwrite=overwrite).tally


def owners() -> dict[str, tuple[str, str]]:
    rows = IngredientName.objects.values_list("key", "ingredient__inci_name", "origin")
    return {key: (name, origin) for key, name, origin in rows}


def test_a_substance_of_cosing_becomes_ours_and_keeps_its_row_and_slug(folder: Path) -> None:
    cosing.load_cosing(content=INVENTORY, now=NOW)
    before = Ingredient.objects.get(inci_name="AQUA")
    tally = load(folder)
    assert tally.figures()["ingredients"] == {"new": 1}
    assert tally.figures()["names"] == {"new": 1, "changed": 2}
    ours = Ingredient.objects.get(inci_name="Aqua")
    assert (ours.pk, ours.slug, ours.origin) == (before.pk, "aqua", "ours")
    assert (ours.classes, ours.cas) == (["solvent"], "")
    assert owners() == {
        "aqua": ("Aqua", "ours"),
        "water": ("Aqua", "ours"),
        "eau": ("Aqua", "ours"),
        "zea mays oil": ("ZEA MAYS OIL", "cosing"),
    }
    assert not Ingredient.objects.filter(inci_name="WATER").exists()  # the same substance twice
    assert load(folder).figures() == {"ingredients": {"unchanged": 1}, "names": {}} | {
        kind: {} for kind in ("claims", "law", "advice", "concerns", "guides", "wordings")
    }


def test_a_row_of_cosing_that_a_barrier_points_at_stays_without_a_name(folder: Path) -> None:
    cosing.load_cosing(content=INVENTORY, now=NOW)
    water = Ingredient.objects.get(inci_name="WATER")
    Barrier.objects.create(
        product=make_product(label_text="Something else"),
        jurisdiction="eu",
        reason="prohibited",
        ingredient=water,
        stops=True,
        words="Forbidden, for a test.",
        source="Nowhere",
    )
    load(folder)
    assert list(water.names.all()) == []
    assert owners()["water"] == ("Aqua", "ours")
    assert load(folder).has_changed() is False
    assert cosing.load_cosing(content=INVENTORY, now=NOW).figures()["known_otherwise"] == 2


def test_cosing_after_ours_changes_nothing_of_ours(folder: Path) -> None:
    load(folder)
    ours = Ingredient.objects.values().get()
    assert cosing.load_cosing(content=INVENTORY, now=NOW).figures() == {
        "rows": 3,
        "repeated": 0,
        "too_long": 0,
        "known_otherwise": 2,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "kept": 0,
    }
    assert Ingredient.objects.values().get(inci_name="Aqua") == ours
    assert load(folder).figures()["ingredients"] == {"unchanged": 1}


def test_a_substance_is_found_by_another_of_its_names(folder: Path) -> None:
    cosing.load_cosing(content=INVENTORY.replace(b"\r\nAQUA", b"\r\nUNDA"), now=NOW)
    water = Ingredient.objects.get(inci_name="WATER")
    load(folder)
    water.refresh_from_db()
    assert (water.inci_name, water.slug, water.origin) == ("Aqua", "water", "ours")


def test_an_ingredient_that_got_another_inci_name_stays_the_same_row(folder: Path) -> None:
    load(folder)
    pk = Ingredient.objects.get().pk
    renamed = AQUA.replace("Aqua", "Purified Water").replace("[Water,", "[Aqua, Water,")
    trees.plant_only(folder, ingredients__some=renamed)
    load(folder)
    assert list(Ingredient.objects.values_list("pk", "inci_name", "slug")) == [(pk, "Purified Water", "aqua")]


def test_a_name_that_a_desk_settled_elsewhere_stays_there(folder: Path) -> None:
    other = Ingredient.objects.create(slug="eau", inci_name="Eau de Something", origin="desk")
    IngredientName.objects.create(ingredient=other, text="Eau", key="eau", kind="synonym", origin="desk")
    tally = load(folder)
    assert owners()["eau"] == ("Eau de Something", "desk")
    assert tally.notes == ["names: Eau stays with whom a desk gave it to, not with Aqua"]
    assert load(folder).figures()["ingredients"] == {"unchanged": 1}
    assert load(folder, overwrite=True).figures()["ingredients"] == {"unchanged": 1}
    assert owners()["eau"] == ("Eau de Something", "desk")


def test_a_name_of_an_ingredient_that_was_edited_at_a_desk_stays_with_it(folder: Path) -> None:
    load(folder)
    Ingredient.objects.filter(slug="aqua").update(classes=["mineral"])
    moved = AQUA.replace(", Eau]", "]") + "  - inci: Sea Spray\n    also: [Eau]\n"
    trees.plant_only(folder, ingredients__some=moved)
    tally = load(folder)
    assert owners()["eau"] == ("Aqua", "ours")
    assert tally.notes == [
        "names: Eau stays with whom a desk gave it to, not with Sea Spray",
        "ingredients: Aqua is kept: edited at a desk",
    ]
    assert load(folder).has_changed() is False
    load(folder, overwrite=True)
    assert owners()["eau"] == ("Sea Spray", "ours")


def test_an_ingredient_added_at_a_desk_stays_as_it_was_added(folder: Path) -> None:
    own = Ingredient.objects.create(slug="aqua", inci_name="AQUA", origin="desk", classes=["mineral"])
    IngredientName.objects.create(ingredient=own, text="AQUA", key="aqua", kind="inci", origin="desk")
    tally = load(folder)
    assert tally.notes == ["ingredients: Aqua is kept: edited at a desk"]
    own.refresh_from_db()
    assert (own.inci_name, own.classes, own.origin) == ("AQUA", ["mineral"], "desk")
    assert list(own.names.values_list("text", flat=True)) == ["AQUA"]


def test_an_inventory_row_edited_at_a_desk_is_not_taken_over(folder: Path) -> None:
    cosing.load_cosing(content=INVENTORY, now=NOW)
    Ingredient.objects.filter(inci_name="AQUA").update(classes=["mineral"])
    tally = load(folder)
    assert "ingredients: Aqua is kept: edited at a desk" in tally.notes
    row = Ingredient.objects.get(slug="aqua")
    assert (row.classes, row.origin) == (["mineral"], "cosing")


def test_slugs_that_collide_get_a_number(folder: Path) -> None:
    trees.plant_only(
        folder,
        ingredients__some="kind: ingredients\nrows:\n  - inci: PEG/8\n  - inci: PEG+8\n  - inci: '8'\n",
    )
    load(folder)
    assert dict(Ingredient.objects.values_list("inci_name", "slug")) == {
        "PEG/8": "peg-8",
        "PEG+8": "peg-8-2",
        "8": "8",
    }
