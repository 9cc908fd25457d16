"""Many workers at one feed, and two feeds at one shelf: a file is taken once, and no unit is invented."""

import time
from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from catalog import stock
from catalog.feeds import running, scheduling
from catalog.feeds.scheduling import Turn
from catalog.models import Feed, FeedRun, Lot, Movement
from tests.builders import NOW, make_lot, make_product
from tests.builders.feeds import make_feed
from tests.catalog.feeds.servers import Asked, Supplier
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8


@pytest.fixture
def server(settings: Any) -> Iterator[Supplier]:
    settings.FEED_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
    with Supplier() as running_server:
        yield running_server


def serve(server: Supplier, path: str, content: str) -> Feed:
    def answer(asked: Asked) -> None:
        time.sleep(0.3)  # long enough for everybody to arrive
        asked.say(200, content.encode())

    server.answers[path] = answer
    return make_feed(f"http://127.0.0.1:{server.port}{path}")


def run_with_many_workers(feed: Feed) -> list[Any]:
    return rush(*[lambda: running.run_feed(feed_id=feed.pk, now=NOW)] * WORKERS)


def test_eight_workers_at_one_feed_fetch_it_once(server: Supplier) -> None:
    make_lot(make_product(sku="OAT-150").variants.get(), units=10, code="L-1")
    feed = serve(server, "/stock", "sku,lot,units\nOAT-150,L-1,7\n")

    given = run_with_many_workers(feed)

    assert [one.state for one in given if one is not None] == ["APPLIED"]
    assert len(server.hits) == 1
    assert FeedRun.objects.count() == 1


def test_the_control_without_turns_only_the_constraint_stands_between_two_runs(
    server: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = serve(server, "/stock", "sku,lot,units\nOAT-150,L-1,7\n")

    def take_at_once(*, feed_id: int, now: datetime) -> Turn:
        lent = Feed.objects.get(pk=feed_id)
        time.sleep(0.1)
        run = FeedRun.objects.create(feed=lent, attempt=lent.attempts, started_at=now)
        return Turn(lent, run, now)

    monkeypatch.setattr(scheduling, "take_turn", take_at_once)
    given = run_with_many_workers(feed)

    refused = [one for one in given if isinstance(one, IntegrityError)]
    assert len(refused) >= 1, "eight would have run at once"
    assert all("one_run_of_a_feed_at_a_time" in str(one) for one in refused)


def test_two_warehouses_count_a_shelf_at_once_while_it_is_sold_from(server: Supplier) -> None:
    jars = [make_product(sku=f"OAT-{number}").variants.get() for number in range(20)]
    for jar in jars:
        make_lot(jar, units=50, code=f"L-{jar.sku}", now=NOW)
    lines = {n: "".join(f"{jar.sku},L-{jar.sku},{40 + n}\n" for jar in jars) for n in (1, 2)}
    feeds = [serve(server, f"/{n}", f"sku,lot,units\n{lines[n]}") for n in (1, 2)]
    began = timezone.now()
    Feed.objects.update(due_at=began)

    def sell() -> None:
        for jar in jars * 2:
            now = timezone.now()
            with transaction.atomic():
                shares = stock.reserve({jar.pk: 1}, cause="R-1", now=now)[jar.pk]
            with transaction.atomic():
                stock.ship(shares, cause="R-1", now=now)

    rush(*[lambda pk=feed.pk: running.run_feed(feed_id=pk, now=timezone.now()) for feed in feeds], sell, sell)

    assert set(FeedRun.objects.values_list("state", flat=True)) <= {"APPLIED", "FAILED"}
    assert "APPLIED" in FeedRun.objects.values_list("state", flat=True)
    for lot in Lot.objects.annotate(moved=Sum("movements__on_hand_change")):
        assert lot.on_hand == lot.moved, lot.code
        assert lot.reserved == 0
    # the newest count taken, less what was sold after it, is what stands there
    for lot in Lot.objects.all():
        last = lot.movements.filter(kind="COUNTED").latest("pk")
        counted = {feed.pk: 41 + place for place, feed in enumerate(feeds)}[last.feed_run.feed_id]
        since = lot.movements.filter(at__gt=last.counted_at, kind="SHIPPED").aggregate(
            n=Sum("on_hand_change")
        )
        assert lot.on_hand == counted + (since["n"] or 0), lot.code
    assert Movement.objects.filter(kind="SHIPPED").count() == 80
    connection.close()
