"""Errands: side effects that we owe once, each one a row.

An errand is written in the transaction that makes us owe it, so a promise and its consequence
commit or vanish together. A sweep lends due rows to workers; losing the broker loses no work.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar, cast

from django.db import connection, models, transaction
from django.db.models import CheckConstraint, Index, Q

logger = logging.getLogger(__name__)

PATIENCE = 8  # failures; the last comes about an hour after the first (30 s, doubling)
FIRST_WAIT = timedelta(seconds=30)
LEASE = timedelta(seconds=60)  # longer than any partner's time-out times its retries
LAST_ERROR_CHARS = 2000


class ErrandQuerySet(models.QuerySet[Any]):
    def due(self, now: datetime) -> Self:
        return self.filter(done_at=None, due_at__lte=now).order_by("due_at", "pk")

    def parked(self) -> Self:
        """Rows that we gave up on: a person must look."""
        return self.filter(done_at=None, due_at=None)


class Errand(models.Model):
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    last_error = models.TextField(blank=True, editable=False)

    objects = ErrandQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [Index(fields=["due_at"], condition=Q(done_at=None), name="%(class)s_due")]
        constraints = [
            CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(due_at__isnull=True), name="%(class)s_done_is_not_due"
            )
        ]


E = TypeVar("E", bound=Errand)


class NotYet(Exception):
    """The world is not ready; asking again later is no failure."""

    def __init__(self, ask_again_at: datetime) -> None:
        super().__init__(ask_again_at)
        self.ask_again_at = ask_again_at


def claim(kind: type[E], pk: Any, *, now: datetime) -> E | None:
    """The errand, lent to the caller for LEASE, or None when somebody else has it or it is done.

    Writes  due_at (the end of the lease) and attempts, whose number is the caller's fence:
            an answer from an older attempt changes nothing.
    """
    with transaction.atomic(durable=True):
        rows = cast(Any, kind)._default_manager.filter(pk=pk, done_at=None, due_at__lte=now)
        errand: E | None = rows.select_for_update(skip_locked=True, no_key=True).first()
        if errand is not None:
            errand.due_at, errand.attempts = now + LEASE, errand.attempts + 1
            errand.save(update_fields=["due_at", "attempts"])
    return errand


def still_ours(errand: E) -> E | None:
    """The row again, locked, if nobody has claimed it since we did. Joins the caller's transaction.

    Locks   the errand.
    """
    assert connection.in_atomic_block, "still_ours() joins its caller's transaction"
    rows = cast(Any, type(errand))._default_manager.filter(
        pk=errand.pk, attempts=errand.attempts, done_at=None
    )
    found: E | None = rows.select_for_update(no_key=True).first()
    return found


def finish(errand: Errand, *, now: datetime) -> None:
    """Mark an errand done, in the transaction of its effect."""
    errand.done_at, errand.due_at, errand.last_error = now, None, ""
    errand.save(update_fields=["done_at", "due_at", "last_error"])


def run(kind: type[E], pk: Any, act: Callable[[E], None], *, now: datetime) -> bool:
    """Attempt one outward errand, and write down how it went.

    Takes   `act`: given the claimed row; it talks to the world with no transaction open, then
            writes in one of its own that begins with `still_ours` and ends with `finish`.
    Gives   True if the errand is done after this call by our doing.
    """
    errand = claim(kind, pk, now=now)
    if errand is None:
        return False
    try:
        act(errand)
    except NotYet as later:
        _postpone(errand, later.ask_again_at)
        return False
    except Exception as error:
        logger.exception(
            "errand failed", extra={"errand": f"{kind.__name__} {pk}", "attempt": errand.attempts}
        )
        record_failure(errand, error, now=now)
        return False
    return True


def record_failure(errand: Errand, error: Exception, *, now: datetime) -> None:
    """Say why it failed and when to try again: 30 s, doubling; parked after PATIENCE failures."""
    failures = errand.failures + 1
    due_at = now + FIRST_WAIT * 2 ** (failures - 1) if failures < PATIENCE else None
    _own_row(errand).update(
        failures=failures,
        due_at=due_at,
        last_error=f"{type(error).__name__}: {error}"[:LAST_ERROR_CHARS],
    )


def try_again(kind: type[E], pk: Any, *, now: datetime) -> bool:
    """Make a parked errand due now, with fresh patience. Done or running errands stay as they are."""
    rows = cast(Any, kind)._default_manager.filter(pk=pk, done_at=None, due_at=None)
    return bool(rows.update(due_at=now, failures=0))


def _postpone(errand: Errand, until: datetime) -> None:
    _own_row(errand).update(due_at=until, last_error="")


def _own_row(errand: Errand) -> Any:
    return cast(Any, type(errand))._default_manager.filter(
        pk=errand.pk, attempts=errand.attempts, done_at=None
    )
