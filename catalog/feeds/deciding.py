"""A run was held, and a person looks at it: let it through, or throw it away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.models import FeedRun


@dataclass(eq=False)
class NotHeld(Exception):
    """Nobody waits for a decision any more: somebody was faster, or a newer file came."""

    state: str


def let_through(*, run_id: int, by: Any, now: datetime) -> None:
    """The held counts are to be applied: the next sweep lends them to a worker.

    Writes  FeedRun.decided_at, decided_by.
    Raises  NotHeld.
    """
    if not FeedRun.objects.held().filter(pk=run_id).update(decided_at=now, decided_by=by):
        _refuse(run_id)


def discard(*, run_id: int, by: Any, now: datetime) -> None:
    """Nothing of the held file is applied, and it is forgotten.

    Writes  FeedRun.
    Raises  NotHeld.
    """
    gone = {"state": FeedRun.State.DISCARDED, "held_file": None}
    if not FeedRun.objects.held().filter(pk=run_id).update(**gone, decided_at=now, decided_by=by):
        _refuse(run_id)


def _refuse(run_id: int) -> None:
    run = FeedRun.objects.defer("held_file").get(pk=run_id)
    waits = run.state == FeedRun.State.HELD
    raise NotHeld("being applied" if waits else run.get_state_display().lower())
