"""What a feed's file may look like, and the one sentence that is said about every other."""

import io
import json
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.feeds import csv_lines, json_lines, xlsx_lines
from catalog.feeds.lines import BadFile, RawLine
from tests.catalog import sheets

Reader = Callable[..., Iterator[RawLine]]


@pytest.fixture
def put(tmp_path: Path) -> Callable[[bytes | str], Path]:
    def write(content: bytes | str) -> Path:
        path = tmp_path / "feed"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


Put = Callable[[bytes | str], Path]


def refusal(read_lines: Reader, path: Path, **options: str) -> str:
    with pytest.raises(BadFile) as refused:
        list(read_lines(path, **options))
    return str(refused.value)


def cells(lines: Iterator[RawLine]) -> list[tuple[int, dict[str, str]]]:
    return [(line.line, line.cells) for line in lines]


GOOD = [(2, {"SKU": "OAT-150", "Bestand": "12"}), (3, {"SKU": "GEL-30", "Bestand": "0"})]
GOOD_CSV = "SKU,Bestand\nOAT-150,12\nGEL-30,0\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_csv_reads_the_same_however_it_was_written(
    put: Put, delimiter: str, encoding: str, ending: str
) -> None:
    text = GOOD_CSV.replace(",", delimiter).replace("\n", ending)
    assert cells(csv_lines.read_lines(put(text.encode(encoding)))) == GOOD


def test_windows_1252_is_read_only_when_the_feed_says_so(put: Put) -> None:
    path = put("Name,Bestand\nCrème,12\n".encode("cp1252"))
    assert refusal(csv_lines.read_lines, path) == (
        "Line 2: Byte 0xE8 is not UTF-8: the file has another encoding."
    )
    assert cells(csv_lines.read_lines(path, encoding="cp1252")) == [(2, {"Name": "Crème", "Bestand": "12"})]
    assert refusal(csv_lines.read_lines, put(b"a,b\nx,\x81\n"), encoding="cp1252") == (
        "Line 2: Byte 0x81 is not Windows-1252: the file has another encoding."
    )


def test_a_mark_at_the_start_wins_over_what_the_feed_says(put: Put) -> None:
    path = put("Name,Bestand\nCrème,1\n".encode("utf-8-sig"))
    assert cells(csv_lines.read_lines(path, encoding="cp1252")) == [(2, {"Name": "Crème", "Bestand": "1"})]


def test_lines_are_counted_as_an_editor_counts_them_and_blank_ones_left_out(put: Put) -> None:
    path = put('sku , note\r\nA,"two\r\nlines"\r\n\r\n,\r\n B ,x,\r\n')
    assert cells(csv_lines.read_lines(path)) == [
        (2, {"sku": "A", "note": "two\nlines"}),
        (6, {"sku": "B", "note": "x"}),
    ]


def test_a_row_with_too_few_cells_is_broken_and_the_others_are_not(put: Put) -> None:
    lines = list(csv_lines.read_lines(put("sku,lot,units\nA,L1,1\nB,2\nC,L3,3\n")))
    assert [line.broken for line in lines] == ["", "has 2 cells, the header has 3", ""]
    assert lines[1].cells == {"sku": "B", "lot": "2"}


