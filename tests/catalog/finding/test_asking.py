"""Asking in words: what is understood, what is found, why, and what is said when nothing is."""

from datetime import timedelta

import pytest
from django.db import transaction

from catalog import publishing, signposts
from catalog.finding import words
from catalog.finding.listing import UnknownFilter
from catalog.models import (
    Concern,
    Guide,
    Product,
    PublishedPage,
    SearchMiss,
    SearchWord,
    Signpost,
    Wording,
)
from tests.builders import LONG_AGO, NOW, make_market, make_product
from tests.builders.knowledge import learn
from tests.catalog.finding.shop import ask, beside, put_up, slugs

pytestmark = pytest.mark.django_db

SCENTED, UNREAD = "Aqua, Glycerin, Parfum", "Aqua, Glycerin, Xqzzyl Unknownate"


@pytest.fixture
def shelf() -> None:
    """Four products of which one is scented, and one has a list that nobody understands."""
    learn()
    make_product("Quiet Serum", brand="Tidemoor", category="Face > Serums", concerns=["Milia"])
    make_product("Loud Serum", brand="Tidemoor", category="Face > Serums", label_text=SCENTED)
    make_product("Odd Serum", brand="Ferlane", category="Face > Serums", label_text=UNREAD)
    make_product("Night Cream", category="Face > Creams", label_text="Aqua, Glycolic Acid, Retinol")
    Concern.objects.filter(slug="milia").update(also_called=["milk spots", "oil seeds"])
    put_up()


def test_a_name_comes_before_what_only_speaks_of_it(shelf: None) -> None:
    make_product("Plain Water", description="Not a serum, but good under a serum.")
    assert slugs("loud serum") == ["loud-serum"]
    assert slugs("serum")[-1] == "plain-water"
    assert set(slugs("serum")[:3]) == {"quiet-serum", "loud-serum", "odd-serum"}


def test_when_nothing_answers_every_word_a_part_is_answered_and_said_so(shelf: None) -> None:
    found = ask("night serum")
    assert {card["slug"] for card in found["results"]} == {
        "night-cream",
        "quiet-serum",
        "loud-serum",
        "odd-serum",
    }
    assert found["search"]["whole"] is False
    assert ask("night cream")["search"]["whole"] is True


def test_a_mistyped_word_is_put_right_and_said(shelf: None) -> None:
    found = ask("glicolic")
    assert [card["slug"] for card in found["results"]] == ["night-cream"]
    assert found["search"]["corrected"] == {"glicolic": "glycolic"}
    assert found["search"]["understood_as"] == ["glycolic"]
    make_product("Quiet Gel")
    put_up()
    plural = ask("gels")
    assert [card["slug"] for card in plural["results"]] == ["quiet-gel"]
    assert (plural["search"]["corrected"], plural["search"]["understood_as"]) == ({}, ["gels"])


def test_the_last_word_may_be_a_beginning(shelf: None) -> None:
    assert slugs("tidem") == slugs("tidemoor") == ["loud-serum", "quiet-serum"]
    assert ask("tidem serum")["search"]["whole"] is False  # only the last one


def test_what_only_its_description_answers_says_so(shelf: None) -> None:
    make_product("Plain Water", description="It does not prickle.")
    found = ask("prickle")
    assert [(card["slug"], card["why"]) for card in found["results"]] == [("plain-water", ["description"])]
    assert found["search"]["whole"] is False


def test_customers_words_lead_to_ours(shelf: None) -> None:
    assert slugs("milk spots") == slugs("oil seed") == ["quiet-serum"]
    assert beside("milk spots") == ["concern:milia"]
    assert ask("milk spots")["results"][0]["why"] == ["concern: Milia"]
    Wording.objects.create(words="night stuff", language="en", leads_to="category:creams")
    Wording.objects.create(words="peel", language="en", leads_to="class:aha")
    Wording.objects.create(words="loudest", language="en", leads_to="text:loud serum")
    assert slugs("night-stuff") == ["night-cream"]
    assert slugs("peel") == ["night-cream"]
    assert slugs("loudest") == ["loud-serum"]


def test_what_is_inside_is_found_under_every_name_and_says_so(shelf: None) -> None:
    assert ask("retinoid")["results"][0]["why"] == ["contains: Retinoids"]
    assert slugs("retinol") == slugs("contains a retinoid") == ["night-cream"]
    assert ask("glycolic acid")["results"][0]["why"] == ["ingredient: Glycolic Acid"]
    assert slugs("glycerol") == ["odd-serum", "loud-serum", "quiet-serum"]  # its other name


def test_what_is_to_be_avoided_becomes_a_filter_that_never_lets_an_unknown_pass(shelf: None) -> None:
    found = ask("fragrance free serum")
    assert [card["slug"] for card in found["results"]] == ["quiet-serum"]
    assert found["search"]["filters"] == {"free_from": ["fragrance"]}
    assert found["search"]["understood_as"] == ["serum"]
    assert found["results"][0]["why"] == ["name", "category: Serums", "free from fragrance"]
    assert slugs("serum without perfume") == ["quiet-serum"]
    assert set(slugs("no fragrance")) == {"quiet-serum", "night-cream"}
    assert slugs("serum", free_from=["fragrance"]) == ["quiet-serum"]


