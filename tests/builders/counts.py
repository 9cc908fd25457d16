"""Counts as somebody at a shelf would tell them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from catalog import counting
from catalog.counts import Count, Counted
from catalog.models import Location
from shop import api_keys
from shop.api_keys import Made
from shop.models import CountPush
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


def make_api_key(name: str = "Warehouse Berlin", *, location: str = "", now: datetime = NOW) -> Made:
    """A key that may push counts: everywhere, or at one place (made when there is none)."""
    place = None
    if location:
        place, _ = Location.objects.get_or_create(code=location, defaults={"name": location})
    with transaction.atomic():
        return api_keys.make_key(name=name, scopes=["stock.counts"], location=place, now=now)


def furnish_pushes() -> None:
    """A key, and a push that it made."""
    made = make_api_key()
    CountPush.objects.create(
        api_key=made.key,
        key="file-1",
        body_sha256="0" * 64,
        answer={"results": [], "applied": 0, "unchanged": 0, "refused": 0},
        pushed_at=NOW,
    )
