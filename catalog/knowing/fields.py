"""What a field may hold: readers that make a value of a node, or say on the page why they cannot."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.knowing.documents import Items, Node, Pairs, Text, is_nothing
from catalog.knowing.problems import name_choice, shorten
from catalog.models import IngredientClass

Tell = Callable[[int, str], None]
Reader = Callable[[Node, Tell], Any]  # None: it told why it cannot
CAS = re.compile(r"(\d{2,7})-(\d\d)-(\d)", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


@dataclass(frozen=True)
class Field:
    """One key of a row."""

    read: Reader
    needed: bool = False
    empty: Any = None  # what leaving it out means


def text(most_chars: int, *, pattern: str = "", noun: str = "") -> Reader:
    """One line, composed, its spaces single."""
    return _text(most_chars, lambda written: " ".join(written.split()), pattern, noun)


def paragraphs(most_chars: int) -> Reader:
    return _text(most_chars, lambda written: re.sub(r"[ \t]*\n[ \t]*", "\n", written).strip(), "", "")


def _text(most_chars: int, tidy: Callable[[str], str], pattern: str, noun: str) -> Reader:
    def read(node: Node, tell: Tell) -> str | None:
        if not isinstance(node, Text):
            _refuse_type(node, tell, "a text")
            return None
        said = tidy(unicodedata.normalize("NFC", node.text))
        if not said:
            tell(node.line, "is empty")
        elif len(said) > most_chars:
            tell(node.line, f"has {len(said)} characters; there is room for {most_chars}")
        elif pattern and not re.fullmatch(pattern, said, re.ASCII):
            tell(node.line, f"{shorten(said)} is no {noun}")
        else:
            return said
        return None

    return read


def slug(most_chars: int) -> Reader:
    return text(most_chars, pattern="[a-z0-9]+([-_][a-z0-9]+)*", noun="slug: small letters, digits, hyphens")


def choice(values: Collection[str], noun: str = "") -> Reader:
    def read(node: Node, tell: Tell) -> str | None:
        if not isinstance(node, Text):
            _refuse_type(node, tell, "one value")
            return None
        if node.text in values:
            return node.text
        tell(node.line, name_choice(node.text, values, noun))
        return None

    return read


def each(reader: Reader, *, noun: str) -> Reader:
    """A list of what `reader` reads, no value twice."""

    def read(node: Node, tell: Tell) -> list[Any] | None:
        if not isinstance(node, Items):
            _refuse_type(node, tell, f"a list of {noun}")
            return None
        found: list[Any] = []
        for item in node.items:
            value = reader(item, tell)
            if value is not None and value in found:
                tell(item.line, f"{shorten(str(value))} stands in the list twice")
            elif value is not None:
                found.append(value)
        return found

    return read


def keyed(key: Reader, value: Reader, *, noun: str) -> Reader:
    """{key: value} of what the two readers read."""

    def read(node: Node, tell: Tell) -> dict[Any, Any] | None:
        if not isinstance(node, Pairs):
            _refuse_type(node, tell, noun)
            return None
        found = {
            key(Text(node.lines[name], name, plain=True), tell): value(held, tell)
            for name, held in node.pairs.items()
        }
        return {name: held for name, held in found.items() if name is not None and held is not None}

    return read


def day(node: Node, tell: Tell) -> date | None:
    if isinstance(node, Text) and re.fullmatch(r"\d{4}-\d\d-\d\d", node.text, re.ASCII):
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            pass  # 2026-02-30: told below
    tell(node.line, f"{_show(node)} is no date such as 2026-11-22")
    return None


def number(least: str, most: str, noun: str) -> Reader:
    """A decimal number above `least`, up to `most`, with at most six decimals."""

    def read(node: Node, tell: Tell) -> Decimal | None:
        if isinstance(node, Text) and re.fullmatch(r"\d{1,9}(\.\d{1,6})?", node.text, re.ASCII):
            found = Decimal(node.text)
            if Decimal(least) < found <= Decimal(most):
                return found
        tell(node.line, f"{_show(node)} is no {noun}")
        return None

    return read


def whole(least: int, most: int) -> Reader:
    def read(node: Node, tell: Tell) -> int | None:
        is_number = isinstance(node, Text) and re.fullmatch(r"\d{1,6}", node.text, re.ASCII)
        if isinstance(node, Text) and is_number and least <= int(node.text) <= most:
            return int(node.text)
        tell(node.line, f"{_show(node)} is no whole number between {least} and {most:,}")
        return None

    return read


def yes_or_no(node: Node, tell: Tell) -> bool | None:
    if isinstance(node, Text) and node.plain and node.text in ("true", "false"):
        return node.text == "true"
    tell(node.line, f"{_show(node)} is neither true nor false")
    return None


def cas_numbers(node: Node, tell: Tell) -> str | None:
    """One number, or several parted by “ / ”; the last digit of each proves the others."""
    said: str | None = text(200)(node, tell)
    for part in said.split(" / ") if said else []:
        match = CAS.fullmatch(part)
        if match is None or _check_digit(match[1] + match[2]) != int(match[3]):
            tell(node.line, f"{shorten(part)} is no CAS number")
            return None
    return said


def _check_digit(digits: str) -> int:
    return sum(place * int(digit) for place, digit in enumerate(reversed(digits), 1)) % 10


percent = number("0", "100", "percentage above 0 and up to 100")
classes = each(choice(IngredientClass.values, "class of ingredients"), noun="classes")
one_class = choice(IngredientClass.values, "class of ingredients")
language = text(5, pattern=LANGUAGE.pattern, noun="language such as en or pt-BR")


def _refuse_type(node: Node, tell: Tell, wanted: str) -> None:
    held = "a list" if isinstance(node, Items) else "keys" if isinstance(node, Pairs) else "one value"
    tell(node.line, "is missing" if is_nothing(node) else f"holds {held} and not {wanted}")


def _show(node: Node) -> str:
    return shorten(node.text) if isinstance(node, Text) else "a list or keys"
