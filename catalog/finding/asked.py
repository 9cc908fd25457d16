"""A question in words: understood, narrowed by what it avoids, answered with what it was taken for."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from catalog.finding import beside, facets, matching, misses, places, reasons, understanding
from catalog.finding.listing import RELEVANCE, Listing
from catalog.finding.matching import Match
from catalog.finding.places import Place, Places
from catalog.finding.understanding import Understood
from catalog.rendering import LANGUAGE

NOTHING = Places([], "")


@dataclass(frozen=True)
class Question:
    """What is looked for: the listing with what the words add to it, and the words for PostgreSQL."""

    listing: Listing
    understood: Understood
    match: Match | None

    @property
    def finds_products(self) -> bool:
        """Not when it says nothing, and not beside what is only written about."""
        return self.understood.sells and not self.understood.says_nothing


def read_question(listing: Listing, *, now: datetime) -> Question:
    """A question, understood. One statement."""
    understood = understanding.understand(listing.q, language=LANGUAGE, now=now)
    match = matching.match(understood, market=listing.market)
    free_from = [*listing.free_from, *(w for w in understood.free_from if w not in listing.free_from)]
    sort = "newest" if match is None and listing.sort == RELEVANCE else listing.sort
    return Question(replace(listing, free_from=free_from, sort=sort), understood, match)


def find_places(question: Question, *, now: datetime) -> Places:
    """The page of cards that answers it. One statement, or none when there is nothing to look for."""
    if not question.finds_products:
        return NOTHING
    return places.read_places(question.listing, now=now, match=question.match)


def count_facets(question: Question, found: Places, *, now: datetime) -> dict[str, Any]:
    """The counts of its facets; of nothing too, so that the answer keeps its shape. One statement."""
    listing, match = question.listing, question.match
    if not question.finds_products:
        return facets.NOTHING
    return facets.count_facets(listing, now=now, match=match, is_loose=found.is_loose)


def show_question(question: Question, found: Places, *, now: datetime) -> dict[str, Any]:
    """The "search" of the answer: as asked, as understood, and what stands beside. One statement, or two.

    Writes  SearchMiss when there is nothing at all.
    """
    understood = question.understood
    plain = matching.match(understood)
    signs = beside.find_beside(understood, plain, language=LANGUAGE, now=now) if plain else []
    if not found.shown and not signs and not question.listing.cursor and not understood.says_nothing:
        misses.count_miss(understood.asked, language=LANGUAGE, market=question.listing.market, now=now)
    return {
        "asked": understood.asked,
        "understood_as": [w.meant for i, w in enumerate(understood.words) if i not in understood.heard],
        "corrected": understood.corrected,
        "filters": {"free_from": list(understood.free_from)},
        "whole": not found.is_loose,
        "beside": [{"kind": s.kind, "slug": s.slug, "title": s.title, "why": s.why} for s in signs],
    }


def show_why(place: Place, understood: Understood) -> str:
    """A member for the card, as JSON."""
    return orjson.dumps(reasons.tell_why(place, orjson.loads(place.card), understood)).decode()
