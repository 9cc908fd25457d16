"""Small print on a label: what it says besides the names, and that names are missing."""

import re

from catalog.inci.folding import fold
from catalog.inci.mark_kinds import Mark

# No pattern holds a repeat without a bound: all of them are linear.
DISCLAIMERS = re.compile(
    r"\bplease (?:be aware|refer|note|see|check|consult|read|be advised)\b|\bdisclaimer\b"
    r"|\b(?:the |this |these |our |product )?ingredients? (?:lists? (?:and claims )?)?(?:are|is|may|can) "
    r"(?:be )?(?:subject|change|vary|updated)|\bthis (?:ingredient )?list (?:is|may|of)\b"
    r"|\bthe list of ingredients\b|\bfor the most (?:complete|up|accurate|current)"
    r"|\b(?:warnings?|caution|sunburn alert|directions|how to use|storage|precautions?)\s?:"
    r"|\b(?:frei von|libre de|exempte? de|senza|without|sans|ohne|sin|sem|zonder|без) ?:"
    r"|\bfrei von [A-ZÄÖÜ]"
    r"|\b(?:sans|sin|sem|senza|ohne|zonder) (?:parab|sili[ck]|sul[fp]|al[ck]o|colora|gluten|farbst)"
    r"|\b(?:store (?:in|at|below)|conserver (?:à|dans|au)|tenir hors|przechow(?:uj|ywać) w) "
    r"|\bfree (?:of|from)\b|\bdoes not contain\b|\bcustomers should refer to\b|\bfor external use\b"
    r"|\bkeep out of (?:the )?reach\b|\bmay contain traces?\b|\bles listes d'ingr"
    r"|\byou may notice that\b|\bsome (?:of our )?products contain\b",
    re.IGNORECASE,
)
HINTS = (
    *("please", "disclaim", "ingredient", "list ", "warning", "caution", "sunburn alert", "direction"),
    *("how to", "storage", "precaution", "free o", "free f", "not contain", "refer to", "external", "out of"),
    *("trace", "for the most", "may notice", "products contain", "frei von", "libre de", "exempt", "senza"),
    *(
        "without",
        "sans ",
        "ohne ",
        "sin ",
        "sem ",
        "zonder",
        "без",
        "store ",
        "conserver",
        "tenir",
        "przechow",
    ),
)
# What stands before a colon, folded, and begins the instructions or what else is printed behind the list.
HEADINGS = frozenset(
    words.strip()
    for words in """
    anwendung|anwendungshinweise|gebrauch|warnhinweis|warnhinweise|mode demploi
    conseils dutilisation|utilisation|precautions demploi|avertissement|avertissements|modo de uso
    modo de empleo|modo de usar|modo duso|advertencia|advertencias|precauciones|avvertenze
    sposob uzycia|ostrzezenia|zpusob pouziti|pouziti|hasznalat|mod de utilizare|mod de folosire
    cara pemakaian|cara penggunaan|huong dan su dung|cach dung|bao quan|gebruik|gebruiksaanwijzing
    anvandning|bruk|nacin uporabe|nacin primjene|kullanim|kullanim sekli|применение
    способ применения|other details|other information|shelf life|expiry date|country of origin
    how to apply|usage|suitable for|skin type|key benefits|about the brand
    """.replace("\n", "|").split("|")
    if words.strip()
)
BEFORE_COLON = re.compile(r"[.,;:\n|•·]")
LONGEST_HEADING = 32  # signs
MAKERS = re.compile(
    r"\bmade in (?=[A-Z])|\b(?:manufactured|distributed|packaged|produced|imported|hergestellt|fabriqu[eé]e?"
    r"|prodotto|wyprodukowan[oy]|tillverkad|vyrobeno|fabricado) (?:for|by|in|von|en|par|da|w|av|v|por)\b"
    r"|\bnet(?:to)? ?(?:wt|weight|contents?)\b|\bweight:? (?=\d)",
    re.IGNORECASE,
)
MAKERS_HINTS = (
    *("made in", "manufactured", "distributed", "packaged", "produced", "imported", "hergestellt", "fabriqu"),
    *("prodotto", "wyprodukowan", "tillverkad", "vyrobeno", "fabricado", "net w", "net c", "netto", "weight"),
)
ELSEWHERE = re.compile(
    r"(?<!most )\b(?:full|complete|entire) (?:ingredients? |inci )?list\b"
    r"(?!(?: of ingr[^ :]{0,9})?\s{0,2}:)"
    r"|\b(?:lista completa|liste (?:d'ingrédients )?complète|vollständige (?:inci-?)?liste)\b"
    r"(?![^.\n:]{0,40}:)"
    r"|\bpartial (?:ingredients? )?list\b",
    re.IGNORECASE,
)
BROKEN_OFF = "The text breaks off: the end of the list is missing."
LONGEST_TAG = 40  # signs
MOST_TAGS = 9  # at the end of a text
NOT_ALL = "The text says that the full list stands elsewhere."


def find_small_print(text: str, low: str) -> list[Mark]:
    """Where disclaimers, instructions and makers begin in a decoded text; the marks have no length.

    Takes   low: the text in small letters.
    """
    starts: list[int] = []
    if any(hint in low for hint in HINTS):
        starts += [match.start() for match in DISCLAIMERS.finditer(text)]
    if any(hint in low for hint in MAKERS_HINTS):
        starts += [match.start() for match in MAKERS.finditer(text)]
    if "list" in low:
        starts += [match.start() for match in ELSEWHERE.finditer(text)]
    at = text.find(":")
    while at >= 0:
        before = text[max(0, at - LONGEST_HEADING) : at]
        words = BEFORE_COLON.split(before)[-1]
        if fold(words) in HEADINGS:
            starts.append(at - len(words.lstrip()))
        at = text.find(":", at + 1)
    return [Mark(start, start, "disclaimer") for start in starts]


def find_gap(text: str) -> str:
    """Why names are missing in this text, as one sentence; empty when nothing says so.

    What ends with a comma or three dots once went on: a cell of 255 signs does not ask what it cuts off.
    """
    if "list" in text.lower() and ELSEWHERE.search(text):
        return NOT_ALL
    end = _drop_tags(text.rstrip())
    last = end.rfind("(")
    in_bracket = last >= 0 and ")" not in end[last:] and not end[-1].isdigit() and end[-1] != "."
    return BROKEN_OFF if end.endswith((",", "...", "…")) or in_bracket else ""


def _drop_tags(text: str) -> str:
    for _ in range(MOST_TAGS):
        start = text.rfind("<", max(0, len(text) - LONGEST_TAG)) if text.endswith(">") else -1
        if start < 0:
            break
        text = text[:start].rstrip()
    return text
