"""The numbers of a numbered list: 1. Water, 2. Glycerin, 3. Parfum."""

import re

NUMBER = re.compile(r"(?:^|(?<=[\n,;]))[ \t]{0,9}([0-9]{1,2})[ \t]?[.)\-][ \t]{1,3}(?=[^\s\d])")
HINTS = ("1.", "1)", "1 -", "1-", "1 .", "1 )")  # looking for these first is faster
LEAST = 3  # names behind 1. 2. 3. are numbered; a 1. alone may be anything


def find_numbers(text: str) -> list[tuple[int, int]]:
    """Where the numbers stand that count the names of a text, in lines or behind commas; else nothing."""
    if not any(hint in text for hint in HINTS):
        return []
    found: list[tuple[int, int]] = []
    for match in NUMBER.finditer(text):
        if int(match[1]) == len(found) + 1:
            found.append(match.span())
    return found if len(found) >= LEAST else []
