"""What the reader gives back: spans over the whole text, and formulas made of items."""

from decimal import Decimal
from typing import Literal, NamedTuple

SpanKind = Literal[
    "ingredient",
    "unresolved",
    "percent",
    "may_contain_mark",
    "code",
    "footnote",
    "heading",
    "disclaimer",
    "marketing",
    "separator",
    "noise",
    "not_a_list",
]


class Span(NamedTuple):
    """A stretch of the original text and what it is. A reading's spans follow each other without a gap."""

    start: int
    end: int
    kind: SpanKind


class Item(NamedTuple):
    """One name on the label. `text` is the original from `start` to `end`; without `slug` nobody knows it."""

    text: str
    start: int
    end: int
    slug: str | None
    name: str
    percent: Decimal | None
    marks: str
    nano: bool
    rank: int


class Active(NamedTuple):
    """What the label declares as active, or with a share in percent."""

    name: str
    slug: str | None
    percent: Decimal | None


class FormulaRead(NamedTuple):
    """One list of ingredients. What is in `unresolved` also stands in `ingredients` or `may_contain`.

    `complete`: every name is known and the label does not say that a part of the list stands elsewhere.
    """

    title: str
    ingredients: tuple[Item, ...]
    actives: tuple[Active, ...]
    may_contain: tuple[Item, ...]
    label_codes: tuple[str, ...]
    unresolved: tuple[Item, ...]
    notes: tuple[str, ...]
    rank_tells_dose: bool
    complete: bool


class Reading(NamedTuple):
    """A label as read, or why it cannot be: then `status` is unknown, and there is no formula."""

    status: Literal["read", "unknown"]
    reason: str
    formulas: tuple[FormulaRead, ...]
    spans: tuple[Span, ...]
    notes: tuple[str, ...]
