"""How many SQL statements carts and checkouts may take, BEGIN and COMMIT counted.

Ceilings, and exact today: who needs more changes a number here, and says why.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from dev.sandbox_process import SandboxProcess
from tests.builders import make_delivery, make_lot, make_market, make_product

pytestmark = pytest.mark.django_db(transaction=True)
Budget = Callable[[int], AbstractContextManager[Any]]

OPEN_CART = 4
PUT_LINE = 7
READ_CART = 2  # the cart; and all that is to be known of what it holds
READ_CART_FOR_A_COUNTRY = 2
CHECK_OUT = 24  # two of them: what is taken of two lots is taken wholly or not at all
ADDRESS = {
    "name": "Mara L",
    "street": "Lindenstraße 4",
    "postcode": "10969",
    "city": "Berlin",
    "country": "DE",
}


@pytest.fixture
def skus() -> list[str]:
    """Twenty things in stock, and a way to send them."""
    make_market()
    make_delivery()
    made = [f"JAR-{number}" for number in range(20)]
    for sku in made:
        make_lot(make_product(f"Jar {sku}", sku=sku).variants.get())
    return made


def open_cart(client: Client) -> str:
    answer = client.post("/api/v1/carts/", {"market": "eu"}, content_type="application/json")
    token: str = answer.json()["token"]
    return f"/api/v1/carts/{token}/"


def put(client: Client, cart: str, sku: str) -> Any:
    return client.put(f"{cart}lines/{sku}/", {"units": 2}, content_type="application/json").json()


def test_opening_a_cart(client: Client, skus: list[str], django_assert_max_num_queries: Budget) -> None:
    with django_assert_max_num_queries(OPEN_CART):
        open_cart(client)


@pytest.mark.parametrize("held", [1, 20])
def test_putting_a_line_takes_the_same_whatever_the_cart_holds(
    client: Client, skus: list[str], django_assert_max_num_queries: Budget, held: int
) -> None:
    cart = open_cart(client)
    for sku in skus[: held - 1]:
        put(client, cart, sku)
    with django_assert_max_num_queries(PUT_LINE):
        shown = put(client, cart, skus[held - 1])
    assert len(shown["lines"]) == held


@pytest.mark.parametrize("held", [1, 20])
def test_reading_a_cart_takes_the_same_whatever_it_holds(
    client: Client, skus: list[str], django_assert_max_num_queries: Budget, held: int
) -> None:
    cart = open_cart(client)
    for sku in skus[:held]:
        put(client, cart, sku)
    with django_assert_max_num_queries(READ_CART):
        client.get(cart)
    with django_assert_max_num_queries(READ_CART_FOR_A_COUNTRY):
        shown = client.get(f"{cart}?country=DE&delivery_method=standard").json()
    assert len(shown["lines"]) == held
    assert shown["problems"] == []


def test_checking_out_two_lines(
    client: Client, skus: list[str], stripe_sandbox: SandboxProcess, django_assert_max_num_queries: Budget
) -> None:
    cart = open_cart(client)
    for sku in skus[:2]:
        put(client, cart, sku)
    total = client.get(f"{cart}?country=DE&delivery_method=standard").json()["totals"]["total"]
    wish = {
        "email": "mara@customer.example",
        "shipping_address": ADDRESS,
        "delivery_method": "standard",
        "total": total,
    }
    with django_assert_max_num_queries(CHECK_OUT):
        answer = client.post(
            f"{cart}checkout/", wish, content_type="application/json", headers={"Idempotency-Key": "one"}
        )
    assert answer.status_code == 201
