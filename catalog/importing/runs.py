"""An import that a worker does: asked for once, told as it goes, and told right however often it begins.

Each batch of products counts itself in its own transaction, behind the fence of the worker that has the run.
So a killed worker leaves whole batches that are counted, and who was overtaken writes nothing any more.
"""

import logging
import time
import zlib
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from catalog import importing
from catalog.importing.reports import AnotherImport, CannotRead, Note, Refused, Report
from catalog.models import ImportRun

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)  # a batch takes a second or two, and each renews it
WAIT = timedelta(seconds=30)  # until another import may be over
MOST_TRIES = 10
MOST_TOLD = 5_000  # refusals and notes that are kept
GAVE_UP = (
    "It was begun {} times and never came to its end. What is in is counted above: mend the file, or ask who "
    "runs the machines, then choose the file again."
)


@dataclass(eq=False)
class Overtaken(Exception):
    """The lease was over and another worker has the run: nothing may be written."""

    run: int


@dataclass
class Turn:
    """One worker's turn. `created` and `changed`: what those before it had brought in."""

    run: ImportRun
    began_at: datetime
    created: int
    changed: int
    began: float = field(default_factory=time.monotonic)

    def moment(self) -> datetime:
        return self.began_at + timedelta(seconds=time.monotonic() - self.began)


def ask_import(*, content: bytes, name: str, rows: int, by: Any, agreement: str, now: datetime) -> ImportRun:
    """The run of what was agreed to; agreeing twice gives the same run.

    Writes  ImportRun.
    """
    digest = salted_hmac("catalog.imports", agreement, algorithm="sha256").hexdigest()
    asked = {"name": name[:200], "content": zlib.compress(content), "rows": rows, "asked_by": by}
    with transaction.atomic(durable=True):
        run, _ = ImportRun.objects.get_or_create(
            agreement_sha256=digest, defaults=asked | {"asked_at": now, "due_at": now}
        )
    return run


def run_import(*, run_id: int, now: datetime) -> bool:
    """Whether this worker brought the run to its end.

    Writes  what the import writes, and how far it is; see `importing.import_catalogue`.
    """
    turn = _take_turn(run_id, now)
    if turn is None:
        return False
    run = turn.run
    try:
        report = importing.import_catalogue(
            content=zlib.decompress(bytes(run.content or b"")),
            name=run.name,
            now=now,
            by=run.asked_by,
            seal=lambda part: _seal(turn, part),
        )
    except Overtaken:
        logger.warning("import %s: another worker has it", run.pk)
        return False
    except AnotherImport:  # the turn is given back: who only waits is never given up
        _ours(turn).update(due_at=turn.moment() + WAIT, attempts=F("attempts") - 1)
        return False
    except CannotRead as refusal:
        return _end(turn, Report(rows=run.rows), why=str(refusal))
    return _end(turn, report)


def _take_turn(run_id: int, now: datetime) -> Turn | None:
    """A turn with a run that is due; None when it is not, somebody has it, or it was begun too often.

    Locks   the run.
    """
    with transaction.atomic(durable=True):
        due = ImportRun.objects.due(now).filter(pk=run_id)
        run = due.select_for_update(skip_locked=True, no_key=True).first()
        if run is None:
            return None
        turn = Turn(run, now, run.created, run.changed)
        if run.attempts < MOST_TRIES:
            run.attempts, run.rows_done, run.due_at = run.attempts + 1, 0, now + LEASE
            run.save(update_fields=["attempts", "rows_done", "due_at"])
            return turn
    _end(turn, Report(rows=run.rows), why=GAVE_UP.format(run.attempts))
    return None


def _ours(turn: Turn) -> Any:
    return ImportRun.objects.filter(pk=turn.run.pk, attempts=turn.run.attempts, done_at=None)


def _seal(turn: Turn, part: Report) -> None:
    """A batch is counted in the transaction that wrote it. Raises Overtaken: then it is not written."""
    assert connection.in_atomic_block, "_seal() joins the batch's transaction"
    rows = part.created + part.changed + part.unchanged + part.refused_rows
    counted = _ours(turn).update(
        due_at=turn.moment() + LEASE,
        rows_done=F("rows_done") + rows,
        created=F("created") + part.created,
        changed=F("changed") + part.changed,
    )
    if not counted:
        raise Overtaken(turn.run.pk)


def _end(turn: Turn, report: Report, *, why: str = "") -> bool:
    """Whether the run was still ours to end. Rows that an earlier worker brought in are unchanged by now."""
    before = turn.created + turn.changed
    told = {
        "rows": report.rows,
        "unchanged": max(0, report.unchanged - before),
        "refused_rows": report.refused_rows,
        "refused": [asdict(bad) for bad in report.refused[:MOST_TOLD]],
        "notes": [asdict(note) for note in report.notes[:MOST_TOLD]],
    }
    done = {"done_at": turn.moment(), "due_at": None, "content": None, "report": told, "why": why}
    return bool(_ours(turn).update(rows_done=report.rows, **done))


def read_report(run: ImportRun) -> Report:
    """What became of every row, of a run that is over."""
    told = run.report
    return Report(
        rows=told["rows"],
        created=run.created,
        changed=run.changed,
        unchanged=told["unchanged"],
        refused_rows=told["refused_rows"],
        refused=[Refused(**bad) for bad in told["refused"]],
        notes=[Note(**note) for note in told["notes"]],
    )


def forget_runs(*, older_than: datetime) -> int:
    """How many runs were forgotten that have been over for long."""
    gone, _ = ImportRun.objects.filter(done_at__lt=older_than).delete()
    return gone
