"""Where in a body something is wrong: JSON pointers, each with what is wrong there."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

MOST_POINTERS = 100  # of a thousand lines that are wrong in the same way, so many tell it


def point_at(detail: Any) -> list[dict[str, str]]:
    """The mistakes that a shape found, as a problem lists them."""
    return list(islice(_walk(detail, ""), MOST_POINTERS))


def _walk(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _walk(inner, f"{pointer}/{name}")
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):  # of lines: each has its place; of one field: several reasons
            yield from _walk(inner, f"{pointer}/{place}" if isinstance(inner, dict) else pointer)
    else:
        yield {"pointer": pointer.removesuffix("/non_field_errors"), "detail": str(detail)}
