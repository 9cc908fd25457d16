"""Mail about an order is sent once, whatever the mail server does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery.signals import task_prerun
from django.db import transaction
from django.utils import timezone

from config import celery_app
from orders import errands, letters, mail, tasks
from orders.models import Order, OrderMail
from tests.builders import NOW
from tests.builders.orders import make_order
from tests.builders.parcels import from_lots, make_paid, send
from tests.postbox import Postbox, open_postbox

pytestmark = pytest.mark.django_db

Kind = OrderMail.Kind


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with open_postbox(settings) as box:
        yield box


def owe(order: Order, kind: OrderMail.Kind = Kind.CANCELLED) -> OrderMail:
    with transaction.atomic():
        return mail.owe_mail(order=order, kind=kind, now=NOW)


def test_an_address_with_a_line_break_forges_no_header(postbox: Postbox) -> None:
    order = make_order(email="ida@example.org\nBcc: eve@example.org")
    owed = owe(order)

    assert mail.deliver_order_mail(pk=owed.pk, now=NOW) is False

    assert postbox.letters == []
    owed.refresh_from_db()
    assert owed.last_error.startswith("ValueError: Invalid address")


def test_a_mail_is_owed_once_per_kind() -> None:
    order = make_order()

    assert owe(order) == owe(order)
    assert owe(order, Kind.PAID_TOO_LATE) != owe(order)
    assert order.mails.count() == 2


def test_a_mail_vanishes_with_the_promise_that_owed_it() -> None:
    order = make_order()

    with transaction.atomic():
        mail.owe_mail(order=order, kind=Kind.CANCELLED, now=NOW)
        transaction.set_rollback(True)

    assert not order.mails.exists()


def test_a_sent_mail_is_not_sent_again(postbox: Postbox) -> None:
    owed = owe(make_order())

    assert mail.deliver_order_mail(pk=owed.pk, now=NOW) is True
    assert mail.deliver_order_mail(pk=owed.pk, now=NOW + timedelta(days=1)) is False
    assert len(postbox.letters) == 1


def test_a_silent_mail_server_costs_patience_then_parks_the_mail_until_somebody_tries_again(
    postbox: Postbox,
) -> None:
    owed = owe(make_order())
    postbox.refusing = True
    now, waits = NOW, []
    while owed.due_at is not None:
        assert mail.deliver_order_mail(pk=owed.pk, now=now) is False
        owed.refresh_from_db()
        assert owed.last_error.startswith("SMTPDataError: (451, b'not now'")
        if owed.due_at is not None:
            waits.append((owed.due_at - now).total_seconds())
            assert mail.deliver_order_mail(pk=owed.pk, now=owed.due_at - timedelta(seconds=1)) is False
            now = owed.due_at

    assert waits == [30, 60, 120, 240, 480, 960, 1920]
    assert (owed.failures, owed.attempts, owed.done_at) == (8, 8, None)
    assert list(OrderMail.objects.parked()) == [owed]
    postbox.refusing = False
    assert mail.deliver_order_mail(pk=owed.pk, now=now + timedelta(days=1)) is False
    assert postbox.letters == []

    assert errands.try_again(OrderMail, owed.pk, now=now) is True
    assert mail.deliver_order_mail(pk=owed.pk, now=now) is True
    assert len(postbox.letters) == 1


def test_a_mail_server_that_is_not_there_is_a_failure_like_any_other(settings: Any) -> None:
    with open_postbox(settings):
        pass  # and gone again
    owed = owe(make_order())

    assert mail.deliver_order_mail(pk=owed.pk, now=NOW) is False

    owed.refresh_from_db()
    assert owed.last_error.startswith("ConnectionRefusedError")
    assert (owed.failures, owed.due_at) == (1, NOW + timedelta(seconds=30))


def test_a_lost_answer_means_a_second_copy_with_the_same_message_id(postbox: Postbox) -> None:
    owed = owe(make_order())
    postbox.losing_answers = True
    assert mail.deliver_order_mail(pk=owed.pk, now=NOW) is False
    postbox.losing_answers = False

    assert mail.deliver_order_mail(pk=owed.pk, now=NOW + timedelta(seconds=30)) is True

    first, second = postbox.message_ids
    assert first == second


def test_a_worker_killed_after_sending_leaves_the_mail_to_the_next_with_the_same_message_id(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = owe(make_order())

    def die(*arguments: Any, **options: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(errands, "finish", die)
        with pytest.raises(SystemExit):
            mail.deliver_order_mail(pk=owed.pk, now=NOW)
    assert mail.deliver_order_mail(pk=owed.pk, now=NOW + timedelta(seconds=59)) is False  # still lent

    assert mail.deliver_order_mail(pk=owed.pk, now=NOW + errands.LEASE) is True

    first, second = postbox.message_ids
    assert first == second


def test_no_mail_is_sent_while_a_transaction_is_open(postbox: Postbox) -> None:
    owed = owe(make_order())

    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        mail.deliver_order_mail(pk=owed.pk, now=NOW)

    letter = letters.Letter(subject="Held locks", text="while we wait", html="<p>for the world</p>")
    with transaction.atomic(), pytest.raises(AssertionError, match="no transaction open"):
        letters.send_letter(letter, to="ida@example.org", message_id="<1@regimen.example>")
    assert postbox.letters == []


def test_the_sweep_lends_what_is_due_and_nothing_else(postbox: Postbox) -> None:
    lent: list[dict[str, int]] = []

    def see(kwargs: dict[str, int], **_: Any) -> None:
        lent.append(kwargs)

    now = timezone.now()
    order, other = make_order(now=now), make_order(now=now, email="later@example.org")
    with transaction.atomic():
        due = mail.owe_mail(order=order, kind=Kind.CANCELLED, now=now)
        mail.owe_mail(order=other, kind=Kind.CANCELLED, now=now + timedelta(hours=1))
    task_prerun.connect(see)
    celery_app.conf.task_always_eager = True
    try:
        tasks.sweep_order_mail()
        tasks.sweep_order_mail()
    finally:
        celery_app.conf.task_always_eager = False
        task_prerun.disconnect(see)

    assert lent == [{"pk": due.pk}]
    assert postbox.recipients == [["ida@example.org"]]


def test_where_a_mail_went_is_kept_as_the_proof_that_it_was_sent(postbox: Postbox) -> None:
    order = make_order(email="ida@example.org")
    owed = owe(order)
    assert owed.sent_to == ""
    Order.objects.update(email="other@example.org")  # corrected before it went out

    assert mail.deliver_order_mail(pk=owed.pk, now=NOW) is True

    owed.refresh_from_db()
    assert (owed.sent_to, postbox.recipients) == ("other@example.org", [["other@example.org"]])


def test_each_parcel_has_its_own_mail_with_its_own_message_id(postbox: Postbox) -> None:
    order = make_paid(units=2)
    send(order, from_lots(order, A=1))
    send(order)

    for owed in OrderMail.objects.order_by("pk"):
        assert mail.deliver_order_mail(pk=owed.pk, now=NOW) is True

    reference = order.reference.lower()
    assert [str(letter["Message-ID"]) for letter in postbox.letters] == [
        f"<order-{reference}.shipped@regimen.example>",
        f"<order-{reference}.shipped.2@regimen.example>",
    ]


def test_a_mail_about_the_same_thing_is_owed_once() -> None:
    order = make_paid(units=1)
    with transaction.atomic():
        one = mail.owe_mail(order=order, kind=Kind.RECALLED, about=7, now=NOW)
        assert mail.owe_mail(order=order, kind=Kind.RECALLED, about=7, now=NOW) == one
        assert mail.owe_mail(order=order, kind=Kind.RECALLED, about=8, now=NOW) != one
