"""Who may read an order: whoever has its secret, and nobody learns whether it exists."""

import pytest

from orders.models import Order
from shop import access
from shop.access import NoSuchOrder
from tests.builders.orders import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(db: None) -> Order:
    return make_order()


def test_the_secret_opens_its_order(order: Order) -> None:
    assert access.find_order(reference=order.reference, secret=order.secret) == order


@pytest.mark.parametrize("wrong", ["", "x", "é", "\udcff", "\x00", "a" * 10_000])
def test_nothing_else_does(order: Order, wrong: str) -> None:
    for reference, secret in (
        (order.reference, wrong),
        (order.reference, order.secret + wrong) if wrong else (order.reference, order.secret[:-1]),
        ("AAAA-AAAA", order.secret),
        ("AAAA-AAAA", wrong),
        (order.reference.lower(), order.secret) if order.reference.lower() != order.reference else ("", ""),
    ):
        with pytest.raises(NoSuchOrder):
            access.find_order(reference=reference, secret=secret)


def test_the_secret_of_one_order_opens_no_other(order: Order) -> None:
    other = make_order()
    with pytest.raises(NoSuchOrder):
        access.find_order(reference=order.reference, secret=other.secret)
