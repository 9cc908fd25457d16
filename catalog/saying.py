"""What nobody may say here, in one list, and where some of it may be said after all: docs/knowledge.md.

A forbidden word is looked for alone, and then its neighbours decide: "cures acne" is a claim, "it does not
cure acne" and "while your skin heals" are none. Each search is one pass over the text.
Source  16 CFR 255.3 (an expert's "tested" and "best" must have happened), 255.5 (connections are disclosed);
        Reg. (EU) 655/2013 (no claim that a cosmetic heals).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from catalog.models import Grade, IngredientClass, Statement

NEAR = 48  # characters before a word in which its neighbours are looked for
NOT = r"(?:not(?! only)|never|hardly|barely|scarcely|no|nor|neither|nobody|nothing|cannot|without|[a-z]+n't)"
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
        r"before|used|applied|left|kept|stored|shown|on|at|in the (?:morning|evening)|with|when|if|after|to"
        r"|(?:one )?is the one",
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
    Phrase(r"therapy\b", rf"{NOT}|{CARE}", unless_beside="on|with|light|laser|zero"),
    Phrase(rf"(?:removes?|clears?(?: up)?|gets? rid of|eliminates?|erases?) (?:\w+ )?{CONDITIONS}\b", NOT),
    Phrase(rf"(?:prevents?|stops?|fights?) (?:\w+ )?{CONDITIONS}\b", NOT),
    Phrase(r"(?:anti-?inflammatory|anti-?bacterial|anti-?fungal|anti-?septic)\b", NOT),
)
SAFETY = (
    Phrase(r"(?:completely|totally|perfectly|absolutely|entirely|100 ?%) safe\b", NOT),
    Phrase(r"safe (?:for|in|during|to use|on|with|enough)\b", rf"{NOT}|whether it is"),
    Phrase(r"(?:is|are|it's) safe\b", rf"{NOT}|whether"),
    Phrase(r"(?:no (?:known )?side[ -]effects?|risk[ -]free|non-?toxic|toxin-free)\b"),
    Phrase(r"(?:safer than|safest|(?:used|worn|applied|use (?:it|this)) safely)\b", NOT),
    Phrase(r"suits (?:everybody|everyone|all skin|every skin)\b", NOT),
)
HARMLESS = (Phrase(r"harmless\b", NOT),)
INDEPENDENCE = (
    Phrase(r"not (?:affiliated|financially (?:tied|linked|connected))\b"),
    Phrase(r"no (?:affiliation|financial (?:tie|interest|link|stake|connection)s?|conflicts? of interest)\b"),
    Phrase(r"(?:unbiased|impartial|disinterested)\b", NOT),
    Phrase(r"independent(?:ly)? (?:of|from) (?:the |any |every )?(?:brand|maker|shop|company|seller)", NOT),
    Phrase(r"independent (?:review|opinion|advice|doctor|dermatologist|expert)", NOT),
    Phrase(r"(?:earns? nothing|makes? no money|gains? nothing)\b"),
)
MIRACLES = (Phrase(r"(?:miracles?|miraculous\w*|holy grail|wonder[ -]?(?:cream|cure|drug)s?)\b", NOT),)
GUARANTEES = (Phrase(r"guarantee[sd]?\b", NOT),)
FEARS = (Phrase(r"(?:dangerous(?:ly)?|toxic|poison(?:s|ous|ed)?|deadly)\b", NOT),)


class Leave(Enum):
    """Why a word may stand that is forbidden elsewhere."""

    MEDICINE = auto()  # about a medicine, what professionals do, or what the law says
    CONDITION = auto()  # about a condition of the skin, not about what one puts on it
    DENIAL = auto()  # what something is not, whatever is said of it
    PROVEN = auto()  # grade A or B, or the law
    ASKED_APART = auto()  # a pick: whether it was compared or tested, and what she earns, is asked of it


class Ban(NamedTuple):
    phrases: tuple[Phrase, ...]
    why: str
    unless: frozenset[Leave] = frozenset()


BANS = (
    Ban(
        HEALING,
        "is a medicine's claim: say what it does for the look or feel of skin",
        frozenset({Leave.MEDICINE, Leave.DENIAL}),
    ),
    Ban(SAFETY, "promises what nobody can: say what is known"),
    Ban(HARMLESS, "promises what nobody can: say what is known", frozenset({Leave.CONDITION})),
    Ban(MIRACLES + GUARANTEES, "promises what nobody can: say what it does"),
    Ban(FEARS, "frightens without proof: say what may happen, and to whom", frozenset({Leave.PROVEN})),
    Ban(
        SUPERLATIVES,
        "needs a comparison: a source of grade A or B that compared",
        frozenset({Leave.PROVEN, Leave.DENIAL, Leave.ASKED_APART}),
    ),
    Ban(
        TESTED,
        "needs a test: a source of grade A or B that tested",
        frozenset({Leave.PROVEN, Leave.DENIAL, Leave.ASKED_APART}),
    ),
    Ban(INDEPENDENCE, "cannot stand in a shop that earns from the sale", frozenset({Leave.ASKED_APART})),
)
PROVEN = (Grade.A, Grade.B, Grade.LAW, Grade.LAW2)
# What a prescription may name, or what no cosmetic of the EU may hold: of these one may say that they treat.
MEDICINES = (
    IngredientClass.PRESCRIPTION_RETINOID,
    IngredientClass.CORTICOSTEROID,
    IngredientClass.ANTIBIOTIC,
    IngredientClass.ANTIFUNGAL,
    IngredientClass.HYDROQUINONE,
    IngredientClass.HORMONE,
    IngredientClass.PRESCRIPTION_DRUG,
)
Kind = Statement.Kind
OF_DOCTORS = (Kind.PROFESSIONAL_CARE, Kind.SEE_DOCTOR_IF, Kind.URGENT_IF, Kind.LAW)
OF_CONDITIONS = (Kind.WHAT_IT_IS, Kind.NOT_THIS, Kind.CAUSE, Kind.NOTE)


def find_unsayable(text: str, leave: Collection[Leave] = ()) -> list[str]:
    """Why a text cannot stand, a line for each group of forbidden words; empty when it can."""
    return [
        f"“{found}” {ban.why}."
        for ban in BANS
        if not ban.unless.intersection(leave) and (found := find_words(ban.phrases, text))
    ]


def grant(*, grade: str = "") -> set[Leave]:
    """What is granted to advice, to a rule of law, or to a fact."""
    granted = {Leave.PROVEN} if grade in PROVEN else set()
    return granted | ({Leave.MEDICINE} if grade in (Grade.LAW, Grade.LAW2) else set())


def grant_guide(*, sells: bool) -> set[Leave]:
    """What is granted to a guide's title and summary: beside prescription medicines nothing is sold."""
    return set() if sells else {Leave.MEDICINE}


