"""What stands before a list and is no part of it: shades, a product's name, words above “Ingredients:”."""

import re
from collections.abc import Sequence

from catalog.inci.atoms import Atom, read_atom
from catalog.inci.cutting import Sentence
from catalog.inci.names_in_brackets import read_name
from catalog.inci.vocabulary import Vocabulary

DASH = re.compile(r" [-–—] ")
# A dash behind one of these may part two names; it is not the end of a title.
OF_A_NAME = re.compile(
    r"\b(?:oils?|extracts?|waters?|butters?|wax|acids?|powders?|juice|seeds?|leaf|roots?|ferment|gum|alcohol"
    r"|glycol|aqua|eau)\b|\d",
    re.IGNORECASE,
)
LEAST_NAMES = 3
FEW = 0.15  # of the names before a colon are known by chance: Brown Sugar is a shade
OVER_A_LIST = frozenset(("ingredients", "active", "inactive"))


def find_last_heading(sentences: Sequence[Sentence]) -> int:
    """The place of the last sentence under a heading over ingredients; -1 where there is none."""
    places = [at for at, one in enumerate(sentences) if one.mark and one.mark.kind in OVER_A_LIST]
    return places[-1] if places else -1


def is_shades(sentence: Sentence, atoms: Sequence[Atom], following: Sentence | None) -> bool:
    """Latte, Mocha, Hot Fudge: Water, …: names of shades before the colon of the list."""
    if following is None or not following.inline or following.head is None or sentence.head is not None:
        return False
    known = sum(atom.kind == "known" for atom in atoms)
    return bool(atoms) and atoms[0].kind != "known" and known <= FEW * len(atoms)


def part_dashed_title(text: str, sentence: Sentence, vocabulary: Vocabulary) -> Sentence:
    """Rose & Honey - Talc, Mica, Water: the sentence with its title as its head; else as it was."""
    if sentence.head is not None or len(sentence.atoms) < LEAST_NAMES:
        return sentence
    start, end = sentence.atoms[0]
    dashes = list(DASH.finditer(text, start, sentence.end))
    if len(dashes) != 1 or dashes[0].end() >= end:
        return sentence
    title, name = text[start : dashes[0].start()], text[dashes[0].end() : end]
    if not title[:1].isupper() or OF_A_NAME.search(title) or read_atom(name, vocabulary).kind != "known":
        return sentence
    if read_name(title, 0, len(title), "", vocabulary):
        return sentence
    return sentence._replace(
        head=(start, dashes[0].start()), atoms=((dashes[0].end(), end), *sentence.atoms[1:])
    )
