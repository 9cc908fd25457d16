"""One load at a time, whoever loads: two that cross would each think the other's rows are missing."""

from dataclasses import dataclass

from catalog import contention

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
    contention.wait_for_turn(LOCK, patience=PATIENCE, otherwise=AnotherLoad())
