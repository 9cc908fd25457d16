"""Headings over ingredients, and over all the rest that a drug's label holds."""

import re

from catalog.inci.mark_kinds import Mark, MarkKind

# No pattern holds a repeat without a bound: all of them are linear.
INGREDIENTS = (
    r"(?:full |complete |all )?(?:list of |liste des )?ingr[eé]dients?(?: list)?(?:/ingr[eé]dients?)?"
    r"|inci(?: list| name)?|composi(?:tion|ción|ção|zione)|zusammensetzung|(?:liste der )?inhaltsstoffe"
    r"|bestandteile|zutaten|(?:lista (?:de |degli ))?ingredient(?:es|i?e?)|ingredi[eë]nten|samenstelling"
    r"|ingredienser|innehåll|indhold|ainesosat"
    r"|koostisosad|sk[lł]ad(?:niki)?|slo[zž]en[ií]|ingredienc(?:e|ie)|összetevők|sastojci|sestavine"
    r"|compozi[tț]ie|[iİ]çindekiler|komposisi|thành phần|состав|ингредиенты|съставки|συστατικά"
)
BRACKET = r"(?:\([^():]{1,40}\)\s?)?"
HEADS = re.compile(
    r"(?P<inactive>(?:\b(?:in|non-?|non )active|(?-i:I(?:nactive|NACTIVE))|\bnon-?medicinal|\bother)"
    rf"(?: ingredients?|/ingredients?)?(?:\(s\))?\s{{0,2}}{BRACKET}:"
    r"|\binactive ingredients?(?:\(s\))?(?![a-z])|\b(?-i:INACTIVE INGREDIENTS(?=[a-z])))"
    rf"|(?P<active>(?:\bactives|(?<!in)active|\bmedicinal)(?: ingredients?)?(?:\(s\))?\s{{0,2}}{BRACKET}:"
    rf"|\bactive ingredients?(?:\(s\))?[ \t]{{0,2}}(?:\([^()\n]{{1,40}}\))?[ \t]{{0,99}}\n?[ \t]{{0,9}}"
    r"\bpurposes?\b|\bactive ingredients?(?:\(s\))?(?:[ \t]{0,2}\([^()\n]{1,40}\)|(?=[ \t]{0,9}\n))"
    r"|\b(?-i:ACTIVE INGREDIENT(?=[A-Z][a-z])))"
    r"|(?P<highlights>\b(?:key|hero|star|featured|highlighted|main|notable) ingredients?\s{0,2}:)"
    rf"|(?P<ingredients>(?:\b(?:{INGREDIENTS})|ingredients)\s{{0,2}}(?:\([^():]{{1,20}}\)\s?)?"
    r"(?::|(?=[ \t]{0,9}\n))|(?-i:Ingredients(?=[A-Z]{2})|INGREDIENTS(?=[A-Z][a-z])))",
    re.IGNORECASE,
)
HEADINGS = re.compile(
    r"\bRds Product Name\s?:?|\bDivision\s?:?\s?[A-Za-z]{2}\s?\([^()]{1,40}\)|\bDrug Facts\b", re.IGNORECASE
)
# Headings of a drug's label under which no ingredient stands. They are written with a capital letter.
DRUG_FACTS = re.compile(
    r"\b(?:P(?:urposes?\b|URPOSES?(?:\b|(?=[A-Z][a-z])))|U(?:ses|SES)\b|W(?:arnings?|ARNINGS?)|D(?:irections?|IRECTIONS?)\b"
    r"|I(?:ndications?|NDICATIONS?)\b|Other (?:safety )?[iI]nformation|OTHER (?:SAFETY )?INFORMATION"
    r"|Q(?:uestions|UESTIONS)\b|When using this product|WHEN USING|Stop use and ask|STOP USE"
    r"|Do not use\b|DO NOT USE"
    r"|Ask a doctor|Keep out of reach|KEEP OUT OF|If (?:swallowed|pregnant)|D(?:osage|OSAGE) |Allergy alert"
    r"|For external use only|P(?:ackage|ACKAGE)[ /-]L(?:abel|ABEL)|P(?:rincipal|RINCIPAL) D(?:isplay|ISPLAY))"
    r"|(?:^|(?<=\n)|(?<=[•\-] ))Use[ \t]{0,9}(?=\n)"
)
# What the patterns need at least. Looking for these first is ten times as fast as the patterns.
HINTS = (
    *("ngredi", "ngrédi", "active", "medicinal", "other:", "other :", "inci", "inhalts", "zutaten", "compos"),
    *(
        "zusammen",
        "bestand",
        "compoz",
        "samenst",
        "innehåll",
        "indhold",
        "ainesosat",
        "koostis",
        "sklad",
        "skład",
    ),
    *("slozen", "složen", "összetev", "sastojci", "sestavine", "çindekiler", "komposisi", "thành", "состав"),
    *("ингред", "съставк", "συστατ"),
)
LOOKED_BACK = 80  # signs before a heading, to see what it stands in
BULLETS = frozenset("-–•*·")


def find_heads(text: str, low: str) -> list[Mark]:
    """The headings in a decoded text. Those of a drug's label only where it is one.

    Takes   low: the text in small letters.
    """
    found: list[Mark] = []
    if any(hint in low for hint in HINTS):
        is_drug = "active ingredient" in low and (
            "inactive" in low or "purpose" in low or "drug facts" in low
        )
        heads = [match for match in HEADS.finditer(text) if _is_head(match, is_drug)]
        found += [Mark(match.start(), match.end(), _kind(match)) for match in heads]
        if is_drug and any(_kind(match) in ("active", "inactive") for match in heads):
            found += [Mark(match.start(), match.start(), "drug_facts") for match in DRUG_FACTS.finditer(text)]
    if any(hint in low for hint in ("division", "product name", "drug facts")):
        found += [Mark(*match.span(), "heading") for match in HEADINGS.finditer(text)]
    return found


def _kind(match: re.Match[str]) -> MarkKind:
    kind: MarkKind = match.lastgroup  # type: ignore[assignment]  # the groups are called as the kinds are
    return kind


def _is_head(match: re.Match[str], is_drug: bool) -> bool:
    """Whether it stands where a heading can: first in its line, glued to what precedes, or as a title's end.

    “-Marine Actives: Help the skin” is a bullet of advertising. Without a colon it has the line to itself, or
    is glued to the name behind it.
    """
    words = match.group()
    before = match.string[max(0, match.start() - LOOKED_BACK) : match.start()]
    sentence = before[max(before.rfind("\n"), before.rfind(". ")) + 1 :]
    preceding = sentence.strip(" .\t")
    alone = not preceding or (preceding in BULLETS and sentence[-1].isspace() and is_drug)
    if words[-1] != ":":
        glued = not preceding or not sentence[-1].isspace()
        if _kind(match) == "active":
            return is_drug and (alone or glued)
        if _kind(match) == "ingredients":
            return alone or (glued and match.string[match.end() : match.end() + 1].isalpha())
    if (alone and preceding) or (is_drug and _kind(match) == "inactive" and words[0].isupper()):
        return True
    if preceding[:1] in ("-", "–", "•"):
        return False
    if not preceding or not sentence[-1].isspace():
        return not words.isspace()
    return words[0].isupper() and words[-1] == ":" and ("ngr" in words.lower() or words[0] == "I")
