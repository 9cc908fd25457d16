"""Errands: lent to one at a time, tried again with longer waits, parked, fenced against zombies."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from orders import errands, mail
from orders.errands import FIRST_WAIT, LEASE, PATIENCE, NotYet
from orders.models import OrderMail
from tests.builders import NOW
from tests.builders.orders import make_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def errand() -> OrderMail:
    with transaction.atomic():
        return mail.owe_mail(order=make_order(), kind=OrderMail.Kind.CANCELLED, now=NOW)


def row() -> OrderMail:
    return OrderMail.objects.get()


def fail(_: Any) -> None:
    raise RuntimeError("the world is on fire")


def succeed(claimed: OrderMail) -> None:
    with transaction.atomic():
        ours = errands.still_ours(claimed)
        assert ours is not None
        errands.finish(ours, now=NOW)


def test_what_is_claimed_is_lent_for_a_while_and_to_nobody_else(errand: OrderMail) -> None:
    claimed = errands.claim(OrderMail, errand.pk, now=NOW)
    assert claimed is not None
    assert (claimed.attempts, claimed.due_at) == (1, NOW + LEASE)
    assert errands.claim(OrderMail, errand.pk, now=NOW) is None
    assert list(OrderMail.objects.due(NOW)) == []
    again = errands.claim(OrderMail, errand.pk, now=NOW + LEASE)  # the worker has died
    assert again is not None
    assert again.attempts == 2


def test_what_is_not_due_is_not_lent(errand: OrderMail) -> None:
    early = NOW - timedelta(seconds=1)
    assert errands.claim(OrderMail, errand.pk, now=early) is None
    assert errands.claim(OrderMail, 0, now=NOW) is None


def test_what_is_done_is_done(errand: OrderMail) -> None:
    assert errands.run(OrderMail, errand.pk, succeed, now=NOW) is True
    done = row()
    assert (done.done_at, done.due_at, done.attempts, done.failures) == (NOW, None, 1, 0)
    assert errands.run(OrderMail, errand.pk, fail, now=NOW) is False
    assert errands.claim(OrderMail, errand.pk, now=NOW) is None
    assert not OrderMail.objects.parked().exists()


def test_a_failure_is_written_down_and_waits_longer_each_time(errand: OrderMail, caplog: Any) -> None:
    now, waits = NOW, []
    for number in range(1, PATIENCE):
        assert errands.run(OrderMail, errand.pk, fail, now=now) is False
        found = row()
        assert (found.failures, found.last_error) == (number, "RuntimeError: the world is on fire")
        assert found.due_at is not None
        waits.append(found.due_at - now)
        now = found.due_at
    assert waits == [FIRST_WAIT * 2**number for number in range(PATIENCE - 1)]
    assert errands.run(OrderMail, errand.pk, fail, now=now) is False
    assert (row().due_at, row().done_at, row().failures) == (None, None, PATIENCE)
    assert list(OrderMail.objects.parked()) == [errand]
    assert list(OrderMail.objects.due(now + timedelta(days=99))) == []
    assert len(caplog.records) == PATIENCE


def test_a_parked_errand_is_tried_again_when_a_person_says_so(errand: OrderMail) -> None:
    assert errands.try_again(OrderMail, errand.pk, now=NOW) is False  # it is not parked
    OrderMail.objects.update(due_at=None, failures=PATIENCE)
    assert errands.try_again(OrderMail, errand.pk, now=NOW) is True
    assert (row().due_at, row().failures) == (NOW, 0)
    assert errands.run(OrderMail, errand.pk, succeed, now=NOW) is True
    assert errands.try_again(OrderMail, errand.pk, now=NOW) is False  # it is done


def test_not_yet_is_no_failure(errand: OrderMail) -> None:
    def wait(_: Any) -> None:
        raise NotYet(NOW + timedelta(hours=2))

    assert errands.run(OrderMail, errand.pk, wait, now=NOW) is False
    found = row()
    assert (found.due_at, found.failures, found.last_error) == (NOW + timedelta(hours=2), 0, "")


def test_a_very_long_story_of_a_failure_is_cut(errand: OrderMail) -> None:
    def ramble(_: Any) -> None:
        raise RuntimeError("x" * 10_000)

    errands.run(OrderMail, errand.pk, ramble, now=NOW)
    assert len(row().last_error) == errands.LAST_ERROR_CHARS


@pytest.mark.parametrize("zombie_says", ["done", "failed", "not yet"])
def test_a_zombie_changes_nothing(errand: OrderMail, zombie_says: str) -> None:
    """It claimed first, slept through its lease, and wakes up when another has claimed."""
    zombie = errands.claim(OrderMail, errand.pk, now=NOW)
    assert zombie is not None
    successor = errands.claim(OrderMail, errand.pk, now=NOW + LEASE)
    assert successor is not None
    before = OrderMail.objects.values().get()
    if zombie_says == "done":
        with transaction.atomic():
            assert errands.still_ours(zombie) is None
    elif zombie_says == "failed":
        errands.record_failure(zombie, RuntimeError("late"), now=NOW + LEASE)
    else:
        errands._postpone(zombie, NOW)
    assert OrderMail.objects.values().get() == before
    with transaction.atomic():
        assert errands.still_ours(successor) == successor


def test_due_errands_come_in_the_order_of_their_time() -> None:
    with transaction.atomic():
        rows = [
            mail.owe_mail(order=make_order(), kind=OrderMail.Kind.CANCELLED, now=NOW - timedelta(minutes=age))
            for age in (1, 3, 2, -1)
        ]
    assert list(OrderMail.objects.due(NOW)) == [rows[1], rows[2], rows[0]]


def test_what_is_done_is_never_due_says_the_database(errand: OrderMail) -> None:
    with pytest.raises(IntegrityError, match="ordermail_done_is_not_due"):
        OrderMail.objects.filter(pk=errand.pk).update(done_at=NOW)


def test_an_errand_is_finished_only_inside_somebodys_transaction(errand: OrderMail) -> None:
    with pytest.raises(AssertionError, match="joins its caller's transaction"):
        errands.still_ours(errand)
