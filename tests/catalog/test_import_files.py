"""What a file must be before its rows are looked at. Everything else is refused whole, with its line."""

import io
import zipfile
from datetime import datetime

import pytest

from catalog.importing import CannotRead
from catalog.importing.files import MOST_BYTES, read_table
from tests.catalog import sheets


def refusal(content: bytes) -> str:
    with pytest.raises(CannotRead) as refused:
        read_table(content)
    return str(refused.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_table_reads_the_same_whatever_parts_its_cells(delimiter: str, encoding: str) -> None:
    content = sheets.as_csv({"sku": "A", "name": "Öl"}, delimiter=delimiter, encoding=encoding)
    table = read_table(content)
    assert table.header == ["sku", "name"]
    assert [(row.line, row.cells) for row in table.rows] == [(2, ["A", "Öl"])]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    table = read_table(b'sku,name\r\nA,"two\r\nlines"\r\n\r\n,\r\nB,x\r\n')
    assert [(row.line, row.cells) for row in table.rows] == [(2, ["A", "two\nlines"]), (6, ["B", "x"])]


def test_letters_are_composed_and_the_space_around_a_cell_is_gone() -> None:
    assert read_table("sku\n  E\u0301lan\u00a0 \n".encode()).rows[0].cells == ["Élan"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b" \n\t\r\n ", "The file is empty."),
        (b"\xef\xbb\xbf", "The file holds nothing but blank rows."),
        (b",,\n,,\n", "The file holds nothing but blank rows."),
        (b"sku,name\n", "The file has a header, but no row below it."),
        (b"sku,name\n,\n", "The file has a header, but no row below it."),
        (b"sku,,name\nA,B,C\n", "Line 1: Column 2 has no heading."),
        (b"sku,SKU\nA,B\n", "Line 1: Two columns are called “SKU”."),
        (b"sku;name,brand\nA;B,C\n", "Line 1: The header holds comma and semicolon: what parts the cells?"),
        (b"<!DOCTYPE html><html>sku,name</html>", "Line 1: This is a web page (or XML), not a table."),
        (b'sku,name\nA,"x"y\n', "Line 2: A quotation mark does not match: ',' expected after '\"'."),
        (
            b'sku,name\nA,b\nC,"open\nD,e\n',
            "Line 3: A quotation mark does not match: unexpected end of data.",
        ),
        (
            "sku,name\nA,b\nC,Crème".encode("latin-1"),
            "Line 3: Byte 18 (0xE8) is not UTF-8: save the file as “CSV UTF-8”.",
        ),
        (
            b"\xef\xbb\xbfsku,name\nA,\xff",
            "Line 2: Byte 15 (0xFF) is not UTF-8: save the file as “CSV UTF-8”.",
        ),
        ("sku,name\nA,b".encode("utf-16"), "Line 1: The file is UTF-16: save it as “CSV UTF-8”."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "This is an old Excel file (.xls), or one with a password: save it as .xlsx or CSV.",
        ),
        (b"PK\x03\x04 and then nothing", "The workbook is broken: File is not a zip file"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


def test_random_bytes_are_refused() -> None:
    assert "is not UTF-8" in refusal(bytes(range(256)) * 40)


def test_25_megabytes_are_refused_unread() -> None:
    assert (
        refusal(b"sku\n" + b"A" * 25_000_000)
        == "The file has more than 20,000,000 bytes: import it in parts."
    )
    assert MOST_BYTES == 20_000_000


def test_more_than_100000_rows_are_refused_with_the_line() -> None:
    assert refusal(b"sku\n" + b"A\n" * 100_001).startswith("Line 100002: The file has more than 100,000 rows")


def test_a_row_with_hundreds_of_cells_is_refused() -> None:
    assert refusal(b"sku\n" + b"," * 300) == "Line 2: A row has more than 200 cells."


def test_a_cell_that_swallows_the_rest_of_the_file_is_refused_where_it_begins() -> None:
    assert refusal(b'sku,name\nA,b\nC,"' + b"x" * 200_000).startswith(
        "Line 3: A quotation mark does not match"
    )


def test_a_workbook_reads_like_the_csv_that_it_could_be() -> None:
    content = sheets.as_xlsx(
        ["sku", "barcode", "price_eur", "published", "note"],
        ["A", 2001100010706, 19.900000000000002, True, None],
        [],
        ["B", None, 20, False],
    )
    table = read_table(content)
    assert table.header == ["sku", "barcode", "price_eur", "published", "note"]
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ["A", "2001100010706", "19.9", "yes", ""]),
        (4, ["B", "", "20", "no", ""]),
    ]


