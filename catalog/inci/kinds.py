"""What a sentence on a label can be."""

from typing import Literal, NamedTuple

from catalog.inci.atoms import Atom
from catalog.inci.cutting import Place, Sentence
from catalog.inci.pieces import Piece

SentenceKind = Literal["list", "title", "marketing", "footnote", "disclaimer", "empty"]


class Sorted(NamedTuple):
    """A sentence, what it is, and its atoms as read. Of a list, `atoms` are the names.

    `declared`: what advertising names with a percent, as “-Zinc Oxide 12%: Shields from the sun”.
    """

    kind: SentenceKind
    sentence: Sentence
    atoms: tuple[tuple[Place, Atom], ...]
    title: Place | None = None
    declared: tuple[Piece, ...] = ()
