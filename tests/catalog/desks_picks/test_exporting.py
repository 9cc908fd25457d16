"""The catalogue out and in again: every row unchanged, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from catalog import exporting, importing
from catalog.importing.guarding import protect, unprotect
from catalog.models import Formula, Product
from tests.builders import NOW, make_market, make_product, make_variant
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SUMS = ["=1+1", "+1", "-1", "@SUM(A1)", "'=1+1", "''@x", "=cmd|' /C calc'!A0"]


def stock_the_shelves() -> list[Product]:
    """Products with all that could come back otherwise than it went out."""
    make_market("eu")
    make_market("jp")
    odd = make_product(
        "=SUM(A1:A9)",
        brand="@Home",
        category="Face > Serums",
        concerns=["Fine lines", "Dryness, deep"],
        summary="-5 °C and still soft",
        description="First line\r\nsecond\tline\r\n\r\n  ",
        label_text="Aqua,\tGlycerin\nNiacinamide 5%",
        prices={"EUR": 1999, "JPY": 3300},
        size=("12.5", "ml"),
    )
    make_variant(odd, name="'=30", size=("30", "g"), barcode="4006381333931", weight_g=None)
    make_variant(odd, name="", size=None)
    planned = make_product("Quiet Cream", published_at=datetime(2027, 1, 2, 3, 4, 5, 678901, tzinfo=UTC))
    hidden = make_product("Loud Balm", published_at=None, label_text="", prices={})
    leaving = make_product("Élan, “naïve”; crème", size=("2", "piece"))
    Product.objects.filter(pk=leaving.pk).update(
        hidden_at=datetime(2027, 5, 6, 7, 8, tzinfo=UTC), skin_types=["dry", "sensitive"]
    )
    Formula.objects.filter(product=leaving).update(label_source="The pack")
    Product.objects.filter(pk=hidden.pk).update(slug="Loud_Balm")
    return [odd, planned, hidden, leaving]


def export(kind: str) -> bytes:
    table = exporting.list_catalogue()
    return b"".join(exporting.write_csv(table) if kind == "csv" else exporting.write_xlsx(table))


def take_in(content: bytes, name: str = "again") -> Any:
    return importing.import_catalogue(content=content, name=name, now=NOW)


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_is_imported_and_nothing_changes(kind: str) -> None:
    stock_the_shelves()
    before = list(Product.objects.order_by("pk").values())

    report = take_in(export(kind))

    assert [(bad.column, bad.value, bad.reason) for bad in report.refused] == []
    assert (report.rows, report.unchanged, report.created, report.changed) == (6, 6, 0, 0)
    assert report.notes == []
    assert list(Product.objects.order_by("pk").values()) == before
    assert Formula.objects.count() == 3


def test_no_cell_begins_like_a_formula_in_either_format() -> None:
    from openpyxl import load_workbook

    stock_the_shelves()
    cells = [cell for row in csv.reader(io.StringIO(export("csv").decode("utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t")] == []
    assert "'=SUM(A1:A9)" in cells
    sheet = load_workbook(io.BytesIO(export("xlsx"))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


@pytest.mark.parametrize("text", [*SUMS, "", "'", "'quoted'", "plain", "a=b", "\t=1"])
def test_the_apostrophe_is_undone_exactly(text: str) -> None:
    assert unprotect(protect(text)) == text
    assert not protect(text).startswith(("=", "+", "-", "@", "\t"))


def test_a_file_that_somebody_wrote_still_may_not_begin_with_a_formula() -> None:
    make_product("Quiet Cream", sku="QC")
    report = take_in(b"sku,summary\nQC,=1+1\n")
    assert [bad.reason for bad in report.refused] == ["begins with =: a formula, not a value"]


def test_curated_columns_are_taken_in() -> None:
    product = make_product("Quiet Cream", sku="QC", label_text="Aqua, Glycerin")
    header = b"sku,skin_types,label_source,published,hidden\n"
    report = take_in(header + b"QC,Sensitive|dry,The pack,2026-01-02T03:04+01:00,2027-01-01\n")
    assert (report.changed, report.refused) == (1, [])
    product.refresh_from_db()
    assert product.skin_types == ["dry", "sensitive"]
    assert product.published_at == datetime(2026, 1, 2, 2, 4, tzinfo=UTC)
    assert product.hidden_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert product.formulas.get().label_source == "The pack"
    assert take_in(header + b"QC,dry|sensitive,The pack,yes,2027-01-01\n").unchanged == 1
    assert take_in(b"sku,hidden,skin_types\nQC,,\n").changed == 1
    assert Product.objects.filter(pk=product.pk, hidden_at=None, skin_types=[]).exists()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("shiny,,", "“shiny” is none of normal, dry, oily, combination, sensitive"),
        (",tomorrow,", "is no date such as 2026-12-01"),
        (",2027-01-01T08:00,", "is no date such as 2026-12-01"),
        (",,maybe", "is neither yes nor no nor a date"),
        (",2020-01-01,2026-01-01", "breaks product_hidden_after_shown"),
    ],
)
def test_a_bad_curated_cell_is_told_and_nothing_is_written(cells: str, reason: str) -> None:
    product = make_product("Quiet Cream", sku="QC")
    report = take_in(f"sku,skin_types,hidden,published\nQC,{cells}\n".encode())
    assert report.refused_rows == 1
    assert reason in report.refused[0].reason
    product.refresh_from_db()
    assert product.hidden_at is None


def test_only_what_was_ticked_is_exported_and_all_by_the_link() -> None:
    _, second = make_product("Quiet Cream"), make_product("Loud Balm")
    client = sign_in("curator")
    chosen = {"action": "export_csv", "_selected_action": [second.pk]}
    rows = read(body_of(client.post("/admin/catalog/product/", chosen)))
    assert [row["name"] for row in rows] == ["Loud Balm"]
    answer = client.get("/admin/catalog/export.csv")
    assert [row["name"] for row in read(body_of(answer))] == ["Quiet Cream", "Loud Balm"]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="catalogue-')
    assert body_of(client.get("/admin/catalog/export.xlsx")).startswith(b"PK")


def body_of(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_the_warehouse_exports_nothing() -> None:
    assert sign_in("warehouse").get("/admin/catalog/export.csv").status_code == 403
    assert Client().get("/admin/catalog/export.csv").status_code == 302


def test_the_command_writes_a_file_that_the_import_command_takes(tmp_path: Path, capsys: Any) -> None:
    make_product("Quiet Cream")
    for name in ("goods.csv", "goods.xlsx"):
        call_command("export_catalogue", str(tmp_path / name))
        call_command("import_catalogue", str(tmp_path / name))
    said = capsys.readouterr().out
    assert said.count("1 rows: 0 new, 0 changed, 1 unchanged, 0 refused") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["goods.csv", "goods.xlsx"]
    with pytest.raises(CommandError, match="ends in"):
        call_command("export_catalogue", str(tmp_path / "goods.pdf"))
    with pytest.raises(CommandError, match="No such file"):
        call_command("export_catalogue", str(tmp_path / "nowhere" / "goods.csv"))


def test_a_long_catalogue_is_read_in_steps(django_assert_num_queries: Any, monkeypatch: Any) -> None:
    for _ in range(5):
        make_product()
    monkeypatch.setattr(exporting, "BATCH", 2)
    with django_assert_num_queries(
        2 + 4 + 3 * 3
    ):  # currencies, shelves; four steps, three of them with parts
        assert len(read(export("csv"))) == 5
