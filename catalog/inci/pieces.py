"""What stands between two commas: a name with its percent and its marks, a mixture, or words."""

import re
from decimal import Decimal
from typing import NamedTuple

from catalog.inci.brackets import list_groups, split_at_commas
from catalog.inci.folding import fold
from catalog.inci.naming import LONGEST_NAME, find_name
from catalog.inci.percents import Share, find_share
from catalog.inci.reading import SpanKind
from catalog.inci.vocabulary import Entry, Vocabulary

MARK = "*†‡°^+#§¹²³⁴⁵•¨"
LEADING = re.compile(rf"[{re.escape(MARK)}]{{1,6}}(?:CO |BIO )?\s?")
TRAILING = re.compile(rf"(?:\(\s?[{re.escape(MARK)}]{{1,6}}\s?\)|[{re.escape(MARK)}]{{1,6}})\s?$")
INNER_MARK = re.compile(r"\s[*†‡]{1,4}\s?(?=[A-Za-z0-9])")
REMARK = re.compile(r"\(\s?[*†‡][^()]{1,200}\)$")
NANO = re.compile(r"[(\[]\s?nano\s?[)\]]|\bnano$", re.IGNORECASE)
CODE = re.compile(r"[A-Z]{1,8}\d{4,8}[A-Z]?(?:/\d{1,3})?|[A-Z]{4,8}\d{2,4}")
WORDS = frozenset(
    "the your you our to that which who is are was were be been will can could should helps help its it this these"
    " those their they we for with while when where because without into than and or of from in by as a an at on"
    " may not no contains contain provides provide known skin appearance product products while look feel than".split()
)
VERBS = frozenset(
    "helps provides provide hydrates protects soothes visibly reduces improves supports enhances delivers removes"
    " brightens nourishes please refer deliver rich gently moisturizes calms smooths firms known claims".split()
)
EDGE = " \t\n\r\x0b\x0c\"'.,;:"
SOFT = re.compile(r"\n| \+ | - | and | et | & |/ ?and/or ?/?| and/or ", re.IGNORECASE)


class Piece(NamedTuple):
    """A stretch of an atom, its places counted from the atom's start."""

    start: int
    end: int
    kind: SpanKind
    entry: Entry | None = None
    percent: Decimal | None = None
    marks: str = ""
    nano: bool = False


class Atom(NamedTuple):
    """What an atom turned out to be, and its pieces in order. `marked`: a footnote's mark stands before it."""

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


def is_prose(text: str) -> bool:
    """Whether words of a sentence stand in it, as no name has them."""
    words = fold(text[: 4 * LONGEST_NAME]).replace(",", " ").split()
    if any(word in VERBS for word in words):
        return True
    return sum(word in WORDS for word in words) >= 2 or len(words) > 24


def _read(text: str, vocabulary: Vocabulary) -> Atom:
    start, end, marks, leading = _peel(text)
    if start >= end:
        return EMPTY
    known = _read_name(text, start, end, marks, vocabulary)
    if known:
        return Atom("known", known, leading)
    pieces = _read_split(text, start, end, vocabulary) or _read_mixture(text, start, end, vocabulary)
    if pieces:
        return Atom("known", pieces, leading)
    core = text[start:end]
    if is_prose(core):
        return Atom("prose", (Piece(start, end, "unresolved", None, None, marks),), leading)
    if not any(sign.isalnum() for sign in core):
        return EMPTY
    if CODE.fullmatch(core):
        return Atom("unresolved", (Piece(start, end, "code"),), leading)
    share = find_share(core)
    return Atom("unresolved", tuple(_lay_out(text, start, end, share, None, marks)), leading)


