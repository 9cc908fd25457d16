"""Counts as somebody at a shelf would tell them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from catalog import counting
from catalog.counts import Count, Counted
from tests.builders.clock import NOW


def count(
    counted: int,
    *,
    sku: str = "QC-50",
    location: str = "BER",
    lot: str = "L1",
    at: datetime = NOW,
    **more: Any,
) -> Count:
    return Count(sku=sku, location=location, lot=lot, counted=counted, counted_at=at, **more)


def take(*counts: Count, now: datetime = NOW, free: bool = False, cause: str = "count") -> list[Counted]:
    """What came of these counts, told in one push."""
    with transaction.atomic():
        return counting.count_shelves(counts, counts_free=free, cause=cause, now=now)


def say(counted: Counted) -> tuple[str, str, int | None, int | None]:
    """A count's outcome in short: outcome, reason, units on hand, units promised."""
    return counted.outcome.value, counted.reason, counted.on_hand, counted.reserved
