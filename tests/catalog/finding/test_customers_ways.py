"""How customers write what they mean: torn, joined, misprinted, in another order or another language."""

import pytest
from django.core.management import call_command

from catalog.finding import words
from catalog.models import Concern, Wording
from tests.builders import make_product
from tests.builders.knowledge import learn
from tests.catalog.finding.shop import ask, beside, put_up, slugs

pytestmark = pytest.mark.django_db


def test_a_torn_word_and_a_joined_one_are_the_same(db: None) -> None:
    make_product("Make-up Remover", brand="Supergoop")
    make_product("U.F.O. Oil", brand="Kiehl's")
    put_up()
    assert slugs("makeup remover") == slugs("make up remover") == slugs("super goop") == ["make-up-remover"]
    assert slugs("ufo") == slugs("kiehls oil") == ["ufo-oil"]


def test_two_words_near_each_other_hint_at_a_concern_and_narrow_nothing(db: None) -> None:
    make_product("Quiet Face Cream", concerns=["Rosacea"])
    Concern.objects.update(also_called=["red face"])
    put_up()
    assert beside("my face is red and burning")[0] == "concern:rosacea"
    assert "concern:rosacea" not in beside("face so very truly awfully red")


def test_who_asks_for_unscented_gets_no_unknown(db: None) -> None:
    learn()
    make_product("Plain Cream", label_text="Aqua, Glycerin")
    make_product("Unscented Cream", label_text="Aqua, Xqzzyl Unknownate")
    make_product("Unscented Rose Cream", label_text="Aqua, Parfum")
    put_up()
    found = ask("unscented cream")
    assert [card["slug"] for card in found["results"]] == ["plain-cream"]
    assert found["search"]["filters"] == {"free_from": ["fragrance"]}


def test_a_misprint_of_one_label_does_not_hide_what_the_word_means(db: None) -> None:
    learn()
    for number in range(1, 16):
        make_product(f"Turmeric Mask {number}")
    make_product("Cooling Mask", label_text="Aqua, Glycerin, Tumeric Rootate")
    put_up()
    words.count_words()
    found = ask("tumeric mask")
    assert found["search"]["corrected"] == {"tumeric": "turmeric"}
    assert len(found["results"]) == 16


def test_beside_a_foreign_word_no_first_letter_is_changed(db: None) -> None:
    make_product("Power Cream")
    put_up()
    assert slugs("mower") == ["power-cream"]
    assert slugs("lawn mower") == []
    assert slugs("lawn powr") == ["power-cream"]


def test_a_rare_word_tells_more_than_a_common_one(db: None) -> None:
    for number in range(30):
        make_product(f"Sheet Mask {number}")
    make_product("Blotting Papers")
    put_up()
    words.count_words()
    found = ask("blotting sheets")
    assert found["results"][0]["slug"] == "blotting-papers"
    assert found["search"]["whole"] is False


def test_words_of_other_languages_lead_to_our_shelves(db: None) -> None:
    make_product("Clear Fluid", category="Sun > Sunscreens")
    Wording.objects.create(words="crème solaire", leads_to="category:sunscreens", language="fr")
    Wording.objects.create(words="sonnencreme", leads_to="category:sunscreens", language="de")
    put_up()
    assert slugs("Sonnencreme") == slugs("creme solaire") == ["clear-fluid"]


def test_the_wordings_of_the_house_are_in_three_languages(db: None) -> None:
    call_command("load_knowledge", verbosity=0)
    assert set(Wording.objects.values_list("language", flat=True)) == {"en", "de", "fr"}
