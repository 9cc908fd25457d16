"""Labels read: text in, ingredients out, with every piece that was not understood. Pure: text and names."""

from catalog.inci.folding import fold
from catalog.inci.labels import read_label
from catalog.inci.reading import Active, FormulaRead, Item, Reading, Span, SpanKind
from catalog.inci.vocabulary import Entry, Vocabulary

READER_VERSION = 4  # moves when the same text can give another reading

__all__ = [
    "READER_VERSION",
    "Active",
    "Entry",
    "FormulaRead",
    "Item",
    "Reading",
    "Span",
    "SpanKind",
    "Vocabulary",
    "fold",
    "read_label",
]