def grant_statement(*, kind: str, grade: str, about_class: str | None, of: str, sells: bool) -> set[Leave]:
    """What is granted to a statement.

    Takes   `of`: concern, guide or ingredient; `sells`: False in a guide beside which no product is shown.
    """
    granted = grant(grade=grade) | grant_guide(sells=sells)
    if kind in OF_DOCTORS or about_class in MEDICINES:
        granted.add(Leave.MEDICINE)
    if kind == Kind.NOT_THIS:
        granted.add(Leave.DENIAL)
    if of == "concern" and kind in OF_CONDITIONS and not about_class:
        granted.add(Leave.CONDITION)
    return granted


def find_words(phrases: Iterable[Phrase], text: str) -> str | None:
    """The first of these phrases that the text means, as it is written there."""
    plain = "\n".join(_plain(line) for line in text.splitlines())
    return next((found for phrase in phrases if (found := phrase.find(plain))), None)


def _plain(line: str) -> str:
    """A line as it is read: without invisible signs, spaces and apostrophes of one sort."""
    visible = "".join(
        sign for sign in unicodedata.normalize("NFKC", line) if unicodedata.category(sign) != "Cf"
    )
    return re.sub(r"\s+", " ", visible.replace("’", "'").replace("‑", "-").replace("‐", "-"))