HTML = "<!doctype html>\n<html><title>Sign in</title><form>…</form></html>"
BAD_CSV = [
    ("", "The file is empty."),
    (" \n\r\n\t", "The file is empty."),
    (b"\xef\xbb\xbf", "The file is empty."),
    (",,\n,,\n", "The file holds nothing but blank rows."),
    ("sku,units\n", "The file has a header, but no line below it."),
    (HTML, "This is a web page, perhaps a login, and not CSV."),
    ("\ufeff\n  " + HTML, "This is a web page, perhaps a login, and not CSV."),
    (HTML.encode("utf-16"), "This is a web page, perhaps a login, and not CSV."),
    ('{"error": "token expired"}', "This is JSON, and not CSV."),
    (b"PK\x03\x04....", "This is a ZIP file or a workbook, and not CSV."),
    (b"\x1f\x8b\x08\x00", "This is a packed file (.gz), and not CSV."),
    (b"%PDF-1.7", "This is a PDF, and not CSV."),
    (
        b"\x7fELF\x00\x00\x01",
        "The file holds zero bytes: it is no text, or UTF-16 without its mark, and not CSV.",
    ),
    (
        "sku,units\nA,1\n".encode("utf-16-le"),
        "The file holds zero bytes: it is no text, or UTF-16 without its mark, and not CSV.",
    ),
    (
        b"sku,units\n" + b"A,1\n" * 2000 + b"B\x00,1\n",
        "Line 2002: The line holds zero bytes: this is no text.",
    ),
    ("OAT-150,12\nGEL-30,0\n", "Line 1: There is no header: “12” is no column's name."),
    ("sku,SKU\nA,B\n", "Line 1: Two columns are called “SKU”."),
    ("sku,,units\nA,B,1\n", "Line 1: Column 2 has no heading."),
    (
        GOOD_CSV + GOOD_CSV,
        "Line 4: The header stands here again: two files have been put into one.",
    ),
    ("sku;units,lot\nA;1,2\n", "Line 1: The header holds comma and semicolon: what parts the cells?"),
    ("sku,units\nA,1,2\n", "Line 2: A row has 3 cells, the header has 2."),
    (
        "sku,lot,units\nA,L1,12\nB,L",
        "Line 3: The file ends in the middle: it has been cut off on its way.",
    ),
    (
        'sku,units\nA,1\n"B,1\n',
        "Line 3: The file ends in the middle: it has been cut off on its way.",
    ),
    ('sku,units\n"A"x,1\nB,2\n', "Line 2: A quotation mark does not match: ',' expected after '\"'."),
    (
        'sku,units\n"A,1\n' + "B,1\n" * 50_000,
        "Line 2: A quotation mark opens a cell that does not end.",
    ),
    ("sku,units\n" + "A" * 10_001 + ",1\n", "Line 2: A cell has more than 10,000 characters."),
    ("sku,units\n" + "A" * 1_000_001, "Line 2: The line has more than 1,000,000 characters."),
    (",".join(f"c{n}" for n in range(201)), "Line 1: A row has more than 200 cells."),
    (
        "sku,name\nA,ö\n".encode("utf-16")[:-1],
        "The file is not the UTF-16 that it says it is, or has been cut off.",
    ),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_CSV, ids=[words for _, words in BAD_CSV])
def test_a_bad_csv_gives_one_clear_sentence(put: Put, content: bytes | str, sentence: str) -> None:
    assert refusal(csv_lines.read_lines, put(content)) == sentence


