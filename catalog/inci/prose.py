"""Words of a sentence, as no name of an ingredient has them."""

from catalog.inci.folding import fold

LOOKED_AT = 2_000  # signs
MANY = 24  # more words than any name has
WORDS = frozenset(
    "the your you our to that which who is are was were be been will can could should helps help its it this"
    " these those their they we for with while when where because without into than and or of from in by as a"
    " an at on may not no contains contain provides provide known skin appearance product products".split()
)
VERBS = frozenset(
    "helps provides provide hydrates protects soothes visibly reduces improves supports enhances delivers"
    " removes brightens nourishes restores please refer deliver rich gently moisturizes calms smooths firms"
    " known claims".split()
)


def is_prose(text: str) -> bool:
    """Whether words of a sentence stand in it, as no name has them."""
    words = fold(text[:LOOKED_AT]).replace(",", " ").replace("(", " ").replace(")", " ").split()
    if any(word in VERBS for word in words):
        return True
    return sum(word in WORDS for word in words) >= 2 or len(words) > MANY
