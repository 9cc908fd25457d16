"""Two people at one row: the page carries what it was read from, and the second one to save is told."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.forms.models import _get_foreign_key
from django.http import HttpRequest

from catalog import changes
from catalog.changes import Part, Told
from catalog.models import RowChange

FIELD = "_seen"  # in the form: fingerprint, and the number of the newest change when it was shown


def whole_of(model: type[Model]) -> Part:
    return Part(model._meta.db_table, str(model._meta.pk.column) if model._meta.pk else "id")


def parts_of(desk: Any, request: HttpRequest, row: Model) -> list[Part]:
    """What is saved along with a row on its page: its many-to-many rows and the blocks that can be edited."""
    parts = [Part(field.m2m_db_table(), field.m2m_column_name()) for field in row._meta.many_to_many]
    for block in desk.get_inline_instances(request, row):
        may = (block.has_add_permission, block.has_change_permission, block.has_delete_permission)
        if any(may_do(request, row) for may_do in may):
            link = _get_foreign_key(type(row), block.model, fk_name=block.fk_name)
            parts.append(Part(block.model._meta.db_table, link.column))
    return [*parts, *desk.also_saved]


def write_seen(row: Model, parts: Sequence[Part]) -> str:
    """What a page that is shown now carries with it."""
    newest = RowChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return f"{changes.take_fingerprint(whole_of(type(row)), row.pk, parts)}.{newest}"


def lock_row(row: Model) -> None:
    """From here to the end of the transaction nobody else saves this row's page."""
    type(row)._default_manager.select_for_update(no_key=True).filter(pk=row.pk).first()


def find_overtaken(row: Model, parts: Sequence[Part], seen: str) -> list[Told] | None:
    """What others changed since the page was shown; None when nothing is different.

    Takes   `seen`: as `write_seen` gave it. An empty one was not shown by us: there is nothing to compare.
    Gives   possibly an empty list: something is different that has no diary, such as a price.
    """
    fingerprint, _, newest = seen.partition(".")
    if not fingerprint or fingerprint == changes.take_fingerprint(whole_of(type(row)), row.pk, parts):
        return None
    since = int(newest) if newest.isdecimal() and len(newest) < 19 else 0
    found = changes.find_changes(whole_of(type(row)), row.pk, parts, since=since)
    return changes.tell_changes(found[: changes.MOST_TOLD])
