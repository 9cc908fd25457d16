"""Brackets: which closes which, and a name with or without what stands in them."""

import re

SIGN = re.compile(r"[()\[\]{}]")
OPENING = frozenset("([{")


def match_brackets(text: str) -> dict[int, int]:
    """The place of the closing bracket for each opening one. What has no partner is left out."""
    pairs: dict[int, int] = {}
    open_at: list[int] = []
    for match in SIGN.finditer(text):
        if match.group() in OPENING:
            open_at.append(match.start())
        elif open_at:
            pairs[open_at.pop()] = match.start()
    return pairs


def list_groups(text: str) -> list[tuple[int, int]]:
    """(start, end) of the outermost brackets in a text, both signs included."""
    pairs = match_brackets(text)
    groups: list[tuple[int, int]] = []
    end = 0
    for start in sorted(pairs):
        if start >= end:
            end = pairs[start] + 1
            groups.append((start, end))
    return groups


def drop_groups(key: str) -> str:
    """A folded name without its brackets and what stands in them."""
    parts: list[str] = []
    done = 0
    for start, end in list_groups(key):
        parts.append(key[done:start])
        done = end
    parts.append(key[done:])
    return " ".join(" ".join(parts).split())


def unwrap(key: str) -> str:
    """A folded name with the words in its brackets, but without the brackets."""
    return " ".join(SIGN.sub(" ", key).split())


def split_at_commas(text: str) -> list[tuple[int, int]]:
    """(start, end) of the parts between the commas and semicolons that stand outside brackets."""
    groups = list_groups(text)
    places: list[tuple[int, int]] = []
    begin, group = 0, 0
    for match in re.finditer(r"[,;]", text):
        at = match.start()
        while group < len(groups) and groups[group][1] <= at:
            group += 1
        if group < len(groups) and groups[group][0] < at:
            continue
        places.append((begin, at))
        begin = at + 1
    places.append((begin, len(text)))
    return places
