"""Names that a stray comma or a line's end parted, made whole: Butylphenyl, Methylpropional."""

from catalog.inci.atoms import Atom
from catalog.inci.cutting import Place
from catalog.inci.folding import fold
from catalog.inci.naming import LONGEST_NAME, find_whole
from catalog.inci.pieces import Piece
from catalog.inci.vocabulary import Entry, Vocabulary

JOINTS = (" ", "/", ",", "")  # what the comma, or the line's end, may stand for

Placed = tuple[Place, Atom]


def mend(text: str, atoms: tuple[Placed, ...], vocabulary: Vocabulary) -> tuple[Placed, ...]:
    """The atoms of a sentence, in which neighbours have become one where together they are a known name.

    Only where one of the two is unknown: what is known twice remains two names.
    """
    if all(atom.kind != "unresolved" for _, atom in atoms):
        return atoms
    mended: list[Placed] = []
    for one in atoms:
        whole = _join(text, mended[-1], one, vocabulary) if mended else None
        if whole:
            mended[-1] = whole
        else:
            mended.append(one)
    return tuple(mended)


def _join(text: str, left: Placed, right: Placed, vocabulary: Vocabulary) -> Placed | None:
    (start, left_end), first = left
    (right_start, end), second = right
    if "unresolved" not in (first.kind, second.kind) or text[left_end:right_start].strip() not in (",", ""):
        return None
    if not (_is_plain_name(first) and _is_plain_name(second)) or first.pieces[0].marks or second.marked:
        return None
    head, tail = first.pieces[0], second.pieces[0]
    if end - start > LONGEST_NAME:
        return None
    entry = _find_joined(
        text[start + head.start : start + head.end],
        text[right_start + tail.start : right_start + tail.end],
        vocabulary,
    )
    if entry is None:
        return None
    whole = Piece(
        head.start, right_start - start + tail.end, "ingredient", entry, None, tail.marks, tail.nano
    )
    return (start, end), Atom("known", (whole,))


def _is_plain_name(atom: Atom) -> bool:
    """One name, without a percent."""
    return (
        atom.kind in ("known", "unresolved")
        and len(atom.pieces) == 1
        and atom.pieces[0].kind in ("ingredient", "unresolved")
        and atom.pieces[0].percent is None
    )


def _find_joined(first: str, second: str, vocabulary: Vocabulary) -> Entry | None:
    for joint in JOINTS:
        entry = find_whole(fold(f"{first}{joint}{second}"), vocabulary)
        if entry is not None:
            return entry
    return None
