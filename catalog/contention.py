"""Several stories want the same rows at once: whoever lost begins again, a few times, and not in step.

Where one story would undo what another assumes, they take turns instead.
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

TRIES = 3
PAUSE_S = 0.05  # times a random share of it, doubled at each try

# PostgreSQL: deadlock_detected, serialization_failure, lock_not_available.
LOST = ("40P01", "40001", "55P03")

T = TypeVar("T")


def begin_again_when_blocked(story: Callable[[], T]) -> T:
    """What the story gives. It opens its own transaction, and is told again when PostgreSQL ended that
    one for the sake of another; after TRIES the error stands, and the customer reads "busy".
    """
    assert not connection.in_atomic_block or connection.atomic_blocks[0]._from_testcase  # type: ignore[attr-defined]
    for tried in range(1, TRIES + 1):
        try:
            return story()
        except OperationalError as error:
            if tried == TRIES or getattr(error.__cause__, "sqlstate", None) not in LOST:
                raise
        time.sleep(random.random() * PAUSE_S * 2**tried)
    raise AssertionError("the last try gave or raised")


def wait_for_turn(lock: int, *, patience: str, otherwise: Exception) -> None:
    """Nothing, once nobody else has this lock; ours ends with the transaction.

    Takes   `patience`: how long we wait, as PostgreSQL writes it ("60s").
    Raises  `otherwise`: somebody has it for longer than that.
    """
    assert connection.in_atomic_block, "wait_for_turn() joins its caller's transaction"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', '0', true)",
            [patience],
        )
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
        except OperationalError as error:
            raise otherwise from error
