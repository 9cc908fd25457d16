"""One load at a time, whoever loads: two that cross would each think the other's rows are missing."""

from dataclasses import dataclass

from django.db import OperationalError, connection

LOCK = 0x4C4F_4144  # any number that is nobody else's
PATIENCE = "60s"  # a load takes a few seconds


@dataclass(eq=False)
class AnotherLoad(Exception):
    """Another load has held the knowledge for too long; try again when it is done."""

    def __str__(self) -> str:
        return "Another load is running, and nothing of this one was written; start it again later."


def wait_for_turn() -> None:
    """Nothing, once no other load is running; ours ends with the transaction.

    Raises  AnotherLoad.
    """
    assert connection.in_atomic_block, "wait_for_turn() joins its caller's transaction"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', '0', true)",
            [PATIENCE],
        )
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        except OperationalError as error:
            raise AnotherLoad from error
