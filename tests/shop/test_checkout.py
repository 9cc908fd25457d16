"""Checking out: one order for one wish, whatever is repeated; and what is old is forgotten."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Lot
from orders.lifecycle import OrderClosed
from orders.models import Order
from payments.models import PaymentAttempt
from shop import cart, checkout, tasks
from shop.checkout import KeyReused, Wish
from shop.models import Cart, CartLine, IdempotencyKey
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import HOME, make_order, pay_order

pytestmark = pytest.mark.django_db(transaction=True)
WISH = Wish("ida@example.org", HOME, "standard", 2489, "EUR")


@pytest.fixture
def token(stripe_sandbox: Any) -> str:
    make_market()
    make_delivery()
    make_lot(make_product("Quiet Cream", sku="QC-50").variants.get(), units=5)
    opened = cart.open_cart(market="eu", now=NOW)
    cart.put_line(token=opened.token, sku="QC-50", units=1, now=NOW)
    return opened.token


def start(token: str, key: str = "mine", wish: Wish = WISH, now: datetime | None = None) -> checkout.Started:
    return checkout.start_checkout(token=token, key=key, wish=wish, now=now or timezone.now())


def test_the_answer_is_kept_with_the_key(token: str) -> None:
    started = start(token)
    row = IdempotencyKey.objects.get()
    assert (row.principal, row.key, str(row)) == (f"cart:{token}", "mine", "mine")
    assert (row.order, row.answer) == (started.order, {"payment_url": started.payment_url})
    assert start(token) == started


def test_a_repeat_is_answered_from_the_row_without_asking_anybody(
    token: str, stripe_sandbox: Any, django_assert_num_queries: Any
) -> None:
    started = start(token)
    calls = len(stripe_sandbox.control("requests", method="GET")["requests"])
    with django_assert_num_queries(1):
        assert start(token) == started
    assert len(stripe_sandbox.control("requests", method="GET")["requests"]) == calls


def test_a_repeat_whose_answer_was_never_written_goes_on_where_it_stopped(token: str) -> None:
    started = start(token)
    IdempotencyKey.objects.update(answer=None)
    assert start(token) == started
    assert IdempotencyKey.objects.get().answer == {"payment_url": started.payment_url}
    assert Order.objects.count() == PaymentAttempt.objects.count() == 1


def test_another_wish_under_the_same_key_is_refused_before_and_after_the_lock(
    token: str, monkeypatch: Any
) -> None:
    start(token)
    for other in (
        replace(WISH, email="else@example.org"),
        replace(WISH, total_cents=1),
        replace(WISH, address=replace(HOME, city="Potsdam")),
    ):
        with pytest.raises(KeyReused):
            start(token, wish=other)
        with monkeypatch.context() as patch:
            patch.setattr(checkout, "_find_answer", lambda *_: None)  # it came in that very moment
            with pytest.raises(KeyReused):
                start(token, wish=other)
    assert Order.objects.count() == 1


def test_a_repeat_for_an_order_that_has_lapsed_is_told_so(token: str) -> None:
    start(token)
    IdempotencyKey.objects.update(answer=None)
    PaymentAttempt.objects.update(state="EXPIRED", done_at=NOW, due_at=None)
    Order.objects.update(status="LAPSED", closed_at=NOW)
    with pytest.raises(OrderClosed) as refused:
        start(token)
    assert refused.value.status == "LAPSED"


def test_an_order_that_nobody_can_withdraw_stands_in_the_way(token: str, monkeypatch: Any) -> None:
    """Stripe says that the old session is still open although we have asked to close it."""
    start(token)
    cart.put_line(token=token, sku="QC-50", units=2, now=NOW)
    monkeypatch.setattr(checkout.closing, "withdraw_order", lambda **_: None)
    with pytest.raises(OrderClosed) as refused:
        start(token, key="another", wish=replace(WISH, total_cents=4488))
    assert refused.value.status == "PLACED"
    assert Order.objects.count() == 1
    assert Lot.objects.get().reserved == 1


@pytest.mark.parametrize("status", ["PAID", "LAPSED", "CANCELLED"])
def test_what_is_over_is_not_paid_again(token: str, status: str) -> None:
    order = start(token).order
    if status == "PAID":
        PaymentAttempt.objects.update(state="EXPIRED", done_at=NOW, due_at=None)
        pay_order(order)
    else:
        Order.objects.update(status=status, closed_at=NOW)
    attempts = PaymentAttempt.objects.count()
    with pytest.raises(OrderClosed) as refused:
        checkout.pay_again(order=order, now=timezone.now())
    assert refused.value.status == status
    assert PaymentAttempt.objects.count() == attempts


def test_paying_again_is_the_open_page(token: str) -> None:
    started = start(token)
    assert checkout.pay_again(order=started.order, now=timezone.now()).payment_url == started.payment_url
    assert PaymentAttempt.objects.count() == 1


def test_a_fingerprint_is_the_whole_checkout() -> None:
    mark = WISH.fingerprint({1: 2, 3: 4})
    assert mark == WISH.fingerprint({3: 4, 1: 2})
    assert len(mark) == 64
    others = [
        WISH.fingerprint({1: 2}),
        WISH.fingerprint({1: 2, 3: 5}),
        replace(WISH, email="x@example.org").fingerprint({1: 2, 3: 4}),
        replace(WISH, delivery_code="express").fingerprint({1: 2, 3: 4}),
        replace(WISH, currency="USD").fingerprint({1: 2, 3: 4}),
    ]
    assert len({mark, *others}) == 6


def test_old_keys_and_forgotten_carts_are_forgotten_and_never_an_order(token: str) -> None:
    order = make_order()
    old = NOW - timedelta(days=100)
    for name, touched_at, became in (("old", old, None), ("new", NOW, None), ("ordered", old, order)):
        Cart.objects.create(
            token=name, market=make_market(), created_at=old, touched_at=touched_at, order=became
        )
    IdempotencyKey.objects.create(principal="a", key="old", body_sha256="", order=order, created_at=old)
    IdempotencyKey.objects.create(principal="a", key="new", body_sha256="", order=order, created_at=NOW)
    forgotten = checkout.forget_old_rows(
        older_than=NOW - timedelta(days=7), carts_older_than=NOW - timedelta(days=90)
    )
    assert forgotten == (1, 1)
    assert set(Cart.objects.values_list("token", flat=True)) == {token, "new", "ordered"}
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]
    assert CartLine.objects.count() == 1
    assert Order.objects.count() == 1
    Cart.objects.filter(token="new").update(touched_at=timezone.now() - tasks.CARTS_KEPT - timedelta(days=1))
    tasks.forget_old_rows()
    assert not Cart.objects.filter(token="new").exists()
