"""A table of what is there, in the columns of its own import."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from catalog.admin.tables.kinds import Kind
from catalog.models import Ingredient

AT_ONCE = 500


def list_table(kind: Kind, *, ids: Collection[int] | None = None) -> Iterator[Sequence[str]]:
    """The header, then a row each; of these ids, or of all that we wrote ourselves.

    The EU's inventory is no work of ours: its ingredients are listed when they are asked for by id.
    """
    yield [column.name for column in kind.columns]
    rows: QuerySet[Any] = kind.model._default_manager.order_by("pk")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    elif kind.model is Ingredient:
        rows = rows.exclude(origin=Ingredient.Origin.COSING)
    if kind.model is Ingredient:
        rows = rows.prefetch_related("names")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield from (show_row(kind, row) for row in batch)
        last = batch[-1].pk


def show_row(kind: Kind, row: Any) -> list[str]:
    """The cells of one row as its form shows it; of None those of an empty form."""
    form = kind.form(instance=row)
    return [column.write(form) for column in kind.columns]
