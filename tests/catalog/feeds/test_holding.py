"""A file that empties most shelves waits for a person, who lets it through or throws it away."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from catalog import stock
from catalog.feeds import deciding, diary, running, scheduling
from catalog.feeds.deciding import NotHeld
from catalog.feeds.scheduling import LEASE
from catalog.models import Feed, FeedRun, Lot, Movement
from tests.builders import NOW, make_lot, make_product
from tests.builders.staff import make_staff
from tests.catalog.feeds.conftest import Feeding, read_books

pytestmark = pytest.mark.django_db

EARLIER = NOW - timedelta(hours=2)
LATER = NOW + timedelta(hours=1)
State = FeedRun.State


@pytest.fixture
def shelves(feeding: Feeding) -> Feeding:
    """Ten lots of ten units each."""
    jar = make_product(sku="OAT-150").variants.get()
    for number in range(10):
        make_lot(jar, units=10, code=f"L-{number}")
    return feeding.open()


def file_with_zeros(zeros: int) -> str:
    lines = [f"OAT-150,L-{number},{0 if number < zeros else 9}\n" for number in range(10)]
    return "sku,lot,units\n" + "".join(lines)


def hold(feeding: Feeding, zeros: int = 6) -> FeedRun:
    feeding.serve(file_with_zeros(zeros), at=EARLIER, etag=f'"{zeros}"')
    run = feeding.run()
    assert run.state == State.HELD
    return run


def on_hand() -> list[int]:
    return list(Lot.objects.order_by("code").values_list("on_hand", flat=True))


def test_half_of_the_shelves_may_sell_out_and_more_is_held(shelves: Feeding) -> None:
    before = read_books()

    run = hold(shelves, 6)

    assert run.why == "6 of 10 lots with units would have none (60 %; a person looks above 50 %)."
    assert (run.rows_read, run.applied, run.file_at) == (10, 0, EARLIER)
    assert read_books() == before
    assert list(diary.held()) == [run]
    assert Feed.objects.get().failures == 0

    shelves.serve(file_with_zeros(5), at=EARLIER, etag='"5"')
    assert shelves.run(LATER).state == State.APPLIED
    assert on_hand() == [0] * 5 + [9] * 5


def test_a_few_lots_may_all_sell_out(shelves: Feeding) -> None:
    shelves.serve("sku,lot,units\n" + "".join(f"OAT-150,L-{number},0\n" for number in range(4)))

    assert shelves.run().state == State.APPLIED


def test_lots_that_were_empty_before_prove_nothing(shelves: Feeding) -> None:
    with transaction.atomic():
        for lot in Lot.objects.all()[:6]:
            stock.write_off(lot_id=lot.pk, units=10, cause="broken", now=EARLIER - timedelta(days=1))
    shelves.serve(file_with_zeros(6), at=EARLIER)

    assert shelves.run().state == State.APPLIED


def test_the_owner_says_how_many_are_too_many(shelves: Feeding) -> None:
    Feed.objects.update(hold_zeros_over_percent=100)
    shelves.serve(file_with_zeros(10), at=EARLIER)

    assert shelves.run().state == State.APPLIED


def test_what_is_held_is_not_fetched_again_while_its_server_says_that_nothing_is_new(
    shelves: Feeding,
) -> None:
    hold(shelves)

    assert shelves.run(LATER).state == State.UNCHANGED
    assert diary.held().count() == 1


def test_let_through_it_is_applied_as_of_its_own_time(shelves: Feeding) -> None:
    run = hold(shelves)
    owner = make_staff()
    with transaction.atomic():  # sold after the file was written, before somebody decided
        lot = Lot.objects.get(code="L-9")
        variant = lot.variant_id
        shares = stock.reserve({variant: 10}, cause="R-1", now=NOW)[variant]
        stock.ship(shares, cause="R-1", now=NOW)
    assert Lot.objects.get(on_hand=0).code == "L-0"

    deciding.let_through(run_id=run.pk, by=owner, now=LATER)
    assert list(diary.held()) == []
    running.apply_held(run_id=run.pk, now=LATER)

    run.refresh_from_db()
    assert (run.state, run.decided_by, run.decided_at) == (State.APPLIED, owner, LATER)
    assert (run.held_file, run.file_at) == (None, EARLIER)
    # what it said of L-0 was over before anybody decided: zero then, ten gone since
    assert run.reasons == {"left-since": 1}
    assert on_hand() == [0] * 6 + [9] * 4
    assert set(Movement.objects.filter(feed_run=run).values_list("actor", flat=True)) == {owner.pk}


def test_letting_a_file_through_does_not_hide_that_its_server_fails(shelves: Feeding) -> None:
    run = hold(shelves)
    shelves.serve("<html>Sign in</html>")
    assert shelves.run(LATER).state == State.FAILED
    deciding.let_through(run_id=run.pk, by=make_staff(), now=LATER)

    running.apply_held(run_id=run.pk, now=LATER)

    run.refresh_from_db()
    assert (run.state, Feed.objects.get().failures) == (State.APPLIED, 1)


def test_thrown_away_nothing_of_it_is_applied(shelves: Feeding) -> None:
    run, before = hold(shelves), read_books()

    deciding.discard(run_id=run.pk, by=make_staff(), now=LATER)

    run.refresh_from_db()
    assert (run.state, run.held_file) == (State.DISCARDED, None)
    assert running.apply_held(run_id=run.pk, now=LATER) is None
    assert read_books() == before


@pytest.mark.parametrize("first", [deciding.let_through, deciding.discard])
@pytest.mark.parametrize("second", [deciding.let_through, deciding.discard])
def test_the_second_decision_is_told_that_there_was_a_first(
    shelves: Feeding, first: Any, second: Any
) -> None:
    run, owner = hold(shelves), make_staff()
    first(run_id=run.pk, by=owner, now=NOW)

    with pytest.raises(NotHeld):
        second(run_id=run.pk, by=owner, now=LATER)

    run.refresh_from_db()
    assert run.decided_at == NOW


def test_a_newer_file_overtakes_one_that_is_held(shelves: Feeding) -> None:
    held = hold(shelves)
    shelves.serve(file_with_zeros(1), at=NOW, etag='"new"')

    shelves.run(LATER)

    held.refresh_from_db()
    assert (held.state, held.decided_by, held.held_file) == (State.DISCARDED, None, None)
    assert held.why == "A newer file came before anybody had decided."


def test_a_worker_that_dies_while_it_applies_leaves_the_file_held(shelves: Feeding) -> None:
    run = hold(shelves)
    deciding.let_through(run_id=run.pk, by=make_staff(), now=NOW)
    assert scheduling.take_held(run_id=run.pk, now=NOW) is not None  # and dies

    assert scheduling.take_turn(feed_id=shelves.feed.pk, now=NOW + LEASE) is not None

    run.refresh_from_db()
    assert (run.state, run.decided_at, bool(run.held_file)) == (State.HELD, None, True)
    assert run.why.startswith("It was cut off")


def test_a_held_file_that_cannot_be_applied_is_held_again_and_says_why(shelves: Feeding) -> None:
    run = hold(shelves)
    Feed.objects.update(columns={"units": "Bestand"})
    deciding.let_through(run_id=run.pk, by=make_staff(), now=NOW)

    running.apply_held(run_id=run.pk, now=LATER)

    run.refresh_from_db()
    assert (run.state, run.decided_at, bool(run.held_file)) == (State.HELD, None, True)
    assert run.why == ("There is no column “Bestand” for the units. The file has “sku”, “lot”, “units”.")
