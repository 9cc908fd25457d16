"""Suggestions: what may be meant, from the first letter on."""

from typing import Any

import pytest
from django.test import Client

from catalog.models import Concern, Guide
from tests.builders import LONG_AGO, make_product
from tests.builders.knowledge import learn
from tests.catalog.finding.shop import put_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> None:
    learn()
    make_product("Glycolic Night Serum", brand="Tidemoor", concerns=["Milia"])
    make_product(
        "Milk Cleanser", brand="Glimmer", category="Face > Cleansers", label_text="Aqua, Glycolic Acid"
    )
    make_product("Unpublished Gloss", published_at=None)
    Concern.objects.update(also_called=["milk spots"])
    Guide.objects.create(slug="acids", title="Acids", search_words=["glycolic"], published_at=LONG_AGO)
    Guide.objects.create(slug="draft", title="Glycolic draft")
    put_up()


def suggest(client: Client, q: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/search/suggest/", {"q": q}).json()
    return {
        kind: [value["slug"] for value in values] if isinstance(values, list) else values
        for kind, values in found.items()
        if values
    }


def test_what_begins_so_is_suggested_by_kind(client: Client, shelf: None) -> None:
    begun = suggest(client, "gl")
    assert begun.pop("ingredients")[0] == "glycerin"
    assert begun == {
        "asked": "gl",
        "products": ["glycolic-night-serum"],
        "guides": ["acids"],
        "brands": ["glimmer"],
    }
    assert suggest(client, "glycol") == {
        "asked": "glycol",
        "products": ["glycolic-night-serum"],
        "guides": ["acids"],
        "ingredients": ["glycolic-acid"],
    }
    assert suggest(client, "glycoli") == suggest(client, "glycol") | {"asked": "glycoli"}
    assert suggest(client, "mil") == {
        "asked": "mil",
        "products": ["milk-cleanser", "glycolic-night-serum"],
        "concerns": ["milia"],
    }


def test_what_is_called_exactly_so_comes_before_what_begins_so(client: Client, shelf: None) -> None:
    Concern.objects.create(slug="aftermath", name="Milk Spots Aftermath")
    put_up()
    assert suggest(client, "milk spots")["concerns"] == ["milia", "aftermath"]


def test_a_mistyped_word_is_understood(client: Client, shelf: None) -> None:
    found = suggest(client, "glicolic")
    assert found["corrected"] == {"glicolic": "glycolic"}
    assert (found["products"], found["guides"]) == (["glycolic-night-serum"], ["acids"])


def test_a_suggestion_shows_what_a_list_needs(client: Client, shelf: None) -> None:
    assert client.get("/api/v1/search/suggest/?q=glycolic").json()["products"] == [
        {
            "slug": "glycolic-night-serum",
            "name": "Glycolic Night Serum",
            "brand": {"slug": "tidemoor", "name": "Tidemoor"},
            "image": None,
            "price_from": {"amount": 1999, "currency": "EUR"},
        }
    ]


@pytest.mark.parametrize("q", ["", " ", "🧴", "'"])
def test_nothing_typed_suggests_nothing(client: Client, shelf: None, q: str) -> None:
    assert suggest(client, q) == ({"asked": q} if q else {})


def test_suggestions_may_be_kept_for_a_minute_and_are_known_again(client: Client, shelf: None) -> None:
    first = client.get("/api/v1/search/suggest/?q=gly")
    assert first["Cache-Control"] == "public, max-age=60"
    again = client.get("/api/v1/search/suggest/?q=gly", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    refused = client.get("/api/v1/search/suggest/?q=gly&limit=3")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "?limit")
