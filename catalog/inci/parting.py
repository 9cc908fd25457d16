"""Names without a comma between them, where something else parts them."""

import re

from catalog.inci.names_in_brackets import read_name
from catalog.inci.percents import find_share
from catalog.inci.pieces import Piece, lay_out, peel, trim
from catalog.inci.vocabulary import Vocabulary

INNER_MARK = re.compile(r"\s[*†‡]{1,4}\s?(?=[A-Za-z0-9])")
SOFT = re.compile(r"\n| \+ | - | and | et | & |/ ?and/or ?/?| and/or ", re.IGNORECASE)


def read_split(text: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[Piece, ...] | None:
    """Two names without a comma between them, where something else parts them and each is known."""
    places = _split_after_percent(text, start, end) or _split_softly(text, start, end)
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
    by_line = "\n" in text[start:end] or (len(places) == 2 and _is_glued(text, places))
    enough = known >= 1 if by_line else known == len(places)
    return tuple(pieces) if len(places) > 1 and enough and known else None


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


def _is_glued(text: str, places: list[tuple[int, int]]) -> bool:
    return places[0][1] == places[1][0] and text[places[0][1] - 1] == "%"


def _split_softly(text: str, start: int, end: int) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    begin = start
    for match in SOFT.finditer(text, start, end):
        places.append((begin, match.start()))
        begin = match.end()
    places.append((begin, end))
    return places
