"""Text as the reader works on it, and where each of its signs stood on the label as it was given."""

import html
import re
import unicodedata
from dataclasses import dataclass

UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]")
TO_CHANGE = re.compile(
    r"[^\x00-\x7f]|\r\n?|&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"
    r"|\\(?:n|r|t|xa0|u200b|u00a0)(?![A-Za-z])"
)
ESCAPES = {"\\n": "\n", "\\r": "\n", "\\t": " ", "\\xa0": " ", "\\u00a0": " ", "\\u200b": ""}
KEPT = frozenset("™®©¹²³⁰⁴⁵⁶⁷⁸⁹ªº°´¨¸")  # compatibility would make letters, digits or blanks of them
INSTEAD = {
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u2028\u2029\x85", "\n"),
    **dict.fromkeys("、，﹐", ","),
    **dict.fromkeys("･・‧∙⋅", "·"),
    **dict.fromkeys("‘’‛´", "'"),
    **dict.fromkeys("“”„«»", '"'),
}


@dataclass(frozen=True)
class Decoded:
    """The text to read; `places[i]` is where sign i stood in the original (None: where it stands now)."""

    original: str
    text: str
    places: list[int] | None

    def place(self, at: int) -> int:
        """Where the sign at `at` stood in the original; its end for what lies behind the last sign."""
        if self.places is None:
            return at
        return self.places[at] if at < len(self.places) else len(self.original)

    def end_place(self, end: int) -> int:
        """The end in the original of what ends at `end`, without what is unseen behind it."""
        if self.places is None or end == 0:
            return end
        last = self.places[end - 1]
        while end < len(self.places) and self.places[end] == last:  # one sign that became several
            end += 1
        stop = self.place(end)
        while stop > last + 1 and UNSEEN.match(self.original[stop - 1]):
            stop -= 1
        return stop


def decode(original: str) -> Decoded:
    """The label in plain signs: unseen ones gone, entities and wide forms resolved, every line end \\n."""
    if original.isascii() and not any(sign in original for sign in "\r&\\"):
        return Decoded(original, original, None)
    parts: list[str] = []
    places: list[int] = []
    done = 0
    for match in TO_CHANGE.finditer(original):
        start, end = match.span()
        parts.append(original[done:start])
        places.extend(range(done, start))
        plain = _plain(match.group())
        parts.append(plain)
        places.extend([start] * len(plain))
        done = end
    parts.append(original[done:])
    places.extend(range(done, len(original)))
    return Decoded(original, "".join(parts), places)


def _plain(found: str) -> str:
    if found[0] == "\r":
        return "\n"
    if found[0] == "&":
        resolved = html.unescape(found)
        return resolved if resolved == found or len(resolved) != 1 else _plain(resolved)
    if found[0] == "\\":
        return ESCAPES[found]
    if UNSEEN.match(found) and found not in INSTEAD:
        return ""
    if found in KEPT:
        return INSTEAD.get(found, found)
    return INSTEAD.get(found) or unicodedata.normalize("NFKC", found)
