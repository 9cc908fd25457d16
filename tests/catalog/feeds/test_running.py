"""A feed runs: its file is fetched, read, taken as of its moment, and the diary says so."""

import os
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from catalog import counting, stock
from catalog.feeds import applying, scheduling, scratch
from catalog.models import Feed, FeedRun, Lot, Movement, Variant
from tests.builders import NOW, make_lot, make_product
from tests.catalog.feeds.conftest import Feeding, read_books

pytestmark = pytest.mark.django_db

EARLIER = NOW - timedelta(hours=2)
State = FeedRun.State


@pytest.fixture
def jar() -> Variant:
    return make_product(sku="OAT-150").variants.get()


def sold(variant: Variant, units: int, *, at: datetime) -> None:
    with transaction.atomic():
        shares = stock.reserve({variant.pk: units}, cause="R-1", now=at)[variant.pk]
        stock.ship(shares, cause="R-1", now=at)


def test_a_count_sets_the_books_right_and_the_ledger_names_feed_run_and_moment(
    feeding: Feeding, jar: Variant
) -> None:
    lot = make_lot(jar, units=10, code="L-1")
    feeding.open(name="Nordlicht")
    feeding.serve("sku;lot;units\nOAT-150;L-1;7\n", at=EARLIER)

    run = feeding.run()

    assert (run.state, run.why) == (State.APPLIED, "")
    assert (run.rows_read, run.applied, run.unchanged, run.refused) == (1, 1, 0, 0)
    assert (run.units_up, run.units_down, run.reasons) == (0, 3, {})
    assert (run.file_at, run.started_at) == (EARLIER, NOW)
    assert run.size_bytes == 28
    lot.refresh_from_db()
    assert (lot.on_hand, lot.counted_at) == (7, EARLIER)
    last = Movement.objects.latest("pk")
    assert (last.kind, last.on_hand_change, last.cause) == ("COUNTED", -3, "feed Nordlicht")
    assert (last.feed_run_id, last.counted_at) == (run.pk, EARLIER)


def test_what_was_sold_after_the_file_was_written_is_not_brought_back(feeding: Feeding, jar: Variant) -> None:
    lot = make_lot(jar, units=10, code="L-1")
    sold(jar, 4, at=NOW - timedelta(hours=1))
    feeding.open()
    feeding.serve("sku,lot,units\nOAT-150,L-1,10\n", at=EARLIER)

    run = feeding.run()

    assert (run.applied, run.unchanged) == (0, 1)
    lot.refresh_from_db()
    assert lot.on_hand == 6


def test_a_line_may_name_its_own_moment(feeding: Feeding, jar: Variant) -> None:
    lot = make_lot(jar, units=10, code="L-1")
    sold(jar, 4, at=EARLIER)
    feeding.open(dates="DMY", zone="Europe/Berlin", columns={"counted_at": "Stand"})
    # 09:00 in Berlin is 08:00 UTC: half an hour after the sale, so the six are what is left
    feeding.serve("sku,lot,units,Stand\nOAT-150,L-1,6,20.11.2026 09:00\n", at=NOW)

    run = feeding.run()

    assert (run.unchanged, run.refused) == (1, 0)
    lot.refresh_from_db()
    assert (lot.on_hand, lot.counted_at) == (6, datetime.fromisoformat("2026-11-20T08:00:00+00:00"))


def test_a_file_without_a_moment_speaks_of_the_moment_before_it_was_asked_for(
    feeding: Feeding, jar: Variant
) -> None:
    make_lot(jar, units=10, code="L-1")
    feeding.open()
    feeding.serve("sku,lot,units\nOAT-150,L-1,9\n")

    run = feeding.run()

    assert run.file_at is not None
    assert timedelta(0) <= run.file_at - NOW < timedelta(seconds=2)


