"""Spans over a whole text: what was claimed, and what lies between."""

from catalog.inci.decoding import Decoded
from catalog.inci.reading import Span, SpanKind

Claimed = tuple[int, int, SpanKind]


def cover(decoded: Decoded, claimed: list[Claimed]) -> tuple[Span, ...]:
    """Spans over the whole original, one behind the other. What nobody claims is a separator, or noise.

    Takes   places in the decoded text, in order, without overlap.
    """
    length = len(decoded.text)
    opened: list[tuple[int, SpanKind]] = [(0, "separator")] if decoded.place(0) else []
    done = 0
    for start, end, kind in [*claimed, (length, length, "noise")]:
        if start > done:
            _open(opened, decoded, done, _name_gap(decoded.text, done, start))
        if end > start:
            _open(opened, decoded, start, kind)
            done = end
    stops = [start for start, _ in opened[1:]] + [len(decoded.original)]
    return tuple(Span(start, stop, kind) for (start, kind), stop in zip(opened, stops, strict=True))


def _name_gap(text: str, start: int, end: int) -> SpanKind:
    gap = text[start:end]
    if gap == ", " or not any(sign.isalnum() for sign in gap):
        return "separator"
    return "separator" if gap.strip(" ()*").casefold() in ("and", "and/or") else "noise"


def _open(opened: list[tuple[int, SpanKind]], decoded: Decoded, start: int, kind: SpanKind) -> None:
    begin = decoded.place(start) if opened else 0
    if not opened or begin > opened[-1][0]:
        opened.append((begin, kind))
