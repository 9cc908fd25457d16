"""Feeds take turns: when they are due, one worker at a time, later after each failure, after any crash."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from catalog import tasks
from catalog.feeds import diary, fetching, running, scheduling
from catalog.feeds.scheduling import LEASE, FeedBusy, FeedPaused, Overtaken
from catalog.feeds.sources import FetchFailed
from catalog.models import Feed, FeedRun
from tests.builders import NOW, make_lot, make_product
from tests.builders.feeds import make_feed
from tests.catalog.feeds.conftest import Feeding

pytestmark = pytest.mark.django_db
State = FeedRun.State


def take(feed: Feed, now: Any = NOW) -> Any:
    return scheduling.take_turn(feed_id=feed.pk, now=now)


def states() -> list[str]:
    return list(FeedRun.objects.order_by("pk").values_list("state", flat=True))


def test_a_feed_is_taken_when_it_is_due_and_by_one_worker() -> None:
    feed = make_feed(due_at=NOW)

    assert take(feed, NOW - timedelta(seconds=1)) is None
    turn = take(feed)
    assert turn.run.attempt == 1
    assert take(feed) is None
    assert states() == ["RUNNING"]


def test_the_database_itself_refuses_a_second_run() -> None:
    feed = make_feed()
    take(feed)

    with pytest.raises(IntegrityError, match="one_run_of_a_feed_at_a_time"), transaction.atomic():
        FeedRun.objects.create(feed=feed, attempt=2, started_at=NOW)


def test_a_run_that_was_cut_off_is_ended_by_the_next_one() -> None:
    feed = make_feed()
    lost = take(feed)
    later = NOW + LEASE

    assert take(feed, later - timedelta(seconds=1)) is None
    turn = take(feed, later)

    assert turn.run.attempt == 2
    lost.run.refresh_from_db()
    assert (lost.run.state, lost.run.ended_at) == ("FAILED", later)
    assert lost.run.why == "It was cut off: the worker died, or was stopped."
    assert Feed.objects.get().failures == 1


def test_a_worker_that_was_overtaken_writes_nothing_any_more() -> None:
    feed = make_feed()
    lost = take(feed)
    take(feed, NOW + LEASE)

    with pytest.raises(Overtaken):
        diary.end_run(lost, State.APPLIED)

    assert states() == ["FAILED", "RUNNING"]
    assert Feed.objects.get().due_at == NOW + 2 * LEASE


def test_a_file_that_kills_every_worker_is_left_alone_for_a_while() -> None:
    feed = make_feed(every_minutes=60)
    at = NOW
    for _ in range(2):
        assert take(feed, at)
        at += LEASE
    assert take(feed, at) is not None  # the third try
    at += LEASE

    assert take(feed, at) is None
    feed.refresh_from_db()
    assert (feed.failures, feed.due_at) == (3, at + timedelta(hours=4))
    assert states() == ["FAILED"] * 3


@pytest.mark.parametrize(
    ("every_minutes", "hours"),
    [(60, [1, 2, 4, 8, 16, 24, 24]), (1, [1 / 60, 2 / 60, 4 / 60]), (10_080, [168, 168])],
)
def test_a_failing_feed_waits_twice_as_long_each_time_up_to_a_day(
    monkeypatch: pytest.MonkeyPatch, every_minutes: int, hours: list[float]
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise FetchFailed("The server answered 503.")

    monkeypatch.setattr(fetching, "fetch", refuse)
    feed = make_feed(every_minutes=every_minutes)
    waited = []
    for _ in hours:
        feed.refresh_from_db()
        assert feed.due_at is not None
        run = running.run_feed(feed_id=feed.pk, now=feed.due_at)
        assert run is not None
        assert (run.state, run.why) == (State.FAILED, "The server answered 503.")
        began = feed.due_at
        feed.refresh_from_db()
        assert feed.due_at is not None
        waited.append(round((feed.due_at - began) / timedelta(hours=1), 2))

    assert waited == [round(each, 2) for each in hours]
    assert feed.failures == len(hours)
    assert list(diary.failing(at_least=3)) == ([feed] if len(hours) >= 3 else [])


def test_after_a_success_the_feed_comes_at_its_usual_time_again(feeding: Feeding) -> None:
    make_lot(make_product(sku="OAT-150").variants.get(), units=10, code="L-1")
    feeding.open(failures=5, every_minutes=30)
    feeding.serve("sku,lot,units\nOAT-150,L-1,9\n")

    feeding.run()

    feed = Feed.objects.get()
    assert (feed.failures, list(diary.failing())) == (0, [])
    assert feed.due_at is not None
    assert timedelta(0) <= feed.due_at - (NOW + timedelta(minutes=30)) < timedelta(seconds=5)


def test_run_now_makes_a_feed_due_unless_it_runs_or_is_paused() -> None:
    feed = make_feed(due_at=NOW + timedelta(hours=9))
    scheduling.run_now(feed_id=feed.pk, now=NOW)
    assert take(feed) is not None

    with pytest.raises(FeedBusy):
        scheduling.run_now(feed_id=feed.pk, now=NOW)
    feed.refresh_from_db()
    assert feed.due_at == NOW + LEASE

    other = make_feed()
    scheduling.pause_feed(feed_id=other.pk, now=NOW)
    with pytest.raises(FeedPaused):
        scheduling.run_now(feed_id=other.pk, now=NOW)


def test_a_paused_feed_rests_until_it_is_resumed() -> None:
    feed = make_feed(due_at=NOW)
    scheduling.pause_feed(feed_id=feed.pk, now=NOW)

    assert list(scheduling.find_due(NOW)) == []
    assert take(feed) is None
    scheduling.resume_feed(feed_id=feed.pk, now=NOW + timedelta(days=2))
    assert take(feed, NOW + timedelta(days=2)) is not None


def test_a_paused_feed_whose_run_was_cut_off_is_tidied_up_and_rests() -> None:
    feed = make_feed()
    take(feed)
    scheduling.pause_feed(feed_id=feed.pk, now=NOW)
    later = NOW + LEASE

    assert list(scheduling.find_due(later)) == [feed]
    assert take(feed, later) is None
    assert states() == ["FAILED"]
    assert list(scheduling.find_due(later)) == []


def test_what_people_write_does_not_touch_what_a_run_is_writing() -> None:
    feed = make_feed(every_minutes=60)
    stale = Feed.objects.get()
    take(feed)
    with transaction.atomic():
        stale.every_minutes = 5
        scheduling.write_feed(stale, {"every_minutes"}, now=NOW)

    feed.refresh_from_db()
    assert (feed.every_minutes, feed.attempts, feed.due_at) == (5, 1, NOW + LEASE)


def test_the_sweep_lends_what_is_due_and_what_a_person_let_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    due = make_feed(name="due")
    make_feed("https://b.example/a", name="later", due_at=NOW + timedelta(days=9000))
    held = FeedRun.objects.create(
        feed=due, state="HELD", attempt=1, started_at=NOW, ended_at=NOW, decided_at=NOW, held_file=b"x"
    )
    FeedRun.objects.create(feed=due, state="HELD", attempt=1, started_at=NOW, ended_at=NOW, held_file=b"x")
    lent: list[Any] = []
    for task in (tasks.run_feed, tasks.apply_held_run):
        monkeypatch.setattr(
            task, "apply_async", lambda kwargs, expires, task=task: lent.append((task, kwargs))
        )

    tasks.sweep_feeds()

    assert lent == [(tasks.run_feed, {"pk": due.pk}), (tasks.apply_held_run, {"pk": held.pk})]


def test_old_runs_that_found_nothing_new_are_forgotten() -> None:
    feed = make_feed()
    for state in ("UNCHANGED", "APPLIED"):
        FeedRun.objects.create(feed=feed, state=state, attempt=1, started_at=NOW, ended_at=NOW)

    assert diary.forget_runs(older_than=NOW) == 0
    assert diary.forget_runs(older_than=NOW + timedelta(seconds=1)) == 1
    assert states() == ["APPLIED"]
