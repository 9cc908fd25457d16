"""Spans over a whole text: what was claimed, and what lies between."""

from catalog.inci.decoding import Decoded
from catalog.inci.reading import Span, SpanKind

Claimed = tuple[int, int, SpanKind]


def cover(decoded: Decoded, claimed: list[Claimed]) -> tuple[Span, ...]:
    """Spans over the whole original, one behind the other. What nobody claims is a separator, or noise.

    Takes   places in the decoded text, in order, without overlap.
    """
    length = len(decoded.text)
    spans: list[Span] = []
    done = 0
    for start, end, kind in [*claimed, (length, length, "noise")]:
        if start > done:
            is_lost = any(sign.isalnum() for sign in decoded.text[done:start])
            _open(spans, decoded, done, "noise" if is_lost else "separator")
        if end > start:
            _open(spans, decoded, start, kind)
            done = end
    stops = [span.start for span in spans[1:]] + [len(decoded.original)]
    return tuple(span._replace(end=stop) for span, stop in zip(spans, stops, strict=True))


def _open(spans: list[Span], decoded: Decoded, start: int, kind: SpanKind) -> None:
    begin = decoded.place(start) if spans else 0
    if not spans or begin > spans[-1].start:
        spans.append(Span(begin, begin, kind))
