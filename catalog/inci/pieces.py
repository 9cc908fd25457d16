"""A name as it is printed: peeled of the signs around it, and laid out beside its percent."""

import re
from decimal import Decimal
from typing import NamedTuple

from catalog.inci.naming import LONGEST_NAME
from catalog.inci.percents import Share
from catalog.inci.reading import SpanKind
from catalog.inci.vocabulary import Entry

MARK = "*†‡°^+#§¹²³⁴⁵•¨♥♡◊◇◆★☆¤△▲※"
LEADING = re.compile(rf"[{re.escape(MARK)}]{{1,6}}(?:CO |BIO )?\s?")
TRAILING = re.compile(rf"(?:\(\s?[{re.escape(MARK)}]{{1,6}}\s?\)|[{re.escape(MARK)}]{{1,6}})\s?$")
NANO = re.compile(r"[(\[]\s?nano\s?[)\]]|\bnano$", re.IGNORECASE)
EDGE = " \t\n\r\x0b\x0c\"'.,;:<>"


class Piece(NamedTuple):
    """A stretch of an atom, its places counted from the atom's start."""

    start: int
    end: int
    kind: SpanKind
    entry: Entry | None = None
    percent: Decimal | None = None
    marks: str = ""
    nano: bool = False


def peel(text: str) -> tuple[int, int, str, bool]:
    """(start, end) of the name without signs around it, its marks, and whether one stood before it."""
    start, end = trim(text, 0, len(text))
    leading = LEADING.match(text, start, end)
    marks = ""
    if leading:
        marks = leading.group().strip()
        start = leading.end()
    trailing = TRAILING.search(text, max(start, end - 14), end)
    while trailing:
        found = trailing.group().strip(" ()")
        marks = found if found == marks else found + marks  # “Linalool,* Citral*”: the first is Linalool's
        start, end = trim(text, start, trailing.start())
        trailing = TRAILING.search(text, max(start, end - 14), end)
    start, end = trim(text, start, end)
    return start, end, marks, leading is not None


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks and stray signs at both ends. A bracket that lacks its partner is such a sign."""
    while start < end and (text[start] in EDGE + ")]}" or _is_never_closed(text, start, end)):
        start += 1
    while start < end and (text[end - 1] in EDGE + "([{" or _is_stray(text, start, end)):
        end -= 1
    return start, end


def _is_never_closed(text: str, start: int, end: int) -> bool:
    if text[start] not in "([{" or end - start > LONGEST_NAME:
        return False
    part = text[start:end]
    return sum(part.count(sign) for sign in "([{") > sum(part.count(sign) for sign in ")]}")


def _is_stray(text: str, start: int, end: int) -> bool:
    if text[end - 1] not in ")]}" or end - start > LONGEST_NAME:
        return False
    part = text[start:end]
    return sum(part.count(sign) for sign in ")]}") > sum(part.count(sign) for sign in "([{")


def lay_out(
    text: str, start: int, end: int, share: Share | None, entry: Entry | None, marks: str
) -> list[Piece]:
    """A name and its percent side by side; a percent in the middle of a name stays part of it."""
    kind: SpanKind = "ingredient" if entry else "unresolved"
    nano = NANO.search(text, start, end) is not None
    if share is None or not share.at_an_end:
        return [Piece(start, end, kind, entry, share.percent if share else None, marks, nano)]
    before, after = share.start + start, share.end + start
    if before == start:
        begin = trim(text, after, end)[0]
        rest = Piece(begin, end, kind, entry, share.percent, marks, nano)
        return [Piece(before, after, "percent"), rest] if begin < end else [Piece(start, end, "percent")]
    stop = trim(text, start, before)[1]
    return [Piece(start, stop, kind, entry, share.percent, marks, nano), Piece(before, after, "percent")]
