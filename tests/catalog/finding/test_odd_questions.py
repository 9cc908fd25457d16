"""Questions that nobody means: each gets an answer, or is refused as what it is."""

import pytest
from django.test import Client

from tests.builders import make_product
from tests.builders.knowledge import learn
from tests.catalog.finding.shop import put_up

pytestmark = pytest.mark.django_db

ODD = [
    "'",
    '"',
    "\\",
    "a & b | !c <-> d:*",
    "'; DROP TABLE catalog_product; --",
    "%",
    "_",
    "🧴",
    "the of and",
    "x" * 500,
    "a " * 250,
    "häutpflege",
    "Ελλάδα Россия 日本語 العربية",
    "\u202e\u0301\ufeff",
    "1e309",
    "-" * 400,
    "(" * 300,
    "free from from from without no no",
    "'fragrance':*A",
]


@pytest.mark.parametrize("q", ODD)
def test_odd_questions_get_an_answer(client: Client, q: str) -> None:
    learn()
    make_product("Quiet Serum", category="Face > Serums", concerns=["Milia"])
    put_up()
    for path in ("/api/v1/products/", "/api/v1/search/suggest/"):
        answer = client.get(path, {"q": q})
        assert answer.status_code == 200
        assert isinstance(answer.json(), dict)


@pytest.mark.parametrize("q", ["\x00", "x" * 501])
def test_what_is_no_question_is_refused(client: Client, q: str) -> None:
    for path in ("/api/v1/products/", "/api/v1/search/suggest/"):
        answer = client.get(path, {"q": q})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?q")
