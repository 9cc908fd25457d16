"""Marks between the names: where a part of the label begins, and what is no part of the list at all."""

import re
from typing import Literal, NamedTuple

MarkKind = Literal[
    "may_contain",
    "end_may_contain",
    "active",
    "inactive",
    "ingredients",
    "highlights",
    "heading",
    "code",
    "disclaimer",
    "line",
    "noise",
]


class Mark(NamedTuple):
    """A stretch of the decoded text that says what follows it. A disclaimer's mark has no length."""

    start: int
    end: int
    kind: MarkKind


# No pattern holds a repeat without a bound: all of them are linear.
MAY_CONTAIN = re.compile(
    r"\+ ?/ ?-|±|\+-(?=[\s:\])])|-/\+|\+/(?=[\s):])|\bmay[ -]?(?:also )?contain\b(?! trace)|\bpeut contenir\b"
    r"|\bkann enthalten\b|\bpuede contener\b|\bpuò contenere\b|\bpuo contenere\b|\bpode conter\b"
    r"|\bkan bevatten\b",
    re.IGNORECASE,
)
HEADS = re.compile(
    r"(?P<inactive>(?:\b(?:in|non-?|non )active|\bnon-?medicinal|\bother)(?: ingredients?|/ingredients?)?"
    r"(?:\(s\))?\s{0,2}(?:\([^():]{1,40}\)\s?)?:"
    r"|\binactive ingredients?\b)"
    r"|(?P<active>(?:\bactives|active|\bmedicinal)(?: ingredients?)?(?:\(s\))?\s{0,2}"
    r"(?:\([^():]{1,40}\)\s?)?:)"
    r"|(?P<highlights>\b(?:key|hero|star|featured|highlighted|main|notable) ingredients?\s{0,2}:)"
    r"|(?P<ingredients>(?:\b(?:full |complete |all )?(?:list of )?ingr[eé]dients?(?: list)?"
    r"(?:/ingr[eé]dients?)?"
    r"|ingredients|\binci(?: list| name)?|\bingredientes|\bingredienti|\binhaltsstoffe|\bzutaten"
    r"|\bcomposition)\s{0,2}(?:\([^():]{1,20}\)\s?)?:)",
    re.IGNORECASE,
)
HEADINGS = re.compile(
    r"\bRds Product Name\s?:?|\bDivision\s?:?\s?[A-Za-z]{2}\s?\([^()]{1,40}\)|\bDrug Facts\b", re.IGNORECASE
)
CODES = re.compile(
    r"<\s?[A-Z]{0,4}\s?\d{3,8}[A-Z]?\s?>"
    r"|[(\[]?\s?(?:\bcode\s)?\bF\.?\s?I\.?\s?L\.?\s{0,2}[:#]?\s?[A-Z]?\d{3,8}(?:\s?/\s?[\dI]{1,3})?\s?[)\]]?"
    r"|\[\s?(?!CI)[A-Z]{1,3}\d{3,8}[A-Z]?\s?\]"
    r"|[(\[]?\b[A-Z]\d{5,8}\s?/\s?\d{1,3}\b[)\]]?"
    r"|\bILN\s?\d{4,8}\b",
)
DISCLAIMERS = re.compile(
    r"\bplease (?:be aware|refer|note|see|check|consult|read|be advised)\b|\bdisclaimer\b"
    r"|\b(?:the |this |these |our |product )?ingredients? (?:lists? (?:and claims )?)?(?:are|is|may|can) "
    r"(?:be )?(?:subject|change|vary|updated)|\bthis (?:ingredient )?list (?:is|may|of)\b"
    r"|\bthe list of ingredients\b|\bfor the most (?:complete|up|accurate|current)"
    r"|\b(?:warnings?|caution|sunburn alert|directions|how to use|storage|precautions?)\s?:"
    r"|\bfree (?:of|from)\b|\bdoes not contain\b|\bcustomers should refer to\b|\bfor external use\b"
    r"|\bkeep out of (?:the )?reach\b|\bmay contain traces?\b|\bles listes d'ingr",
    re.IGNORECASE,
)
LINES = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|td|th|table|tbody|h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
NOISE = re.compile(
    r"</?(?:b|i|u|em|strong|span|font|a|sup|sub|small)(?:\s[^<>]{0,200})?/?>"
    r"|'\[[^\]\n]{1,80}\][^'\n]{0,60}'![$A-Z0-9:]{2,20}"
    r"|https?://[^\s,;)]{1,300}",
    re.IGNORECASE,
)
# What the patterns need at least. Looking for these first is ten times as fast as the patterns.
HEAD_HINTS = ("ngredi", "active", "medicinal", "other:", "other :", "inci", "inhalts", "zutaten", "composit")
DISCLAIMER_HINTS = (
    *("please", "disclaim", "ingredient", "list ", "warning", "caution", "sunburn alert", "direction"),
    *("how to", "storage", "precaution", "free o", "free f", "not contain", "refer to", "external", "out of"),
    *("trace", "for the most"),
)
CODE_HINT = re.compile(r"[A-Z][0-9]{5}")
JOIN_GAP = frozenset(" \t:/()[]{}.,-\n")
LOOKED_BACK = 80  # signs before a heading, to see what it stands in
LONGEST_GAP = 6  # signs between two ways of saying “may contain” that make one mark


