"""Several stories want the same rows at once: whoever lost begins again, a few times, and not in step."""

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
