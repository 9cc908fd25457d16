"""Facets: each number is what a customer gets who chooses that value too."""

from typing import Any

import orjson
import pytest
from django.db import transaction

from catalog import publishing, search
from catalog.finding.listing import Listing
from catalog.models import Product
from tests.builders import NOW, make_product
from tests.builders.knowledge import learn
from tests.catalog.finding.shop import ask

pytestmark = pytest.mark.django_db


def find(**asked: Any) -> dict[str, Any]:
    listing = Listing("eu", facets=True, **asked)
    found: dict[str, Any] = orjson.loads(search.find_products(listing, now=NOW).body)
    return found


def counts(facet: str, **asked: Any) -> dict[str, int]:
    return {value["slug"]: value["count"] for value in find(**asked)["facets"][facet]}


@pytest.fixture
def shelf() -> None:
    learn()
    make_product("A", brand="One", category="Face > Serums", concerns=["Milia"], prices={"EUR": 1000})
    make_product("B", brand="Two", category="Face > Creams", concerns=["Milia", "Acne"], prices={"EUR": 2000})
    make_product("C", brand="One", category="Body > Oils", prices={"EUR": 3000}, label_text="Parfum")
    make_product("D", brand="Two", category="Face > Serums", prices={"EUR": 4000}, published_at=None)
    Product.objects.filter(name__in="AB").update(skin_types=["oily", "dry"])
    with transaction.atomic():
        ids = list(Product.objects.values_list("pk", flat=True))
        publishing.publish_products(product_ids=ids, now=NOW)


def test_everything_is_counted_in_all_its_facets(shelf: None) -> None:
    assert find()["facets"] == {
        "category": [
            {"slug": "face", "name": "Face", "count": 2},
            {"slug": "body", "name": "Body", "count": 1},
            {"slug": "creams", "name": "Creams", "count": 1},
            {"slug": "oils", "name": "Oils", "count": 1},
            {"slug": "serums", "name": "Serums", "count": 1},
        ],
        "brand": [{"slug": "one", "name": "One", "count": 2}, {"slug": "two", "name": "Two", "count": 1}],
        "concern": [
            {"slug": "milia", "name": "Milia", "count": 2},
            {"slug": "acne", "name": "Acne", "count": 1},
        ],
        "skin_type": [
            {"slug": "dry", "name": "Dry", "count": 2},
            {"slug": "oily", "name": "Oily", "count": 2},
        ],
        "free_from": [
            {"slug": "alcohol", "name": "No drying alcohol", "count": 3},
            {"slug": "heavy-occlusives", "name": "No heavy occlusives", "count": 3},
            {"slug": "parabens", "name": "Paraben free", "count": 3},
            {"slug": "fragrance", "name": "Fragrance free", "count": 2},
        ],
        "price": {"min": 1000, "max": 3000},
    }


def test_a_facet_does_not_count_itself_out_but_all_others_do(shelf: None) -> None:
    assert counts("brand", brands=["one"]) == {"one": 2, "two": 1}
    assert counts("concern", brands=["one"]) == {"milia": 1}
    assert counts("category", brands=["one"], categories=["serums"]) == {
        "face": 1,
        "body": 1,
        "serums": 1,
        "oils": 1,
    }
    assert counts("brand", brands=["one"], categories=["serums"]) == {"one": 1}
    assert counts("free_from", free_from=["fragrance"])["parabens"] == 2
    assert find(price_max_cents=2000)["facets"]["price"] == {"min": 1000, "max": 3000}
    assert find(price_max_cents=2000, brands=["one"])["facets"]["price"] == {"min": 1000, "max": 3000}
    assert find(categories=["creams"])["facets"]["price"] == {"min": 2000, "max": 2000}


CHOICES: list[dict[str, Any]] = [
    {},
    {"brands": ["one"]},
    {"brands": ["one", "two"], "categories": ["face"]},
    {"concerns": ["milia"], "categories": ["serums", "oils"]},
    {"skin_types": ["dry"], "brands": ["two"]},
    {"price_min_cents": 1500, "concerns": ["acne"]},
    {"free_from": ["fragrance"], "brands": ["one"]},
    {"contains": ["niacinamide"], "categories": ["creams"]},
]
PARAMETERS = {"category": "categories", "brand": "brands", "concern": "concerns", "skin_type": "skin_types"}


@pytest.mark.parametrize("chosen", CHOICES)
def test_every_number_is_kept_when_its_value_is_chosen(shelf: None, chosen: dict[str, Any]) -> None:
    facets = find(**chosen)["facets"]
    for facet, parameter in PARAMETERS.items():
        for value in facets[facet]:
            alone = find(**(chosen | {parameter: [value["slug"]]}))["results"]
            assert len(alone) == value["count"], (facet, value)
    for value in facets["free_from"]:
        more = [*chosen.get("free_from", ()), value["slug"]]
        assert len(find(**(chosen | {"free_from": more}))["results"]) == value["count"]


def test_facets_of_a_question_count_what_answers_it(shelf: None) -> None:
    make_product("Serum", brand="Three")
    facets = ask("serum", facets=True)["facets"]
    assert {value["slug"]: value["count"] for value in facets["brand"]} == {"one": 1, "three": 1}
    assert ask("serum milia", facets=True)["facets"]["brand"] == [{"slug": "one", "name": "One", "count": 1}]
    nothing = ask("qwrtps", facets=True)["facets"]
    assert (nothing["brand"], nothing["price"]) == ([], {"min": None, "max": None})
    assert ask("the", facets=True)["facets"] == nothing


def test_unknown_ingredients_and_claims_are_told_apart_from_an_honest_nothing(shelf: None) -> None:
    assert [card["slug"] for card in find(contains=["parfum"])["results"]] == ["c"]
    assert [card["slug"] for card in find(contains=["fragrance"])["results"]] == ["c"]
    assert find(contains=["retinoid"])["results"] == []
    with pytest.raises(search.UnknownFilter) as refused:
        find(contains=["retinoid", "nothing"], free_from=["mercury"])
    assert refused.value.unknown == [("contains", "nothing"), ("free_from", "mercury")]
