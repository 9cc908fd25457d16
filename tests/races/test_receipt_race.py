"""Many workers at one mail that we owe: the customer gets it once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connections, transaction

from orders import errands, mail
from orders.models import OrderMail
from payments import receipts
from payments.models import Receipt
from tests.builders import NOW
from tests.builders.orders import make_order, make_receipt
from tests.postbox import Postbox, open_postbox

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with open_postbox(settings) as box:
        box.slow_s = 0.05  # long enough for everybody to try
        yield box


def deliver_with_many_workers(receipt: Receipt) -> list[bool]:
    together = Barrier(WORKERS)

    def work(_: int) -> bool:
        try:
            together.wait(timeout=20)
            return receipts.deliver_receipt(pk=receipt.pk, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as workers:
        return list(workers.map(work, range(WORKERS)))


def test_eight_workers_at_one_receipt_send_one_mail(postbox: Postbox) -> None:
    receipt = make_receipt()

    sent = deliver_with_many_workers(receipt)

    assert sorted(sent) == [False] * 7 + [True]
    assert len(postbox.letters) == 1
    receipt.refresh_from_db()
    assert (receipt.attempts, receipt.failures, receipt.done_at) == (1, 0, NOW)


def test_the_control_without_a_lease_eight_workers_send_many_mails_of_one_message_id(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = make_receipt()

    def take_without_lease(kind: type[Receipt], pk: int, *, now: datetime) -> Receipt:
        return kind.objects.get(pk=pk)

    monkeypatch.setattr(errands, "claim", take_without_lease)
    deliver_with_many_workers(receipt)

    assert len(postbox.letters) == WORKERS
    assert set(postbox.message_ids) == {"<receipt-2026-000001.0@regimen.example>"}


def test_a_worker_whose_lease_ran_out_while_it_was_sending_changes_nothing(postbox: Postbox) -> None:
    receipt = make_receipt()
    later = NOW + errands.LEASE

    def somebody_else_takes_it() -> None:
        assert errands.claim(Receipt, receipt.pk, now=later) is not None
        connections.close_all()

    postbox.on_letter = somebody_else_takes_it
    receipts.deliver_receipt(pk=receipt.pk, now=NOW)

    assert len(postbox.letters) == 1
    receipt.refresh_from_db()
    assert (receipt.done_at, receipt.sent_to, receipt.attempts) == (None, "", 2)
    assert receipt.due_at == later + errands.LEASE


def test_an_order_mail_that_was_taken_over_while_it_was_sent_stays_with_its_new_worker(
    postbox: Postbox,
) -> None:
    order = make_order()
    with transaction.atomic():
        owed = mail.owe_mail(order=order, kind=OrderMail.Kind.CANCELLED, now=NOW)
    later = NOW + errands.LEASE

    def somebody_else_takes_it() -> None:
        assert errands.claim(OrderMail, owed.pk, now=later) is not None
        connections.close_all()

    postbox.on_letter = somebody_else_takes_it
    mail.deliver_order_mail(pk=owed.pk, now=NOW)

    owed.refresh_from_db()
    assert (owed.done_at, owed.due_at, owed.attempts) == (None, later + errands.LEASE, 2)
