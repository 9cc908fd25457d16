"""JSON feeds: a list of flat objects, one in memory at a time.

Python's own parser reads them object by object: the streaming one that is written in C (ijson 3.6, yajl)
ends the whole process on certain broken files, and a worker must outlive every file.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from catalog.feeds.csv_lines import find_encoding
from catalog.feeds.lines import (
    CUT_OFF,
    MOST_COLUMNS,
    MOST_LINES,
    BadFile,
    RawLine,
    read_text,
    refuse_other,
)
from catalog.importing.reports import shorten

CHUNK = 64 * 1024  # characters
MOST_VALUE_CHARS = 1_000_000
SPACE = " \t\r\n"
WORDS = ("null", "true", "false", "-")


def read_lines(path: Path) -> Iterator[RawLine]:
    """The objects of an array, or of the one array in an object, as lines; the first one is line 1.

    Numbers come as the file writes them, true and false as yes and no, null as nothing.
    Raises  BadFile.
    """
    refuse_other(path, wanted="JSON")
    encoding = find_encoding(path, "utf-8")
    try:
        with path.open(encoding=encoding, newline="") as file:
            tape = _Tape(file)
            yield from _read_document(tape)
            if tape.look():
                raise BadFile("Something follows after the end of the JSON.", tape.number or None)
            if not tape.number:
                raise BadFile("The file holds an empty list.")
    except UnicodeError:
        raise BadFile("The file is not UTF-8, or has been cut off in the middle of a sign.") from None
    except RecursionError:
        raise BadFile("The JSON is nested deeper than any feed.") from None


class _Tape:
    """A JSON text, of which only the piece that is being read is in memory."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.text, self.place = file, "", 0
        self.number = 0  # objects so far
        self.decoder = json.JSONDecoder(
            object_pairs_hook=list, parse_float=str, parse_int=str, parse_constant=self._refuse_constant
        )

    def look(self) -> str:
        """The next sign that is no space, or nothing at the end."""
        while True:
            while self.place < len(self.text):
                if self.text[self.place] not in SPACE:
                    return self.text[self.place]
                self.place += 1
            if not self._read_on():
                return ""

    def take(self, *wanted: str) -> str:
        """The next sign, which must be one of these. Raises BadFile."""
        sign = self.look()
        if not sign:
            raise BadFile(CUT_OFF, self.number or None)
        if sign not in wanted:
            raise self._refuse(f"“{shorten(sign)}” stands where {' or '.join(wanted)} must be")
        self.place += 1
        return sign

    def value(self) -> Any:
        """The next whole value; an object comes as its (name, value) pairs."""
        self.look()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.place)
            except json.JSONDecodeError as error:
                if len(self.text) - self.place > MOST_VALUE_CHARS:
                    raise BadFile("An object does not end.", self.number or None) from None
                if not self._read_on():
                    raise self._explain(error) from None
                continue
            # a number may go on in the next piece, as 1 does in 1.5 and in 1e+5
            if len(self.text) - end >= 3 or not self._read_on():
                self.place = end
                return value

    def _read_on(self) -> bool:
        piece = self.file.read(CHUNK)
        if piece:
            self.text, self.place = self.text[self.place :] + piece, 0
        return bool(piece)

    def _explain(self, error: json.JSONDecodeError) -> BadFile:
        rest = self.text[error.pos :].strip(SPACE)
        is_cut = error.msg.startswith("Unterminated") or any(word.startswith(rest) for word in WORDS)
        return BadFile(CUT_OFF, self.number or None) if is_cut else self._refuse(error.msg)

    def _refuse(self, why: str) -> BadFile:
        return BadFile(f"This is no JSON: {why}.", self.number or None)

    def _refuse_constant(self, name: str) -> None:
        raise self._refuse(f"{name} is no number")


def _read_document(tape: _Tape) -> Iterator[RawLine]:
    first = tape.look()
    if first == "[":
        yield from _read_list(tape)
    elif first == "{":
        yield from _read_envelope(tape)
    else:
        tape.value()
        raise BadFile("The file holds one value, and no list of lines.")


def _read_envelope(tape: _Tape) -> Iterator[RawLine]:
    """The one list in an object; what else the object says about itself is passed over."""
    lists: list[str] = []
    tape.take("{")
    ended = tape.look() == "}"
    if ended:
        tape.take("}")
    while not ended:
        if tape.look() not in ('"', ""):
            tape.take('"')
        name = tape.value()
        tape.take(":")
        if tape.look() == "[":
            lists.append(name)
            if len(lists) > 1:
                raise BadFile(
                    f"There are two lists, “{shorten(lists[0])}” and “{shorten(name)}”: which is it?"
                )
            yield from _read_list(tape)
        else:
            tape.value()
        ended = tape.take(",", "}") == "}"
    if not lists:
        raise BadFile("The file holds an object without a list of lines.")


def _read_list(tape: _Tape) -> Iterator[RawLine]:
    tape.take("[")
    if tape.look() == "]":
        tape.take("]")
        return
    for number in itertools.count(1):
        tape.number = number
        if number > MOST_LINES:
            raise BadFile(f"The file has more than {MOST_LINES:,} lines.", number)
        if tape.look() not in ("{", ""):
            tape.value()  # when this is no JSON at all, that is what there is to say
            raise BadFile("The list holds something that is no object.", number)
        yield RawLine(number, _name_cells(tape.value(), number))
        if tape.take(",", "]") == "]":
            return


def _name_cells(pairs: list[tuple[str, Any]], number: int) -> dict[str, str]:
    if len(pairs) > MOST_COLUMNS:
        raise BadFile(f"A line has more than {MOST_COLUMNS} cells.", number)
    cells: dict[str, str] = {}
    for name, value in pairs:
        column = read_text(name, number)
        if isinstance(value, list):
            raise BadFile(f"“{shorten(column)}” holds a list or an object: a feed's lines are flat.", number)
        if column in cells:
            raise BadFile(f"“{shorten(column)}” stands twice in one line.", number)
        cells[column] = read_text(_show(value), number)
    return cells


def _show(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or ""
