"""Advertising that runs into the list without a full stop between them."""

import re

from catalog.inci.atoms import Atom, read_atom
from catalog.inci.cutting import Place, Sentence
from catalog.inci.kinds import Sorted
from catalog.inci.naming import find_name
from catalog.inci.vocabulary import Vocabulary

LEAST_TAIL = 4  # known names in a row that make a list of the end of a sentence
MOSTLY = 0.6
MOST_WORDS = 9  # of a name, where words before or after it do not belong to it


def find_tail(
    text: str, sentence: Sentence, atoms: tuple[tuple[Place, Atom], ...], vocabulary: Vocabulary
) -> list[Sorted] | None:
    """Advertising that runs into the list without a full stop, parted where the names begin."""
    begin = _find_run_of_names(atoms)
    if len(atoms) - begin < LEAST_TAIL or (begin == 0 and sentence.head is None):
        return None
    names = atoms[begin:]
    last = atoms[begin - 1][0] if begin else None
    glued = _find_trailing_name(text, last, vocabulary) if last else None
    if glued is not None and last is not None:
        names = (((glued, last[1]), read_atom(text[glued : last[1]], vocabulary)), *names)
    start = names[0][0][0]
    places = tuple(place for place, _ in names)
    before = sentence._replace(atoms=tuple(p for p, _ in atoms[:begin]), end=start)
    after = Sentence(None, None, places, start, sentence.end, False, False)
    return [Sorted("marketing", before, atoms[:begin]), Sorted("list", after, names)]


def begins_with_prose(text: str, atoms: tuple[tuple[Place, Atom], ...], vocabulary: Vocabulary) -> bool:
    """Whether words of a sentence come first, or soon, and then with a name at their end."""
    if atoms and atoms[0][1].kind == "prose":
        return True
    early = [place for place, atom in atoms[1:4] if atom.kind == "prose"]
    return any(_find_trailing_name(text, place, vocabulary) is not None for place in early)


def _find_run_of_names(atoms: tuple[tuple[Place, Atom], ...]) -> int:
    """Where the first two known names in a row stand from which on most are known; the end, if nowhere."""
    begin, known = len(atoms), 0
    for place in range(len(atoms) - 1, -1, -1):
        is_known = atoms[place][1].kind == "known"
        known += is_known
        two = is_known and place + 1 < len(atoms) and atoms[place + 1][1].kind == "known"
        if two and known >= MOSTLY * (len(atoms) - place):
            begin = place
    return begin


def _find_trailing_name(text: str, place: Place, vocabulary: Vocabulary) -> int | None:
    """Where the longest known name begins that a text ends with."""
    start = max(place[0], place[1] - 200)
    begins = [start + match.end() for match in re.finditer(r"\s", text[start : place[1]])]
    for begin in begins[-MOST_WORDS:]:
        if find_name(text[begin : place[1]], vocabulary):
            return begin
    return None