def test_free_units_are_counted_beside_the_promised_ones(feeding: Feeding, jar: Variant) -> None:
    lot = make_lot(jar, units=10, code="L-1")
    with transaction.atomic():
        stock.reserve({jar.pk: 3}, cause="R-1", now=EARLIER - timedelta(hours=1))
    feeding.open(counts="FREE")
    feeding.serve("sku,lot,units\nOAT-150,L-1,5\n", at=EARLIER)

    feeding.run()

    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (8, 3)


def test_the_same_file_is_not_read_twice_when_its_server_says_so(feeding: Feeding, jar: Variant) -> None:
    make_lot(jar, units=10, code="L-1")
    feeding.open()
    feeding.serve("sku,lot,units\nOAT-150,L-1,7\n", etag='"v1"')
    feeding.run()
    before = read_books()

    run = feeding.run(NOW + timedelta(hours=1))

    assert (run.state, run.rows_read) == (State.UNCHANGED, 0)
    assert read_books() == before


def test_the_same_file_read_again_changes_nothing(feeding: Feeding, jar: Variant) -> None:
    make_lot(jar, units=10, code="L-1")
    feeding.open(unknown_lots="QUARANTINE")
    feeding.serve("sku,lot,units\nOAT-150,L-1,7\nOAT-150,L-9,12\n", at=EARLIER)
    feeding.run()
    before = read_books()

    run = feeding.run(NOW + timedelta(hours=1))

    assert (run.state, run.applied, run.unchanged) == (State.APPLIED, 0, 2)
    assert read_books() == before


def test_what_is_read_differently_from_now_on_is_read_anew(feeding: Feeding, jar: Variant) -> None:
    make_lot(jar, units=10, code="L-1")
    feeding.open(columns={"units": "free"})
    feeding.serve("sku,lot,free,there\nOAT-150,L-1,7,8\n", etag='"v1"')
    feeding.run()
    feed = Feed.objects.get()
    with transaction.atomic():
        feed.columns = {"units": "there"}
        scheduling.write_feed(feed, {"columns"}, now=NOW)

    feeding.run(NOW + timedelta(hours=1))

    assert Lot.objects.get().on_hand == 8


def test_a_lot_that_nobody_knew_is_refused_unless_the_feed_receives_it(
    feeding: Feeding, jar: Variant
) -> None:
    make_lot(jar, units=10, code="L-1")
    feeding.open()
    feeding.serve("sku,lot,units\nOAT-150,L-1,10\nOAT-150,L-9,12\n", at=EARLIER)

    run = feeding.run()

    assert feeding.refusals(run) == [(3, "unknown-lot")]
    assert [lot.code for lot in Lot.objects.all()] == ["L-1"]


def test_a_lot_that_the_feed_receives_stands_in_quarantine_with_its_date(
    feeding: Feeding, jar: Variant
) -> None:
    feeding.open(unknown_lots="QUARANTINE", dates="DMY", columns={"expires_on": "MHD"})
    feeding.serve("sku,lot,units,MHD\nOAT-150,L-9,12,06.2028\n", at=EARLIER)

    run = feeding.run()

    assert (run.state, run.applied, run.units_up) == (State.APPLIED, 1, 12)
    lot = Lot.objects.get()
    assert (lot.code, lot.status, lot.on_hand) == ("L-9", "QUARANTINE", 12)
    assert (lot.expires_on, lot.sell_until_on) == (date(2028, 6, 30), date(2028, 1, 2))
    assert (lot.supplier_id, lot.counted_at) == (feeding.feed.supplier_id, EARLIER)
    received = Movement.objects.get()
    assert (received.kind, received.on_hand_change, received.feed_run_id) == ("RECEIVED", 12, run.pk)
    assert received.at == EARLIER


