"""Which ingredient a printed name means. A name that is only near is never taken for one that is known."""

import re

from catalog.inci.brackets import drop_groups, list_groups, unwrap
from catalog.inci.folding import fold
from catalog.inci.vocabulary import Entry, Vocabulary

LONGEST_NAME = 500  # signs; the longest name in the EU's inventory has fewer
# Words that tell where a substance comes from, not what it is.
PRAISE = re.compile(
    r"(?:certified|organic|natural|naturally derived|pure|100 ?%|wildcrafted|wild|fair trade|fairtrade|raw"
    r"|virgin|extra virgin|cold pressed|unrefined|refined|bio|vegan|vegetable|vegetal|encapsulated|purified"
    r"|deionized|deionised|demineralized|distilled|food grade|usp|pharmaceutical grade|plant derived"
    r"|plant based|fresh|and|from|liposomal|micronized|non nano|nano|co) "
)
AFTERTHOUGHT = re.compile(
    r" (?:usp|nf|bp|ep|organic|certified organic|nano|non nano|vegan|natural|micronized|encapsulated|and"
    r"|and/or|ad|q ?s|sunscreens?|skin protectant|acne (?:treatment|medication))$"
)
HYPHENATED = re.compile(r"(?<=[a-z])-\s{0,2}(?=[A-Za-z])")  # “Dime- Thicone” was set in narrow columns
# British labels; and what is left of a word whose “ffi” or “ff” was one sign that was lost.
SPELLINGS = {"sulph": "sulf", "aluminium": "aluminum", "ocinalis": "officinalis", "caeine": "caffeine"}
OTHER_SPELLING = re.compile("|".join(SPELLINGS))
FOOTNOTE_NUMBER = re.compile(r"[a-z]{3}[1-9]$")
MOST_PRAISE = 4
MOST_TRANSLATIONS = 6
FRENCH = (
    *(
        "extrait d",
        "huile d",
        "beurre d",
        "cire d",
        "eau d",
        "sel d",
        "sel m",
        "jus d",
        "proteine d",
        "poudre d",
    ),
    *("amidon d", "gomme d", "farine d", "son d", "feuille d", "fleur d"),
)


def find_name(text: str, vocabulary: Vocabulary) -> Entry | None:
    """The one ingredient that a printed name stands for, or None.

    Tried in this order: the whole name; without what its brackets add; what the brackets hold; the parts of a
    slash when they are one ingredient in several languages; all of that again without words of praise, with
    “oil” for “essential oil”, with a word made whole that the end of a line had parted, without the L. of
    Linnaeus, and without the number of a footnote at its end (Glycerin2; but Ceramide3 is Ceramide 3).
    """
    if len(text) > LONGEST_NAME:
        return None
    key = fold(text)
    entry = _find_praised(key, vocabulary)
    if entry is None and " essential oil" in key:
        entry = _find_praised(key.replace(" essential oil", " oil"), vocabulary)
    if entry is None and HYPHENATED.search(text):
        entry = _find_praised(fold(HYPHENATED.sub("", text)), vocabulary)
    if entry is None and OTHER_SPELLING.search(key):
        key = OTHER_SPELLING.sub(lambda match: SPELLINGS[match.group()], key)
        entry = _find_praised(key, vocabulary)
    if entry is None and " l " in key:
        entry = find_folded(key.replace(" l ", " "), vocabulary)
    if entry is None and FOOTNOTE_NUMBER.search(key):
        entry = find_folded(f"{key[:-1]} {key[-1]}", vocabulary) or find_folded(key[:-1], vocabulary)
    return entry


def _find_praised(key: str, vocabulary: Vocabulary) -> Entry | None:
    key += ")" * (key.count("(") - key.count(")"))  # Titanium Dioxide (CI 77891
    for _ in range(MOST_PRAISE):
        if not key:
            return None
        entry = find_folded(key, vocabulary)
        if entry is not None:
            return entry
        shorter = AFTERTHOUGHT.sub("", PRAISE.sub("", key, count=1) if PRAISE.match(key) else key)
        if shorter == key:
            return None
        key = shorter
    return find_folded(key, vocabulary)


