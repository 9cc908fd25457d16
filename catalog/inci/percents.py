"""A share in percent, in the ways in which labels write it."""

import re
from decimal import Decimal
from typing import NamedTuple

NUMBER = r"[0-9]{1,3}(?:[.,][0-9]{1,4})?"
SIGN = r"(?:%|\bpercent\b)"
SHARE = re.compile(
    rf"[(\[]?\s?(?P<vague>[<>≤≥~±]\s?|up to |{NUMBER}\s?(?:%\s?)?-\s?)?(?:(?P<number>{NUMBER})\s?{SIGN}"
    r"\s?(?:w/w|w/v|v/v|\(w/w\)|\(w/v\))?"
    rf"|(?:^|(?<=[\s(]))%\s?(?P<turkish>{NUMBER})(?![0-9%])\s?(?:w/w|w/v|v/v)?"
    rf"|(?P<grams>{NUMBER})\s?g (?:per|in) 100 ?(?:g|ml)\b"
    r"|(?P<parts>[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,7}(?:\.[0-9]{1,6})?)\s?(?P<unit>pp[mb])\b)\s?[)\]]?",
    re.IGNORECASE,
)
# What a text holds in which SHARE finds anything: looking for these first is faster.
HINTS = ("%", "ercent", "ppm", "ppb", " 100")
IN_A_PERCENT = {"ppm": Decimal(10_000), "ppb": Decimal(10_000_000)}
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
    """X 1.5%, X (2.5%), 1% X, 0,5 % X, X %0,5: the first percent that stands in a name."""
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
    number = _in_percent(match)
    known = match["vague"] is None and 0 < number <= WHOLE and not _is_of_another(match)
    at_an_end = not text[:start].strip() or not text[end:].strip(" .*†‡+^")
    return Share(start, end, number if known else None, at_an_end)


def may_hold_share(text: str) -> bool:
    """Whether it is worth looking for a share: most names hold none."""
    low = text.lower()
    return any(hint in low for hint in HINTS)


def _in_percent(match: re.Match[str]) -> Decimal:
    """The number as it stands, or what so many parts in a million come to."""
    if match["parts"]:
        return Decimal(match["parts"].replace(",", "")) / IN_A_PERCENT[match["unit"].lower()]
    return Decimal((match["number"] or match["grams"] or match["turkish"]).replace(",", "."))


def _is_of_another(match: re.Match[str]) -> bool:
    """Sodium Fluoride (1450 ppm F): the share of what its bracket goes on to name."""
    found = match.group()
    return match["parts"] is not None and found[0] in "([" and found[-1] not in ")]"
