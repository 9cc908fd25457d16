"""What a customer may ask of a listing, read from an address. Nothing is guessed: odd values are refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.http import QueryDict

from catalog.finding.listing import RELEVANCE, SORTS, Listing
from catalog.models import SkinType

DEFAULT_MARKET = "eu"
MOST_PER_PAGE = 100
MOST_VALUES = 20  # of one facet
MOST_CENTS = 2**31 - 1
MOST_ASKED = 500  # characters of a question
NAME = re.compile(r"[A-Za-z0-9_-]{1,140}\Z")
T = TypeVar("T")
KNOWN = {
    "market",
    "category",
    "brand",
    "concern",
    "price_min",
    "price_max",
    "in_stock",
    "sort",
    "limit",
    "cursor",
    "q",
    "contains",
    "free_from",
    "skin_type",
    "facets",
    "picked",
}


@dataclass(eq=False)
class BadQuery(Exception):
    """Some parameters of the address cannot be read."""

    errors: list[tuple[str, str]]  # (parameter, what is wrong with it)


def read_listing(query: QueryDict) -> Listing:
    """The listing that an address asks for. Raises BadQuery with everything that is wrong, at once."""
    asked = _Reader(query)
    asked.refuse_strangers(KNOWN)
    q = asked.text("q", most=MOST_ASKED).strip()
    listing = Listing(
        market=asked.name("market") or DEFAULT_MARKET,
        categories=asked.names("category"),
        brands=asked.names("brand"),
        concerns=asked.names("concern"),
        price_min_cents=asked.number("price_min", least=0, most=MOST_CENTS),
        price_max_cents=asked.number("price_max", least=0, most=MOST_CENTS),
        in_stock=asked.choice("in_stock", {"true": True, "false": False}),
        sort=asked.sort(has_words=bool(q)),
        limit=asked.number("limit", least=1, most=MOST_PER_PAGE) or 24,
        cursor=asked.text("cursor", most=600),
        q=q,
        contains=asked.names("contains"),
        free_from=asked.names("free_from"),
        skin_types=asked.names("skin_type", among=SkinType.values),
        facets=asked.choice("facets", {"true": True, "false": False}) or False,
        picked=asked.choice("picked", {"true": True, "false": False}),
    )
    if asked.errors:
        raise BadQuery(asked.errors)
    return listing


def read_suggestion(query: QueryDict) -> tuple[str, str]:
    """What has been typed so far, and the market. Raises BadQuery."""
    asked = _Reader(query)
    asked.refuse_strangers({"market", "q"})
    typed, market = asked.text("q", most=MOST_ASKED), asked.name("market") or DEFAULT_MARKET
    if asked.errors:
        raise BadQuery(asked.errors)
    return typed, market


def read_market(query: QueryDict) -> str:
    """The market that an address names. Raises BadQuery."""
    asked = _Reader(query)
    asked.refuse_strangers({"market"})
    market = asked.name("market") or DEFAULT_MARKET
    if asked.errors:
        raise BadQuery(asked.errors)
    return market


class _Reader:
    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.errors: list[tuple[str, str]] = []

    def refuse_strangers(self, known: set[str]) -> None:
        for parameter in self.query:
            if parameter not in known:
                self.errors.append((parameter[:80], "There is no such parameter here."))

    def text(self, parameter: str, *, most: int) -> str:
        values = self.query.getlist(parameter)
        if len(values) > 1:
            self.errors.append((parameter, "Give this once."))
        elif values and (len(values[0]) > most or "\x00" in values[0]):
            self.errors.append((parameter, f"At most {most} plain characters."))
        elif values:
            return values[0]
        return ""

    def name(self, parameter: str) -> str:
        found = self.names(parameter)
        if len(found) > 1:
            self.errors.append((parameter, "Give this once."))
        return found[0] if found else ""

    def names(self, parameter: str, *, among: Sequence[str] = ()) -> list[str]:
        values = self.query.getlist(parameter)
        if len(values) > MOST_VALUES:
            self.errors.append((parameter, f"At most {MOST_VALUES} values."))
        elif not all(NAME.match(value) for value in values):
            self.errors.append((parameter, "Names hold letters, digits, - and _ only."))
        elif among and not set(values) <= set(among):
            self.errors.append((parameter, f"Only {', '.join(among)} are known."))
        else:
            return values
        return []

    def number(self, parameter: str, *, least: int, most: int) -> int | None:
        text = self.text(parameter, most=20)
        if not text:
            if parameter in self.query:
                self.errors.append((parameter, "A whole number is needed."))
            return None
        if not re.match(r"[0-9]+\Z", text) or not least <= int(text) <= most:
            self.errors.append((parameter, f"A whole number from {least} to {most} is needed."))
            return None
        return int(text)

    def sort(self, *, has_words: bool) -> str:
        """By relevance when there is something to be relevant to, and only then."""
        chosen = self.choice("sort", {sort: sort for sort in (*SORTS, RELEVANCE)})
        if chosen == RELEVANCE and not has_words:
            self.errors.append(("sort", "Relevance needs a question: q."))
        return chosen or (RELEVANCE if has_words else "newest")

    def choice(self, parameter: str, choices: dict[str, T]) -> T | None:
        if parameter not in self.query:
            return None
        text = self.text(parameter, most=20)
        if text not in choices:
            self.errors.append((parameter, f"One of {', '.join(choices)} is needed."))
            return None
        return choices[text]
