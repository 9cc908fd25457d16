"""One known name, and what its brackets name besides."""

import re

from catalog.inci.brackets import list_groups, split_at_commas
from catalog.inci.naming import LONGEST_NAME, find_name
from catalog.inci.percents import find_share, may_hold_share
from catalog.inci.pieces import Piece, lay_out, peel, trim
from catalog.inci.vocabulary import Entry, Vocabulary

REMARK = re.compile(r"\(\s?[*†‡][^()]{1,200}\)$")


def read_name(
    text: str, start: int, end: int, marks: str, vocabulary: Vocabulary
) -> tuple[Piece, ...] | None:
    """The pieces of one known name, alone or with a percent, a remark, or a list in brackets behind it."""
    if end - start > LONGEST_NAME:
        return None
    core = text[start:end]
    remark = REMARK.search(core)
    first = start
    if remark:
        end = start + len(core[: remark.start()].rstrip())
        core = text[start:end]
    share = find_share(core) if may_hold_share(core) else None
    entry = find_name(share.name(core) if share else core, vocabulary)
    if entry is None:
        return None
    pieces = lay_out(text, start, end, share, entry, marks)
    if "(" in core or "[" in core:
        pieces = _name_parts(text, pieces, entry, vocabulary)
    if remark:
        pieces.append(Piece(first + remark.start(), first + remark.end(), "footnote"))
    return tuple(pieces)


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
    outer = piece._replace(end=trim(text, piece.start, begin - 1)[1])
    return [*pieces[:place], outer, *inner, *pieces[place + 1 :]]


def _is_colour(text: str, piece: Piece) -> bool:
    return text[piece.end - 5 : piece.end].isdigit()


def _read_parts(text: str, begin: int, parts: list[tuple[int, int]], vocabulary: Vocabulary) -> list[Piece]:
    pieces: list[Piece] = []
    for part_start, part_end in parts:
        start, end, marks, _ = peel(text[begin + part_start : begin + part_end])
        if start >= end:
            continue
        start, end = begin + part_start + start, begin + part_start + end
        pieces += read_name(text, start, end, marks, vocabulary) or (
            Piece(start, end, "unresolved", None, None, marks),
        )
    return pieces


def read_mixture(text: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[Piece, ...] | None:
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
    return Piece(start, trim(text, start, begin - 1)[1], "heading"), *inner
