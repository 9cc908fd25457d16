"""`manage.py read_label`: a label, a table of labels, its figures, and files that are no use."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from catalog import knowing
from catalog.models import Ingredient, IngredientName
from tests.builders.clock import NOW

pytestmark = pytest.mark.django_db

KNOWLEDGE = """\
kind: ingredients
rows:
  - inci: Water
    also: [Aqua]
  - inci: Glycerin
    classes: [humectant]
  - inci: Retinol
    classes: [retinoid]
"""
CLAIMS = """\
kind: claims
rows:
  - {slug: retinoid, name: Contains a retinoid, present: [retinoid]}
  - {slug: retinoid_free, name: No retinoid, free_from: retinoids, absent: [retinoid]}
"""
TABLE = (
    'Name,Label\nOne,"Aqua, Glycerin"\nTwo,No Info\nThree,"Water, Retinol 1%, Zebra Oil, Zebra Oil"\nFour,\n'
)


@pytest.fixture(autouse=True)
def _knowledge(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "ingredients.yaml").write_text(KNOWLEDGE, encoding="utf-8")
    (folder / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
    knowing.load_knowledge(folder=folder, now=NOW)


def run(*args: Any) -> str:
    said = io.StringIO()
    call_command("read_label", *map(str, args), stdout=said)
    return said.getvalue()


def refuse(*args: Any) -> str:
    with pytest.raises(CommandError) as refused:
        run(*args)
    assert refused.value.returncode == 1
    return str(refused.value)


def write(tmp_path: Path, name: str, content: str | bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_a_label_in_a_file_is_answered_with_flags(tmp_path: Path) -> None:
    answer = json.loads(run(write(tmp_path, "label.txt", "\ufeffAqua, Retinol 0.5%, Glycerine")))
    part = answer["formulas"][0]
    assert [one["slug"] for one in part["ingredients"]] == ["water", "retinol", None]
    assert part["actives"] == [{"name": "Retinol", "slug": "retinol", "percent": "0.5"}]
    assert part["unresolved"] == [{"token": "Glycerine", "suggestions": ["Glycerin"]}]
    assert part["flags"] == {"retinoid": "yes", "retinoid_free": "no"}


def test_a_label_comes_in_by_standard_input_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Water, Glycerin")))
    part = json.loads(run())["formulas"][0]
    assert part["flags"] == {"retinoid": "no", "retinoid_free": "yes"}


def test_a_text_that_is_no_label_is_an_answer_and_no_error(tmp_path: Path) -> None:
    answer = json.loads(run(write(tmp_path, "label.txt", "Visit the Zebra boutique")))
    assert (answer["status"], answer["formulas"]) == ("unknown", [])
    assert answer["reason"]


def test_every_row_of_a_table_is_a_line(tmp_path: Path) -> None:
    lines = [
        json.loads(line) for line in run(write(tmp_path, "t.csv", TABLE), "--column", "label").splitlines()
    ]
    assert [(line["line"], line["status"]) for line in lines] == [
        (2, "read"),
        (3, "unknown"),
        (4, "read"),
        (5, "unknown"),
    ]
    assert lines[3]["reason"] == "There is no text."


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Name", "Label"], ["One", "Water, Glycerin"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    line = json.loads(run(tmp_path / "t.xlsx", "--column", "Label"))
    assert (line["line"], line["status"]) == (2, "read")


def test_the_summary_counts(tmp_path: Path) -> None:
    lines = run(write(tmp_path, "t.csv", TABLE), "--column", "Label", "--summary").splitlines()
    speed = next(line for line in lines if line.startswith("labels/s"))
    assert [line for line in lines if line != speed] == [
        "rows 4",
        "unknown 2",
        "       1  These words stand where a list should be, and are none.",
        "       1  There is no text.",
        "tokens 6",
        "resolved 4 (66.67 %)",
        "commonest unresolved:",
        "       2  Zebra Oil",
    ]


def test_what_came_from_the_inventory_can_be_left_out(tmp_path: Path) -> None:
    talc = Ingredient.objects.create(slug="talc", inci_name="Talc", origin="cosing")
    IngredientName.objects.create(ingredient=talc, text="Talc", key="talc", kind="inci", origin="cosing")
    file = write(tmp_path, "label.txt", "Water, Talc")
    knowing.load_knowledge(folder=tmp_path / "knowledge", now=NOW)
    ours = json.loads(run(file, "--only-ours"))["formulas"][0]
    assert [one["token"] for one in ours["unresolved"]] == ["Talc"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b" \n ", "The file is empty."),
        (b"Water\xff", "Byte 6 is not UTF-8"),
        (b"Water, " * 20_000, "140,000 characters"),
    ],
)
def test_a_file_that_is_no_use_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refuse(write(tmp_path, "label.txt", content))


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refuse(tmp_path / "nothing.txt")
    large = tmp_path / "large.csv"
    with large.open("wb") as stream:
        stream.truncate(50_000_001)
    assert "50,000,000 bytes" in refuse(large, "--column", "Label")


def test_a_column_that_is_not_there_is_refused_and_the_others_named(tmp_path: Path) -> None:
    file = write(tmp_path, "t.csv", TABLE)
    assert refuse(file, "--column", "INCI") == "There is no column “INCI”. The columns are: Name, Label."
    assert refuse(file) == "Say which column holds the labels. The columns are: Name, Label."


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "web page" in refuse(write(tmp_path, "t.csv", "<html></html>"), "--column", "Label")
    assert "not UTF-8" in refuse(write(tmp_path, "t.csv", b"Label\n\xff\n"), "--column", "Label")
