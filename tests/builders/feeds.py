"""Suppliers and their feeds."""

import itertools
from collections.abc import Mapping
from typing import Any

from catalog.models import Feed, FeedHost, FeedRefusal, FeedRun, Location, Supplier
from tests.builders.clock import LONG_AGO, NOW

_number = itertools.count(1)


def make_supplier(name: str = "Nordlicht Vertrieb") -> Supplier:
    supplier, _ = Supplier.objects.get_or_create(
        code=name.split()[0].upper()[:24], defaults={"name": name, "email": "stock@supplier.example"}
    )
    return supplier


def make_feed_host(host: str) -> FeedHost:
    row, _ = FeedHost.objects.get_or_create(host=host, defaults={"named_at": LONG_AGO})
    return row


def make_feed(
    url: str = "https://files.supplier.example/stock.csv",
    *,
    format: str = "CSV",
    columns: Mapping[str, str] | None = None,
    location: str = "BER",
    **facts: Any,
) -> Feed:
    """A feed that is due at NOW, of a host that is allowed."""
    place, _ = Location.objects.get_or_create(code=location, defaults={"name": location})
    make_feed_host(url.split("//")[1].partition("/")[0])
    return Feed.objects.create(
        **{
            "supplier": make_supplier(),
            "name": f"stock list {next(_number)}",
            "url": url,
            "format": format,
            "columns": dict(columns or {}),
            "location": place,
            "due_at": NOW,
        }
        | facts
    )


def furnish_feeds() -> None:
    """One good row of everything about feeds; the run is under way."""
    feed = make_feed()
    run = FeedRun.objects.create(feed=feed, attempt=1, started_at=NOW)
    FeedRefusal.objects.create(run=run, line=2, sku="OAT-150", reason="bad-units", words="“units” says “-3”.")
