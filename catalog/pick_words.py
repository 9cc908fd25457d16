"""What a pick must say, and what it must not. Pure, over one pick.

A forbidden word is looked for alone, and then its neighbours decide: "cures acne" is a claim, "it does not
cure acne" and "while your skin heals" are none. Each search is one pass over the text.
Source  16 CFR 255.3 (an expert's "tested" and "best" must have happened), 255.5 (connections are disclosed);
        Reg. (EU) 655/2013 (no claim that a cosmetic heals).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.models import Disclosure, Pick

NEAR = 48  # characters before a word in which its neighbours are looked for
NOT = r"(?:not(?! only)|never|no|nor|neither|nobody|nothing|cannot|without|[a-z]+n't)"
CONDITIONS = (
    r"(?:milia|acne|spots|pimples|blemishes|rosacea|melasma|eczema|psoriasis|dermatitis|scars?|warts|cysts"
    r"|infections?|cancer|wrinkles)"
)


@dataclass(frozen=True)
class Phrase:
    """Words to look for.

    Takes   neighbours beside which they say something else: `unless_before`, up to four words before;
            `unless_beside`, the word before or the one before that; `unless_after`, right behind.
    """

    words: str
    unless_before: str = ""
    unless_after: str = ""
    unless_beside: str = ""

    def find(self, text: str) -> str | None:
        """The first place where they are meant, as written."""
        for found in re.finditer(rf"\b(?:{self.words})", text, re.IGNORECASE):
            before, after = text[max(0, found.start() - NEAR) : found.start()], text[found.end() :][:NEAR]
            if _ends_with(before, self.unless_before, 4) or _ends_with(before, self.unless_beside, 1):
                continue
            if self.unless_after and re.match(rf"\s*\b(?:{self.unless_after})\b", after, re.IGNORECASE):
                continue
            return found[0]
        return None


def _ends_with(before: str, words: str, most_between: int) -> bool:
    """Whether one of these words stands before, in the same part of the sentence, with few words between."""
    between = rf"[\s-]+(?:[\w']+[\s-]+){{0,{most_between}}}$"
    return bool(words) and re.search(rf"\b(?:{words}){between}", before, re.IGNORECASE) is not None


SUPERLATIVES = (
    Phrase(
        r"best\b",
        NOT,
        r"before|used|applied|left|kept|stored|on|at|in the (?:morning|evening)|with|when|if|after|to",
        r"do|does|did|try|works|work|absorbs|suits?",
    ),
    Phrase(r"better than\b", NOT, r"nothing|none|before|it sounds"),
    Phrase(r"(?:more|most) (?:effective|powerful|potent)\b(?: than\b)?", NOT),
    Phrase(r"(?:superior to|unrivall?ed|unmatched|unbeatable|number one|no\. ?1|second to none)\b", NOT),
    Phrase(r"(?:outperform\w*|outdoes|beats (?:all|any|every|the)|no other \w+ (?:does|comes|can))\b"),
)
TESTED = (
    Phrase(r"(?:tested|trialled|trialed)\b", NOT, unless_beside="patch|be|being"),
    Phrase(r"(?:clinically proven|proven in|put to the test|we tried|i tried|in our clinic,? we)\b", NOT),
)
OWN_REGIMEN = (
    Phrase(r"my own (?:regimen|routine|face|skin|bathroom|shelf)\b", NOT),
    Phrase(r"in my (?:regimen|routine|bathroom)\b", NOT),
    Phrase(r"i (?:use|wear|apply) (?:it|this)\b", "when|if", "on patients"),
)
CARE = "while|until|till|after|once|before|during|when|as soon as|under"
DOCTORS = "doctors?|dermatologists?|physicians?|clinics?|medicines?|prescriptions?|surgeons?"
HEALING = (
    Phrase(r"(?:cures?|cured|curing)\b", NOT),
    Phrase(r"(?:heals?|healed|healing)\b", rf"{NOT}|{CARE}", unless_beside="wound|slow"),
    Phrase(r"(?<!\ba )treats?\b", rf"{NOT}|{DOCTORS}", r"yourself|your skin|it (?:gently|with care|kindly)"),
    Phrase(r"(?:a|the|best|this) treatment (?:for|of)\b", rf"{NOT}|{CARE}|instead of"),
    Phrase(r"therapeutic\b", NOT),
    Phrase(r"therapy\b", rf"{NOT}|{CARE}", unless_beside="on|with|light|laser"),
    Phrase(rf"(?:removes?|clears?(?: up)?|gets? rid of|eliminates?|erases?) (?:\w+ )?{CONDITIONS}\b", NOT),
    Phrase(rf"(?:prevents?|stops?|fights?) (?:\w+ )?{CONDITIONS}\b", NOT),
    Phrase(r"(?:anti-?inflammatory|anti-?bacterial|anti-?fungal|anti-?septic)\b", NOT),
)
SAFETY = (
    Phrase(r"(?:completely|totally|perfectly|absolutely|entirely|100 ?%) safe\b", NOT),
    Phrase(r"safe (?:for|in|during|to use|on|with|enough)\b", rf"{NOT}|whether it is"),
    Phrase(r"(?:is|are|it's) safe\b", rf"{NOT}|whether"),
    Phrase(r"(?:no (?:known )?side[ -]effects?|risk[ -]free|harmless|non-?toxic|toxin-free)\b"),
    Phrase(r"suits (?:everybody|everyone|all skin|every skin)\b", NOT),
)
EARNS = re.compile(
    r"\b(?:earn|sell|sold|paid|pays|profit|owns|income|commission|share|gift|free of charge)", re.I
)
INDEPENDENCE = (
    Phrase(r"not (?:affiliated|financially (?:tied|linked|connected))\b"),
    Phrase(r"no (?:affiliation|financial (?:tie|interest|link|stake|connection)s?|conflicts? of interest)\b"),
    Phrase(r"(?:unbiased|impartial|disinterested)\b", NOT),
    Phrase(r"independent(?:ly)? (?:of|from) (?:the |any |every )?(?:brand|maker|shop|company|seller)", NOT),
    Phrase(r"independent (?:review|opinion|advice|doctor|dermatologist|expert)", NOT),
    Phrase(r"(?:earns? nothing|makes? no money|gains? nothing)\b"),
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
    if found := find_words(HEALING, f"{praise}\n{rest}"):
        faults.append(f"“{found}” is a medicine's claim: say what it does for the look or feel of skin.")
    if found := find_words(SAFETY, f"{praise}\n{rest}"):
        faults.append(f"“{found}” promises what nobody can: say what is known.")
    return faults + refuse_independence(f"{praise}\n{rest}", earns=earns(pick.disclosure))


def find_words(phrases: Iterable[Phrase], text: str) -> str | None:
    """The first of these phrases that the text means, as it is written there."""
    plain = "\n".join(_plain(line) for line in text.splitlines())
    return next((found for phrase in phrases if (found := phrase.find(plain))), None)


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


def _plain(line: str) -> str:
    """A line as it is read: without invisible signs, spaces and apostrophes of one sort."""
    visible = "".join(
        sign for sign in unicodedata.normalize("NFKC", line) if unicodedata.category(sign) != "Cf"
    )
    return re.sub(r"\s+", " ", visible.replace("’", "'").replace("‑", "-").replace("‐", "-"))
