"""Text that is no list of ingredients at all, and why."""

import re
import unicodedata

EMPTY = "There is no text."
BINARY = "This is not text: it holds control characters."
SPREADSHEET = "This is a spreadsheet's error or formula, not what the cell once held."
PLACEHOLDER = "These words stand where a list should be, and are none."
WEB_PAGE = "This is a web page: paste only the list of ingredients."
OTHER_LETTERS = "This is not written in Latin letters, as the names of ingredients are."
FOOTNOTES = "There are only footnotes here; the list that they belong to is missing."
MARKETING = "This advertises ingredients, but it is not the list."
DISCLAIMER = "There is only small print here; the list that it belongs to is missing."
NO_NAME = "Not one name in it is known: this is no list, or none that can be read."

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
ERROR = re.compile(r"\s{0,9}(?:#(?:NAME\?|REF!|VALUE!|N/?A|NULL!|NUM!|DIV/0!)|[=@]\s?[A-Za-z(+\"'])")
PAGE = re.compile(r"\s{0,9}<(?:!doctype|html|head|body|script|\?xml)|<script[\s>]", re.IGNORECASE)
NOTHING = re.compile(
    r"(?:.{0,40}\b(?:coming|updated?) soon|no info(?:rmation)?(?: available)?"
    r"|n/?a|none|null|nan|nil|unknown|undefined|tb[acd]|coming soon"
    r"|not (?:available|applicable|listed|provided|found)|pending|ingredients?|none link found|various"
    r"|visit the .{1,80} (?:boutique|store|website|page)|(?:please )?(?:see|refer to|check) .{1,120}"
    r"|[-–—.?*/\s]{0,20})[.!]?",
    re.IGNORECASE,
)
LONGEST_PLACEHOLDER = 160
LOOKED_AT = 4_000  # signs from the start that decide about letters


def find_refusal(original: str, text: str) -> str:
    """Why this is no list, as one sentence; empty when it may be one.

    Takes   original: what was given; text: the same, decoded.
    """
    if not text.strip():
        return EMPTY
    if CONTROL.search(original):
        return BINARY
    if ERROR.match(text):
        return SPREADSHEET
    bare = text.strip()
    if len(bare) <= LONGEST_PLACEHOLDER and NOTHING.fullmatch(bare):
        return PLACEHOLDER
    if PAGE.search(text):
        return WEB_PAGE
    return "" if _is_latin(text[:LOOKED_AT]) else OTHER_LETTERS


def _is_latin(text: str) -> bool:
    if text.isascii():
        return True
    letters = [sign for sign in text if sign.isalpha()]
    latin = sum(sign < "\u0250" or unicodedata.name(sign, "").startswith("LATIN") for sign in letters)
    return 2 * latin >= len(letters)
