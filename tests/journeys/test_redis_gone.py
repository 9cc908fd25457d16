"""Redis carries messages and counts visits; without it the shop sells on."""

from collections.abc import Iterator
from typing import Any

import pytest

from config import api
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def redis_gone(settings: Any) -> Iterator[None]:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # nothing listens there
    api._redis.cache_clear()
    yield
    api._redis.cache_clear()


@pytest.mark.usefixtures("redis_gone")
def test_a_customer_buys_while_redis_is_gone(customer: Customer, workers: Any, caplog: Any) -> None:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=1)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    customer.pay()
    workers()  # a sweep's work, whoever carries it
    assert customer.read_order()["status"] == "paid"
    assert any("throttle is blind" in record.message for record in caplog.records)  # it really was gone