def test_days_in_a_workbook_are_days_and_not_midnights() -> None:
    content = sheets.as_xlsx(["a", "b"], [datetime(2026, 12, 1), datetime(2026, 12, 1, 9, 30)])  # noqa: DTZ001
    assert read_table(content).rows[0].cells == ["2026-12-01", "2026-12-01T09:30:00"]


def test_blank_cells_behind_the_last_heading_are_left_out() -> None:
    table = read_table(b"sku,name,,\nA,B,,\nC,D,,x\n")
    assert table.header == ["sku", "name"]
    assert [row.cells for row in table.rows] == [["A", "B"], ["C", "D", "", "x"]]


def test_a_formula_nobody_has_calculated_is_no_empty_cell() -> None:
    table = read_table(sheets.as_xlsx(["sku", "price_eur"], ["A", "=1+1"]))
    assert table.rows[0].cells == ["A", "=(a formula whose value is not in the file)"]


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            if item != name:
                new.writestr(item, old.read(item))
        new.writestr(name, part)
    return out.getvalue()


def test_a_formula_counts_as_the_value_it_last_had() -> None:
    content = sheets.as_xlsx(["sku", "price_eur"], ["A", "=1+1"])
    with zipfile.ZipFile(io.BytesIO(content)) as parcel:
        sheet = parcel.read("xl/worksheets/sheet1.xml")
    calculated = sheet.replace(b"<v />", b"<v>2.5</v>").replace(b"<v></v>", b"<v>2.5</v>")
    assert calculated != sheet
    table = read_table(with_part(content, "xl/worksheets/sheet1.xml", calculated))
    assert table.rows[0].cells == ["A", "2.5"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(sheets.as_xlsx(["sku"], ["A"]), "xl/worksheets/sheet1.xml", b" " * 250_000_000)
    assert len(bomb) < 1_000_000
    assert "unpacks to 250," in refusal(bomb)


def test_entities_that_multiply_are_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (depth, b"&a%d;" % (depth - 1) * 10) for depth in range(1, 12)
    )
    sheet = laughs + b"]><worksheet><sheetData><row><c><v>&a11;</v></c></row></sheetData></worksheet>"
    assert "The workbook" in refusal(
        with_part(sheets.as_xlsx(["sku"], ["A"]), "xl/worksheets/sheet1.xml", sheet)
    )


def test_a_row_that_claims_to_be_the_billionth_ends_the_reading() -> None:
    content = sheets.as_xlsx(["sku"], ["A"])
    with zipfile.ZipFile(io.BytesIO(content)) as parcel:
        sheet = parcel.read("xl/worksheets/sheet1.xml").replace(b'r="2"', b'r="1000000000"')
    assert "more than 100,000 rows" in refusal(with_part(content, "xl/worksheets/sheet1.xml", sheet))


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
        ("xl/workbook.xml", b"not xml"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("[Content_Types].xml", b"<Types/>"),
    ],
)
def test_a_broken_workbook_is_refused(part: str, content: bytes) -> None:
    assert "The workbook" in refusal(with_part(sheets.as_xlsx(["sku"], ["A"]), part, content))


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parcel:
        parcel.writestr("photo.jpg", b"x")
    assert refusal(out.getvalue()) == "This is a ZIP file, but no XLSX workbook."
