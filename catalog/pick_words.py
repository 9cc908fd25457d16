"""What a pick must say, and what it must not. Pure, over one pick.

Source  16 CFR 255.3 (an expert's "tested" and "best" must have happened), 255.5 (connections are disclosed);
        Reg. (EU) 655/2013 (no claim that a cosmetic heals).
"""

import re
from collections.abc import Iterable

from catalog.models import Pick

SUPERLATIVES = re.compile(
    r"\b(best|better than|superior|unrivalled|unmatched|number one|no\. ?1|most effective|outperform\w*)\b",
    re.IGNORECASE,
)
TESTED = re.compile(r"\b(tested|trialled|we tried|in our clinic we|put to the test)\b", re.IGNORECASE)
OWN_REGIMEN = re.compile(
    r"\b(my own (regimen|routine)|i use it (myself|every)|in my regimen)\b", re.IGNORECASE
)
HEALING = re.compile(
    r"\b(cures?|heals?|treats?|removes? milia|gets? rid of"
    r"|clears? (milia|acne|rosacea|melasma|eczema|psoriasis)|therap(y|eutic)"
    r"|prevents? (milia|acne|cancer))\b",
    re.IGNORECASE,
)
SAFETY = re.compile(
    r"\b((completely|totally|perfectly|100 ?%) safe|safe (for|in|during)|no side effects?|risk[- ]free)\b",
    re.IGNORECASE,
)
INDEPENDENCE = re.compile(
    r"\b(not (affiliated|financially tied)|no financial (tie|interest)s?|unbiased|independent of)\b",
    re.IGNORECASE,
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
    text = "\n".join(_prose(pick))
    compared = pick.compared_with.exists()
    if (found := SUPERLATIVES.search(text)) and not (compared and pick.compared_notes):
        faults.append(f"“{found[0]}” needs a comparison: with what, and what was found.")
    if compared and not pick.compared_notes:
        faults.append("It was compared, but not what was found.")
    tested = pick.tested_where is not None and bool(pick.tested_notes)
    if (found := TESTED.search(text)) and not tested:
        faults.append(f"“{found[0]}” needs a test: where, and what was seen.")
    if (found := OWN_REGIMEN.search(text)) and (pick.regimen_since_on is None or pick.regimen_until_on):
        faults.append(f"“{found[0]}” needs a date since when, and none until when.")
    if found := HEALING.search(text):
        faults.append(f"“{found[0]}” is a medicine's claim: say what it does for the look or feel of skin.")
    if found := SAFETY.search(text):
        faults.append(f"“{found[0]}” promises what nobody can: say what is known.")
    return faults + refuse_interests(text, earns=pick.disclosure.sells_it)


def refuse_interests(text: str, *, earns: bool) -> list[str]:
    """Why words about independence cannot stand beside a product that its praiser sells."""
    found = INDEPENDENCE.search(text) if earns else None
    return [f"“{found[0]}” cannot stand where she earns from the sale."] if found else []


def _prose(pick: Pick) -> Iterable[str]:
    yield from (
        pick.headline,
        pick.how_to_use,
        pick.why_worth_it,
        pick.would_change_mind,
        pick.order_override,
    )
    yield from (*pick.for_whom, *pick.not_for)
