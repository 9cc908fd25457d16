"""XLSX feeds: the first sheet, some hundred rows in memory at a time, and no bomb is unpacked."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from catalog.feeds.lines import BadFile, RawLine, gather_lines, refuse_as_bad_file, refuse_other
from catalog.importing import sheets
from catalog.importing.sheets import MOST_UNPACKED

# Text in a sheet packs about 1:10, one number repeated 1:90, a bomb 1:1000.
MOST_RATIO = 200
SMALL = 1_000_000  # bytes: below this no ratio frightens
# What openpyxl holds in memory whole: the sheet's repeated texts, and every other part of XML but sheets.
MOST_SHARED_TEXTS, MOST_OTHER = 50_000_000, 5_000_000
MOST_ROW = 2_000_000  # bytes of XML between the beginnings of two rows
CHUNK = 256 * 1024
ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
CARRY = 64  # bytes: a mark of the patterns may lie across two chunks


def read_lines(path: Path) -> Iterator[RawLine]:
    """The lines of a workbook's first sheet. Dates come as 2027-06-30, numbers without a formula's noise.

    Raises  BadFile.
    """
    refuse_other(path, wanted="XLSX")
    with refuse_as_bad_file(), sheets.refuse_broken():
        has_formulas = _inspect(path)
        yield from gather_lines(sheets.walk_rows(path, has_formulas=has_formulas), may_be_short=True)


def _inspect(path: Path) -> bool:
    """Whether there are formulas. Raises BadFile: more than a feed may unpack to, told or found out."""
    with zipfile.ZipFile(path) as parcel:
        parts = parcel.infolist()
        if "[Content_Types].xml" not in parcel.namelist():
            raise BadFile("This is a ZIP file, but no XLSX workbook.")
        told = sum(part.file_size for part in parts)
        _refuse_bomb(told, path.stat().st_size)
        found, has_formulas = 0, False
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                _refuse_bomb(part.file_size, part.compress_size)
                _refuse_large(part)
                unpacked, formulas = _walk(parcel, part)
                found, has_formulas = found + unpacked, has_formulas or formulas
                if found > MOST_UNPACKED:
                    raise BadFile(f"The workbook unpacks to more than {MOST_UNPACKED:,} bytes.")
    return has_formulas


def _refuse_bomb(unpacked: int, packed: int) -> None:
    if unpacked > MOST_UNPACKED:
        raise BadFile(f"The workbook unpacks to {unpacked:,} bytes, more than {MOST_UNPACKED:,}.")
    if unpacked > SMALL and unpacked > MOST_RATIO * max(packed, 1):
        raise BadFile(f"The workbook unpacks to over {MOST_RATIO} times its size: this is no honest table.")


def _refuse_large(part: zipfile.ZipInfo) -> None:
    if part.filename.startswith("xl/worksheets/sheet"):
        return
    most = MOST_SHARED_TEXTS if part.filename.endswith("sharedStrings.xml") else MOST_OTHER
    if part.file_size > most:
        raise BadFile(f"The workbook's part {part.filename[:60]} has more than {most:,} bytes.")


def _walk(parcel: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, bool]:
    """(bytes that are really there, whether there are formulas) of one part.

    Raises  BadFile: a row that would not fit into memory, or XML with definitions of its own.
    """
    is_sheet = part.filename.startswith("xl/worksheets/sheet")
    size, row_began, has_formulas, rest = 0, 0, False, b""
    with parcel.open(part) as file:
        while chunk := file.read(CHUNK):
            window = rest + chunk
            began = size - len(rest)
            size += len(chunk)
            if DOCTYPE.search(window):
                raise BadFile("The workbook defines XML of its own: no spreadsheet does that.")
            if is_sheet:
                has_formulas = has_formulas or bool(sheets.FORMULA.search(window))
                for row in ROW.finditer(window):
                    row_began = began + row.start()
                if size - row_began > MOST_ROW:
                    raise BadFile(f"A row of the workbook has more than {MOST_ROW:,} bytes.")
            rest = window[-CARRY:]
    return size, has_formulas