def find_marks(text: str, pairs: dict[int, int]) -> list[Mark]:
    """The marks in a decoded text, in order and without overlap.

    Takes   pairs: its brackets. A bracket around a may-contain part becomes part of the marks.
    """
    low = text.lower()
    found: list[Mark] = []
    if _has(low, ("+", "±", "ont", "kann", "kan ", "pode", "pued")):
        found += _find_may_contain(text, pairs)
    if _has(low, HEAD_HINTS):
        found += [Mark(m.start(), m.end(), _head_kind(m)) for m in HEADS.finditer(text) if _is_head(m)]
    if _has(low, ("division", "product name", "drug facts")):
        found += [Mark(*m.span(), "heading") for m in HEADINGS.finditer(text)]
    if _has(low, ("<", "[", "f.i", "fil", "iln")) or CODE_HINT.search(text):
        found += [Mark(*m.span(), "code") for m in CODES.finditer(text)]
    if _has(low, DISCLAIMER_HINTS):
        found += [Mark(m.start(), m.start(), "disclaimer") for m in DISCLAIMERS.finditer(text)]
    if "<" in low:
        found += [Mark(*m.span(), "line") for m in LINES.finditer(text)]
    if _has(low, ("<", "http", "'!")):
        found += [Mark(*m.span(), "noise") for m in NOISE.finditer(text)]
    return _without_overlap(found)


def _has(low: str, hints: tuple[str, ...]) -> bool:
    return any(hint in low for hint in hints)


def _head_kind(match: re.Match[str]) -> MarkKind:
    kind: MarkKind = match.lastgroup  # type: ignore[assignment]  # the groups are called as the kinds are
    return kind


def _is_head(match: re.Match[str]) -> bool:
    """Whether it stands where a heading can: first in its line, glued to what precedes, or as a title's end.

    “-Marine Actives: Help the skin” is a bullet of advertising.
    """
    before = match.string[max(0, match.start() - LOOKED_BACK) : match.start()]
    sentence = before[max(before.rfind("\n"), before.rfind(". ")) + 1 :]
    words = sentence.strip(" .")
    if words[:1] in ("-", "–", "•"):
        return False
    if not words or not sentence[-1].isspace():
        return not match.group().isspace()
    words = match.group()
    return words[0].isupper() and words[-1] == ":" and ("ngr" in words.lower() or words[0] == "I")


def _find_may_contain(text: str, pairs: dict[int, int]) -> list[Mark]:
    joined: list[tuple[int, int]] = []
    for match in MAY_CONTAIN.finditer(text):
        start, end = match.span()
        if joined and start - joined[-1][1] <= LONGEST_GAP and set(text[joined[-1][1] : start]) <= JOIN_GAP:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    marks: list[Mark] = []
    for start, end in joined:
        marks += _widen(text, start, end, pairs)
    return marks


def _widen(text: str, start: int, end: int, pairs: dict[int, int]) -> list[Mark]:
    """The mark with the brackets and the colon around it; where its bracket closes later, that is its end."""
    closing: int | None = None
    while True:
        before = start
        while before > 0 and text[before - 1] == " " and start - before < 2:
            before -= 1
        if before == 0 or text[before - 1] not in "([":
            break
        start = before - 1
        closing = pairs.get(start)
        if closing is not None and closing <= end + 2:
            end, closing = max(end, closing + 1), None
        if closing is not None:
            break
    while end < len(text) and text[end] in ": )]" and end != closing:
        end += 1
    marks = [Mark(start, end, "may_contain")]
    if closing is not None and closing >= end:
        marks.append(Mark(closing, closing + 1, "end_may_contain"))
    return marks


def _without_overlap(found: list[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept
