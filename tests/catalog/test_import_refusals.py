"""Rows that do not come in, each with its line, its column and a reason that a person can act on."""

import pytest

from catalog.importing import CannotRead
from catalog.models import Product, Variant
from tests.builders import NOW, make_market, make_product, make_variant
from tests.catalog import ledger, sheets
from tests.catalog.sheets import as_csv, reasons, row, run

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("sku", "", "is missing"),
        ("sku", "A B", "may hold only letters from A to Z, digits, dot, hyphen and underscore"),
        ("sku", "A" * 65, "has 65 characters; there is room for 64"),
        ("sku", "A\x00B", "holds the control character U+0000"),
        (
            "product",
            "Oat Milk",
            "is no address part such as oat-milk-cleanser: small letters, digits, single hyphens",
        ),
        ("name", "…", "is no name: it holds neither letter nor digit"),
        ("name", "x" * 201, "has 201 characters; there is room for 200"),
        ("name", "Oat\nMilk", "holds a line break"),
        ("name", "Oat\x1bMilk", "holds the control character U+001B"),
        ("name", "Oat\x97Milk", "holds the control character U+0097"),
        ("brand", "#NAME?", "is a spreadsheet's error, not a value (#NAME?)"),
        ("brand", "b" * 121, "has 121 characters; there is room for 120"),
        ("category", "Face > > Serums", "has an empty shelf in it: write it like Face > Serums"),
        ("category", "a>b>c>d>e>f>g", "is more than 6 shelves deep"),
        ("category", "x" * 121, "names a shelf with more than 120 characters"),
        ("concerns", "dryness|!!", "“!!” is no name for a concern"),
        ("size", "5O ml", "says 5 without a unit such as ml, g or pieces"),
        ("barcode", "2001100010707", "is no GTIN: its last digit does not check"),
        ("barcode", "2.0011E+12", "is no GTIN: 8, 12, 13 or 14 digits"),
        ("weight_g", "heavy", "is not a number like 19.90"),
        ("weight_g", "0", "must be between 1 and 100,000 grams"),
        ("weight_g", "1.5", "is no whole number of grams"),
        ("price_eur", "free", "is not a number like 19.90"),
        ("price_eur", "0", "must be more than zero"),
        ("price_eur", "-13.90", "must be more than zero"),
        ("price_eur", "13.905", "has more than 2 decimals"),
        ("price_eur", "1,390", "has a comma that may mean thousands or decimals: write 1200 or 1.2"),
        ("price_eur", "999999999", "is more than can be charged"),
        ("price_eur", "1e3", "is not a number like 19.90"),
        ("price_eur", "NaN", "is not a number like 19.90"),
        ("price_eur", "11.20 16.00", "is not a number like 19.90"),
        ("summary", "s" * 201, "has 201 characters; there is room for 200"),
        ("description", "=HYPERLINK(A1)", "begins with =: a formula, not a value"),
        ("description", "d" * 20_001, "has 20,001 characters; there is room for 20,000"),
        ("ingredients", "#REF!", "is a spreadsheet's error, not a value (#REF!)"),
        ("published", "soon", "is neither yes nor no nor a date such as 2026-12-01"),
        ("published", "2026-13-01", "is neither yes nor no nor a date such as 2026-12-01"),
    ],
)
def test_a_bad_cell_is_refused_and_its_row_with_it(column: str, cell: str, reason: str) -> None:
    before = ledger.read_all()
    report = run(as_csv(row(**{column: cell})))
    assert reasons(report) == [(2, column, reason)]
    assert (report.refused_rows, report.created) == (1, 0)
    assert ledger.read_all() == before


@pytest.mark.parametrize(("cell", "cents"), [("19,90", 1990), ("19.9", 1990), ("20", 2000), (" 5.00 ", 500)])
def test_a_price_may_have_a_decimal_comma(cell: str, cents: int) -> None:
    run(as_csv(row(price_eur=cell)))
    assert Variant.objects.get().prices.get(currency="EUR").amount_cents == cents


@pytest.mark.parametrize("column", ["name", "brand", "category"])
def test_a_new_product_without_what_it_needs_is_refused(column: str) -> None:
    for cell in ("", None):
        before = ledger.read_all()
        report = run(as_csv(row(**{column: cell})))
        assert reasons(report) == [(2, column, "is missing: a new product needs it")]
        assert ledger.read_all() == before


def test_a_new_sku_without_a_price_is_refused() -> None:
    report = run(as_csv(row(price_eur="", price_usd="")))
    assert reasons(report) == [(2, "price_…", "is missing: a new SKU needs a price in one currency")]
    assert not Product.objects.exists()


def test_a_sku_that_stands_twice_in_the_file_comes_in_once() -> None:
    report = run(as_csv(row(), row(name="Another", price_eur="1")))
    assert reasons(report) == [(3, "sku", "is already on line 2")]
    assert Variant.objects.get().prices.get(currency="EUR").amount_cents == 1390


