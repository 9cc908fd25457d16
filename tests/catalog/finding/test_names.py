"""A product by its whole name: however it is written, it is the same name."""

import orjson
import pytest

from catalog import search
from catalog.finding.folding import key_name
from catalog.models import PublishedPage
from tests.builders import NOW, make_product
from tests.catalog.finding.shop import ask, put_up


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Élan", "elan"),
        ("ELAN", "elan"),
        ("Straße", "strasse"),
        ("Ångström Ø", "angstrom o"),
        ("Retin-Ox™  Serum®", "retin-ox serum"),
        ("x" * 300, "x" * 200),
    ],
)
def test_names_are_sorted_without_case_accents_and_signs(name: str, key: str) -> None:
    assert key_name(name) == key


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Ørsted™ Balm", "ørsted balm", "orsted  balm", "ORSTED BALM"])
def test_the_product_of_exactly_this_name_comes_first(typed: str) -> None:
    exact = make_product("Ørsted™ Balm")
    make_product("Ørsted Balm for Hands")
    put_up()
    assert PublishedPage.objects.get(product=exact).name_key == "orsted balm"
    found = [card["name"] for card in ask(typed)["results"]]
    assert found == ["Ørsted™ Balm", "Ørsted Balm for Hands"]


@pytest.mark.django_db
def test_a_name_is_suggested_from_its_first_letter_on() -> None:
    for name in ("Ørsted™ Balm", "Zinc Cream"):
        make_product(name)
    put_up()
    for typed in ("ø", "O", "or", "ørs"):
        found = orjson.loads(search.suggest(typed, market="eu", now=NOW).body)["products"]
        assert [card["name"] for card in found] == ["Ørsted™ Balm"], typed
