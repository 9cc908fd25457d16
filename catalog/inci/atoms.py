"""What stands between two commas: a name, a mixture, a code, or words of a sentence."""

import re
from typing import NamedTuple

from catalog.inci.names_in_brackets import read_mixture, read_name
from catalog.inci.parting import read_legend, read_split
from catalog.inci.percents import find_share
from catalog.inci.pieces import Piece, lay_out, peel
from catalog.inci.prose import is_prose
from catalog.inci.vocabulary import Vocabulary

BRACKETED_CODE = re.compile(
    r"[(\[]\s?(?!ci)[a-z]{1,4}[ -]?\d{2,8}(?:[/-]\d{1,4})?[a-z]?\s?[)\]]", re.IGNORECASE
)
CODE = re.compile(r"[A-Z]{1,8}\d{4,8}[A-Z]?(?:/\d{1,3})?|[A-Z]{4,8}\d{2,4}")


class Atom(NamedTuple):
    """What an atom turned out to be, and its pieces in order. `marked`: a footnote's mark precedes it."""

    kind: str  # known | unresolved | prose | empty
    pieces: tuple[Piece, ...]
    marked: bool = False


EMPTY = Atom("empty", ())


def read_atom(text: str, vocabulary: Vocabulary) -> Atom:
    """What stands between two commas. The same text gives the same answer, so it is remembered."""
    found: Atom | None = vocabulary.recall(text)
    if found is None:
        found = _read(text, vocabulary)
        vocabulary.remember(text, found)
    return found


def _read(text: str, vocabulary: Vocabulary) -> Atom:
    start, end, marks, leading = peel(text)
    if start >= end:
        return EMPTY
    known = read_legend(text, start, end, vocabulary) or read_name(text, start, end, marks, vocabulary)
    if known:
        return Atom("known", known, leading)
    pieces = read_split(text, start, end, vocabulary) or read_mixture(text, start, end, vocabulary)
    if pieces:
        return Atom("known", pieces, leading)
    core = text[start:end]
    if is_prose(core):
        return Atom("prose", (Piece(start, end, "unresolved", None, None, marks),), leading)
    if not any(sign.isalnum() for sign in core) or (len(core) == 1 and core.isalpha()):
        return EMPTY  # a letter by itself is a slip of the hand
    if CODE.fullmatch(core) or BRACKETED_CODE.fullmatch(core):
        return Atom("unresolved", (Piece(start, end, "code"),), leading)
    share = find_share(core)
    return Atom("unresolved", tuple(lay_out(text, start, end, share, None, marks)), leading)