def test_a_barcode_that_stands_twice_in_the_file_comes_in_once() -> None:
    report = run(as_csv(row(), row(sku="B", product="b", name="B")))
    assert reasons(report) == [(3, "barcode", "is already on line 2")]


def test_a_barcode_of_another_sku_is_refused() -> None:
    make_variant(make_product("Fern"), sku="FERN-30", barcode="2001100010706")
    report = run(as_csv(row()))
    assert reasons(report) == [(2, "barcode", "belongs to FERN-30 already")]


def test_a_sku_does_not_move_to_another_product() -> None:
    run(as_csv(row()))
    before = ledger.read_all()
    report = run(as_csv(row(product="rice-milk", name="Rice Milk")))
    assert reasons(report) == [(2, "product", "is not where this SKU belongs: that is oat-milk")]
    assert ledger.read_all() == before


def test_rows_of_one_product_that_contradict_each_other_are_refused_after_the_first() -> None:
    report = run(
        as_csv(
            row(),
            row(sku="B", barcode="", name="Oat Cream", brand="Tidemoor"),
            row(sku="C", barcode="", name="OAT  MILK"),
        )
    )
    assert reasons(report) == [
        (3, "brand", "contradicts line 2, the same product: “Maren Ostby”"),
        (3, "name", "contradicts line 2, the same product: “Oat Milk”"),
    ]
    product = Product.objects.get()
    assert (product.name, sorted(product.variants.values_list("sku", flat=True))) == (
        "Oat Milk",
        ["C", "OAT-150"],
    )


def test_an_empty_cell_of_a_product_means_as_in_its_other_rows() -> None:
    empty = dict.fromkeys(
        ("name", "brand", "category", "summary", "description", "ingredients", "concerns"), ""
    )
    report = run(as_csv(row(**empty), row(sku="B", barcode="")))
    assert (report.created, report.refused) == (2, [])
    product = Product.objects.get()
    assert (product.summary, product.concerns.count()) == ("A milk without perfume.", 2)


def test_a_row_with_too_few_or_too_many_cells_is_refused() -> None:
    report = run(b"sku,name,brand,category,price_eur\nA,B,C,D\nE,F,G,H,1,2\nJ,K,L,M,5\n")
    assert reasons(report) == [
        (2, "", "has 4 cells, the header has 5"),
        (3, "", "has 6 cells, the header has 5"),
    ]
    assert Variant.objects.get().sku == "J"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("name,price_eur", "Line 1: There is no column “sku”. Cells are parted by comma, semicolon or tab."),
        ("sku|name", "Line 1: There is no column “sku”. Cells are parted by comma, semicolon or tab."),
        ("sku,descripton", "Line 1: Column “descripton” is unknown. Is it description?"),
        ("sku,price_eru", "Line 1: Column “price_eru” names no currency that there is."),
    ],
)
def test_a_header_that_is_not_ours_refuses_the_file(header: str, reason: str) -> None:
    with pytest.raises(CannotRead) as refused:
        run(f"{header}\nA,B\n".encode())
    assert str(refused.value) == reason


def test_a_value_is_shown_on_one_line_and_cut() -> None:
    report = run(as_csv(row(name="A\x07\n" + "b" * 300)))
    assert report.refused[0].value == "A\\x07\\x0abbbbbbbbb" + "b" * 42 + "…"


def test_what_only_the_database_could_know_costs_one_product_and_not_the_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A barcode that somebody else takes between our look and our write: seen through stale eyes."""
    make_market()
    make_variant(make_product("Fern"), sku="FERN-30", barcode="2001100010706")
    rows = [row(sku=f"S-{n}", product=f"p-{n}", name=f"P {n}", barcode="") for n in range(4)]
    rows[2]["barcode"] = "2001100010706"
    monkeypatch.setattr("catalog.importing.plans._fits", lambda *seen: True)
    report = run(as_csv(*rows))
    assert reasons(report) == [(4, "sku", "breaks catalog_variant_barcode_key")]
    assert (report.created, report.refused_rows) == (3, 1)
    assert not Product.objects.filter(slug="p-2").exists()


def test_a_refused_product_leaves_no_page_behind() -> None:
    make_market()
    run(as_csv(row()), now=NOW)
    before = ledger.read_all()
    assert run(as_csv(row(price_eur="0"), row(sku="B", size="?"))).refused_rows == 2
    assert ledger.read_all() == before


def test_a_web_page_called_csv_and_a_wrong_delimiter_write_nothing() -> None:
    before = ledger.read_all()
    for content in (
        b"<html>sku</html>",
        b"sku|name\nA|B",
        bytes(range(256)),
        sheets.as_csv(row())[:-1] + b'"',
    ):
        with pytest.raises(CannotRead):
            run(content)
    assert ledger.read_all() == before
