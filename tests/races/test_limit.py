"""One customer in several windows: the limit holds. Without the lock on the address it is passed."""

from typing import Any

import pytest
from django.db.models import Sum

from catalog.models import Variant
from orders import limits
from orders.limits import LimitReached
from orders.models import Order, OrderLine
from tests.builders import make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order
from tests.builders.waiting import make_limit
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = 6


def buy_in_every_window() -> list[Any]:
    """What each window got, which asked for one unit of a peel of which two are sold to a customer."""
    make_market()
    make_delivery()
    peel: Variant = make_product("Quiet Peel", sku="PEEL-30").variants.get()
    make_lot(peel, units=50)
    make_limit(product=peel.product)
    written = ["ida@example.org", "IDA@example.org"]
    return rush(
        *(lambda email=written[turn % 2]: make_order({peel: 1}, email=email) for turn in range(WINDOWS))  # type: ignore[misc]
    )


def assert_limit_held(results: list[Any]) -> None:
    assert sum(isinstance(result, Order) for result in results) == 2
    assert sum(isinstance(result, LimitReached) for result in results) == WINDOWS - 2
    assert OrderLine.objects.aggregate(units=Sum("units")) == {"units": 2}


def test_six_windows_of_one_customer_buy_two(slow_down: Any) -> None:
    slow_down(limits, "_measure")
    assert_limit_held(buy_in_every_window())


def test_control_without_the_lock_on_the_address_the_limit_is_passed(
    slow_down: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_down(limits, "_measure", 0.2)
    monkeypatch.setattr(limits, "_lock_customer", lambda email: None)
    with pytest.raises(AssertionError):
        assert_limit_held(buy_in_every_window())
    assert Order.objects.count() > 2
