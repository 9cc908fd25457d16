"""The text cut up: sentences, and in them the pieces between commas, never inside a bracket or a number."""

import re
from typing import NamedTuple

from catalog.inci.brackets import match_brackets
from catalog.inci.mark_kinds import Mark
from catalog.inci.marks import find_marks
from catalog.inci.numbering import find_numbers

Place = tuple[int, int]

BOUNDARY = re.compile(r"[,;:.\n|•·●▪◦■◆()\[\]{}]")
AND = re.compile(r"\(and\)|\(and/or\)", re.IGNORECASE)
LITERAL = re.compile(r"""\s{0,4}\[\s{0,4}['"]""")
LITERAL_SIGN = re.compile(r"""['"]\s{0,4},\s{0,4}['"]|^\s{0,4}\[\s{0,4}['"]|['"]\s{0,4}\]\s{0,4}$""")
ABBREVIATED = frozenset(
    "denat no nr st var sp spp ssp subsp linn ext approx dr vit ca cv f fil inc etc vs al sm spec wt".split()
)
UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
INITIALS = re.compile(r"[A-Za-z](?:\.[A-Za-z]){1,3}")
WORD_BEFORE = 12  # signs before a full stop that are looked at
LEAST_LINES = 3  # from here on, more lines than commas mean: one name a line
INNER_NUMBER = re.compile(r" ?[0-9]{1,2}(?:,[0-9]{1,2}){0,3}[- ]{1,2}[A-Za-z]{3}")
LOST_BULLET = re.compile(r" [?\ufffd] ?(?=\S)")
LEAST_LOST = 4  # from here on, and when they outnumber the commas, question marks were bullets once
SHARE_ALONE = re.compile(r" ?[0-9]{1,3}(?:[.,][0-9]{1,3})? ?%[ \t]{0,9}(?:[,;.\n]|$)")
SIGN_FIRST = re.compile(r"[\s(]%\s?[0-9]{1,3}$")  # %0,5
DIGITS_BEFORE = re.compile(r"(?:^|[\s(\[])([0-9]{1,2}(?:,[0-9]{1,2}){0,3})$")
DECIMAL_COMMA = re.compile(r"[0-9]{1,4} ?%|[0-9]{3}(?:,[0-9]{3}){0,2} ?pp[mb]\b", re.IGNORECASE)


class Cut(NamedTuple):
    """A place where the text is cut. `sign` is “,”, “.”, “:”, a line's end, or “mark”."""

    start: int
    end: int
    sign: str
    mark: Mark | None = None


class Sentence(NamedTuple):
    """What stands between two full stops, line ends or marks.

    `mark` stands before it; `head` is what precedes its colon; `inline`: it follows a comma.
    """

    mark: Mark | None
    head: Place | None
    atoms: tuple[Place, ...]
    start: int
    end: int
    inline: bool
    line: bool


def cut(text: str) -> list[Sentence]:
    """The sentences of a decoded text, in order. Marks, separators and blanks are in none of them."""
    pairs = match_brackets(text)
    literal = [match.span() for match in LITERAL_SIGN.finditer(text)] if LITERAL.match(text) else []
    for start, end in _unwrapped(text, pairs, literal):
        pairs.pop(start, None)
        if end is not None:
            literal.append((end, end + 1))
            literal.append((start, start + 1))
    marks = find_marks(text, pairs)
    return _gather(text, _list_cuts(text, pairs, marks, sorted(literal)))


def _unwrapped(text: str, pairs: dict[int, int], literal: list[Place]) -> list[tuple[int, int | None]]:
    """Brackets around the whole text are no brackets: those of a list literal, or of a careful writer."""
    start = len(text) - len(text.lstrip())
    if literal:
        return [(start, None)]
    end = len(text.rstrip(" \n\t.")) - 1
    return [(start, end)] if pairs.get(start) == end and "," in text else []


def _list_cuts(text: str, pairs: dict[int, int], marks: list[Mark], signs: list[Place]) -> list[Cut]:
    """All cuts in order: signs at the outermost level, marks, and the quotation marks of a list literal."""
    fixed = [Cut(mark.start, mark.end, "mark", mark) for mark in marks]
    fixed += [Cut(start, end, ",") for start, end in signs]
    fixed += [Cut(*match.span(), ",") for match in AND.finditer(text)]
    bullets = [Cut(*match.span(), ",") for match in LOST_BULLET.finditer(text)]
    fixed += bullets if len(bullets) >= LEAST_LOST and len(bullets) > text.count(",") else []
    fixed += [Cut(*place, ",") for place in find_numbers(text)]
    fixed = _outermost(sorted(fixed, key=lambda cut: cut.start), text, pairs)
    taken = {cut.start for cut in fixed if cut.mark and cut.mark.kind == "may_contain"}
    opened = {at for cut in fixed for at in range(cut.start, cut.end) if at in pairs} | taken
    closed = {pairs[at] for at in opened if at in pairs}
    closing = set(pairs.values()) - closed
    cuts: list[Cut] = []
    depth, next_fixed, begin = 0, 0, 0
    by_line = _is_by_line(text)
    for match in BOUNDARY.finditer(text):
        at = match.start()
        while next_fixed < len(fixed) and fixed[next_fixed].start <= at:
            cuts.append(fixed[next_fixed])
            begin = fixed[next_fixed].end
            next_fixed += 1
        if at < begin:
            continue
        sign = match.group()
        if sign in "([{":
            depth += at in pairs and at not in opened
        elif sign in ")]}":
            depth -= at in closing
        elif depth == 0 and (kind := _find_kind(text, at, sign, begin, by_line)):
            cuts.append(Cut(at, at + 1, kind))
            begin = at + 1
    return cuts + fixed[next_fixed:]


