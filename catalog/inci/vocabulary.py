"""The names that the shop knows, and which ingredient each of them means."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from catalog.inci.brackets import drop_groups, unwrap
from catalog.inci.folding import fold
from catalog.inci.nearest import NearestNames

# C.I. 77891, Ci77891, and the Cl and C1 of whoever took an i for an l
COLOUR_INDEX = re.compile(r"c[ ]?[il1][ ]?[:#]?[ ]?([0-9]{5})(?![0-9])")
# Helianthus Annuus (Sunflower) Seed Oil; but not Sodium Cocoyl (Arginine/…) nor (…) Leaf Extract
EVERYDAY_NAME = re.compile(r"[a-z]{3,}[a-z ]* [a-z]{3,} ?\([a-z' ]+\) ?[a-z/ ]+")
PART = re.compile(r"[/()]")
MOST_REMEMBERED = 30_000  # pieces of text, and as many suggestions
MOST_SUGGESTED = 10
MOST_WORDS = 9  # of one name
LONGEST_REMEMBERED = 300  # signs; what is longer is no name that comes twice


class Entry(NamedTuple):
    """An ingredient, as far as reading a label needs it."""

    slug: str
    name: str
    classes: frozenset[str] = frozenset()


class Vocabulary:
    """Folded names and what they mean. It never changes: new knowledge makes a new vocabulary.

    Takes   names: `fold(name)` → entry.
    """

    def __init__(self, names: Mapping[str, Entry]) -> None:
        self.names = dict(names)
        self.written_bare = _index_variants(self.names, _drop_everyday_name)
        self.written_open = _index_variants(self.names, unwrap)
        self.written_open |= _index_variants(self.names, _open_slashes, sign="/")
        self._remembered: dict[str, Any] = {}
        self._suggested: dict[str, list[str]] = {}
        self._nearest: NearestNames | None = None

    def __len__(self) -> int:
        return len(self.names)

    def find(self, text: str) -> Entry | None:
        """The ingredient of exactly this name, however it is spelt in print."""
        return self.find_key(fold(text))

    def find_key(self, key: str) -> Entry | None:
        """The same for a name that is folded already."""
        entry = self.names.get(key)
        if entry is None and key[:1] == "c":
            colour = COLOUR_INDEX.match(key)
            if colour and (colour.end() == len(key) or key[colour.end()] in " (/"):
                entry = self.names.get(f"ci {colour[1]}")
        return entry

    def suggest(self, text: str, most: int = 3) -> list[str]:
        """Known names that look most like this one, best first. Suggestions, never an answer.

        Of names that stand side by side without a comma: these names, in their order.
        """
        key = fold(text[:LONGEST_REMEMBERED])
        if key not in self._suggested:
            if self._nearest is None:
                self._nearest = NearestNames((name, entry.name) for name, entry in self.names.items())
            if len(self._suggested) >= MOST_REMEMBERED:
                self._suggested.clear()
            run = self._find_run(key) or self._nearest.find(key, most=MOST_SUGGESTED)
            self._suggested[key] = list(dict.fromkeys(run or self._find_parts(key)))
        return self._suggested[key][:most]

    def _find_run(self, key: str) -> list[str]:
        words = key.split()
        found: list[str] = []
        place = 0
        while place < len(words):
            for size in range(min(MOST_WORDS, len(words) - place), 0, -1):
                entry = self.names.get(" ".join(words[place : place + size]))
                if entry is not None:
                    found.append(entry.name)
                    place += size
                    break
            else:
                return []
        return found

    def _find_parts(self, key: str) -> list[str]:
        parts = [part.strip() for part in PART.split(key)]
        return [entry.name for part in parts if (entry := self.find_key(part)) is not None]

    def recall(self, text: str) -> Any:
        """What was made of this piece of text before, or None."""
        return self._remembered.get(text)

    def remember(self, text: str, made: Any) -> None:
        """Keeps what was made of a piece of text: the same names stand on thousands of labels."""
        if len(text) > LONGEST_REMEMBERED:
            return
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[text] = made


def _drop_everyday_name(key: str) -> str:
    """A plant's name without the everyday one in its brackets; empty where brackets hold more than that."""
    return drop_groups(key) if EVERYDAY_NAME.fullmatch(key) else ""


def _open_slashes(key: str) -> str:
    return key.replace("/", " ")


def _index_variants(
    names: Mapping[str, Entry], shorten: Callable[[str], str], *, sign: str = "("
) -> dict[str, Entry]:
    """Names with brackets or slashes, under what `shorten` makes of them, where that means one ingredient."""
    found: dict[str, Entry | None] = {}
    for key, entry in names.items():
        if sign in key:
            short = shorten(key)
            if short and short not in names:
                found[short] = entry if found.get(short, entry) is entry else None
    return {short: entry for short, entry in found.items() if entry is not None}
