"""What somebody typed, as words: without case, accents, signs and pictures. Pure."""

import re
import unicodedata

MOST_WORDS = 12  # a longer question is read to here
LONGEST_WORD = 60
LONGEST_NAME = 200
_WORD = re.compile(r"[^\W_]+")
_NAME_AND_NUMBER = re.compile(r"([a-z]{3,})([0-9]+[a-z]*)\Z")  # spf50, but not b5 or c15
_PLURAL = re.compile(r"([a-z]{2,}[^\Ws])s\Z")
# Letters that Unicode does not take apart; PostgreSQL's unaccent does.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"})
_SIGNS = str.maketrans(dict.fromkeys("™®©", " "))


def fold(text: str) -> str:
    """Text without case and accents: Häutpflege is hautpflege."""
    bare = unicodedata.normalize("NFKD", text.translate(_SIGNS))
    return "".join(one for one in bare if not unicodedata.combining(one)).casefold().translate(_LETTERS)


def fold_words(text: str) -> list[str]:
    """All the words of a text of ours, folded."""
    return _WORD.findall(fold(text))


def split_words(text: str) -> list[str]:
    """The words of a question, folded, in their order; an empty list when there is none."""
    words: list[str] = []
    for word in _WORD.findall(fold(text)):
        both = _NAME_AND_NUMBER.match(word)
        words += both.groups() if both else (word,)
        if len(words) >= MOST_WORDS:
            break
    return [word[:LONGEST_WORD] for word in words[:MOST_WORDS]]


def key_name(name: str) -> str:
    """The key by which a product's name is sorted, and held against what was typed: Élan is elan."""
    return " ".join(fold(name).split())[:LONGEST_NAME]


def key_of(text: str) -> str:
    """The key by which a name of several words is looked up; `regimen_key()` in PostgreSQL is the same."""
    return " ".join(_PLURAL.sub(r"\1", word) for word in split_words(text))
