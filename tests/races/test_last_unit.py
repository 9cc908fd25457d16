"""Eight customers, one unit. With both guards off (the condition, the constraint) it is sold eight times."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.db.models import Sum

from catalog.models import Lot, Movement
from catalog.stock import promises
from orders.models import Allocation, Order
from payments.models import PaymentAttempt
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer, write_wish
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 8


def everybody_wants_the_last_one(customer: Customer) -> list[requests.Response]:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=1)
    buyers = [Customer(customer.shop, customer.sandbox, f"buyer{n}@customer.example") for n in range(BUYERS)]
    wishes = []
    for buyer in buyers:
        cart = buyer.fill_cart(**{"QC-50": 1})
        wishes.append(write_wish(buyer.email, cart["totals"]["total"]))

    def check_out(buyer: Customer, wish: dict[str, Any]) -> Callable[[], requests.Response]:
        url, key = f"{buyer.shop}/api/v1/carts/{buyer.cart}/checkout/", {"Idempotency-Key": "the-only-one"}
        return lambda: requests.post(url, json=wish, headers=key, timeout=30)

    return rush(*(check_out(buyer, wish) for buyer, wish in zip(buyers, wishes, strict=True)))


def assert_sold_once(answers: list[requests.Response]) -> None:
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: BUYERS - 1}
    for answer in answers:
        if answer.status_code == 409:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json() == {
                "type": "/problems/out-of-stock",
                "title": "Some things are no longer there in that quantity.",
                "status": 409,
                "missing": [{"sku": "QC-50", "short": 1}],
            }
    (order,) = Order.objects.all()
    assert {answer.json()["order"]["reference"] for answer in answers if answer.ok} == {order.reference}
    assert PaymentAttempt.objects.count() == 1
    lot = Lot.objects.get()
    assert (lot.on_hand, lot.reserved) == (1, 1)
    sums = Movement.objects.aggregate(on_hand=Sum("on_hand_change"), reserved=Sum("reserved_change"))
    assert sums == {"on_hand": 1, "reserved": 1}
    assert list(Allocation.objects.values_list("line__order", "lot", "units")) == [(order.pk, lot.pk, 1)]


def test_the_last_unit_is_sold_once_and_seven_are_told_so(customer: Customer, slow_down: Any) -> None:
    slow_down(promises, "take")
    assert_sold_once(everybody_wants_the_last_one(customer))


UNCONDITIONAL = promises.TAKE_SQL.replace("AND on_hand - reserved >= %(units)s::int", "").replace(
    "on_hand > reserved", "true"
)


def test_without_the_condition_the_constraint_is_the_last_guard(
    customer: Customer, slow_down: Any, monkeypatch: Any
) -> None:
    slow_down(promises, "take")
    monkeypatch.setattr(promises, "TAKE_SQL", UNCONDITIONAL)
    answers = everybody_wants_the_last_one(customer)
    assert Order.objects.count() == 1
    assert Counter(answer.status_code for answer in answers)[201] == 1
    assert (Lot.objects.get().on_hand, Lot.objects.get().reserved) == (1, 1)


def test_control_with_both_guards_off_the_unit_is_oversold_and_this_is_noticed(
    customer: Customer, slow_down: Any, monkeypatch: Any, no_constraint: None
) -> None:
    slow_down(promises, "take")
    monkeypatch.setattr(promises, "TAKE_SQL", UNCONDITIONAL)
    with pytest.raises(AssertionError):
        assert_sold_once(everybody_wants_the_last_one(customer))
    assert Order.objects.count() > 1
    assert Lot.objects.get().reserved > Lot.objects.get().on_hand
