"""Names without a comma between them, where something else parts them."""

import re

from catalog.inci.names_in_brackets import read_name
from catalog.inci.percents import find_share
from catalog.inci.pieces import Piece, lay_out, peel, trim
from catalog.inci.vocabulary import Vocabulary

INNER_MARK = re.compile(r"\s[*†‡]{1,4}\s?(?=[A-Za-z0-9])")
SOFT = re.compile(
    r" \+ | - |(?<=[A-Za-z])- (?=[A-Z])| (?:and|AND|And) | et | & ?|/ ?and/or ?/?| and/or "
    r"|(?P<firm>\n|\. |\.(?=[A-Z])|(?<=\*) (?=[A-Z]))"
)

MANY = 4  # parts: no name has so many


def read_split(text: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[Piece, ...] | None:
    """Names without a comma between them, where something else parts them.

    Behind a glued percent one known name will do; between lines and full stops half of them; a plus or an
    “and” may belong to a name, so there all must be known, unless they part many.
    """
    glued = _split_after_percent(text, start, end)
    places, firm = (glued, True) if glued else _split_softly(text, start, end)
    if len(places) < 2:
        return None
    pieces: list[Piece] = []
    known = 0
    for place in places:
        at, stop, marks = _peel_at(text, *place)
        name = read_name(text, at, stop, marks, vocabulary)
        known += name is not None
        if name:
            pieces += name
        elif at < stop:
            pieces += lay_out(text, at, stop, find_share(text[at:stop]), None, marks)
    least = 1 if glued else len(places) / 2 if firm or len(places) >= MANY else len(places)
    return tuple(pieces) if known >= least else None


def read_legend(text: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[Piece, ...] | None:
    """Talc *Organic: a known name, and a footnote that follows without a full stop."""
    legend = INNER_MARK.search(text, start, end)
    name = read_name(text, *_peel_at(text, start, legend.start()), vocabulary) if legend else None
    if legend is None or name is None:
        return None
    return (*name, Piece(*trim(text, legend.start() + 1, end), "footnote"))


def _peel_at(text: str, start: int, end: int) -> tuple[int, int, str]:
    inner_start, inner_end, marks, _ = peel(text[start:end])
    return start + inner_start, start + inner_end, marks


def _split_after_percent(text: str, start: int, end: int) -> list[tuple[int, int]] | None:
    """Octocrylene 5.0%Water: the percent closes one name, and the next begins at once."""
    at = text.find("%", start, end)
    if at < 0 or at + 1 >= end or not text[at + 1].isalpha():
        return None
    share = find_share(text[start : at + 1])
    return [(start, at + 1), (at + 1, end)] if share and share.start > 0 else None


def _split_softly(text: str, start: int, end: int) -> tuple[list[tuple[int, int]], bool]:
    """The parts, and whether all that parts them is firm."""
    places: list[tuple[int, int]] = []
    begin, firm = start, True
    for match in SOFT.finditer(text, start, end):
        places.append((begin, match.start()))
        begin = match.end()
        firm = firm and match["firm"] is not None
    places.append((begin, end))
    return places, firm
