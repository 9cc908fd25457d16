"""CSV feeds, a line in memory at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from catalog.feeds.lines import CUT_OFF, UTF_16, BadFile, RawLine, gather_lines, refuse_other
from catalog.importing.files import find_delimiter, read_csv
from catalog.importing.reports import CannotRead

MOST_LINE_CHARS = 1_000_000
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


def read_lines(path: Path, *, encoding: str = "utf-8") -> Iterator[RawLine]:
    """The lines of a CSV file whose cells are parted by comma, semicolon or tab.

    Takes   `encoding`: of a file without a mark at its start; "cp1252" only when the feed says so.
    Raises  BadFile.
    """
    refuse_other(path, wanted="CSV")
    encoding = find_encoding(path, encoding)
    try:
        with path.open(encoding=encoding, newline="") as file:
            first = next((line for line in _bounded(file) if line.strip()), "")
            delimiter = find_delimiter(first)
            file.seek(0)
            yield from gather_lines(read_csv(_bounded(file), delimiter=delimiter), may_be_short=False)
    except UnicodeError:
        raise _bad_encoding(path, encoding) from None
    except CannotRead as error:
        raise _bad_quotes(error) from None


def find_encoding(path: Path, otherwise: str) -> str:
    """The encoding that the mark at a file's start tells, else the one that was named."""
    with path.open("rb") as file:
        mark = file.read(2)
    if mark in UTF_16:
        return "utf-16"
    return "utf-8-sig" if otherwise == "utf-8" or mark == b"\xef\xbb" else otherwise


def _bounded(file: TextIO) -> Iterator[str]:
    """The lines of a file, none of them longer than memory should hold."""
    number = 0
    while line := file.readline(MOST_LINE_CHARS + 1):
        number += 1
        if len(line) > MOST_LINE_CHARS:
            raise BadFile(f"The line has more than {MOST_LINE_CHARS:,} characters.", number)
        if "\0" in line:
            raise BadFile("The line holds zero bytes: this is no text.", number)
        yield line


def _bad_encoding(path: Path, encoding: str) -> BadFile:
    """Which line is to blame: the reader was further than that when it stumbled."""
    if encoding == "utf-16":
        return BadFile("The file is not the UTF-16 that it says it is, or has been cut off.")
    name = ENCODINGS.get(encoding, encoding)
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                return BadFile(
                    f"Byte 0x{error.object[error.start]:02X} is not {name}: the file has another encoding.",
                    number,
                )
    return BadFile(f"The file is not {name}.")


def _bad_quotes(error: CannotRead) -> BadFile:
    if "unexpected end" in error.why:  # Python's words for a quoted cell that the file's end closes
        return BadFile(CUT_OFF, error.line)
    if "field limit" in error.why:
        return BadFile("A quotation mark opens a cell that does not end.", error.line)
    return BadFile(error.why, error.line)
