"""Two people at one row: the page carries what it was read from, and the second one to save is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.forms.models import _get_foreign_key
from django.http import HttpRequest

from catalog import changes
from catalog.changes import Part, Told
from catalog.models import RowChange

LONGEST_KEY = 19  # digits
FIELD = "_seen"  # in the form: two fingerprints, and the number of the newest change when it was shown


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


@dataclass(frozen=True)
class Overtaken:
    """What others changed since a page was shown. `untold`: something that has no diary, such as a price."""

    told: Sequence[Told]
    untold: bool


def write_seen(row: Model, parts: Sequence[Part]) -> str:
    """What a page that is shown now carries with it."""
    whole = whole_of(type(row))
    told = [part for part in parts if part.table in changes.CURATED]
    untold = [part for part in parts if part.table not in changes.CURATED]
    newest = RowChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    prints = [changes.take_fingerprint(row.pk, [whole, *told]), changes.take_fingerprint(row.pk, untold)]
    return f"{prints[0]}.{prints[1]}.{newest}"


def lock_row(row: Model) -> None:
    """From here to the end of the transaction nobody else saves this row's page."""
    type(row)._default_manager.select_for_update(no_key=True).filter(pk=row.pk).first()


def find_overtaken(row: Model, parts: Sequence[Part], seen: str) -> Overtaken | None:
    """What others changed since the page was shown; None when nothing is different.

    Takes   `seen`: as `write_seen` gave it. What we did not write was not shown by us: nothing is compared.
    """
    shown, now = seen.split("."), write_seen(row, parts).split(".")
    if len(shown) != len(now) or shown[:2] == now[:2]:
        return None
    since = int(shown[2]) if shown[2].isdecimal() and len(shown[2]) < LONGEST_KEY else 0
    found = changes.find_changes(whole_of(type(row)), row.pk, parts, since=since)
    told = changes.tell_changes(found[: changes.MOST_TOLD]) if shown[0] != now[0] else []
    return Overtaken(told, untold=shown[1] != now[1])
