"""The official inventory: read as it comes, loaded once, and what its names and functions mean."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.knowing import cosing
from catalog.knowing.deriving import derive_classes
from catalog.knowing.inventory import NoInventory, read_inventory
from catalog.models import Ingredient, IngredientName, KnowledgeChange
from tests.builders.clock import NOW

REAL = Path(__file__).resolve().parents[4] / "shared/data/ingredients/cosing_inventory_2020.csv"
EMOLLIENT = "skin conditioning - emollient"
HEADER = "inci_name,cas_number,einecs_number,function\r\n"
ROWS = (
    HEADER
    + 'LAVANDULA ANGUSTIFOLIA OIL,8000-28-0,,"Perfuming, Tonic"\r\n'
    + "SILICA,7631-86-9,231-545-4,Abrasive\r\n"
    + "Silica,-,,Not Reported\r\n"
    + 'PEG-8 DIMETHICONE,,,"Skin  Conditioning - Emollient,Perfuming , perfuming"\r\n'
).encode()


def load(content: bytes = ROWS) -> dict[str, int]:
    return cosing.load_cosing(content=content, now=NOW).figures()


@pytest.mark.django_db
def test_every_substance_comes_in_once_with_its_functions_and_classes() -> None:
    assert load() == {
        "rows": 4,
        "repeated": 1,
        "too_long": 0,
        "known_otherwise": 0,
        "new": 3,
        "changed": 0,
        "unchanged": 0,
        "kept": 0,
    }
    rows = Ingredient.objects.order_by("id").values_list("slug", "cas", "functions", "classes", "origin")
    assert list(rows) == [
        (
            "lavandula-angustifolia-oil",
            "8000-28-0",
            ["perfuming", "tonic"],
            ["perfuming", "essential_oil"],
            "cosing",
        ),
        ("silica", "7631-86-9", ["abrasive"], [], "cosing"),
        (
            "peg-8-dimethicone",
            "",
            ["skin conditioning - emollient", "perfuming"],
            ["emollient", "silicone", "perfuming"],
            "cosing",
        ),
    ]
    names = IngredientName.objects.order_by("id").values_list("text", "key", "kind", "origin")
    assert names[2] == ("PEG-8 DIMETHICONE", "peg 8 dimethicone", "inci", "cosing")
    change = KnowledgeChange.objects.get()
    assert (change.kind, change.figures["new"]) == ("cosing", 3)


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing_and_a_newer_one_only_what_differs() -> None:
    load()
    before = list(Ingredient.objects.order_by("id").values())
    again = load()
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 3)
    assert list(Ingredient.objects.order_by("id").values()) == before
    assert KnowledgeChange.objects.count() == 1
    newer = load(ROWS.replace(b"Abrasive", b"Absorbent"))
    assert (newer["new"], newer["changed"], newer["unchanged"]) == (0, 1, 2)
    assert Ingredient.objects.get(slug="silica").classes == ["absorbent"]
    assert KnowledgeChange.objects.count() == 2


@pytest.mark.django_db
def test_a_row_edited_at_a_desk_is_kept() -> None:
    load()
    Ingredient.objects.filter(slug="silica").update(classes=["mineral"])
    assert load(ROWS.replace(b"Abrasive", b"Absorbent"))["kept"] == 1
    assert Ingredient.objects.get(slug="silica").classes == ["mineral"]


def test_the_official_export_tells_its_date_before_its_header() -> None:
    content = (
        "﻿File creation date: 24/12/2025\r\n\r\n"
        '"COSING Ref No","INCI name","INN name","CAS No","EC No","Function","Update Date"\r\n'
        '1,GLYCERIN,glycerol,56-81-5,200-289-5,"HUMECTANT,SOLVENT",01/01/2025\r\n'
    ).encode()
    found = read_inventory(content).listed["glycerin"]
    assert (found.name, found.cas, found.functions) == ("GLYCERIN", "56-81-5", ["humectant", "solvent"])


def test_a_name_longer_than_labels_print_is_counted_and_left_out() -> None:
    found = read_inventory((HEADER + f"{'A' * 501},,,Solvent\r\nAQUA,,,Solvent\r\n").encode())
    assert (found.rows, found.too_long, list(found.listed)) == (2, 1, ["aqua"])


REFUSED = [
    (b"", "This is no CosIng table: no line has the columns INCI name, CAS No and Function."),
    (
        b"sku,name,price\nA,B,1\n",
        "This is no CosIng table: no line has the columns INCI name, CAS No and Function.",
    ),
    (HEADER.encode(), "The table has a header, but names no substance."),
    (b"inci_name,cas_number,function\nAQUA,1\n", "Line 2: has 2 cells, fewer than the header"),
    (HEADER.encode() + b"AQUA,,,S\xf6lvent\n", "Line 2: This is not UTF-8: save it as “CSV UTF-8”."),
    (HEADER.encode() + b"AQUA\x00,,,Solvent\n", "Line 2: This is no text."),
    (
        HEADER.encode() + b'"AQUA"x,,,Solvent\n',
        "Line 2: This is no CSV: ',' expected after '\"'.",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "why"), REFUSED, ids=[why[:30] for _, why in REFUSED])
def test_what_is_no_inventory_is_refused_and_nothing_is_written(content: bytes, why: str) -> None:
    with pytest.raises(NoInventory) as refused:
        load(content)
    assert str(refused.value) == why
    assert not Ingredient.objects.exists()


@pytest.mark.parametrize(
    ("name", "functions", "classes"),
    [
        ("CITRUS LIMON PEEL OIL", ["perfuming"], ["perfuming", "essential_oil"]),
        ("ROSA DAMASCENA FLOWER OIL", ["perfuming", EMOLLIENT], ["perfuming", "emollient", "essential_oil"]),
        ("PRUNUS ARMENIACA KERNEL OIL", ["perfuming"], ["perfuming", "plant_oil", "malassezia_food"]),
        ("ANETHUM GRAVEOLENS SEED OIL", ["perfuming"], ["perfuming", "essential_oil"]),
        ("HELIANTHUS ANNUUS SEED OIL", [EMOLLIENT], ["emollient", "plant_oil", "malassezia_food"]),
        ("SODIUM COCO-SULFATE", ["surfactant - cleansing"], ["sulfate", "surfactant"]),
        ("BEHENTRIMONIUM METHOSULFATE", ["surfactant - cleansing"], ["surfactant"]),
        ("MAGNESIUM SULFATE", ["bulking"], []),
        ("RETINYL PALMITATE", ["skin conditioning"], ["retinoid", "malassezia_food"]),
        ("SODIUM ISOBUTYLPARABEN", ["preservative"], ["preservative", "paraben"]),
        ("OCTYLISOTHIAZOLINONE", [], ["preservative", "isothiazolinone"]),
        ("COPPER TRIPEPTIDE-1", [], ["peptide", "copper_peptide"]),
        ("ZINC OXIDE", ["uv filter"], ["uv_filter", "uv_mineral"]),
        ("OCTOCRYLENE", ["uv filter"], ["uv_filter", "uv_organic"]),
        ("CI 77891", [], ["colorant"]),
        ("HYDROGENATED CASTOR OIL", ["perfuming"], ["perfuming"]),
        ("ROSMARINUS OFFICINALIS LEAF EXTRACT", [], ["plant_extract"]),
        ("LACTOBACILLUS FERMENT", [], ["ferment"]),
    ],
)  # fmt: skip
def test_classes_follow_from_functions_and_from_how_a_name_is_built(
    name: str, functions: list[str], classes: list[str]
) -> None:
    assert sorted(derive_classes(name, functions)) == sorted(classes)


@pytest.mark.django_db
def test_the_command_says_what_became_of_the_rows(tmp_path: Path) -> None:
    file = tmp_path / "cosing.csv"
    file.write_bytes(ROWS)
    said = StringIO()
    call_command("load_cosing", str(file), stdout=said)
    assert said.getvalue() == (
        "4 rows: 3 new, 0 changed, 0 unchanged, 0 kept (edited at a desk), 0 known otherwise, "
        "1 repeated, 0 too long; 0 labels read differently\n"
    )
    file.write_bytes(b"sku\n")
    with pytest.raises(CommandError, match="This is no CosIng table") as refused:
        call_command("load_cosing", str(file))
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_cosing", str(tmp_path / "nothing.csv"))


@pytest.mark.django_db
@pytest.mark.skipif(not REAL.exists(), reason="the real inventory lies beside the repository, not in it")
def test_the_real_inventory_comes_in_whole() -> None:
    content = REAL.read_bytes()
    assert load(content) == {
        "rows": 28712,
        "repeated": 25,
        "too_long": 16,
        "known_otherwise": 0,
        "new": 28671,
        "changed": 0,
        "unchanged": 0,
        "kept": 0,
    }
    assert Ingredient.objects.count() == IngredientName.objects.count() == 28671
    assert load(content)["unchanged"] == 28671
    assert KnowledgeChange.objects.count() == 1
