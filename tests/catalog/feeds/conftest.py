"""A supplier on this machine, a feed that fetches from it, and what our books say before and after."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from ipaddress import ip_network
from typing import Any

import pytest

from catalog.feeds import running
from catalog.models import Feed, FeedRun, Lot, Movement
from tests.builders import NOW
from tests.builders.feeds import make_feed
from tests.catalog.feeds.servers import Asked, Supplier


@dataclass
class Feeding:
    """One feed and the file that its supplier serves."""

    server: Supplier
    format: str = "CSV"
    facts: dict[str, Any] = field(default_factory=dict)
    feed: Feed = field(init=False)

    def open(self, **facts: Any) -> "Feeding":
        self.feed = make_feed(f"http://127.0.0.1:{self.server.port}/stock", **facts)
        return self

    def serve(self, content: str | bytes, *, at: datetime | None = None, etag: str = "") -> None:
        """From now on this file lies there; it may say when it was written."""
        body = content.encode() if isinstance(content, str) else content
        headers = {"Last_Modified": format_datetime(at, usegmt=True) if at else "", "ETag": etag}

        def answer(asked: Asked) -> None:
            known = asked.headers.get("If-None-Match", "")
            if etag and known == etag:
                asked.say(304, ETag=etag)
            else:
                asked.say(200, body, **headers)

        self.server.answers["/stock"] = answer

    def run(self, now: datetime = NOW) -> FeedRun:
        """One run, at a moment at which the feed is due."""
        Feed.objects.filter(pk=self.feed.pk).update(due_at=now)
        run = running.run_feed(feed_id=self.feed.pk, now=now)
        assert run is not None
        return FeedRun.objects.get(pk=run.pk)

    def refusals(self, run: FeedRun) -> list[tuple[int, str]]:
        return list(run.refusals.order_by("line").values_list("line", "reason"))


@pytest.fixture
def feeding(settings: Any) -> Iterator[Feeding]:
    settings.FEED_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
    with Supplier() as server:
        yield Feeding(server)


def read_books() -> tuple[Any, ...]:
    """Everything that our books say about stock, to the last column."""
    return tuple(list(model.objects.order_by("pk").values()) for model in (Lot, Movement))
