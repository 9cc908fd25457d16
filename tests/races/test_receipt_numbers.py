"""Many settlements at one moment, some of which fail: no number is missing, none is given twice."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Max

from orders.models import Order
from payments import receipts
from payments.models import Payment, Receipt, ReceiptSeries
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order, pay_order

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
ROUNDS = 3


class CallOff(Exception):
    """The settlement around the receipt fails after the number was taken."""


def sell(times: int) -> list[tuple[Order, Payment]]:
    make_market()
    make_delivery()
    variant = make_product().variants.get()
    make_lot(variant, units=times)
    orders = [make_order({variant: 1}) for _ in range(times)]
    return [(order, pay_order(order)) for order in orders]


def settle_together(jobs: Sequence[tuple[Order, Payment, bool]]) -> list[str]:
    """How each job ended, THREADS of them at a time: a number, `called off` or `collision`."""
    together = Barrier(THREADS)

    def settle(job: tuple[Order, Payment, bool]) -> str:
        order, payment, fails = job
        together.wait(timeout=20)
        try:
            with transaction.atomic(durable=True):
                receipt = receipts.issue_receipt(order=order, payment=payment, now=NOW)
                if fails:
                    raise CallOff
            return str(receipt)
        except CallOff:
            return "called off"
        except IntegrityError:
            return "collision"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(settle, jobs))


def some_fail(sales: Sequence[tuple[Order, Payment]]) -> list[tuple[Order, Payment, bool]]:
    return [(order, payment, number % 3 == 1) for number, (order, payment) in enumerate(sales)]


def given_numbers() -> list[int]:
    return list(Receipt.objects.order_by("number").values_list("number", flat=True))


def test_eight_threads_with_some_rolled_back_number_without_gap_or_twin() -> None:
    jobs = some_fail(sell(THREADS * ROUNDS))

    ends = settle_together(jobs)

    assert ends.count("called off") == 8
    assert sorted(end for end in ends if end != "called off") == [f"2026-{n:06d}" for n in range(1, 17)]
    assert given_numbers() == list(range(1, 17))
    assert ReceiptSeries.objects.get().last_number == 16


def test_eight_settlements_of_one_order_spend_one_number() -> None:
    ((order, payment),) = sell(1)

    ends = settle_together([(order, payment, False)] * THREADS)

    assert ends == ["2026-000001"] * THREADS
    assert ReceiptSeries.objects.get().last_number == 1


def test_the_control_the_highest_number_plus_one_collides(monkeypatch: pytest.MonkeyPatch) -> None:
    all_have_looked = Barrier(THREADS)

    def look_and_add_one(year: int) -> int:
        highest = Receipt.objects.filter(year=year).aggregate(highest=Max("number"))["highest"] or 0
        all_have_looked.wait(timeout=20)
        return int(highest) + 1

    ends = settle_with(look_and_add_one, monkeypatch, [(*sale, False) for sale in sell(THREADS)])

    assert ends.count("collision") == THREADS - 1


def test_the_control_a_sequence_forgets_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE receipt_control")

    def take_next(year: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('receipt_control')")
            (number,) = cursor.fetchone()
        return int(number)

    try:
        settle_with(take_next, monkeypatch, some_fail(sell(THREADS * ROUNDS)))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SEQUENCE receipt_control")

    numbers = given_numbers()
    assert len(numbers) == 16
    assert numbers != list(range(1, 17))


def settle_with(
    take_number: Callable[[int], int],
    monkeypatch: pytest.MonkeyPatch,
    jobs: Sequence[tuple[Order, Payment, bool]],
) -> list[str]:
    monkeypatch.setattr(receipts, "_take_number", take_number)
    return settle_together(jobs)
