"""The door at the terminal: what it prints, and how it ends."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Image, Product, PublishedPage
from tests.builders import make_market, make_product
from tests.catalog.pictures import picture
from tests.catalog.sheets import as_csv, row

pytestmark = pytest.mark.django_db


def bring(*args: object) -> str:
    said = StringIO()
    call_command("import_catalogue", *map(str, args), stdout=said)
    return said.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "oat.png").write_bytes(picture((320, 320)))
    file = tmp_path / "list.csv"
    file.write_bytes(as_csv(row(image="oat.png", image_alt="A bottle"), row(sku="B", product="b", name="?")))
    return file


def test_bad_rows_are_listed_and_the_last_line_counts(file: Path) -> None:
    lines = bring(file).splitlines()
    assert lines[0] == "line 3, barcode: “2001100010706” is already on line 2" or lines[0].startswith(
        "line 3, name"
    )
    assert lines[-1] == "2 rows: 1 new, 0 changed, 0 unchanged, 1 refused"
    assert "line 2, brand: “Maren Ostby” is new and was made" in lines
    assert Image.objects.count() == 1


def test_quiet_leaves_out_the_notes_and_dry_run_writes_nothing(file: Path) -> None:
    lines = bring(file, "--quiet", "--dry-run").splitlines()
    assert lines[-1] == "2 rows: would be 1 new, 0 changed, 0 unchanged, 1 refused"
    assert len(lines) == 2
    assert not Product.objects.exists()


def test_another_folder_of_pictures_can_be_named(file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit) as ended:
        bring(file, "--images", tmp_path / "empty")
    assert ended.value.code == 1  # not one row was good


def test_columns_are_mapped_by_a_file(file: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    names = ("name", "brand", "category", "price_eur")
    mapping.write_text(
        '[sku]\ncolumn = "sku"\n' + "".join(f'[{name}]\ncolumn = "{name}"\n' for name in names)
    )
    assert bring(file, "--columns", mapping).endswith("2 rows: 1 new, 0 changed, 0 unchanged, 1 refused\n")


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["none.csv"], "none.csv: No such file or directory"),
        (["list.csv", "--columns", "none.toml"], "No such file or directory"),
        (["list.csv", "--columns", "bad.toml"], "is none of our columns"),
        (["list.csv", "--images", "none"], "is no folder."),
        (["empty.csv"], "The file is empty."),
        (["."], "Is a directory"),
    ],
)
def test_what_cannot_be_read_ends_with_2(file: Path, tmp_path: Path, args: list[str], reason: str) -> None:
    (tmp_path / "bad.toml").write_text('[colour]\nvalue = "red"')
    (tmp_path / "empty.csv").touch()
    paths = [arg if arg.startswith("--") else str(tmp_path / arg) for arg in args]
    with pytest.raises(CommandError, match=reason) as ended:
        bring(*paths)
    assert ended.value.returncode == 2
    assert not Product.objects.exists()


def test_publish_pages_renders_everything_again() -> None:
    make_market("us")
    make_product(prices={"EUR": 1000, "USD": 1100})
    make_market("eu")
    PublishedPage.objects.update(card="{}")
    said = StringIO()
    call_command("publish_pages", stdout=said)
    assert said.getvalue() == "2 pages\n"
    assert all("price_from" in page.card for page in PublishedPage.objects.all())