def test_a_guide_that_sells_nothing_stands_alone(shelf: None) -> None:
    how = {"title": "Tretinoin", "search_words": ["retin-a"], "published_at": LONG_AGO, "sells": False}
    guide = Guide.objects.create(slug="prescription", **how)
    make_product("Almost Retin", description="Not retin-a.")
    assert slugs("retin-a") == ["almost-retin"]
    put_up()
    assert slugs("retin-a") == []
    assert beside("retin-a") == ["guide:prescription"]
    assert slugs("retin") == ["almost-retin"]
    Guide.objects.update(hidden_at=NOW)
    guide.refresh_from_db()
    with transaction.atomic():
        signposts.put_up(guides=[guide], now=NOW)
    assert beside("retin-a") == []
    assert not Signpost.objects.filter(kind="guide").exists()


def test_a_guide_is_found_from_its_day_to_its_end(shelf: None) -> None:
    day = timedelta(days=1)
    Guide.objects.create(
        slug="peeling",
        title="Peeling",
        published_at=NOW + day,
        hidden_at=NOW + 2 * day,
        search_words=["burn"],
    )
    put_up()
    assert [beside("burn", now=NOW + number * day) for number in range(3)] == [[], ["guide:peeling"], []]


def test_an_edit_is_found_in_the_transaction_that_makes_it(shelf: None) -> None:
    product = Product.objects.get(slug="loud-serum")
    with transaction.atomic():
        Product.objects.filter(pk=product.pk).update(name="Thunder")
        publishing.publish_products(product_ids=[product.pk], now=NOW)
        assert slugs("thunder") == ["loud-serum"]
        assert slugs("loud") == []


def test_a_live_pick_comes_a_little_before_its_equals_and_shows_while_it_is_live(shelf: None) -> None:
    make_product("Twin Jar A")
    make_product("Twin Jar B")
    first = slugs("twin")[1]
    page = PublishedPage.objects.filter(slug=first)
    page.update(
        badge='{"headline":"Good"}', badge_from_on=NOW.date(), badge_until_on=NOW.date() + timedelta(days=1)
    )
    with transaction.atomic():
        words.index_pages([page.get().product_id])
    shown = ask("twin")["results"]
    assert shown[0]["slug"] == first
    assert [card["pick"] for card in shown] == [{"headline": "Good"}, None]
    later = ask("twin", now=NOW + timedelta(days=1))["results"]
    assert later[1]["slug"] == first
    assert [card["pick"] for card in later] == [None, None]


@pytest.mark.parametrize("sort", ["relevance", "price", "-price", "name", "newest"])
@pytest.mark.parametrize("limit", [1, 3])
def test_turning_pages_of_an_answer_meets_every_product_once(sort: str, limit: int) -> None:
    for number in range(7):
        make_product(f"Jar {'of balm' * (number % 2)} {number}", prices={"EUR": 1000 + number % 3})
    met: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ask("jar", sort=sort, limit=limit, cursor=cursor)
        met += [card["slug"] for card in page["results"]]
        cursor = page["next"]
        assert len(met) <= 7
    assert sorted(met) == sorted(PublishedPage.objects.values_list("slug", flat=True))


def test_words_that_nothing_says_any_more_are_forgotten(shelf: None) -> None:
    assert SearchWord.objects.filter(word="loud").exists()
    product = Product.objects.get(slug="loud-serum")
    Product.objects.filter(pk=product.pk).update(name="Thunder")
    with transaction.atomic():
        publishing.publish_products(product_ids=[product.pk], now=NOW)
    words.count_words()
    assert not SearchWord.objects.filter(word="loud").exists()
    assert SearchWord.objects.get(word="serum").times == 4  # three pages and the category's signpost
    assert words.count_words() == 0


def test_signposts_of_things_that_are_gone_are_taken_down(shelf: None) -> None:
    assert "concern:milia" in beside("milia")
    Concern.objects.all().delete()
    put_up()
    assert beside("milia") == []
    assert sorted(set(Signpost.objects.values_list("kind", flat=True))) == ["brand", "category", "ingredient"]


def test_nothing_is_shown_before_its_time_or_after_it(shelf: None) -> None:
    make_market("us")
    product = Product.objects.get(slug="loud-serum")
    Product.objects.filter(pk=product.pk).update(hidden_at=NOW + timedelta(hours=1))
    with transaction.atomic():
        publishing.publish_products(product_ids=[product.pk], now=NOW)
    hour = timedelta(hours=1)
    assert [slugs("loud", now=NOW + number * hour) for number in range(2)] == [["loud-serum"], []]
    assert slugs("loud", market="us") == []


def test_a_misspelt_market_or_filter_is_told_with_a_question_too(shelf: None) -> None:
    for q in ("serum", "qwrtps", "!!!"):
        with pytest.raises(UnknownFilter) as refused:
            ask(q, market="mars", brands=["nobody"])
        assert refused.value.unknown == [("market", "mars"), ("brand", "nobody")]
    assert not SearchMiss.objects.exists()
