"""Stripe's bracket form: a[b][0][c]=1 becomes nested dictionaries and lists of strings."""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

from .errors import Refusal

Form: TypeAlias = dict[str, "str | Form"]

MAX_PARAMETERS = 20_000
MAX_DEPTH = 10
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_PART = re.compile(r"\[([^\[\]]*)\]")


def decode_form(raw: bytes) -> Form:
    """The parameters as a tree; lists are still dictionaries with "0", "1" … as keys. The last value wins.

    Raises Refusal for bytes that are not UTF-8, keys that are no keys, and trees too deep or too wide.
    """
    root: Form = {}
    pairs = [pair for pair in raw.split(b"&") if pair]
    if len(pairs) > MAX_PARAMETERS:
        raise Refusal("Too many parameters.")
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        _place(root, _split_key(_decode(name)), _decode(value))
    return root


def _decode(raw: bytes) -> str:
    try:
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("Invalid request: the parameters are not UTF-8.") from None
    if "\x00" in text:
        raise Refusal("Invalid request: a parameter contains a null byte.")
    return text


def _split_key(key: str) -> list[str]:
    match = _KEY.match(key)
    parts = [match[1], *_PART.findall(match[2])] if match else []
    if not parts or len(parts) > MAX_DEPTH:
        raise Refusal(f"Invalid parameter name: {key[:100]}", param=key[:100])
    return parts


def _place(root: Form, parts: list[str], value: str) -> None:
    here: Form = root
    for position, part in enumerate(parts):
        name = part if part or position == 0 else str(len(here))
        if position == len(parts) - 1:
            here[name] = value
            return
        below = here.get(name)
        if not isinstance(below, dict):
            below = {}
            here[name] = below
        here = below
