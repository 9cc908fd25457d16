"""A share in percent, in the ways in which labels write it."""

import re
from decimal import Decimal
from typing import NamedTuple

NUMBER = r"[0-9]{1,3}(?:[.,][0-9]{1,4})?"
SIGN = r"(?:%|\bpercent\b)"
SHARE = re.compile(
    rf"[(\[]?\s?(?P<vague>[<>≤≥~±]\s?|up to |{NUMBER}\s?(?:%\s?)?-\s?)?(?P<number>{NUMBER})\s?{SIGN}"
    r"\s?(?:w/w|w/v|v/v|\(w/w\)|\(w/v\))?\s?[)\]]?",
    re.IGNORECASE,
)
WHOLE = Decimal(100)


class Share(NamedTuple):
    """Where a percent stands in a name, and how much it is; None when the label gives only a bound."""

    start: int
    end: int
    percent: Decimal | None
    at_an_end: bool

    def name(self, text: str) -> str:
        """The name without its percent."""
        return f"{text[: self.start]} {text[self.end :]}"


def find_share(text: str) -> Share | None:
    """X 1.5%, X (2.5%), 1% X, 0,5 % X: the first percent that stands in a name."""
    match = SHARE.search(text)
    if match is None:
        return None
    start, end = match.span()
    while start < end and text[start] == " ":
        start += 1
    while text[end - 1] == " ":
        end -= 1
    if text[start] not in "([" and text[end - 1] in ")]":  # the bracket belongs to the name
        end -= 1
    elif text[start] in "([" and text[end - 1] not in ")]":
        start += 1
    number = Decimal(match["number"].replace(",", "."))
    known = match["vague"] is None and 0 < number <= WHOLE
    at_an_end = not text[:start].strip() or not text[end:].strip(" .*†‡+^")
    return Share(start, end, number if known else None, at_an_end)
