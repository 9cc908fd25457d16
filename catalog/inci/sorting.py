"""Which sentences of a text are the list, and which are advertising, footnotes, titles or small print."""

import re
from typing import NamedTuple

from catalog.inci import forewords
from catalog.inci.atoms import Atom, read_atom
from catalog.inci.cutting import Place, Sentence
from catalog.inci.folding import fold
from catalog.inci.kinds import SentenceKind, Sorted
from catalog.inci.mending import mend
from catalog.inci.naming import find_name
from catalog.inci.pieces import Piece
from catalog.inci.prose import is_prose
from catalog.inci.run_ons import MOST_WORDS, begins_with_prose, find_tail
from catalog.inci.vocabulary import Vocabulary

BULLET = re.compile(r"[-–•]\s?[^\s\d(]|-\s?\d{1,3}(?:\.\d)?\s?(?:%|percent)", re.IGNORECASE)
FOOTNOTE = re.compile(r"\(?[*†‡^°+§¹²³♥♡◊★☆]{1,6}")
LEGEND = re.compile(
    r"\b(?:organic|natural|naturally|origin|farming|agriculture|essential oils?|derived|certified|plants?"
    r"|vegan|fragrances?|biologique|cultivation|wild|sourced|fair trade|formula|extracted from|from)\b",
    re.IGNORECASE,
)
NOT_IN_IT = re.compile(
    r"(?:free (?:of|from)|no |without |does not|contains? (?:no|less)|formulated without|not tested"
    r"|(?:cruelty|gluten|paraben).free|dermatolog(?:ist|ically)|clinically|made (?:in|with)"
    r"|vegan (?:&|and|\+) |\d{1,4} ?(?:g|ml|oz)\.? (?:bar|bottle|tube|jar)\b"
    r"|\d{1,3}(?:[.,]\d{1,2})?\s?% "
    r"(?:natural origin|organic of|of the total|du |des |natural\b|vegan|of total))",
    re.IGNORECASE,
)
TRAILING_MARK = re.compile(r"[\w)™®]\s?([*†‡^°+§¹²³♥♡◊★☆]{1,6})(?=\s?(?:[,.;\n]|$))")
LEAST_BULLETS = 4  # names on lines of their own, each behind a dash, are a list from here on
LEAST_TRANSLATED = 2  # names under a heading of their own, not one of them known
LONGEST_TITLE = 90  # signs


class _Before(NamedTuple):
    """What is known of a text before a sentence of it is sorted.

    `begun`: names precede; `is_announced`: a heading over ingredients is still to come.
    """

    begun: bool
    is_bullet_list: bool
    is_announced: bool
    following: Sentence | None


def sort_sentences(text: str, sentences: list[Sentence], vocabulary: Vocabulary) -> list[Sorted]:
    """Every sentence with its kind. One in which advertising runs into the list comes back as two."""
    is_bullet_list = _has_bullet_list(text, sentences, vocabulary)
    explained = _find_first_marks(text)
    last_heading = forewords.find_last_heading(sentences)
    result: list[Sorted] = []
    begun = in_drug_facts = False
    for place, sentence in enumerate(sentences):
        if sentence.mark and sentence.mark.kind in ("drug_facts", *forewords.OVER_A_LIST):
            in_drug_facts = sentence.mark.kind == "drug_facts"
        if in_drug_facts:
            result.append(_set_aside(text, sentence, vocabulary))
            continue
        following = sentences[place + 1] if place + 1 < len(sentences) else None
        before = _Before(begun, is_bullet_list, place < last_heading, following)
        sorted_ones = _sort(text, sentence, vocabulary, before)
        result += [_as_legend(text, one, explained) for one in sorted_ones]
        begun = begun or any(one.kind == "list" for one in result[-2:])
    return result


def _find_first_marks(text: str) -> dict[str, int]:
    """Where each footnote's mark first stands behind a name."""
    return {match[1]: match.start(1) for match in reversed(list(TRAILING_MARK.finditer(text)))}