def test_a_lot_that_somebody_receives_at_the_same_time_is_not_received_twice(
    feeding: Feeding, jar: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeding.open(unknown_lots="QUARANTINE")
    feeding.serve("sku,lot,units\nOAT-150,L-9,12\n")
    real = applying._may_receive

    def be_slower(*line: Any) -> bool:
        """The feed has seen that nobody knows the lot; now somebody receives it."""
        make_lot(jar, units=12, code="L-9", now=EARLIER)
        return real(*line)

    monkeypatch.setattr(applying, "_may_receive", be_slower)
    run = feeding.run()

    assert (run.applied, run.unchanged) == (0, 1)
    assert Lot.objects.get().on_hand == 12


def test_a_worker_that_dies_in_the_middle_leaves_what_it_took_and_the_next_one_takes_the_rest(
    feeding: Feeding, jar: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        make_lot(jar, units=10, code=f"L-{number}")
    lines = "".join(f"OAT-150,L-{number},7\n" for number in range(6))
    feeding.open()
    feeding.serve(f"sku,lot,units\n{lines}", at=EARLIER, etag='"v1"')
    real, taken = counting.count_shelves, list[Any]()

    def die_at_the_second_batch(counts: Any, **how: Any) -> Any:
        if taken:
            raise KeyboardInterrupt  # as final as SIGKILL: nobody says goodbye
        taken.append(counts)
        return real(counts, **how)

    monkeypatch.setattr(scratch, "BATCH", 4)
    monkeypatch.setattr(counting, "count_shelves", die_at_the_second_batch)
    with pytest.raises(KeyboardInterrupt):
        feeding.run()
    lost = FeedRun.objects.get()
    assert (lost.state, lost.applied) == (State.RUNNING, 4)

    monkeypatch.setattr(counting, "count_shelves", real)
    run = feeding.run(NOW + scheduling.LEASE)

    assert (run.state, run.applied, run.unchanged) == (State.APPLIED, 2, 4)
    lost.refresh_from_db()
    assert (lost.state, lost.applied) == (State.FAILED, 4)
    assert set(Lot.objects.values_list("on_hand", flat=True)) == {7}
    assert Movement.objects.filter(kind="COUNTED").count() == 6


def test_what_a_killed_worker_left_on_the_disk_is_taken_away(
    feeding: Feeding, jar: Variant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young, other = (tmp_path / name for name in ("regimen-feed-a", "regimen-feed-b", "else"))
    for folder, age in ((old, timedelta(hours=2)), (young, timedelta(minutes=9)), (other, timedelta(days=9))):
        folder.mkdir()
        (folder / "file").write_bytes(b"sku,units")
        moment = (NOW - age).timestamp()
        os.utime(folder, (moment, moment))
    feeding.open()
    feeding.serve("")

    feeding.run()

    assert sorted(tmp_path.iterdir()) == [other, young]


def test_only_the_first_two_hundred_refusals_are_kept_and_all_are_counted(
    feeding: Feeding, jar: Variant
) -> None:
    make_lot(jar, units=10, code="L-1")
    feeding.open()
    bad = "".join(f"NOBODY-{number},L-1,1\n" for number in range(2500))
    feeding.serve(f"sku,lot,units\nOAT-150,L-1,7\n{bad}")

    run = feeding.run()

    assert (run.rows_read, run.applied, run.refused) == (2501, 1, 2500)
    assert run.reasons == {"unknown-sku": 2500}
    assert run.refusals.count() == 200


def test_a_password_comes_from_the_environment_by_its_name(
    feeding: Feeding, jar: Variant, settings: Any
) -> None:
    make_lot(jar, units=10, code="L-1")
    feeding.open(username="shop", secret_name="FEED_SECRET_NORDLICHT")
    feeding.serve("sku,lot,units\nOAT-150,L-1,7\n")

    run = feeding.run()

    assert run.state == State.FAILED
    assert run.why == "The environment has no FEED_SECRET_NORDLICHT: set it, and restart."

    settings.FEED_SECRETS = {"FEED_SECRET_NORDLICHT": "quiet"}
    assert feeding.run(NOW + timedelta(hours=1)).state == State.APPLIED
    assert feeding.server.hits[-1][1]["authorization"] == "Basic c2hvcDpxdWlldA=="
