"""Words, names and avoidances: the pure parts, and that PostgreSQL reads names as we do."""

import pytest
from django.db import connection

from catalog.finding import classes
from catalog.finding.avoiding import read_avoided
from catalog.finding.folding import key_of, split_words

KNOWN = ["fragrance", "alcohol", "parabens", "essential-oils", "plant-oils", "sulfates", "silicones"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Häutpflege, CRÈME & Œil", ["hautpflege", "creme", "oeil"]),
        ("SPF50+", ["spf", "50"]),
        ("vitamin b5 q10", ["vitamin", "b5", "q10"]),
        ("retin-a", ["retin", "a"]),
        ("O'Reilly's 3:1:1", ["o", "reilly", "s", "3", "1", "1"]),
        ("🧴 !!! ' \" \\ & | <-> :* --", []),
        ("", []),
        ("Straße Ø", ["strasse", "o"]),
    ],
)
def test_a_question_is_cut_into_words(typed: str, words: list[str]) -> None:
    assert split_words(typed) == words


def test_a_long_question_is_read_to_its_twelfth_word() -> None:
    assert split_words("w " * 250) == ["w"] * 12
    assert split_words("x" * 500) == ["x" * 60]


@pytest.mark.parametrize(
    ("typed", "avoided", "rest"),
    [
        ("fragrance free", ["fragrance"], []),
        ("fragrance-free moisturiser", ["fragrance"], ["moisturiser"]),
        ("moisturiser without alcohol", ["alcohol"], ["moisturiser"]),
        ("no parabens", ["parabens"], []),
        ("paraben-free cream", ["parabens"], ["cream"]),
        ("free of essential oils and perfume", ["essential-oils", "fragrance"], []),
        ("shampoo no sulphates or silicones", ["sulfates", "silicones"], ["shampoo"]),
        ("oil-free gel", [], ["oil", "free", "gel"]),
        ("cream for oily skin", [], ["cream", "for", "oily", "skin"]),
        ("no rinse cleanser", [], ["no", "rinse", "cleanser"]),
        ("free", [], ["free"]),
        ("without", [], ["without"]),
        ("fragrance", [], ["fragrance"]),
        ("free of mercury", [], ["free", "of", "mercury"]),
    ],
)
def test_what_is_avoided_is_heard(typed: str, avoided: list[str], rest: list[str]) -> None:
    words = split_words(typed)
    found, heard = read_avoided(words, known=KNOWN)
    assert found == avoided
    assert [word for place, word in enumerate(words) if place not in heard] == rest


def test_what_no_claim_stands_for_is_not_promised() -> None:
    assert read_avoided(["no", "parabens"], known=["fragrance"]) == ([], set())


def test_a_class_is_known_by_its_slug_its_name_and_its_letters() -> None:
    keys = classes.read_keys()
    assert {keys[key_of(name)] for name in ("AHA", "aha", "Alpha hydroxy acids")} == {"aha"}
    assert keys[key_of("UV filters")] == "uv_filter"
    assert keys[key_of("MCI")] == "isothiazolinone"
    assert classes.title_of("aha") == "Alpha hydroxy acids (AHA)"
    assert classes.title_of("nothing") == "nothing"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "Toners & essences",
        "Caprylic/Capric Triglyceride",
        "Retin-A",
        "Crème de la Mer",
        "SPF50",
        "Gardener's Hand Cream",
        "hyaluronics",
        "glass",
        "3:1:1",
        "AHAs",
        "oil seeds",
        "Dr. Jart+",
        "GreenEnvy™",
    ],
)
def test_postgresql_and_we_look_a_name_up_under_the_same_key(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT regimen_key(%s)", [name])
        assert cursor.fetchone() == (key_of(name),)
