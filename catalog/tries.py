"""Passwords are not guessed: each try is counted before it is looked at, however many come at once.

The counts are rows, so they hold when Redis is gone, and each has its own short transaction, so a refusal
rolls none of them back. A window ends by itself: nobody is shut out for good.
"""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from catalog.models import PasswordTries

logger = logging.getLogger(__name__)
WINDOW, LONG_WINDOW = timedelta(minutes=15), timedelta(hours=1)


@dataclass(frozen=True)
class Lock:
    """What is guessed at: so many tries within a window.

    Takes   `whose`: what tells one lock of a kind from another; it is kept as a digest only.
    """

    kind: str
    whose: str
    most: int
    within: timedelta = WINDOW

    @property
    def digest(self) -> str:
        return salted_hmac(f"tries.{self.kind}", self.whose, algorithm="sha256").hexdigest()


@dataclass(eq=False)
class TooManyTries(Exception):
    """There were so many wrong passwords that the right one is not looked at either, for a while."""

    until: datetime
    now: datetime

    @property
    def words(self) -> str:
        minutes = max(1, math.ceil((self.until - self.now).total_seconds() / 60))
        return f"Too many wrong passwords. Try again in {minutes} minute{'s' if minutes > 1 else ''}."


def own_password(user: Any) -> Lock:
    """The lock of somebody who is signed in and types her password once more: five tries."""
    return Lock("own", str(user.pk), 5)


def count_try(*, locks: Sequence[Lock], now: datetime) -> None:
    """One more try at each lock; whoever called may now look at the password.

    Writes  PasswordTries, before the password is looked at: of a thousand guesses at once five are made.
    Raises  TooManyTries.
    """
    with transaction.atomic(durable=True):
        counted = [(_count(lock, now), lock) for lock in sorted(locks, key=lambda one: one.digest)]
    over = [(began_at + lock.within, lock) for (tries, began_at), lock in counted if tries > lock.most]
    if over:
        until, lock = max(over, key=lambda one: one[0])
        logger.warning("too many passwords tried: %s, %s in a window", lock.kind, lock.most)
        raise TooManyTries(until, now)


COUNT_SQL = """
INSERT INTO catalog_passwordtries AS known (lock, tries, began_at) VALUES (%(lock)s, 1, %(now)s)
ON CONFLICT (lock) DO UPDATE
   SET tries = CASE WHEN known.began_at <= %(over)s THEN 1 ELSE least(known.tries + 1, 1000000) END,
       began_at = CASE WHEN known.began_at <= %(over)s THEN excluded.began_at ELSE known.began_at END
RETURNING tries, began_at
"""


def _count(lock: Lock, now: datetime) -> tuple[int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, {"lock": lock.digest, "now": now, "over": now - lock.within})
        tries, began_at = cursor.fetchone()
    return tries, began_at


def forget_tries(*, locks: Sequence[Lock]) -> None:
    """The password was right: what was tried before does not count against its owner."""
    PasswordTries.objects.filter(lock__in=[lock.digest for lock in locks]).delete()


def forget_stale(*, older_than: datetime) -> int:
    """How many counts were forgotten whose window is long over."""
    gone, _ = PasswordTries.objects.filter(began_at__lt=older_than).delete()
    return gone