def _as_legend(text: str, one: Sorted, explained: dict[str, int]) -> Sorted:
    """Galactomyces Ferment Filtrate*, Water. *Pitera: a marked name by itself explains the mark before it."""
    if one.kind != "list" or len(one.atoms) != 1 or one.sentence.head is not None:
        return one
    mark = FOOTNOTE.match(text, one.sentence.start)
    if mark is None or explained.get(mark.group().strip("("), len(text)) > one.sentence.start:
        return one
    return one._replace(kind="footnote")


def _set_aside(text: str, sentence: Sentence, vocabulary: Vocabulary) -> Sorted:
    """What stands under “Purpose” or “Directions”; what it gives in percent is declared all the same."""
    if sentence.head is None and not sentence.atoms:
        return Sorted("empty", sentence, ())
    return Sorted("disclaimer", sentence, (), None, _find_declared(text, sentence, vocabulary))


def _sort(text: str, sentence: Sentence, vocabulary: Vocabulary, before: _Before) -> list[Sorted]:
    begun = before.begun
    if not begun:
        sentence = forewords.part_dashed_title(text, sentence, vocabulary)
    read = tuple((place, read_atom(text[place[0] : place[1]], vocabulary)) for place in sentence.atoms)
    atoms = mend(text, read, vocabulary)
    if sentence.head is None and not atoms:
        return [Sorted("empty", sentence, ())]
    kind = _find_kind(text, sentence, [atom for _, atom in atoms], before)
    if not begun and forewords.is_shades(sentence, [atom for _, atom in atoms], before.following):
        kind = "marketing"
    if kind == "marketing" and begun and sentence.inline and sentence.head:  # Linalool *: A Formula of Ours
        known = read_atom(text[slice(*sentence.head)], vocabulary).kind == "known"
        kind = "list" if known else kind
    runs_on = kind == "list" and not begun and begins_with_prose(text, atoms, vocabulary)
    if (kind == "marketing" or runs_on) and not (sentence.mark and sentence.mark.kind == "disclaimer"):
        tail = find_tail(text, sentence, atoms, vocabulary)
        if tail is not None:
            return tail
    if kind == "list" and sentence.head:
        return _with_title(text, sentence, atoms, vocabulary, begun)
    declared = _find_declared(text, sentence, vocabulary) if kind == "marketing" else ()
    if kind == "marketing" and begun:
        kind = "disclaimer"
    return [Sorted(kind, sentence, atoms, None, declared)]


def _find_declared(text: str, sentence: Sentence, vocabulary: Vocabulary) -> tuple[Piece, ...]:
    if "%" not in text[sentence.start : sentence.end]:
        return ()
    places = [sentence.head, *sentence.atoms] if sentence.head else list(sentence.atoms)
    pieces = [
        piece
        for place in places
        for piece in read_atom(text[slice(*place)].lstrip("-–• "), vocabulary).pieces
    ]
    return tuple(piece for piece in pieces if piece.entry and piece.percent)


def _find_kind(text: str, sentence: Sentence, atoms: list[Atom], before: _Before) -> SentenceKind:
    if sentence.mark and sentence.mark.kind == "disclaimer":
        return "disclaimer"
    if sentence.mark and sentence.mark.kind == "highlights":
        return "marketing"
    opening = text[sentence.start : sentence.start + 60]
    share = _known_share(atoms)
    if FOOTNOTE.match(opening):
        return "list" if _is_marked_list(text, sentence, atoms) else "footnote"
    if BULLET.match(opening):
        return "list" if before.is_bullet_list and sentence.head is None and share else "marketing"
    if NOT_IN_IT.match(opening):
        return "marketing"
    if sentence.head and share < 0.5 and not _begins_known(atoms):
        return "marketing"
    prose = sum(atom.kind == "prose" for atom in atoms)
    if not share:
        return _sort_unknown(sentence, atoms, before, prose)
    known = sum(atom.kind == "known" for atom in atoms)
    return (
        "list" if not prose or (prose <= known and share >= (0.2 if before.begun else 0.4)) else "marketing"
    )


def _begins_known(atoms: list[Atom]) -> bool:
    return next((atom.kind == "known" for atom in atoms if atom.kind != "empty"), False)


def _known_share(atoms: list[Atom]) -> float:
    counted = [atom.kind for atom in atoms if atom.kind != "empty"]
    return counted.count("known") / len(counted) if counted else 0.0


