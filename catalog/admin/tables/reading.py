"""From a file to rows that the desks' forms took: all of it in one transaction, or in a dry run nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db import IntegrityError, transaction

from catalog import enacting, history, vocabulary
from catalog.admin.tables.kinds import Kind, Written
from catalog.admin.tables.listing import show_row
from catalog.importing import applying, files
from catalog.importing.files import Row, Table
from catalog.importing.guarding import unprotect
from catalog.importing.reports import CannotRead, Report
from catalog.models import AdviceRule, LegalRule

MOST_ROWS = 5_000
OVERTAKEN = "Somebody else wrote the same a moment ago. Look at the file again."


@dataclass
class Work:
    """A table on its way in. `seen`: on which line each row stood first."""

    kind: Kind
    report: Report
    known: Mapping[str, Any]
    written: list[Written] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)


def import_table(
    *, kind: Kind, content: bytes, name: str, by: Any, now: datetime, dry_run: bool = False
) -> Report:
    """What became of every row. A row that its desk's form refuses is left out; the same file again changes
    nothing, and a row that is not in the file stays as it is.

    Writes  what the desk writes, its diaries too, in one transaction. In a dry run nothing.
    Locks   the import lock, then the diary of knowledge.
    Raises  CannotRead, AnotherImport: nothing was written.
    """
    table = files.read_table(content)
    report = Report(rows=len(table.rows), dry_run=dry_run)
    entries = list(_read_entries(kind, table, report))
    try:
        with transaction.atomic(durable=True):
            history.act_as(by)
            applying.wait_for_other_imports()
            vocabulary.lock_diary()
            work = Work(kind, report, kind.know({kind.key(cells) for _, cells in entries}))
            for line, cells in entries:
                _take_row(work, line, cells)
            if work.written and not dry_run:
                said = kind.finish(work.written, by, now)
                if said:
                    report.note(1, "", name, said)
            transaction.set_rollback(dry_run)
    except IntegrityError as error:
        raise CannotRead(OVERTAKEN) from error
    report.refused.sort()
    return report


def _read_entries(kind: Kind, table: Table, report: Report) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column) of the rows that are as wide as the header."""
    names = [name.casefold() for name in table.header]
    known = {column.name for column in kind.columns}
    for name in names:
        if name not in known:
            raise CannotRead(f"Column “{name}” is unknown. There are: {', '.join(sorted(known))}.", line=1)
    missing = [name for name in kind.needed if name not in names]
    if missing:
        raise CannotRead(f"There is no column “{missing[0]}”, by which a row is known.", line=1)
    if len(table.rows) > MOST_ROWS:
        raise CannotRead(f"The file has more than {MOST_ROWS:,} rows: bring it in in parts.")
    for row in table.rows:
        if _fits(row, len(names), report):
            yield row.line, dict(zip(names, map(unprotect, row.cells), strict=True))


def _fits(row: Row, width: int, report: Report) -> bool:
    if len(row.cells) == width:
        return True
    report.refuse(row.line, "", row.cells[0], f"has {len(row.cells)} cells, the header has {width}")
    report.refused_rows += 1
    return False


def _take_row(work: Work, line: int, cells: dict[str, str]) -> None:
    """One row, held against the form of its desk; counted in exactly one of the four."""
    kind, report, key = work.kind, work.report, work.kind.key(cells)
    if key in work.seen:
        report.refuse(line, kind.needed[0], cells[kind.needed[0]], f"is already on line {work.seen[key]}")
        report.refused_rows += 1
        return
    work.seen[key] = line
    row = work.known.get(key)
    shown = dict(zip([column.name for column in kind.columns], show_row(kind, row), strict=True))
    if row is not None and all(cells[name] == shown[name] for name in cells):
        report.unchanged += 1
        return
    form = _fill(kind, row, cells, shown)
    if not form.is_valid():
        _refuse(kind, form, line, cells, report)
        return
    before = frozenset(_products_about(row)) if row is not None else frozenset[int]()
    kind.save(form, row)
    now_there = kind.model._default_manager.get(pk=form.instance.pk)
    if row is not None and show_row(kind, now_there) == list(shown.values()):
        report.unchanged += 1  # the same, said otherwise
        return
    work.written.append(Written(now_there, before))
    report.created += row is None
    report.changed += row is not None


def _products_about(row: Any) -> set[int]:
    """Ids of the products that a rule is about as it stands in the database; of anything else none."""
    if not isinstance(row, LegalRule | AdviceRule):
        return set()
    return enacting.products_about(type(row)._default_manager.get(pk=row.pk))


def _fill(kind: Kind, row: Any, cells: Mapping[str, str], shown: Mapping[str, str]) -> Any:
    """The desk's form as somebody would send it; a column that is not in the file stays as it is."""
    fields = kind.form.base_fields
    typed = {
        column.of_form: column.read(cells.get(column.name, shown[column.name]), fields[column.of_form])
        for column in kind.columns
    }
    return kind.form(typed, instance=row)


def _refuse(kind: Kind, form: Any, line: int, cells: Mapping[str, str], report: Report) -> None:
    names = {column.of_form: column.name for column in kind.columns}
    for name, errors in form.errors.as_data().items():
        column = names.get(name, "")
        for error in errors:
            report.refuse(line, column, cells.get(column, ""), _say(error, form.fields.get(name)))
    report.refused_rows += 1


def _say(error: forms.ValidationError, form_field: Any) -> str:
    if error.code == "required":
        return "is missing"
    if error.code == "invalid_choice" and form_field is not None:
        choices = [str(value) for value, _ in form_field.choices if value]
        few = f": {', '.join(choices)}" if len(choices) <= 14 else ""
        return f"is none of those that there are{few}"
    return " ".join(error.messages)
