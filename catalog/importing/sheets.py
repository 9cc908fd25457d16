"""XLSX: the first sheet's cells as text. A formula counts as the value that it last had."""

import io
import itertools
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from catalog.importing.reports import CannotRead

MOST_UNPACKED = 200_000_000  # bytes; text in a sheet packs about 1:10, and a bomb 1:1000
BATCH = 200  # rows
FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
UNKNOWN_VALUE = "=(a formula whose value is not in the file)"


def read_cells(content: bytes, *, most_rows: int) -> list[tuple[int, list[str]]]:
    """(line, cells) of every row of the first sheet; reading ends one row after `most_rows` below the header.

    Raises  CannotRead.
    """
    has_formulas = _inspect(content)
    with refuse_broken():
        # the header, and one row more than is allowed
        return list(itertools.islice(walk_rows(content, has_formulas=has_formulas), most_rows + 2))


@contextmanager
def refuse_broken() -> Iterator[None]:
    """Whatever a broken workbook makes of the block is CannotRead."""
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        yield
    except (InvalidFileException, zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        raise CannotRead(f"The workbook is broken: {error}") from None
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError) as error:
        # openpyxl raises whatever it stumbles over; all of it means that no spreadsheet wrote this file
        raise CannotRead(f"The workbook cannot be understood ({type(error).__name__}: {error}).") from None


def walk_rows(source: bytes | Path, *, has_formulas: bool) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of the first sheet, a few hundred rows in memory at a time."""
    rows = _open(source, values_only=True)
    asked = _open(source, values_only=False) if has_formulas else itertools.repeat(())
    both = enumerate(zip(rows, asked, strict=False), start=1)
    while batch := _take(both):
        for line, (values, formulas) in batch:
            yield line, _trim(_mark_unknown([show_value(value) for value in values], formulas))


def _take(rows: Iterator[Any]) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about colours and drop-downs, which we do not read
        return list(itertools.islice(rows, BATCH))


def _open(source: bytes | Path, *, values_only: bool) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook

    # openpyxl would judge a path by its ending
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        sheet = load_workbook(file, read_only=True, data_only=values_only).worksheets[0]
        sheet.reset_dimensions()  # what a file claims about its size is not always so
        # without a most of columns: a row is as long as its last cell, and not padded to hundreds
        yield from sheet.iter_rows(values_only=values_only)


def show_value(value: Any) -> str:
    """A cell as a person sees it: 19.9 and not 19.900000000000002, 2026-12-01 and not midnight of it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"  # the digits that a spreadsheet keeps
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _inspect(content: bytes) -> bool:
    """Whether the sheets hold formulas. What would unpack to too much is refused before it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            if "[Content_Types].xml" not in parcel.namelist():
                raise CannotRead("This is a ZIP file, but no XLSX workbook.")
            unpacked = sum(part.file_size for part in parcel.infolist())
            if unpacked > MOST_UNPACKED:
                raise CannotRead(f"The workbook unpacks to {unpacked:,} bytes, more than {MOST_UNPACKED:,}.")
            sheets = [part for part in parcel.infolist() if part.filename.startswith("xl/worksheets/")]
            return any(FORMULA.search(parcel.read(part)) for part in sheets)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise CannotRead(f"The workbook is broken: {error}") from None


def _mark_unknown(cells: list[str], formulas: tuple[Any, ...]) -> list[str]:
    """Formulas that nobody has calculated would look like empty cells, and empty can mean: clear it."""
    for place, formula in enumerate(formulas):
        if not cells[place] and getattr(formula, "data_type", "") == "f":
            cells[place] = UNKNOWN_VALUE
    return cells


def _trim(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