def find_folded(key: str, vocabulary: Vocabulary) -> Entry | None:
    """The same for a name that is folded, praise and all."""
    return _find_one(key, vocabulary) or (_find_translations(key, vocabulary) if "/" in key else None)


def find_whole(key: str, vocabulary: Vocabulary) -> Entry | None:
    """The ingredient of which a folded name is the whole name, up to an everyday name in brackets."""
    for spelling in (key, unwrap(key), drop_groups(key)) if "(" in key else (key,):
        entry = vocabulary.names.get(spelling) or vocabulary.written_bare.get(spelling)
        if entry is not None:
            return entry
    return vocabulary.written_open.get(key)


def _find_one(key: str, vocabulary: Vocabulary) -> Entry | None:
    entry = vocabulary.find_key(key) or vocabulary.written_bare.get(key) or vocabulary.written_open.get(key)
    if entry is not None or "(" not in key:
        return entry
    opened = unwrap(key)
    entry = vocabulary.find_key(opened) or vocabulary.written_open.get(opened)
    return entry if entry is not None else _find_beside_brackets(key, vocabulary)


def _find_beside_brackets(key: str, vocabulary: Vocabulary) -> Entry | None:
    """Vitamin B5 (Panthenol): the proper name of the two; where both are proper, the one outside."""
    groups = list_groups(key)
    if not groups:
        return None
    start, end = groups[-1]
    bare = drop_groups(key)
    outside = _find_plain(bare, vocabulary)
    if end < len(key):  # not at the end: it explains one word of the name
        return outside
    shorter = key[:start].strip()
    outside = _find_plain(shorter, vocabulary) or outside
    content = key[start + 1 : end - 1].strip(" ,:/")
    inside = _find_plain(content, vocabulary)
    if inside is None and "/" in content:
        inside = _find_translations(content, vocabulary)
    if outside is None:
        return inside if inside is not None and _says_enough(content, inside) else None
    if inside is None or "fragrance" in outside.classes:
        return outside
    return inside if fold(outside.name) != bare and fold(inside.name) == content else outside


def _find_plain(key: str, vocabulary: Vocabulary) -> Entry | None:
    found = vocabulary.find_key(key) or vocabulary.written_bare.get(key) or vocabulary.written_open.get(key)
    return found if found is not None or "/" not in key else _find_translations(key, vocabulary)


def _says_enough(content: str, entry: Entry) -> bool:
    """A plant's everyday name behind an unknown one is no name of the ingredient: Ferment (Honey)."""
    return " " in content or content == fold(entry.name)


def _find_translations(key: str, vocabulary: Vocabulary) -> Entry | None:
    """Water/Aqua/Eau: two parts or more, all of them known, and all the same ingredient.

    A colour's number beside its name counts as the name, known or not. What says in French what it is made
    from is a translation without being known: Barley Extract/Extrait d'Orge.
    """
    parts = dict.fromkeys(part.strip() for part in key.split("/"))
    if not 2 <= len(parts) <= MOST_TRANSLATIONS:  # Lactobacillus/Lactobacillus says one word twice
        return None
    found = {part: _find_part(part, vocabulary) for part in parts}
    known = {part: entry for part, entry in found.items() if entry is not None}
    if len(parts) == 2 and len(known) == 1 and _is_colour_number(next(iter(known))):
        return next(iter(known.values()))  # Red 28 Lake/CI 45410: the number says it all
    if not known or any(part not in known and not part.startswith(FRENCH) for part in parts):
        return None  # Glycerin Water/Aqua/Eau lacks a comma
    named = {entry for part, entry in known.items() if not _is_colour_number(part)}
    ones = named or set(known.values())
    return next(iter(ones)) if len(ones) == 1 else None


def _find_part(part: str, vocabulary: Vocabulary) -> Entry | None:
    entry = vocabulary.find_key(part) or vocabulary.written_bare.get(part)
    if entry is None and "(" in part:
        entry = vocabulary.find_key(unwrap(part)) or vocabulary.find_key(drop_groups(part))
    return entry


def _is_colour_number(part: str) -> bool:
    return part[:1] == "c" and part[-5:].isdigit()
