"""A customer with milia: from her own words to concern, guide, pick and jar, and the order that keeps it.

With everything that the shop really knows, as `manage.py load_knowledge` brings it.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from catalog import publishing
from catalog.models import AdviceRule, Product
from tests.builders import make_lot, make_product
from tests.builders.knowledge import tell
from tests.builders.picks import EARNS, make_pick, sign
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)
GEL = "Aqua, Glycerin, Pentylene Glycol, Betaine, Panthenol, Sodium Hyaluronate, Xanthan Gum, Citric Acid"
BALM = "Petrolatum, Aqua, Cera Alba, Glycerin, Parfum"
NIGHT = "Aqua, Glycerin, Squalane, Retinal, Tocopherol, Phenoxyethanol"
EYE = "Aqua, Glycerin, Caprylic/Capric Triglyceride, Retinal, Phenoxyethanol"


@pytest.fixture
def shop(customer: Customer) -> Customer:
    """Four jars for milia or for lines; a dermatologist signed for the gel."""
    call_command("load_knowledge", verbosity=0)
    gel = stock("Light Eye Gel", "GEL", GEL, "Milia")
    stock("Winter Balm", "BALM", BALM, "Milia")
    stock("Night Serum", "NIGHT", NIGHT, "Fine lines")
    stock("Eye Serum", "EYE", EYE, "Fine lines")
    now = timezone.now()
    sign(make_pick(gel, now=now), now=now)
    return customer


def stock(name: str, sku: str, label_text: str, concern: str) -> Product:
    """A jar against what a real file names; the concern is the one that the knowledge brought."""
    jar = make_product(name, sku=sku, label_text=label_text, concerns=[concern])
    make_lot(jar.variants.get(), units=5)
    return jar


def test_her_own_words_lead_to_the_concern_its_guide_and_its_picks(shop: Customer) -> None:
    for words in ("milk spots", "milk spot", "oil seeds"):
        found = shop.ask("GET", "/api/v1/search/suggest/", params={"q": words})
        assert {"slug": "milia", "name": "Milia"} in found["concerns"], words
    listed = shop.ask("GET", "/api/v1/products/", params={"q": "milk spots"})
    assert {card["slug"] for card in listed["results"]} >= {"light-eye-gel"}
    assert "night-serum" not in [card["slug"] for card in listed["results"]]

    concern = shop.ask("GET", "/api/v1/concerns/milia/")
    assert (concern["name"], concern["products"]) == ("Milia", 2)
    causes = [one for one in concern["statements"] if one["dispute"] == "cause-of-milia"]
    assert [one["heading"] for one in causes] == ["A cyst of keratin", "A clogged pore"]
    assert "keratin" in causes[0]["text"]
    assert "oil" in causes[1]["text"]
    assert {one["kind"] for one in causes} == {"cause"}
    for one in concern["statements"]:
        assert one["source"]
        assert one["grade"] in ("A", "B", "C", "D", "law", "law2")
        assert one["reviewed_by"]
        assert one["reviewed_on"]
    helps = [one["about"]["slug"] for one in concern["statements"] if one["kind"] == "helps" and one["about"]]
    assert "retinoid" in helps
    assert "milia" in [guide["slug"] for guide in concern["guides"]]

    guide = shop.ask("GET", "/api/v1/guides/milia/")
    assert guide["sells"] is True
    assert guide["concerns"] == [{"slug": "milia", "name": "Milia"}]
    kinds = {one["kind"] for one in guide["statements"]}
    assert kinds >= {"what_it_is", "not_this", "cause", "home_care", "professional_care", "see_doctor_if"}
    assert guide["picks"] == concern["picks"] == [
        {
            "product": {"slug": "light-eye-gel", "name": "Light Eye Gel"},
            "dermatologist": {"slug": "ada-wirth", "name": "Ada Wirth", "credentials": "MD, FAAD"},
            "headline": "Light enough for skin that is prone to milia",
            "disclosure": EARNS,
        }
    ]  # fmt: skip


def test_the_jar_says_who_stands_behind_it_what_she_earns_and_what_is_in_it(shop: Customer) -> None:
    cards = shop.ask("GET", "/api/v1/products/", params={"concern": "milia"})["results"]
    assert {card["slug"]: card["pick"] and card["pick"]["disclosure"] for card in cards} == {
        "light-eye-gel": EARNS,
        "winter-balm": None,
    }

    page = shop.ask("GET", "/api/v1/products/light-eye-gel/")
    pick, claims = page["pick"], {one["slug"]: one["answer"] for one in page["ingredients"]["claims"]}
    assert pick["dermatologist"]["name"] == "Ada Wirth"
    assert (pick["disclosure"]["text"], pick["disclosure"]["sells_it"]) == (EARNS, True)
    assert (pick["not_for"], pick["why_worth_it"]) == (
        ["Very dry skin in winter"],
        "Four plain ingredients, and none that sits on the skin.",
    )
    assert pick["review_by"] == (timezone.now().date() + timedelta(days=365)).isoformat()
    assert page["ingredients"]["status"] == "read"
    assert page["ingredients"]["unresolved"] == 0
    expected = {"fragrance_free": "yes", "no_heavy_occlusives": "yes", "retinoid": "no"}
    assert {slug: claims[slug] for slug in expected} == expected
    assert "heavy-occlusive-milia" not in [one["rule"] for one in page["advice"]]

    balm = shop.ask("GET", "/api/v1/products/winter-balm/")
    assert balm["pick"] is None
    (warned,) = [one for one in balm["advice"] if one["rule"] == "heavy-occlusive-milia"]
    assert (warned["audience"], warned["severity"], warned["grade"]) == ("milia_prone", "info", "C")
    assert (warned["because"], warned["products"]) == (["Heavy occlusives"], ["winter-balm"])
    assert warned["other_view"].startswith("No trial has shown that balms cause milia.")
    decided = {one["slug"]: (one["answer"], one["because"]) for one in balm["ingredients"]["claims"]}
    assert decided["fragrance_free"] == ("no", ["Parfum"])


def test_two_retinoids_in_her_cart_are_told_and_the_order_keeps_what_she_was_told(shop: Customer) -> None:
    assert "two-retinoids" not in rules_of(shop.fill_cart(GEL=1, NIGHT=1))
    cart = shop.fill_cart(GEL=1, NIGHT=1, EYE=1)
    (advice,) = [one for one in cart["advice"] if one["rule"] == "two-retinoids"]
    assert (advice["severity"], advice["grade"]) == ("avoid_together", "C")
    assert advice["source"].startswith("American Academy of Dermatology")
    assert "Choose one." in advice["words"]
    assert sorted(advice["products"]) == ["eye-serum", "night-serum"]
    assert rules_of(cart)[0] == "two-retinoids"  # the gravest first

    shop.check_out()
    AdviceRule.objects.filter(slug="two-retinoids").update(words="We think otherwise now.", grade="A")
    tell()
    with transaction.atomic():
        ids = list(Product.objects.values_list("pk", flat=True))
        publishing.publish_products(product_ids=ids, now=timezone.now())
    assert shop.read_order()["advice"] == cart["advice"]


def rules_of(cart: dict[str, Any]) -> list[str]:
    return [one["rule"] for one in cart["advice"]]
