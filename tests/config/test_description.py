"""The API's description: its examples fit its schemas, and it says what the code does."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from django.test import Client

from config import pages
from config.examples import EXAMPLES
from shop.serializers.fields import COUNTRIES


@pytest.fixture(scope="module")
def description() -> Any:
    return yaml.safe_load(pages.write_description())


def operations(description: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def check(description: Any, schema: dict[str, Any], shown: Any) -> None:
    # from_contents would be looser: references point into the whole document
    whole = {"$ref": "#/whole", "whole": schema, "components": description["components"]}
    jsonschema.validate(shown, whole, cls=jsonschema.Draft202012Validator)


def test_every_operation_shows_an_example_that_fits_its_schema(description: Any) -> None:
    shown = set()
    for _, _, operation in operations(description):
        for content in [
            operation.get("requestBody", {}).get("content", {}),
            *[answer.get("content", {}) for answer in operation["responses"].values()],
        ]:
            told = content.get("application/json")
            if told:
                check(description, told["schema"], told["example"])
                shown.add(operation["operationId"])
    assert shown == set(EXAMPLES)


def test_every_operation_has_words_a_chapter_and_its_problems(description: Any) -> None:
    chapters = [tag["name"] for tag in description["tags"]]
    assert chapters == ["Catalogue", "Knowledge", "Cart", "Checkout", "Orders", "Stock"]
    for method, path, operation in operations(description):
        told = f"{method} {path}"
        assert operation["summary"], told
        assert operation["description"].endswith("."), told
        assert operation["tags"][0] in chapters, told
        assert {"400", "404", "503"} <= operation["responses"].keys(), told
        counted = method != "get" or operation["tags"][0] not in ("Catalogue", "Knowledge")
        assert ("429" in operation["responses"]) is counted, told


def test_the_countries_are_those_that_a_checkout_takes(description: Any) -> None:
    countries = description["components"]["schemas"]["Country"]["enum"]
    assert set(countries) == COUNTRIES
    assert len(countries) > 240
    assert not {"EU", "UN", "ZZ"} & set(countries)


def test_shapes_that_are_sent_take_no_strangers(description: Any) -> None:
    sent = {name: it for name, it in description["components"]["schemas"].items() if name.endswith("Request")}
    assert set(sent) == {
        "AddressInRequest",
        "CartInRequest",
        "CheckoutInRequest",
        "CountInRequest",
        "CountsInRequest",
        "IncidentInRequest",
        "LabelInRequest",
        "LineInRequest",
        "MoneyInRequest",
        "OrderOpenedRequest",
        "StockAlertInRequest",
    }
    assert all(schema["additionalProperties"] is False for schema in sent.values())


def test_the_introduction_tells_of_calls_that_exist(description: Any, client: Client) -> None:
    words = description["info"]["description"]
    for path in ("/products/", "/carts/", "/checkout/", "/orders/", "/delivery-methods/"):
        assert path in words
    for heading in ("Buy in six calls", "Money", "When something is wrong", "The same request twice"):
        assert f"## {heading}\n" in words
