"""What a pick must say, and what it must not.

What nobody may say stands in `catalog.saying`; what only a pick that was compared, tested or used may say,
and what nobody may say who earns, is asked here.
Source  16 CFR 255.3 (an expert's "tested" and "best" must have happened), 255.5 (connections are disclosed).
"""

import re
from collections.abc import Iterable

from catalog import saying
from catalog.models import Disclosure, Pick
from catalog.saying import INDEPENDENCE, OWN_REGIMEN, SUPERLATIVES, TESTED, Leave, find_words

EARNS = re.compile(
    r"\b(?:earn|sell|sold|paid|pays|profit|owns|income|commission|share|gift|free of charge)", re.I
)
NEEDED = {
    "headline": "a headline",
    "for_whom": "for whom it is",
    "not_for": "for whom it is not",
    "how_to_use": "how to use it",
    "why_worth_it": "why it is worth its price",
    "would_change_mind": "what would change her mind",
}


def find_faults(pick: Pick) -> list[str]:
    """Everything that keeps a pick from being signed; empty when nothing does."""
    missing = [words for column, words in NEEDED.items() if not getattr(pick, column)]
    faults = [f"It does not say {words}." for words in missing]
    if not pick.cheaper_words and pick.cheaper_product_id is None:
        faults.append("It names no cheaper alternative, nor says that there is none.")
    praise, rest = "\n".join(_praise(pick)), "\n".join(_beside(pick))
    compared = pick.compared_with.exists()
    if (found := find_words(SUPERLATIVES, praise)) and not (compared and pick.compared_notes):
        faults.append(f"“{found}” needs a comparison: with what, and what was found.")
    if compared and not pick.compared_notes:
        faults.append("It was compared, but not what was found.")
    if pick.compared_notes and not compared:
        faults.append("It says what a comparison found, but not with which products.")
    if pick.tested_where is not None and not pick.tested_notes:
        faults.append("It was tested, but not what was seen.")
    if (found := find_words(TESTED, praise)) and not (pick.tested_where and pick.tested_notes):
        faults.append(f"“{found}” needs a test: where, and what was seen.")
    if (found := find_words(OWN_REGIMEN, praise)) and (
        pick.regimen_since_on is None or pick.regimen_until_on
    ):
        faults.append(f"“{found}” needs a date since when, and none until when.")
    faults += saying.find_unsayable(f"{praise}\n{rest}", leave=[Leave.ASKED_APART])
    return faults + refuse_independence(f"{praise}\n{rest}", earns=earns(pick.disclosure))


def earns(interests: Disclosure) -> bool:
    """Whether a dermatologist gets anything out of what is sold."""
    return any((interests.sells_it, interests.gifts, interests.paid, interests.consultancy, interests.equity))


def refuse_independence(text: str, *, earns: bool) -> list[str]:
    """Why words about independence cannot stand beside a product that its praiser sells."""
    found = find_words(INDEPENDENCE, text) if earns else None
    return [f"“{found}” cannot stand where she earns from the sale."] if found else []


def refuse_interests(text: str, *, earns: bool) -> list[str]:
    """Why a disclosure cannot be published: it denies what it must say, or does not say it."""
    if not earns:
        return []
    if why := refuse_independence(text, earns=earns):
        return why
    return [] if EARNS.search(text) else ["Say in plain words what she earns, gets or owns."]


def _praise(pick: Pick) -> Iterable[str]:
    """What is said for the product. What would change her mind is not: there "better than" is a wish."""
    yield from (pick.headline, pick.how_to_use, pick.why_worth_it, pick.order_override, pick.regimen_notes)
    yield from (*pick.for_whom, *pick.not_for)


def _beside(pick: Pick) -> Iterable[str]:
    yield from (pick.would_change_mind, pick.cheaper_words, pick.tested_notes, pick.compared_notes)
