"""What a customer does not want: "fragrance free", "without alcohol", "no parabens or sulfates". Pure."""

from collections.abc import Mapping, Sequence

from catalog.finding.folding import key_of

BEFORE = {"without", "no", "non", "sans", "ohne", "avoid", "minus"}  # without alcohol
OPENED = {"of", "from"}  # free of, free from
AND = {"and", "or", "nor"}
SIGNALS = BEFORE | OPENED | AND | {"free", "with", "for"}
LONGEST = 3  # words of a thing

# Customers' words for what a claim calls otherwise.
CALLED = {
    "perfume": "fragrance",
    "parfum": "fragrance",
    "scent": "fragrance",
    "sls": "sulfates",
    "sles": "sulfates",
    "sulphate": "sulfates",
    "eo": "essential-oils",
    "menthol": "cooling-agents",
    "formaldehyde": "formaldehyde-releasers",
    "ethanol": "alcohol",
}
# One word that says both what and that it shall not be.
SAYS_BOTH = dict.fromkeys(("unscented", "unperfumed", "unfragranced", "scentless"), "fragrance")
WORDS = SIGNALS | CALLED.keys() | SAYS_BOTH.keys()  # understood here, whether the shop uses them or not


def read_avoided(words: Sequence[str], *, known: Sequence[str]) -> tuple[list[str], set[int]]:
    """What a question wants to be free from, and which of its words said so.

    Takes   `words`: folded; `known`: the words of ?free_from= for which there is a claim.
    Gives   ([words of ?free_from=], {places in `words`}).
    """
    names = {key_of(word): word for word in known}
    names |= {key_of(name): word for name, word in CALLED.items() if word in known}
    avoided: list[str] = []
    used: set[int] = set()
    place = 0
    while place < len(words):
        found, end = _read_here(words, place, names)
        if found:
            avoided += [word for word in found if word not in avoided]
            used |= set(range(place, end))
        place = max(end, place + 1)
    return avoided, used


def _read_here(words: Sequence[str], place: int, names: Mapping[str, str]) -> tuple[list[str], int]:
    word = words[place]
    if word in BEFORE:
        return _read_list(words, place + 1, names)
    if word == "free" and place + 1 < len(words) and words[place + 1] in OPENED:
        return _read_list(words, place + 2, names)
    if (both := SAYS_BOTH.get(word, "")) in names.values():
        return [both], place + 1
    found, end = _read_list(words, place, names)
    if found and end < len(words) and words[end] == "free":
        return found, end + 1
    return [], place


def _read_list(words: Sequence[str], place: int, names: Mapping[str, str]) -> tuple[list[str], int]:
    """Things named one after another, with or without "and"."""
    found: list[str] = []
    end = place
    while place < len(words):
        length = next(
            (n for n in range(min(LONGEST, len(words) - place), 0, -1) if _key(words, place, n) in names), 0
        )
        if not length:
            break
        found.append(names[_key(words, place, length)])
        place = end = place + length
        if place < len(words) and words[place] in AND:
            place += 1
    return found, end


def _key(words: Sequence[str], place: int, length: int) -> str:
    return " ".join(map(key_of, words[place : place + length]))