def _peel(text: str) -> tuple[int, int, str, bool]:
    """(start, end) of the name without signs around it, its marks, and whether one stood before it."""
    start, end = _trim(text, 0, len(text))
    leading = LEADING.match(text, start, end)
    marks = ""
    if leading:
        marks = leading.group().strip()
        start = leading.end()
    trailing = TRAILING.search(text, max(start, end - 14), end)
    while trailing:
        marks += trailing.group().strip(" ()")
        start, end = _trim(text, start, trailing.start())
        trailing = TRAILING.search(text, max(start, end - 14), end)
    start, end = _trim(text, start, end)
    return start, end, marks, leading is not None


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks and stray signs at both ends. A bracket that lacks its partner is such a sign."""
    while start < end and text[start] in EDGE + ")]}":
        start += 1
    while start < end and (text[end - 1] in EDGE + "([{" or _is_stray(text, start, end)):
        end -= 1
    return start, end


def _is_stray(text: str, start: int, end: int) -> bool:
    if text[end - 1] not in ")]}" or end - start > LONGEST_NAME:
        return False
    part = text[start:end]
    return sum(part.count(sign) for sign in ")]}") > sum(part.count(sign) for sign in "([{")


def _read_name(
    text: str, start: int, end: int, marks: str, vocabulary: Vocabulary
) -> tuple[Piece, ...] | None:
    """The pieces of one known name, alone or with a percent, a remark, or a list in brackets behind it."""
    if end - start > LONGEST_NAME:
        return None
    core = text[start:end]
    remark = REMARK.search(core)
    if remark:
        end = start + len(core[: remark.start()].rstrip())
        core = text[start:end]
    share = find_share(core) if "%" in core or "ercent" in core else None
    entry = find_name(share.name(core) if share else core, vocabulary)
    if entry is None:
        return None
    pieces = _lay_out(text, start, end, share, entry, marks)
    if "(" in core or "[" in core:
        pieces = _name_parts(text, pieces, entry, vocabulary)
    if remark:
        pieces.append(Piece(end, start + remark.end(), "footnote"))
    return tuple(pieces)


def _lay_out(
    text: str, start: int, end: int, share: Share | None, entry: Entry | None, marks: str
) -> list[Piece]:
    """A name and its percent side by side; a percent in the middle of a name stays part of it."""
    kind: SpanKind = "ingredient" if entry else "unresolved"
    nano = NANO.search(text, start, end) is not None
    if share is None or not share.at_an_end:
        return [Piece(start, end, kind, entry, share.percent if share else None, marks, nano)]
    before, after = share.start + start, share.end + start
    if before == start:
        begin = _trim(text, after, end)[0]
        rest = Piece(begin, end, kind, entry, share.percent, marks, nano)
        return [Piece(before, after, "percent"), rest] if begin < end else [Piece(start, end, "percent")]
    stop = _trim(text, start, before)[1]
    return [Piece(start, stop, kind, entry, share.percent, marks, nano), Piece(before, after, "percent")]


def _name_parts(text: str, pieces: list[Piece], entry: Entry, vocabulary: Vocabulary) -> list[Piece]:
    """Fragrance (Linalool, Limonene): what the brackets name besides is on the list as well."""
    place = next(at for at, piece in enumerate(pieces) if piece.kind == "ingredient")
    piece = pieces[place]
    groups = list_groups(text[piece.start : piece.end])
    if not groups or groups[-1][1] != piece.end - piece.start:
        return pieces
    begin, stop = piece.start + groups[-1][0] + 1, piece.start + groups[-1][1] - 1
    parts = split_at_commas(text[begin:stop])
    if len(parts) == 1 and "fragrance" not in entry.classes:
        return pieces
    inner = _read_parts(text, begin, parts, vocabulary)
    others = [one for one in inner if one.entry not in (None, entry) and not _is_colour(text, one)]
    if not others:
        return pieces
    outer = piece._replace(end=_trim(text, piece.start, begin - 1)[1])
    return [*pieces[:place], outer, *inner, *pieces[place + 1 :]]


def _is_colour(text: str, piece: Piece) -> bool:
    return text[piece.end - 5 : piece.end].isdigit()


def _read_parts(text: str, begin: int, parts: list[tuple[int, int]], vocabulary: Vocabulary) -> list[Piece]:
    pieces: list[Piece] = []
    for part_start, part_end in parts:
        start, end, marks, _ = _peel(text[begin + part_start : begin + part_end])
        if start >= end:
            continue
        start, end = begin + part_start + start, begin + part_start + end
        pieces += _read_name(text, start, end, marks, vocabulary) or (
            Piece(start, end, "unresolved", None, None, marks),
        )
    return pieces


def _read_mixture(text: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[Piece, ...] | None:
    """Botanical Blend [Water, Aloe Juice]: an unknown word for the known things in the brackets."""
    groups = list_groups(text[start:end])
    if not groups or groups[-1][1] != end - start or groups[-1][0] == 0:
        return None
    begin, stop = start + groups[-1][0] + 1, start + groups[-1][1] - 1
    parts = split_at_commas(text[begin:stop])
    if len(parts) < 2:
        return None
    inner = _read_parts(text, begin, parts, vocabulary)
    if 2 * sum(piece.entry is not None for piece in inner) < len(inner) or not inner:
        return None
    return Piece(start, _trim(text, start, begin - 1)[1], "heading"), *inner


def _read_split(text: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[Piece, ...] | None:
    """Two names without a comma between them, where something else parts them and each is known."""
    places = _split_after_percent(text, start, end)
    legend = INNER_MARK.search(text, start, end)
    if places is None and legend:
        name = _read_name(text, *_peel_at(text, start, legend.start()), vocabulary)
        return (*name, Piece(*_trim(text, legend.start() + 1, end), "footnote")) if name else None
    if places is None:
        places = _split_softly(text, start, end)
    pieces: list[Piece] = []
    known = 0
    for place in places:
        at, stop, marks = _peel_at(text, *place)
        name = _read_name(text, at, stop, marks, vocabulary)
        known += name is not None
        if name:
            pieces += name
        elif at < stop:
            pieces += _lay_out(text, at, stop, find_share(text[at:stop]), None, marks)
    by_line = "\n" in text[start:end] or places and len(places) == 2 and _is_glued(text, places)
    enough = known >= 1 if by_line else known == len(places)
    return tuple(pieces) if len(places) > 1 and enough and known else None


def _peel_at(text: str, start: int, end: int) -> tuple[int, int, str]:
    inner_start, inner_end, marks, _ = _peel(text[start:end])
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
