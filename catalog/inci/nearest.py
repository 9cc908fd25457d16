"""Nearest names: for a curator who looks at a word that nobody knows. Compared by threes of letters."""

import heapq
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher

LONGEST = 120  # signs that are compared
COMMON = 3_000  # a three that more names share says little
LOOKED_AT = 24  # candidates whose letters are compared one by one
LEAST_ALIKE = 0.6


class NearestNames:
    """An index of names by their threes of letters, blanks left out: a glued name is near to the right one.

    Takes   names: (folded name, name to show).
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self.keys: list[str] = []
        self.shown: list[str] = []
        self.sizes: list[int] = []
        self.places: dict[str, list[int]] = {}
        for key, shown in names:
            tight = _tighten(key)
            threes = _list_threes(tight)
            place = len(self.keys)
            self.keys.append(tight)
            self.shown.append(shown)
            self.sizes.append(len(threes))
            for three in threes:
                self.places.setdefault(three, []).append(place)

    def find(self, key: str, *, most: int) -> list[str]:
        """Names to show, most alike first, each once; empty when nothing is near."""
        tight = _tighten(key)
        threes = _list_threes(tight)
        found = [self.places[three] for three in threes if three in self.places]
        rare = [places for places in found if len(places) <= COMMON]
        shared: Counter[int] = Counter()
        for places in rare if len(rare) * 3 >= len(threes) else sorted(found, key=len)[:8]:
            shared.update(places)
        size = len(threes)
        likely = heapq.nlargest(
            LOOKED_AT, shared, key=lambda place: 2 * shared[place] / (size + self.sizes[place])
        )
        return self._rank(tight, likely)[:most]

    def _rank(self, tight: str, likely: list[int]) -> list[str]:
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(tight)
        alike: dict[str, float] = {}
        for place in likely:
            matcher.set_seq1(self.keys[place])
            ratio = matcher.ratio() if matcher.real_quick_ratio() >= LEAST_ALIKE else 0.0
            if ratio >= LEAST_ALIKE:
                shown = self.shown[place]
                alike[shown] = max(alike.get(shown, 0.0), ratio)
        return sorted(alike, key=lambda shown: (-alike[shown], shown))


def _tighten(key: str) -> str:
    return key.replace(" ", "")[:LONGEST]


def _list_threes(tight: str) -> set[str]:
    padded = f"\x02{tight}\x03"
    return {padded[place : place + 3] for place in range(len(padded) - 2)}
