"""What became of a curated row and of the rows that belong to it, told for people; and its fingerprint.

The diary itself is written by triggers (`catalog.history`). A fingerprint is of what the row and its parts
say now: two people who read different fingerprints of one row have not read the same page.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import DateTimeField, Model, Q, QuerySet
from django.utils.formats import date_format

from catalog.models import RowChange

# Tables with a diary: tests/catalog/desks/test_diary.py holds them against the triggers.
CURATED = frozenset(
    f"catalog_{name}"
    for name in (
        "advicerule brand category claimrule concern declaration dermatologist guide guide_concerns image "
        "ingredient ingredientname legalrule market marketcountry pick pick_compared_with pickevidence "
        "product product_concerns regulatorystatus statement taxrate variant wording"
    ).split()
)
UNTOLD = {"id", "lineage", "loaded_sha256", "text_sha256", "created_at", "source_sha256", "renditions"}
MOST_TOLD = 200


@dataclass(frozen=True)
class Part:
    """Rows that belong to a whole: those of `table` whose column `link` holds its key.

    Takes   `within`: (table, link) of rows between, such as the sizes between a product and its prices.
    """

    table: str
    link: str
    within: tuple[str, str] | None = None


def take_fingerprint(key: Any, parts: Iterable[Part]) -> str:
    """The SHA-256 of rows as they stand: a whole, which is a part of itself by its own key, and its parts."""
    digest = hashlib.sha256()
    for part in parts:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t::text FROM {_name(part.table)} t WHERE {_where(part)} ORDER BY id", [key]
            )
            for (row,) in cursor:
                digest.update(f"{part.table} {row}\n".encode())
    return digest.hexdigest()


def _where(part: Part) -> str:
    if part.within is None:
        return f"{_name(part.link)} = %s"
    table, link = map(_name, part.within)
    return f"{_name(part.link)} IN (SELECT id FROM {table} WHERE {link} = %s)"


def _name(identifier: str) -> str:
    return str(connection.ops.quote_name(identifier))


def find_changes(whole: Part, key: Any, parts: Sequence[Part] = (), *, since: int = 0) -> QuerySet[RowChange]:
    """What the diary knows of a row and its parts, the newest first.

    Takes   `since`: the number of the newest change that is known already.
    """
    wanted = Q(table=whole.table, row=str(key))
    for part in parts:
        if part.table not in CURATED:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {_name(part.table)} WHERE {_where(part)}", [key])
            there = [str(pk) for (pk,) in cursor]
        wanted |= Q(table=part.table, row__in=there)
        wanted |= Q(table=part.table, **{f"before__{part.link}": key})
        wanted |= Q(table=part.table, **{f"after__{part.link}": key})
    return RowChange.objects.filter(wanted, pk__gt=since).order_by("-pk")


@dataclass(frozen=True)
class Line:
    """One column: what it said, and what it says. None: nothing."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Told:
    """One change in words. `deed`: added, changed or removed; `thing`: what sort of row it was."""

    change: RowChange
    deed: str
    thing: str
    lines: Sequence[Line]

    @property
    def article(self) -> str:
        if self.deed == "changed":
            return "the"
        return "an" if self.thing[:1] in "aeiou" else "a"

    @property
    def who(self) -> str:
        return self.change.actor or "Somebody who did not say so"


def tell_changes(changes: Iterable[RowChange]) -> list[Told]:
    """Changes as people read them: columns by their names, rows by what they are called."""
    called: dict[tuple[Any, Any], str] = {}
    return [tell_change(change, called) for change in changes]


def tell_change(change: RowChange, called: dict[tuple[Any, Any], str] | None = None) -> Told:
    """One change. Takes `called`: names of rows that were asked for already."""
    before, after = change.before or {}, change.after or {}
    model = model_of(change.table)
    lines = [
        Line(
            _call_column(model, column),
            _say(model, column, before.get(column), called if called is not None else {}),
            _say(model, column, after.get(column), called if called is not None else {}),
        )
        for column in dict.fromkeys([*before, *after])
        if column not in UNTOLD
    ]
    lines = [line for line in lines if line.before != line.after]
    return Told(change, _deed(change), str(model._meta.verbose_name) if model else change.table, lines)


def name_columns(change: RowChange) -> list[str]:
    """Which columns one change was about, by their names. Asks for nothing."""
    model = model_of(change.table)
    columns = dict.fromkeys([*(change.before or {}), *(change.after or {})])
    return [_call_column(model, column) for column in columns if column not in UNTOLD]


def name_thing(change: RowChange) -> str:
    """What sort of row it was, and what was done with it: "changed brand". Asks for nothing."""
    model = model_of(change.table)
    return f"{_deed(change)} {model._meta.verbose_name if model else change.table}"


def name_rows(table: str, rows: Iterable[str], columns: Sequence[str]) -> dict[str, str]:
    """What rows of a table are called now, by key: by the first of these columns that the table has."""
    model = model_of(table)
    column = next((one for one in columns if _field(model, one)), None)
    keys = [int(row) for row in rows if row.isdecimal()]
    if model is None or column is None or not keys:
        return {}
    found = model._default_manager.filter(pk__in=keys).values_list("pk", column)
    return {str(key): str(name) for key, name in found}


def _deed(change: RowChange) -> str:
    if change.before is None:
        return "added"
    return "removed" if change.after is None else "changed"


@cache
def model_of(table: str) -> type[Model] | None:
    """The model that keeps its rows in a table of the catalogue; None for one that is gone."""
    models = apps.get_app_config("catalog").get_models(include_auto_created=True)
    return next((model for model in models if model._meta.db_table == table), None)


def _field(model: type[Model] | None, column: str) -> Any:
    fields = model._meta.concrete_fields if model else ()
    return next((field for field in fields if field.column == column), None)


def _call_column(model: type[Model] | None, column: str) -> str:
    field = _field(model, column)
    return str(field.verbose_name) if field is not None else column.replace("_", " ")


def _say(
    model: type[Model] | None, column: str, value: Any, called: dict[tuple[Any, Any], str]
) -> str | None:
    if value in (None, "", [], {}):
        return None
    field = _field(model, column)
    if field is not None and field.is_relation:
        return _call_row(field.related_model, value, called)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, DateTimeField):
        return date_format(datetime.fromisoformat(value), "j F Y, H:i")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _call_row(model: Any, key: Any, called: dict[tuple[Any, Any], str]) -> str:
    if (model, key) not in called:
        row = model._default_manager.filter(pk=key).first()
        called[model, key] = str(row) if row is not None else f"number {key}, which is gone"
    return called[model, key]
