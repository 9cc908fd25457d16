"""What is said about a concern, in a guide or about an ingredient: replaced as a whole, with its parent."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.knowing.rows import Row
from catalog.models import Statement

SAID = ("kind", "heading", "text", "about_class", "dispute", "source", "grade", "reviewed_by", "reviewed_on")


def read_statements(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The columns of each, in their order."""
    return [{name: row["class" if name == "about_class" else name] for name in SAID} for row in rows]


def find_statements(parent: str, ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """What is said now, by the parent's id.

    Takes   `parent`: concern, guide or ingredient.
    """
    rows = Statement.objects.filter(**{f"{parent}__in": list(ids)}).order_by("position", "id")
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows.values(*SAID, parent):
        found.setdefault(row.pop(parent), []).append(row)
    return found


def replace_statements(parent: str, wanted: Mapping[int, list[dict[str, Any]]]) -> None:
    """Writes  Statement: what is wanted of each parent, in place of what was said."""
    Statement.objects.filter(**{f"{parent}__in": list(wanted)}).delete()
    Statement.objects.bulk_create(
        Statement(**{f"{parent}_id": pk}, position=place, **columns)
        for pk, said in wanted.items()
        for place, columns in enumerate(said, 1)
    )
