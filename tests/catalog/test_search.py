"""Finding products: every filter, every sorting, and a cursor that meets each product exactly once."""

import base64
import contextlib
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import asking, publishing, search
from catalog.asking import BadQuery
from catalog.finding.folding import key_name
from catalog.models import Product, Variant
from catalog.search import SORTS, BadCursor, Listing, UnknownFilter
from tests.builders import LONG_AGO, NOW, make_lot, make_market, make_product, make_variant

pytestmark = pytest.mark.django_db


def find(now: Any = NOW, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(search.find_products(Listing("eu", **asked), now=now).body)
    return found


def slugs(**asked: Any) -> list[str]:
    return [card["slug"] for card in find(**asked)["results"]]


@pytest.fixture
def many(db: None) -> list[str]:
    make_market()
    made = []
    for number in range(13):
        product = make_product(
            name=f"P{number}",
            prices={"EUR": [999, 1999, 999, 5000][number % 4]},
            published_at=LONG_AGO + timedelta(days=number % 3),
        )
        Product.objects.filter(pk=product.pk).update(
            name=["Élan", "elan", "Calm", "Zinc", "calm"][number % 5]
        )
        publishing.publish_products(product_ids=[product.pk], now=NOW)
        made.append(product.slug)
    return made


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 4, 13])
def test_the_cursor_meets_every_product_exactly_once(many: list[str], sort: str, limit: int) -> None:
    met, cursor, pages = [], "", 0
    while True:
        page = find(sort=sort, limit=limit, cursor=cursor)
        met += page["results"]
        pages += 1
        assert pages <= len(many), "the cursor does not move on"
        if page["next"] is None:
            break
        assert len(page["results"]) == limit
        cursor = page["next"]
    assert sorted(card["slug"] for card in met) == sorted(many)
    assert pages == -(-len(many) // limit)
    keys = {
        "price": [card["price_from"]["amount"] for card in met],
        "-price": [-card["price_from"]["amount"] for card in met],
        "name": [key_name(card["name"]) for card in met],
        "newest": [
            -Product.objects.get(slug=card["slug"]).published_at.timestamp()  # type: ignore[union-attr]
            for card in met
        ],
    }
    assert keys[sort] == sorted(keys[sort])


def test_a_product_that_appears_while_somebody_turns_pages_moves_none_of_the_others(many: list[str]) -> None:
    first = find(sort="price", limit=10)
    make_product("Newcomer", prices={"EUR": 1})
    rest = find(sort="price", limit=100, cursor=first["next"])
    met = [card["slug"] for card in first["results"] + rest["results"]]
    assert sorted(met) == sorted(many)


def test_filters_of_different_kinds_add_up_and_values_of_one_are_alternatives() -> None:
    a = make_product("A", brand="One", category="Face > Serums", concerns=["Milia"], prices={"EUR": 1000})
    b = make_product(
        "B", brand="Two", category="Face > Creams", concerns=["Milia", "Acne"], prices={"EUR": 2000}
    )
    c = make_product("C", brand="One", category="Body > Oils", concerns=[], prices={"EUR": 3000})
    assert (a.slug, b.slug, c.slug) == ("a", "b", "c")
    assert slugs(sort="name") == ["a", "b", "c"]
    assert slugs(sort="name", categories=["face"]) == ["a", "b"]
    assert slugs(sort="name", categories=["serums", "oils"]) == ["a", "c"]
    assert slugs(sort="name", brands=["one"]) == ["a", "c"]
    assert slugs(sort="name", brands=["one", "two"]) == ["a", "b", "c"]
    assert slugs(sort="name", concerns=["milia"]) == ["a", "b"]
    assert slugs(sort="name", concerns=["acne"], brands=["one"]) == []
    assert slugs(sort="name", price_min_cents=2000) == ["b", "c"]
    assert slugs(sort="name", price_max_cents=2000) == ["a", "b"]
    assert slugs(sort="name", price_min_cents=1001, price_max_cents=2999) == ["b"]
    assert slugs(sort="name", categories=["face"], brands=["one"], concerns=["milia"]) == ["a"]


def test_in_stock_knows_expiry_promises_and_retired_sizes() -> None:
    have, expired, promised, none = (make_product(name) for name in ("Have", "Expired", "Promised", "None"))
    make_lot(have.variants.get(), units=1)
    make_lot(expired.variants.get(), units=1, expires_on=NOW.date())
    lot = make_lot(promised.variants.get(), units=1)
    type(lot).objects.filter(pk=lot.pk).update(reserved=1)
    retired = make_product("Retired")
    make_lot(retired.variants.get(), units=1)
    Variant.objects.filter(product=retired).update(retired_at=NOW)
    make_variant(retired)  # which publishes the product again, with this size only
    assert slugs(sort="name", in_stock=True) == ["have"]
    assert slugs(sort="name", in_stock=False) == ["expired", "none", "promised", "retired"]
    assert {card["slug"]: card["in_stock"] for card in find()["results"]}["have"] is True
    assert none.slug == "none"


@pytest.mark.parametrize(("units", "few_left"), [(1, 1), (4, 4), (5, None), (9, None)])
def test_few_units_are_counted_out(units: int, few_left: int | None) -> None:
    make_lot(make_product("Jar").variants.get(), units=units)
    (variant,) = orjson.loads(search.read_product(slug="jar", market="eu", now=NOW).body)["variants"]
    assert (variant["in_stock"], variant["few_left"]) == (True, few_left)


def test_an_unknown_filter_is_told_apart_from_an_honest_nothing() -> None:
    make_product("A", brand="One", category="Face", concerns=["Milia"])
    make_product("B", brand="Two", category="Body")
    assert slugs(brands=["two"], concerns=["milia"]) == []
    with pytest.raises(UnknownFilter) as refused:
        find(brands=["nobody"], categories=["face", "nowhere"], concerns=["nothing"])
    assert refused.value.unknown == [("category", "nowhere"), ("brand", "nobody"), ("concern", "nothing")]
    with pytest.raises(UnknownFilter) as refused:
        search.find_products(Listing("mars"), now=NOW)
    assert refused.value.unknown == [("market", "mars")]
    assert slugs(brands=["one", "nobody"]) == ["a"]  # an alternative may be misspelt


def test_a_listing_and_a_page_are_one_statement_whatever_their_size(
    many: list[str], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        find(limit=100, sort="price", in_stock=False, price_min_cents=1)
    with django_assert_num_queries(1):
        search.read_product(slug=many[0], market="eu", now=NOW)


def test_the_tag_changes_with_what_is_shown_and_only_then() -> None:
    product = make_product("Jar")
    listing = Listing("eu")
    before = search.find_products(listing, now=NOW).etag
    page_before = search.read_product(slug="jar", market="eu", now=NOW).etag
    assert search.find_products(listing, now=NOW + timedelta(hours=1)).etag == before
    make_lot(product.variants.get(), units=1)
    assert search.find_products(listing, now=NOW).etag != before
    assert search.read_product(slug="jar", market="eu", now=NOW).etag != page_before


def encode(place: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


@pytest.mark.parametrize(
    ("sort", "cursor"),
    [
        ("price", "nonsense"),
        ("price", "ä"),
        ("price", encode(["name", "a", 1])),
        ("price", encode(["-price", 1999, 1])),  # the other way round
        ("price", encode(["price", "a", 1])),
        ("price", encode(["price", 1])),
        ("price", encode(["price", 1, "1"])),
        ("price", encode(["price", 1, -1])),
        ("price", encode(["price", 1, 2**63])),
        ("price", encode(["price", 2**31, 1])),
        ("price", encode(["price", -1, 1])),
        ("price", encode(["price", True, 1])),
        ("price", encode(["price", 1.5, 1])),
        ("price", encode({"price": 1})),
        ("price", encode(None)),
        ("name", encode(["name", "", 1])),
        ("name", encode(["name", "a\x00", 1])),
        ("name", encode(["name", 1, 1])),
        ("newest", encode(["newest", "yesterday", 1])),
        ("newest", encode(["newest", "2026-01-01T00:00:00", 1])),
        ("newest", encode(["newest", 5, 1])),
    ],
)
def test_a_cursor_that_we_did_not_give_out_is_refused(sort: str, cursor: str) -> None:
    make_product()
    with pytest.raises(BadCursor):
        find(sort=sort, cursor=cursor)


PLACES = st.recursive(
    st.none() | st.integers(-(2**60), 2**60) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sort=st.sampled_from(sorted(SORTS)), place=PLACES, raw=st.binary(max_size=20))
def test_no_cursor_makes_the_database_stumble(db: None, sort: str, place: Any, raw: bytes) -> None:
    for cursor in (
        encode(place),
        encode([sort, *place] if isinstance(place, list) else [sort, place, 1]),
        base64.urlsafe_b64encode(raw).decode(),
        raw.decode("latin-1"),
    ):
        with contextlib.suppress(BadCursor, UnknownFilter):
            search.find_products(Listing("eu", sort=sort, cursor=cursor or "x"), now=NOW)


def read(query: str) -> Listing:
    return asking.read_listing(QueryDict(query))


def test_an_address_becomes_a_listing() -> None:
    nothing = Listing("eu", [], [], [], None, None, None, "newest", 24, "", "", [], [], [], False, None)
    assert read("") == nothing
    asked = read(
        "market=uk&category=a&category=b&brand=c&concern=d&price_min=1&price_max=2&in_stock=false"
        "&sort=-price&limit=100&cursor=abc&q=dry+skin&contains=e&contains=f&free_from=g&skin_type=oily&facets=true"
        "&picked=false"
    )
    facets = (["a", "b"], ["c"], ["d"], 1, 2, False)
    words = ("dry skin", ["e", "f"], ["g"], ["oily"], True, False)
    assert asked == Listing("uk", *facets, "-price", 100, "abc", *words)


def test_a_question_is_sorted_by_relevance_unless_told_and_nothing_else_is() -> None:
    assert (read("q=milia").sort, read("q=milia&sort=name").sort, read("q=++").sort) == (
        "relevance",
        "name",
        "newest",
    )
    with pytest.raises(BadQuery) as refused:
        read("sort=relevance")
    assert refused.value.errors == [("sort", "Relevance needs a question: q.")]
    assert asking.read_suggestion(QueryDict("q=mil&market=uk")) == ("mil", "uk")


def test_everything_that_is_wrong_with_an_address_is_told_at_once() -> None:
    with pytest.raises(BadQuery) as refused:
        read(
            "limit=0&sort=best&skin_type=green&facets=1&colour=red&in_stock=yes&price_min=-1"
            "&brand=a b&market=eu&market=uk&picked=1"
        )
    assert sorted(name for name, _ in refused.value.errors) == [
        "brand",
        "colour",
        "facets",
        "in_stock",
        "limit",
        "market",
        "picked",
        "price_min",
        "skin_type",
        "sort",
    ]
    with pytest.raises(BadQuery):
        asking.read_market(QueryDict("market=eu&limit=1"))
    assert asking.read_market(QueryDict("")) == "eu"
    assert asking.read_market(QueryDict("market=uk")) == "uk"
