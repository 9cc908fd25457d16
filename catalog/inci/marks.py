"""Marks between the names: where a part of the label begins, and what is no part of the list at all."""

import re

from catalog.inci.heads import find_heads
from catalog.inci.mark_kinds import Mark
from catalog.inci.small_print import find_small_print

# No pattern holds a repeat without a bound: all of them are linear.
MAY_CONTAIN = re.compile(
    r"\+ ?/ ?-|±|\+-(?=[\s:\])])|-/\+|\+/(?=[\s):])|\bmay[ -]?(?:also )?contain\b(?! trace)|\bpeut contenir\b"
    r"|\bkann enthalten\b|\bpuede contener\b|\bpuò contenere\b|\bpuo contenere\b|\bpode conter\b"
    r"|\bkan bevatten\b",
    re.IGNORECASE,
)
CODES = re.compile(
    r"<\s?[A-Z]{0,4}\s?\d{3,8}[A-Z]?\s?>"
    r"|[(\[]?\s?(?:\b[Cc]ode\s)?\bF\.?\s?I\.?\s?L\.?\s{0,2}[:#]?\s?[A-Z]?\d{3,8}(?:\s?/\s?[\dI]{1,3})?\s?[)\]]?"
    r"|\[\s?(?!CI)[A-Z]{1,3}\d{3,8}[A-Z]?\s?\]|\[\s?B[Ii] ?\d{2,5}\s?\]"
    r"|[(\[]?\b[A-Z]\d{5,8}\s?/\s?\d{1,3}\b[)\]]?"
    r"|\bILN\s?\d{4,8}\b",
)
LINES = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|td|th|table|tbody|h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
NOISE = re.compile(
    r"</?(?:b|i|u|em|strong|span|font|a|sup|sub|small)(?:\s[^<>]{0,200})?/?>"
    r"|'\[[^\]\n]{1,80}\][^'\n]{0,60}'![$A-Z0-9:]{2,20}"
    r"|https?://[^\s,;)]{1,300}",
    re.IGNORECASE,
)
CODE_HINT = re.compile(r"[A-Z][0-9]{5}")
JOIN_GAP = frozenset(" \t:/()[]{}.,-\n")
LONGEST_GAP = 6  # signs between two ways of saying “may contain” that make one mark


def find_marks(text: str, pairs: dict[int, int]) -> list[Mark]:
    """The marks in a decoded text, in order and without overlap.

    Takes   pairs: its brackets. A bracket around a may-contain part becomes part of the marks.
    """
    low = text.lower()
    found: list[Mark] = []
    if _has(low, ("+", "±", "ont", "kann", "kan ", "pode", "pued")):
        found += _find_may_contain(text, pairs)
    found += find_heads(text, low)
    found += find_small_print(text, low)
    if _has(low, ("<", "[", "f.i", "fil", "iln")) or CODE_HINT.search(text):
        found += [Mark(*m.span(), "code") for m in CODES.finditer(text)]
    if "<" in low:
        found += [Mark(*m.span(), "line") for m in LINES.finditer(text)]
    if _has(low, ("<", "http", "'!")):
        found += [Mark(*m.span(), "noise") for m in NOISE.finditer(text)]
    return _without_overlap(found)


def _has(low: str, hints: tuple[str, ...]) -> bool:
    return any(hint in low for hint in hints)


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
