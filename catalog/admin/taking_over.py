"""A form that was overtaken, put together: one's own words, and the others' where one typed nothing."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Model
from django.forms.models import _get_foreign_key
from django.http import QueryDict

from catalog import changes
from catalog.changes import Told
from catalog.models import RowChange

LONGEST_COUNT = 5  # digits


def take_over(typed: QueryDict, desk: Any, row: Model, told: Sequence[Told]) -> QueryDict:
    """What was typed, with the others' changes wherever it still said what the diary gives as "before".

    Takes   `told`: the newest first, as the diary is read; they are taken over in the order they were made.
    """
    typed = typed.copy()
    for one in reversed(told):
        change = one.change
        if not _take_link(typed, row, change) and change.before and change.after:
            start = _find_start(typed, desk, row, change)
            for column, before in change.before.items() if start is not None else ():
                _take_value(
                    typed, f"{start}{_name_field(change.table, column)}", before, change.after[column]
                )
    return typed


def _take_link(typed: QueryDict, row: Model, change: RowChange) -> bool:
    """Whether it was a many-to-many row: then what it leads to is chosen now, or no longer."""
    for field in row._meta.many_to_many:
        if field.m2m_db_table() == change.table:
            key = str((change.after or change.before or {}).get(field.m2m_reverse_name()))
            chosen = [one for one in typed.getlist(field.name) if one != key]
            typed.setlist(field.name, [*chosen, key] if change.after else chosen)
            return True
    return False


def _find_start(typed: QueryDict, desk: Any, row: Model, change: RowChange) -> str | None:
    """What the names of a row's fields begin with: nothing, or "variants-0-" in a block; None: not there."""
    if change.table == row._meta.db_table:
        return ""
    block = next((one for one in desk.inlines if one.model._meta.db_table == change.table), None)
    if block is None:
        return None
    link = _get_foreign_key(type(row), block.model, fk_name=block.fk_name)
    prefix = str(link.remote_field.get_accessor_name(model=block.model)).replace("+", "")
    total = typed.get(f"{prefix}-TOTAL_FORMS", "")
    places = range(int(total)) if total.isdecimal() and len(total) < LONGEST_COUNT else range(0)
    return next((f"{prefix}-{n}-" for n in places if typed.get(f"{prefix}-{n}-id") == change.row), None)


def _name_field(table: str, column: str) -> str:
    model = changes.model_of(table)
    fields = model._meta.concrete_fields if model else ()
    return next((field.name for field in fields if field.column == column), column)


def _take_value(typed: QueryDict, name: str, before: Any, after: Any) -> None:
    if isinstance(before, list) and isinstance(after, list):
        if typed.getlist(name) == [str(one) for one in before]:
            typed.setlist(name, [str(one) for one in after])
        elif typed.get(name) == ",".join(map(str, before)):
            typed[name] = ",".join(map(str, after))
    elif isinstance(before, bool):
        if before == (name in typed):
            typed.setlist(name, ["on"] if after else [])
            if not after:
                del typed[name]
    elif name in typed and _is_same(str(typed[name]), before):
        typed[name] = "" if after is None else str(after)


def _is_same(typed: str, before: Any) -> bool:
    said = "" if before is None else str(before)
    if typed.replace("\r\n", "\n") == said.replace("\r\n", "\n"):
        return True
    try:
        return Decimal(typed) == Decimal(said)
    except InvalidOperation:
        return False
