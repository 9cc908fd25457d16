"""How many SQL statements reading may take, whatever the page's size. `make bench` says what they cost."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from tests.builders import make_lot, make_product, make_variant

pytestmark = pytest.mark.django_db(transaction=True)
Budget = Callable[[int], AbstractContextManager[Any]]

LISTING = PRODUCT = 1  # the shop's promise is 3 and 4
ASKED, FACETS, SUGGESTED = 4, 1, 3


@pytest.fixture
def hundred_and_one() -> None:
    for number in range(101):
        product = make_product(
            f"Jar {number:03d}", brand="House", category="Face > Creams", concerns=["Milia"]
        )
        make_lot(product.variants.get())


def test_a_listing_takes_one_statement_whatever_its_size_filters_and_cursor(
    client: Client, hundred_and_one: None, django_assert_max_num_queries: Budget
) -> None:
    for cards in (1, 24, 100):
        with django_assert_max_num_queries(LISTING):
            answer = client.get(f"/api/v1/products/?limit={cards}")
        assert len(answer.json()["results"]) == cards
    asked = (
        "market=eu&category=face&category=creams&brand=house&concern=milia&price_min=1&price_max=99999"
        "&in_stock=true&sort=-price&limit=50"
    )
    cursor = client.get(f"/api/v1/products/?{asked}").json()["next"]
    with django_assert_max_num_queries(LISTING):
        answer = client.get(f"/api/v1/products/?{asked}&cursor={cursor}")
    assert len(answer.json()["results"]) == 50


def test_facets_take_one_statement_more(
    client: Client, hundred_and_one: None, django_assert_max_num_queries: Budget
) -> None:
    for asked in ("", "&brand=house&category=face&concern=milia&limit=100"):
        with django_assert_max_num_queries(LISTING + FACETS):
            answer = client.get(f"/api/v1/products/?facets=true{asked}")
        assert answer.json()["facets"]["brand"] == [{"slug": "house", "name": "House", "count": 101}]


QUESTIONS = {
    "jar": 24,
    "jarr 017": 1,
    "jar cream milia no alcohol": 24,
    "qwrtps": 0,  # and counted
    "the": 0,
}


def test_a_question_takes_four_statements_and_one_for_facets_and_a_suggestion_three(
    client: Client, hundred_and_one: None, django_assert_max_num_queries: Budget
) -> None:
    for q, found in QUESTIONS.items():
        with django_assert_max_num_queries(ASKED):
            answer = client.get("/api/v1/products/", {"q": q})
        assert len(answer.json()["results"]) == found, q
        with django_assert_max_num_queries(ASKED + FACETS):
            client.get("/api/v1/products/", {"q": q, "facets": "true", "limit": 100})
    for q in ("j", "jar", "jarr", "jar 01", "milia cre"):
        with django_assert_max_num_queries(SUGGESTED):
            assert client.get("/api/v1/search/suggest/", {"q": q}).status_code == 200


@pytest.mark.parametrize("sizes", [1, 20])
def test_a_product_takes_one_statement_whatever_its_sizes(
    client: Client, django_assert_max_num_queries: Budget, sizes: int
) -> None:
    product = make_product("Jar")
    for _ in range(sizes - 1):
        make_lot(make_variant(product))
    with django_assert_max_num_queries(PRODUCT):
        answer = client.get("/api/v1/products/jar/")
    assert len(answer.json()["variants"]) == sizes
