"""A warehouse is connected: a key from the owner, counts every morning, and customers buy meanwhile."""

import re
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.utils import timezone

from shop.models import ApiKey
from tests.builders import make_lot, make_product
from tests.builders.staff import sign_in
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)


class Warehouse:
    """A machine with a key: it knows its shelves, and nothing of our orders."""

    def __init__(self, shop: str, secret: str) -> None:
        self.shop, self.secret, self.pushes = shop, secret, 0

    def push(self, *lines: dict[str, Any], name: str = "", **more: Any) -> requests.Response:
        self.pushes += 1
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Idempotency-Key": name or f"stock-{self.pushes}.csv",
        }
        url = f"{self.shop}/api/v1/stock/counts/"
        return requests.post(url, json={"counts": list(lines)} | more, headers=headers, timeout=20)

    def count(self, counted: int, *, at: str, **more: Any) -> dict[str, Any]:
        told = {"sku": "QC-50", "location": "BER", "counted": counted, "as_of": at}
        answer = self.push(told | more)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()["results"][0]
        return result


def moment() -> str:
    return timezone.now().isoformat()


@pytest.fixture
def warehouse(customer: Customer) -> Warehouse:
    """The owner makes the key at her desk and carries it over."""
    make_lot(make_product("Quiet Cream", sku="QC-50").variants.get(), units=10, code="CHB0042")
    page = sign_in("owner").post(
        "/admin/shop/apikey/add/", {"name": "Warehouse Berlin", "location": "", "scopes": ["stock.counts"]}
    )
    secret = re.search(r"Bearer (rgm_[\w-]+)", page.content.decode())[1]  # type: ignore[index]
    return Warehouse(customer.shop, secret)


def test_a_warehouse_counts_and_a_customer_buys_and_neither_harms_the_other(
    customer: Customer, warehouse: Warehouse, workers: Any
) -> None:
    morning = moment()
    customer.fill_cart(**{"QC-50": 4})
    customer.check_out()
    customer.pay()
    workers()
    assert customer.read_order()["status"] == "paid"

    # Nobody has packed it yet: ten stand there, four of them promised.
    found = warehouse.count(10, at=morning)
    assert (found["result"], found["on_hand"], found["reserved"], found["lot"]) == (
        "unchanged",
        10,
        4,
        "CHB0042",
    )
    # Three are broken, as it turns out; that is not to be had of what is promised.
    found = warehouse.count(7, at=moment(), expected=10)
    assert (found["result"], found["change"], found["on_hand"]) == ("applied", -3, 7)
    found = warehouse.count(3, at=moment())
    assert (found["result"], found["reason"], found["on_hand"]) == ("refused", "promised", 7)
    assert found["detail"] == "4 units are promised to orders, and only 3 would be left."
    assert customer.in_stock("quiet-cream") == {"QC-50": True}

    # Only the promised ones are there: the shop sells no more of it, until some turn up.
    assert warehouse.count(4, at=moment())["result"] == "applied"
    assert customer.in_stock("quiet-cream") == {"QC-50": False}
    assert warehouse.count(5, at=moment())["result"] == "applied"
    assert customer.in_stock("quiet-cream") == {"QC-50": True}


def test_yesterdays_file_brings_nothing_back(customer: Customer, warehouse: Warehouse) -> None:
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    assert warehouse.count(2, at=moment())["on_hand"] == 2
    found = warehouse.count(10, at=yesterday)
    assert (found["result"], found["reason"], found["on_hand"]) == ("refused", "older-count", 2)


def test_a_push_that_may_have_been_lost_is_simply_sent_again(
    customer: Customer, warehouse: Warehouse
) -> None:
    told = {"sku": "QC-50", "location": "BER", "lot": "CHB0042", "counted": 6, "as_of": moment()}
    first = warehouse.push(told, name="monday.csv")
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    again = warehouse.push(told, name="monday.csv")
    assert (again.status_code, again.content) == (200, first.content)
    other = warehouse.push(told | {"counted": 9}, name="monday.csv")
    assert (other.status_code, other.json()["type"]) == (409, "/problems/key-reused")


def test_a_lost_key_is_revoked_and_the_warehouse_stands_outside(
    customer: Customer, warehouse: Warehouse
) -> None:
    sign_in("owner").post(f"/admin/shop/apikey/{ApiKey.objects.get().pk}/revoke/")
    answer = warehouse.push({"sku": "QC-50", "location": "BER", "counted": 1, "as_of": moment()})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="stock"')
    assert customer.in_stock("quiet-cream") == {"QC-50": True}


def test_two_places_and_several_lots_in_one_push(customer: Customer, warehouse: Warehouse) -> None:
    oil = make_product("Oat Oil", sku="OO-30").variants.get()
    make_lot(oil, units=5, code="A1", other_codes=("FIL 9",))
    make_lot(oil, units=5, code="A2")
    make_lot(oil, units=5, code="A1", location="HAM")
    told = {"sku": "OO-30", "location": "BER", "counted": 4, "as_of": moment()}
    answer = warehouse.push(
        told, told | {"lot": "fil-9"}, told | {"lot": "A2", "counted": 5}, told | {"location": "HAM"}
    ).json()
    assert [one["result"] for one in answer["results"]] == ["refused", "applied", "unchanged", "applied"]
    assert answer["results"][0]["reason"] == "which-lot"
    assert answer["results"][0]["lots"] == ["A1", "A2"]
    assert (answer["applied"], answer["unchanged"], answer["refused"]) == (2, 1, 1)