def _sort_unknown(sentence: Sentence, atoms: list[Atom], before: _Before, prose: int) -> SentenceKind:
    """Where not one name is known: still a part of the list, when it stands in one and is no sentence."""
    if prose or all(atom.kind == "empty" for atom in atoms):
        return "marketing" if prose else "empty"
    if (
        before.begun
        and len(atoms) > LEAST_TRANSLATED
        and sentence.mark
        and sentence.mark.kind == "ingredients"
    ):
        return "disclaimer"  # the list once more, in a language that is not read
    in_list = before.begun or (
        sentence.mark is not None and sentence.mark.kind in ("active", "inactive", "may_contain")
    )
    return "list" if in_list or (len(atoms) > 1 and not before.is_announced) else "marketing"


def _is_marked_list(text: str, sentence: Sentence, atoms: list[Atom]) -> bool:
    """*Avena Sativa Extract, *Linalool: marked names. But *Organic and *Essential Oils are a legend."""
    if sentence.head is not None:
        return _known_share(atoms) >= 0.5 and len(atoms) > 1
    known = sum(atom.kind == "known" for atom in atoms)
    if len(atoms) == 1:
        only = text[slice(*sentence.atoms[0])]
        return known == 1 and not LEGEND.search(only)
    return known * 2 >= len(atoms)


def _has_bullet_list(text: str, sentences: list[Sentence], vocabulary: Vocabulary) -> bool:
    """Whether there are lines “- Glycerin” in plenty: a list with dashes, and no advertising."""
    bullets = [
        sentence
        for sentence in sentences
        if sentence.line and sentence.head is None and BULLET.match(text[sentence.start : sentence.start + 9])
    ]
    if len(bullets) < LEAST_BULLETS:
        return False
    known = sum(
        read_atom(text[slice(*one.atoms[0])].lstrip("-–• "), vocabulary).kind == "known" for one in bullets
    )
    return known * 2 >= len(bullets)


def _with_title(
    text: str, sentence: Sentence, atoms: tuple[tuple[Place, Atom], ...], vocabulary: Vocabulary, begun: bool
) -> list[Sorted]:
    """Night Cream: Water, …: what precedes the colon is the list's title.

    Where it follows a comma, the name before it lacks one: Phenoxyethanol Night Cream: Water.
    """
    head = sentence.head or (sentence.start, sentence.start)
    if FOOTNOTE.match(text, head[0]) or (is_prose(text[slice(*head)]) and not is_title(text, head)):
        return [Sorted("list", sentence, atoms)]
    if not sentence.inline:
        return [Sorted("list", sentence, atoms, head)]
    whole = read_atom(text[slice(*head)], vocabulary)
    if whole.kind == "known":  # Zinc Oxide 5%: Sunscreen
        return [Sorted("list", sentence._replace(head=None), ((head, whole), *atoms))]
    cut = _find_leading_name(text, head, vocabulary)
    if cut is None:  # the name and the title cannot be told apart; both belong to what precedes
        cut = head[1]
    first = sentence._replace(head=None, atoms=((head[0], cut),), end=cut)
    begin = cut + len(text[cut : head[1]]) - len(text[cut : head[1]].lstrip())
    rest = sentence._replace(mark=None, head=(begin, head[1]), start=begin)
    leading = (((head[0], cut), read_atom(text[head[0] : cut], vocabulary)),)
    kind: SentenceKind = "list" if begun else "marketing"
    return [Sorted(kind, first, leading), Sorted("list", rest, atoms, (begin, head[1]))]


def _find_leading_name(text: str, place: Place, vocabulary: Vocabulary) -> int | None:
    """Where the longest known name ends that a text begins with, at the end of a word."""
    ends = [place[0] + match.start() for match in re.finditer(r"\s", text[place[0] : place[1]][:300])]
    for end in reversed(ends[:MOST_WORDS]):
        if find_name(text[place[0] : end], vocabulary):
            return end
    return None


def is_title(text: str, place: Place) -> bool:
    """Whether words can be the name of a product or of a step."""
    words = text[slice(*place)]
    return len(words) <= LONGEST_TITLE and words[:1].isupper() and not fold(words).isdigit()
