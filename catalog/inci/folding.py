"""The key by which names are looked up: one spelling for all the ways in which labels print a name."""

import re
import unicodedata

# A hyphen counts as a space: labels print PEG-8 and PEG 8, Beta-Glucan and Beta Glucan. Signs of trade and
# of footnotes carry no meaning in a name.
SIGNS = str.maketrans(
    {
        **dict.fromkeys("-‐‑‒–—−_\u00ad\t\r\n\u00a0", " "),
        **dict.fromkeys("'’‘´`\"“”„«»*†‡^°™®©§¹²³\u200b\u200c\u200d\u2060\ufeff\x00", None),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}", ")"),
        "\\": "/",
        "⁄": "/",
        ";": ",",
    }
)
UNACCENTED = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "œ": "oe", "æ": "ae"})
# Cyrillic letters that look like Latin ones, in a word that holds both: a keyboard was not switched in time.
LOOKALIKES = str.maketrans("аеорсухкмтвніѕј", "aeopcyxkmtbhisj")
LATIN = re.compile(r"[a-z]")
CYRILLIC = re.compile(r"[\u0430-\u045f]")
DOT_IN_NUMBER = re.compile(r"(?<=\d)\.(?=\d)")
DOT_BEFORE_NUMBER = re.compile(r"\.(?=\d)")
TIGHT = re.compile(r" ?([/,]) ?")
SLASHES = re.compile(r"/{2,}")
OPENING, CLOSING = re.compile(r" ?\( ?"), re.compile(r" ?\) ?")
POINT = "\x00"  # stands in for a decimal point while the other dots go


def fold(text: str) -> str:
    """The same key for “WATER\\AQUA”, “Water / Aqua” and “water/aqua.”: what differs only in print."""
    text = text.translate(SIGNS).casefold()
    if not text.isascii():
        text = _to_plain_letters(text)
    if "." in text:
        text = DOT_BEFORE_NUMBER.sub(" ", DOT_IN_NUMBER.sub(POINT, text)).replace(".", "").replace(POINT, ".")
    text = " ".join(text.split())  # before any pattern with a space: a run of blanks is now one
    if "(" in text or ")" in text:
        text = CLOSING.sub(") ", OPENING.sub(" (", text))
    if "/" in text or "," in text:
        text = SLASHES.sub("/", TIGHT.sub(r"\1", text))
    return text.strip(" ,:/")


def _to_plain_letters(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    plain = unicodedata.normalize("NFKC", bare).translate(UNACCENTED).translate(SIGNS)
    return plain.translate(LOOKALIKES) if CYRILLIC.search(plain) and LATIN.search(plain) else plain