def test_more_lines_than_any_shop_has_are_refused(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.feeds.lines.MOST_LINES", 3)
    assert len(list(csv_lines.read_lines(put("a,b\n" + "x,1\n" * 3)))) == 3
    assert refusal(csv_lines.read_lines, put("a,b\n" + "x,1\n" * 4)) == (
        "Line 5: The file has more than 3 lines."
    )


# -- XLSX ----------------------------------------------------------------------------------------------


def test_a_workbook_reads_as_a_person_sees_it(put: Put) -> None:
    moment = datetime.fromisoformat("2026-11-22T06:30")  # a workbook knows no zones
    path = put(
        sheets.as_xlsx(
            ["SKU", "Bestand", "MHD", "Stand"],
            ["OAT-150", 12.0, date(2027, 6, 30), moment],
            [],
            ["GEL-30", 0, None, "2026-11-22"],
        )
    )
    assert cells(xlsx_lines.read_lines(path)) == [
        (2, {"SKU": "OAT-150", "Bestand": "12", "MHD": "2027-06-30", "Stand": "2026-11-22T06:30:00"}),
        (4, {"SKU": "GEL-30", "Bestand": "0", "MHD": "", "Stand": "2026-11-22"}),
    ]


def test_a_formula_that_nobody_calculated_is_not_an_empty_cell(put: Put) -> None:
    path = put(sheets.as_xlsx(["SKU", "Bestand"], ["A", "=1+1"]))
    assert cells(xlsx_lines.read_lines(path)) == [
        (2, {"SKU": "A", "Bestand": "=(a formula whose value is not in the file)"})
    ]


def a_parcel(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parcel:
        for name, content in parts.items():
            parcel.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A good workbook, one part of which is another."""
    with zipfile.ZipFile(io.BytesIO(sheets.as_xlsx(["SKU", "Bestand"], ["A", 1]))) as parcel:
        parts = {part: parcel.read(part) for part in parcel.namelist()}
    return a_parcel(parts | {name: content})


def lying(content: bytes, told: int) -> bytes:
    """A workbook whose largest part says in the directory that it is small."""
    with zipfile.ZipFile(io.BytesIO(content)) as parcel:
        size = max(part.file_size for part in parcel.infolist())
    return content.replace(struct.pack("<I", size), struct.pack("<I", told))


SHEET = "xl/worksheets/sheet1.xml"
NOISE = random.Random(4).randbytes(40_000).hex().encode()  # packs 1:2
BAD_XLSX = [
    (b"", "The file is empty."),
    (HTML.encode(), "This is a web page, perhaps a login, and not XLSX."),
    (b"sku,units\nA,1\n", "This is no XLSX workbook."),
    (b"\xd0\xcf\x11\xe0....", "This is an old Excel file (.xls), or one with a password, and not XLSX."),
    (a_parcel({"stock.csv": b"sku,units"}), "This is a ZIP file, but no XLSX workbook."),
    (sheets.as_xlsx(["SKU", "Bestand"], ["A", 1])[:-40], "The workbook is broken: File is not a zip file"),
    (
        a_parcel({"[Content_Types].xml": b"x", SHEET: b" " * 201_000_000}),
        "The workbook unpacks to 201,000,001 bytes, more than 200,000,000.",
    ),
    (
        with_part(SHEET, b" " * 20_000_000),
        "The workbook unpacks to over 200 times its size: this is no honest table.",
    ),
    (
        with_part(SHEET, b"<worksheet><sheetData><row>" + NOISE * 30 + b"</row>"),
        "A row of the workbook has more than 2,000,000 bytes.",
    ),
    (
        with_part("xl/styles.xml", NOISE * 70),
        "The workbook's part xl/styles.xml has more than 5,000,000 bytes.",
    ),
    (
        with_part(SHEET, b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'),
        "The workbook defines XML of its own: no spreadsheet does that.",
    ),
    (
        with_part(SHEET, b"<worksheet><sheetData>"),
        "The workbook cannot be understood (ParseError: no element found: line 1, column 22).",
    ),
    (sheets.as_xlsx(["SKU", "SKU"], ["A", 1]), "Line 1: Two columns are called “SKU”."),
    (sheets.as_xlsx(["SKU", "Bestand"]), "The file has a header, but no line below it."),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_XLSX, ids=[words for _, words in BAD_XLSX])
def test_a_bad_workbook_gives_one_clear_sentence(put: Put, content: bytes, sentence: str) -> None:
    assert refusal(xlsx_lines.read_lines, put(content)) == sentence


def test_a_bomb_that_lies_about_its_size_is_no_better(put: Put) -> None:
    bomb = with_part(SHEET, b" " * 20_000_000)
    path = put(lying(bomb, 900_000))
    tracemalloc.start()
    try:
        assert refusal(xlsx_lines.read_lines, path).startswith("The workbook is broken: Bad CRC-32")
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


# -- JSON ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        '[{"sku": "A", "units": 12.0, "lot": null, "open": true}, {"sku": "Ö", "units": 1e3}]',
        '{"at": "now", "of": {"a": [1, {"b": 2}]}, "items": [{"sku": "A", "units": 12.0, "lot": null,'
        ' "open": true}, {"sku": "\\u00d6", "units": 1e3}], "pages": 1}\n',
    ],
)
def test_json_is_a_list_or_has_one(put: Put, text: str, encoding: str) -> None:
    assert cells(json_lines.read_lines(put(text.encode(encoding)))) == [
        (1, {"sku": "A", "units": "12.0", "lot": "", "open": "yes"}),
        (2, {"sku": "Ö", "units": "1e3"}),
    ]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
def test_json_reads_the_same_wherever_its_pieces_end(
    put: Put, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(json_lines, "CHUNK", chunk)
    lines = [{"sku": f"Ä-{n}\\", "units": n * 10**n, "note": 'a "b" {[,'} for n in range(20)]
    text = json.dumps({"count": 123456, "lines": lines, "end": -1.5}, indent=1)
    assert cells(json_lines.read_lines(put(text))) == [
        (n + 1, {name: str(value) for name, value in line.items()}) for n, line in enumerate(lines)
    ]


CUT = "The file ends in the middle: it has been cut off on its way."
BAD_JSON = [
    ("", "The file is empty."),
    (HTML, "This is a web page, perhaps a login, and not JSON."),
    (b"PK\x03\x04", "This is a ZIP file or a workbook, and not JSON."),
    ("hello", "This is no JSON: Expecting value."),
    ("12", "The file holds one value, and no list of lines."),
    ("[]", "The file holds an empty list."),
    ("{}", "The file holds an object without a list of lines."),
    ('{"error": "login"}', "The file holds an object without a list of lines."),
    ('{"a": [{"x": 1}], "b": []}', "There are two lists, “a” and “b”: which is it?"),
    ("[1, 2]", "Line 1: The list holds something that is no object."),
    ('[{"a": 1}, [2]]', "Line 2: The list holds something that is no object."),
    ('[{"sku": "A", "lots": [1]}]', "Line 1: “lots” holds a list or an object: a feed's lines are flat."),
    ('[{"sku": "A", "lots": {}}]', "Line 1: “lots” holds a list or an object: a feed's lines are flat."),
    ('[{"sku": "A", "sku": "B"}]', "Line 1: “sku” stands twice in one line."),
    ('[{"sku": NaN}]', "Line 1: This is no JSON: NaN is no number."),
    ('[{"sku": "A"},]', "Line 2: This is no JSON: Expecting value."),
    ('[{"sku": "A"} {"sku": "B"}]', "Line 1: This is no JSON: “{” stands where , or ] must be."),
    ("[{'sku': 'A'}]", "Line 1: This is no JSON: Expecting property name enclosed in double quotes."),
    ('[{"sku": "A"}] []', "Line 1: Something follows after the end of the JSON."),
    ('[{"sku": "A\\u0000"}]', "Line 1: A cell holds signs that are no text."),
    ('[{"sku": "\\ud800"}]', "Line 1: A cell holds signs that are no text."),
    ('[{"sku": ' + "1" * 10_001 + "}]", "Line 1: A cell has more than 10,000 characters."),
    ("[" * 100_000, "The JSON is nested deeper than any feed."),
    ('[{"a": ' + "[" * 100_000, "The JSON is nested deeper than any feed."),
    ('[{"sku": "' + "A" * 1_100_000, "Line 1: An object does not end."),
    (b'[{"sku": "\xe8"}]', "The file is not UTF-8, or has been cut off in the middle of a sign."),
    (
        json.dumps([{str(n): n for n in range(201)}]),
        "Line 1: A line has more than 200 cells.",
    ),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_JSON, ids=[words[:60] for _, words in BAD_JSON])
def test_bad_json_gives_one_clear_sentence(put: Put, content: bytes | str, sentence: str) -> None:
    assert refusal(json_lines.read_lines, put(content)) == sentence


def test_json_that_is_cut_off_anywhere_is_refused(put: Put) -> None:
    whole = '{"at": "2026", "n": -1, "lines": [{"sku": "Ä", "units": 12, "open": true}, {"a": null}]}'
    for end in range(1, len(whole)):
        sentence = refusal(json_lines.read_lines, put(whole[:end]))
        assert sentence.removeprefix("Line 1: ").removeprefix("Line 2: ") == CUT, whole[:end]


# -- all of them ---------------------------------------------------------------------------------------


def written(rows: int) -> dict[Reader, bytes]:
    lines = [{"sku": f"SKU-{n:06}", "lot": f"L{n:06}", "units": n % 500} for n in range(rows)]
    table: list[list[Any]] = [["sku", "lot", "units"], *([*line.values()] for line in lines)]
    text = "\n".join(",".join(map(str, row)) for row in table)
    return {
        csv_lines.read_lines: text.encode(),
        json_lines.read_lines: json.dumps(lines).encode(),
        xlsx_lines.read_lines: sheets.as_xlsx(*table),
    }


@pytest.mark.parametrize("number", [0, 1, 2], ids=["csv", "json", "xlsx"])
def test_long_files_are_read_in_little_memory(put: Put, number: int) -> None:
    read_lines, content = list(written(8_000).items())[number]
    path = put(content)
    next(read_lines(path))  # what is imported late is there
    tracemalloc.start()
    try:
        count = sum(int(line.cells["units"]) for line in read_lines(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == sum(n % 500 for n in range(8_000))
    # a workbook keeps each text that it repeats once; the lines themselves would take 5 MB
    assert peak < (3_200_000 if number == 2 else 1_000_000)


MARKS = [b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\0", b"<", b"PK\x03\x04", b"\n", b"\r", b'"']
WORDS = '[ ] { } : , ; 1 - e5 true A {"a": [{"sku":1} sku,units \\u'.split()
PIECES = st.sampled_from([*MARKS, *(word.encode() for word in WORDS)])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(content=b"\xff\xfe\n")
@given(content=st.lists(PIECES | st.binary(max_size=6), max_size=16).map(b"".join))
def test_any_bytes_are_lines_or_one_sentence(put: Put, content: bytes) -> None:
    path = put(content)
    for read_lines in (csv_lines.read_lines, json_lines.read_lines, xlsx_lines.read_lines):
        with suppress(BadFile):  # and nothing else
            lines = list(read_lines(path))
            assert all(isinstance(cell, str) for line in lines for cell in line.cells.values())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 20_000), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_workbook_is_lines_or_one_sentence(put: Put, place: int, byte: int, cut: bool) -> None:
    content = sheets.as_xlsx(["SKU", "Bestand"], ["A", 1], ["B", 2.5])
    place %= len(content)
    rest = b"" if cut else content[place + 1 :]
    with suppress(BadFile):
        list(xlsx_lines.read_lines(put(content[:place] + bytes([byte]) + rest)))