def _outermost(cuts: list[Cut], text: str, pairs: dict[int, int]) -> list[Cut]:
    """Without those that stand inside a bracket which is not theirs, and without overlap."""
    groups: list[Place] = []
    ends = -1
    own = {at for cut in cuts for at in range(cut.start, max(cut.end, cut.start)) if at in pairs}
    for start in sorted(pairs):
        if start > ends and start not in own:
            ends = pairs[start]
            groups.append((start, ends))
    kept: list[Cut] = []
    place = 0
    for one in cuts:
        while place < len(groups) and groups[place][1] < one.start:
            place += 1
        inside = place < len(groups) and groups[place][0] < one.start
        if not inside and (not kept or one.start >= kept[-1].end):
            kept.append(one)
    return kept


def _find_kind(text: str, at: int, sign: str, begin: int, by_line: bool) -> str:
    """What a sign at the outermost level cuts: “,”, “.”, “:”, a line's end, or nothing."""
    if sign == ",":
        return "" if _is_in_number(text, at, begin) or _is_before_share(text, at) else ","
    if sign == ".":
        return "." if _ends_sentence(text, at, begin) else ""
    if sign == ":":
        return ":" if _is_colon(text, at) and not _is_before_share(text, at) else ""
    if sign == "\n":
        return _find_line_kind(text, at, by_line)
    return ","


def _is_in_number(text: str, at: int, begin: int) -> bool:
    """1,2-Hexanediol and 0,5 %: a comma that is part of a number."""
    if not text[at - 1 : at].isdigit():
        return False
    after = text[at + 1 : at + 16]
    if after[:1].isdigit() and (DECIMAL_COMMA.match(after) or SIGN_FIRST.search(text[max(0, at - 5) : at])):
        return True
    if not INNER_NUMBER.match(after):
        return False
    start = max(begin, at - 12)
    before = DIGITS_BEFORE.search(text[start:at])
    if before is None:
        return False
    stands_alone = not text[max(begin, at - 40) : start + before.start(1)].strip(" \n*([-'\"")
    if after[:1] == " ":  # 1, 2-Hexanediol
        return stands_alone and len(before[1]) == 1
    # Ceramide 3,1,2-Hexanediol: of three numbers behind a word, the first belongs to the word
    return stands_alone or "," in before[1] or not re.match(r"[0-9]{1,2},", after)


def _is_before_share(text: str, at: int) -> bool:
    """Avobenzone, 3.0% and Homosalate: 9%: a sign between a name and the percent that belongs to it."""
    return text[at - 1 : at].isalpha() and SHARE_ALONE.match(text, at + 1) is not None


def _ends_sentence(text: str, at: int, begin: int) -> bool:
    after = text[at + 1 : at + 2]
    if after and not after.isspace() and after not in "*†‡[<\"'-":
        return False
    before = text[max(begin, at - WORD_BEFORE) : at]
    word = before[max(before.rfind(sign) for sign in " (/\n") + 1 :]
    if word == "L" and text[at + 1 : at + 3].strip(" ")[:1] not in ("", *UPPER):  # Coffea Arabica L. (Coffee)
        return False
    if word.lower() in ABBREVIATED or INITIALS.fullmatch(word):
        return at + 1 >= len(text)
    first = at - begin <= WORD_BEFORE and text[begin:at].strip(" \n-*") == word
    return not (first and len(word) == 1 and word.isalpha())  # C. Acnes


def _is_colon(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return not (before.isdigit() and after.isdigit()) and after != "/"


def _find_line_kind(text: str, at: int, by_line: bool) -> str:
    rest = text[at + 1 : at + 40].lstrip(" \t")
    before = text[max(0, at - 10) : at].rstrip(" \t")
    if before.rstrip("\n")[-1:] == ":":  # a title on a line of its own
        return ""
    if not rest or rest[0] in "\n-*•–†‡" or before[-1:] in ".\n" or not before:
        return "\n"
    return "\n," if by_line else ""


def _is_by_line(text: str) -> bool:
    lines = text.count("\n")
    return lines + 1 >= LEAST_LINES and text.count(",") < lines


def _gather(text: str, cuts: list[Cut]) -> list[Sentence]:
    sentences: list[Sentence] = []
    atoms: list[Place] = []
    head: Place | None = None
    mark: Mark | None = None
    begin, inline, line = 0, False, True
    for one in [*cuts, Cut(len(text), len(text), "\n")]:
        atom = _trim(text, begin, one.start)
        begin = one.end
        if one.sign == ":" and atom:
            if head or atoms:
                sentences.append(_make(mark, head, atoms, inline, line))
                mark, inline, line = None, bool(atoms), False
            head, atoms = atom, []
            continue
        if atom:
            atoms.append(atom)
        if one.sign in (",", "\n,") or one.sign == ":":
            continue
        if head or atoms or mark:
            sentences.append(_make(mark, head, atoms, inline, line))
        head, atoms, mark, inline, line = None, [], one.mark, False, one.sign == "\n"
    if mark:
        sentences.append(_make(mark, None, [], False, False))
    return sentences


def _make(mark: Mark | None, head: Place | None, atoms: list[Place], inline: bool, line: bool) -> Sentence:
    places = ([head] if head else []) + atoms
    start = places[0][0] if places else (mark.end if mark else 0)
    end = places[-1][1] if places else start
    return Sentence(mark, head, tuple(atoms), start, end, inline, line)


def _trim(text: str, start: int, end: int) -> Place | None:
    while start < end and text[start] in " \t\n\r\x0b\x0c":
        start += 1
    while end > start and text[end - 1] in " \t\n\r\x0b\x0c":
        end -= 1
    return (start, end) if end > start else None
