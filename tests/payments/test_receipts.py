"""Receipts: numbered, printed once, sent once, sent again when somebody asks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from config import celery_app
from orders import errands, lifecycle
from orders.models import OrderEvent
from payments import receipts, tasks
from payments.models import Receipt, ReceiptSeries
from tests.builders import NOW
from tests.builders.orders import make_order, make_receipt, pay_order
from tests.paper import words_of
from tests.postbox import Postbox, html_of, open_postbox, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with open_postbox(settings) as box:
        yield box


def enclosed(letter: EmailMessage) -> tuple[str, str, bytes]:
    (attachment,) = letter.iter_attachments()
    content = attachment.get_content()
    assert isinstance(content, bytes)
    return attachment.get_filename() or "", attachment.get_content_type(), content


# -- Numbers -------------------------------------------------------------------------------------------


def test_a_receipt_is_numbered_dated_and_due_at_once() -> None:
    receipt = make_receipt()

    assert str(receipt) == "2026-000001"
    assert (receipt.issued_at, receipt.due_at, receipt.done_at, receipt.pdf) == (NOW, NOW, None, None)


def test_an_order_gets_one_receipt_however_often_it_is_asked_for() -> None:
    first = make_receipt()

    with transaction.atomic():
        again = receipts.issue_receipt(
            order=first.order, payment=first.payment, now=NOW + timedelta(days=400)
        )

    assert again == first
    assert list(ReceiptSeries.objects.values_list("year", "last_number")) == [(2026, 1)]


def test_each_year_counts_from_one() -> None:
    last_second = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)

    numbers = [
        str(make_receipt(make_order(now=now), now=now))
        for now in (last_second, last_second, last_second + timedelta(seconds=1))
    ]

    assert numbers == ["2026-000001", "2026-000002", "2027-000001"]


def test_a_number_that_was_rolled_back_is_given_to_the_next() -> None:
    order = make_order()
    payment = pay_order(order)
    with transaction.atomic():
        assert receipts.issue_receipt(order=order, payment=payment, now=NOW).number == 1
        transaction.set_rollback(True)

    assert make_receipt().number == 1


# -- The mail ------------------------------------------------------------------------------------------


def test_a_customer_who_paid_gets_the_receipt_as_html_text_and_pdf(postbox: Postbox) -> None:
    receipt = make_receipt()
    order = receipt.order

    assert receipts.deliver_receipt(pk=receipt.pk, now=NOW) is True

    letter = postbox.only
    receipt.refresh_from_db()
    assert postbox.recipients == [["ida@example.org"]]
    assert letter["Subject"] == f"Receipt 2026-000001 for your order {order.reference}"
    assert letter["Message-ID"] == "<receipt-2026-000001.0@regimen.example>"
    assert enclosed(letter) == ("receipt-2026-000001.pdf", "application/pdf", bytes(receipt.pdf or b""))
    assert bytes(receipt.pdf or b"").startswith(b"%PDF-")
    assert "You paid €44.88 on 20 November 2026 with Visa ending in 4242\n" in text_of(letter)
    assert "    2 × €19.99 = €39.98\n  Delivery, Standard: €4.90\n  Total paid: €44.88\n" in text_of(letter)
    assert "  of which VAT 19% on €37.72: €7.16\n" in text_of(letter)
    for amount in ("2 × €19.99", "€39.98", "€4.90", "€44.88", "of which VAT 19% on €37.72", "€7.16"):
        assert amount in html_of(letter)
    assert (receipt.done_at, receipt.due_at, receipt.sent_to) == (NOW, None, "ida@example.org")


def test_a_receipt_of_an_order_that_was_called_off_promises_no_parcel(postbox: Postbox) -> None:
    receipt = make_receipt()
    lifecycle.cancel_order(receipt.order_id, now=NOW)

    receipts.deliver_receipt(pk=receipt.pk, now=NOW)

    for words in (text_of(postbox.only), html_of(postbox.only)):
        assert "You paid €44.88" in words
        assert "We pack it next" not in words


# -- The errand ----------------------------------------------------------------------------------------


def test_a_mail_server_that_is_down_costs_nothing_but_time(postbox: Postbox, settings: Any) -> None:
    receipt = make_receipt()
    postbox.refusing = True
    waits, now = [], NOW
    while receipt.due_at is not None:
        now = receipt.due_at
        assert receipts.deliver_receipt(pk=receipt.pk, now=now) is False
        receipt.refresh_from_db()
        waits.append((receipt.due_at - now).total_seconds() if receipt.due_at else None)
    assert waits == [30, 60, 120, 240, 480, 960, 1920, None]
    assert (receipt.failures, receipt.sent_to) == (8, "")
    printed = bytes(receipt.pdf or b"")
    assert printed.startswith(b"%PDF-")

    postbox.refusing = False
    settings.SELLER = {**settings.SELLER, "name": "Another Name GmbH"}  # the document is history: it stays
    assert errands.try_again(Receipt, receipt.pk, now=now) is True
    assert receipts.deliver_receipt(pk=receipt.pk, now=now) is True

    assert enclosed(postbox.only)[2] == printed
    assert "Regimen Skincare GmbH" in words_of(printed)


def test_a_worker_killed_after_sending_means_a_second_copy_with_the_same_message_id(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = make_receipt()

    def die(*arguments: Any, **options: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(errands, "finish", die)
        with pytest.raises(SystemExit):
            receipts.deliver_receipt(pk=receipt.pk, now=NOW)
    receipt.refresh_from_db()
    assert (receipt.done_at, receipt.sent_to) == (None, "")

    assert receipts.deliver_receipt(pk=receipt.pk, now=NOW + errands.LEASE) is True

    assert postbox.message_ids == ["<receipt-2026-000001.0@regimen.example>"] * 2
    assert enclosed(postbox.letters[0]) == enclosed(postbox.letters[1])


def test_the_sweep_sends_each_due_receipt_once(postbox: Postbox) -> None:
    now = timezone.now()
    make_receipt(make_order(now=now), now=now)
    make_receipt(make_order(now=now, email="later@example.org"), now=now)
    Receipt.objects.filter(number=2).update(due_at=now + timedelta(hours=1))
    celery_app.conf.task_always_eager = True
    try:
        tasks.sweep_receipts()
        tasks.sweep_receipts()
    finally:
        celery_app.conf.task_always_eager = False

    assert postbox.recipients == [["ida@example.org"]]


# -- Again, because somebody asked ---------------------------------------------------------------------


def test_support_sends_the_same_document_again_to_another_address(postbox: Postbox) -> None:
    receipt = make_receipt()
    receipts.deliver_receipt(pk=receipt.pk, now=NOW)
    later = NOW + timedelta(days=9)

    assert receipts.send_again(receipt_id=receipt.pk, to="books@example.org", now=later) is True
    assert receipts.deliver_receipt(pk=receipt.pk, now=later) is True

    assert postbox.recipients == [["ida@example.org"], ["books@example.org"]]
    assert postbox.message_ids == [f"<receipt-2026-000001.{copy}@regimen.example>" for copy in (0, 1)]
    assert enclosed(postbox.letters[0]) == enclosed(postbox.letters[1])
    receipt.refresh_from_db()
    assert (receipt.copies, receipt.sent_to, receipt.done_at) == (1, "books@example.org", later)
    assert ReceiptSeries.objects.get().last_number == 1
    note = receipt.order.events.get(kind=OrderEvent.Kind.NOTED)
    assert note.note == "Receipt 2026-000001 is sent again to books@example.org."


def test_asking_twice_before_it_left_sends_one_copy(postbox: Postbox) -> None:
    receipt = make_receipt()
    receipts.deliver_receipt(pk=receipt.pk, now=NOW)

    assert receipts.send_again(receipt_id=receipt.pk, to=None, now=NOW) is True
    assert receipts.send_again(receipt_id=receipt.pk, to=None, now=NOW) is False
    for _ in range(3):
        receipts.deliver_receipt(pk=receipt.pk, now=NOW)

    assert len(postbox.letters) == 2
    receipt.refresh_from_db()
    assert receipt.copies == 1


def test_asking_for_a_receipt_that_is_still_on_its_way_changes_nothing() -> None:
    receipt = make_receipt()

    assert receipts.send_again(receipt_id=receipt.pk, to=None, now=NOW) is False

    receipt.refresh_from_db()
    assert (receipt.copies, receipt.due_at, receipt.attempts) == (0, NOW, 0)
    assert not receipt.order.events.filter(kind=OrderEvent.Kind.NOTED).exists()


def test_asking_for_a_receipt_that_was_given_up_tries_it_again_under_its_old_message_id(
    postbox: Postbox,
) -> None:
    receipt = make_receipt()
    Receipt.objects.filter(pk=receipt.pk).update(due_at=None, failures=8)
    later = NOW + timedelta(days=1)

    assert receipts.send_again(receipt_id=receipt.pk, to=None, now=later) is True
    assert receipts.deliver_receipt(pk=receipt.pk, now=later) is True

    assert postbox.message_ids == ["<receipt-2026-000001.0@regimen.example>"]


def test_a_mistyped_address_is_put_right_while_a_worker_is_still_at_the_old_one() -> None:
    receipt = make_receipt()
    at_work = errands.claim(Receipt, receipt.pk, now=NOW)
    assert at_work is not None

    assert receipts.send_again(receipt_id=receipt.pk, to="right@example.org", now=NOW) is True

    with transaction.atomic():
        assert errands.still_ours(at_work) is None  # whatever it sent, the new copy stays owed
    assert [row.send_to for row in Receipt.objects.due(NOW)] == ["right@example.org"]
