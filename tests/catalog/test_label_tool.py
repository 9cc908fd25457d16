"""The label reader as customers use it: paste, read, nothing kept; whatever they paste gets an answer."""

from typing import Any

import orjson
import pytest
from django.test import Client

from catalog.models import Formula
from tests.builders.knowledge import learn

pytestmark = pytest.mark.django_db
LABELS = "/api/v1/labels/"


def paste(body: Any) -> Any:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return Client().post(LABELS, content, content_type="application/json")


def test_a_pasted_label_is_read_with_what_is_not_known() -> None:
    learn()
    answer = paste({"text": "Water/Aqua, Glycerin, Retinol 0.3%, Glycerinn, Parfum"}).json()
    assert (answer["status"], answer["reason"]) == ("read", "")
    (formula,) = answer["formulas"]
    assert [item["slug"] for item in formula["ingredients"]][1] == "glycerin"
    assert formula["unresolved"] == [{"token": "Glycerinn", "suggestions": ["Glycerin"]}]
    assert {"name": "Retinol", "slug": "retinol", "percent": "0.3"} in formula["actives"]
    assert formula["flags"]["fragrance_free"] == "no"
    assert formula["flags"]["retinoid"] == "yes"
    assert not Formula.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "#NAME?",
        "No Info",
        "Visit the boutique",
        "<p>hello</p>",
        "Вода, Глицерин",
        "\x00\x01\x02",
        "=1+1",
    ],
)
def test_what_is_no_list_is_unknown_and_says_why(text: str) -> None:
    learn()
    response = paste({"text": text})
    assert response.status_code == 200
    answer = response.json()
    assert (answer["status"], answer["formulas"]) == ("unknown", [])
    assert answer["reason"].endswith(".")


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 400, "/text"),
        ({"text": 7}, 400, "/text"),
        ({"text": ["Aqua"]}, 400, "/text"),
        ({"text": None}, 400, "/text"),
        ({"text": "Aqua", "market": "eu"}, 400, "/market"),
        ({"text": "Aqua, " * 20_000}, 400, "/text"),
        (b"\xff\xfe{", 400, ""),
        (b"", 400, None),
        ({"text": "a" * 1_100_000}, 413, None),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(body: Any, status: int, pointer: str | None) -> None:
    response = paste(body)
    assert response.status_code == status, response.content
    if pointer is not None:
        assert pointer in [error["pointer"] for error in response.json()["errors"]]


def test_brackets_within_brackets_cost_no_more_than_their_length() -> None:
    learn()
    response = paste({"text": "Aqua, " + "(" * 1_000 + "Glycerin" + ")" * 1_000 + ", Retinol"})
    assert response.status_code == 200
    assert "retinol" in [item["slug"] for item in response.json()["formulas"][0]["ingredients"]]


def test_whoever_pastes_all_day_is_asked_to_wait() -> None:
    answers = [paste({"text": "Aqua"}).status_code for _ in range(31)]
    assert (answers[0], answers[-1]) == (200, 429)
