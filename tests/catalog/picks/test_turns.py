"""Picks that follow each other on one product: the right badge at any second, and nobody publishes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from catalog import history, pick_pages, publishing
from catalog.models import Pick, Product, PublishedPage
from tests.builders import NOW, make_product
from tests.builders.picks import make_dermatologist, make_pick, sign

pytestmark = pytest.mark.django_db(transaction=True)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TODAY = NOW.date()


def midnight(days: int) -> datetime:
    """The first moment of a day, so many days from the day on which all is signed."""
    return datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) + days * DAY


def read(path: str, at: datetime, **headers: str) -> Any:
    with time_machine.travel(at, tick=False):
        return Client().get(path, headers=headers)


def who_is_shown(product: Product, at: datetime) -> str | None:
    """The name on the badge, which card, page, search and the concern's page all agree upon."""
    cards = read("/api/v1/products/", at).json()["results"]
    found = read("/api/v1/products/?q=picked", at).json()["results"]
    page = read(f"/api/v1/products/{product.slug}/", at).json()
    concern = read("/api/v1/concerns/milia/", at).json()["picks"]
    said = [card["pick"] for card in (*cards, *found)] + [page["pick"], *(concern or [None])]
    names = {one and one["dermatologist"]["name"] for one in said}
    assert len(said) == 4
    assert len(names) == 1, "card, search, page and concern agree"
    name: str | None = names.pop()
    return name


@pytest.fixture
def jar() -> Product:
    return make_product("Picked Cream", concerns=["Milia"])


def two_picks(jar: Product) -> tuple[Pick, Pick]:
    other = make_dermatologist("Jonas Meyer")
    return make_pick(jar), make_pick(jar, dermatologist=other, headline="Light, and it rinses off")


def test_the_second_badge_appears_at_the_second_at_which_the_first_lapses(jar: Product) -> None:
    first, second = two_picks(jar)
    sign(first, review_by_on=TODAY + 10 * DAY)
    sign(second, live_from_on=TODAY + 10 * DAY, review_by_on=TODAY + 20 * DAY)
    turns = {
        NOW: "Ada Wirth",
        midnight(10) - SECOND: "Ada Wirth",
        midnight(10): "Jonas Meyer",
        midnight(20) - SECOND: "Jonas Meyer",
        midnight(20): None,
    }
    assert {at: who_is_shown(jar, at) for at in turns} == turns


def test_between_two_picks_there_may_be_days_without_one(jar: Product) -> None:
    first, second = two_picks(jar)
    sign(second, live_from_on=TODAY + 30 * DAY, review_by_on=TODAY + 40 * DAY)
    sign(first, live_from_on=TODAY + 5 * DAY, review_by_on=TODAY + 10 * DAY)
    days = (4, 5, 9, 10, 29, 30, 39, 40)
    assert [who_is_shown(jar, midnight(day)) for day in days] == [
        *(None, "Ada Wirth", "Ada Wirth", None, None, "Jonas Meyer", "Jonas Meyer", None)
    ]


def test_the_one_signed_last_covers_the_other_and_gives_the_place_back(jar: Product) -> None:
    first, second = two_picks(jar)
    sign(first, review_by_on=TODAY + 100 * DAY)
    sign(second, live_from_on=TODAY + 5 * DAY, review_by_on=TODAY + 8 * DAY)
    assert [who_is_shown(jar, midnight(day)) for day in (1, 4, 5, 7, 8, 99, 100)] == [
        *("Ada Wirth", "Ada Wirth", "Jonas Meyer", "Jonas Meyer", "Ada Wirth", "Ada Wirth", None)
    ]


@pytest.fixture
def crowded(jar: Product) -> Product:
    """Three doctors and seven signatures whose days overlap, touch and leave gaps."""
    first, second = two_picks(jar)
    third = make_pick(jar, dermatologist=make_dermatologist("Mina Okafor"), headline="For July")
    for pick, begins, ends in (
        *((first, 0, 4), (second, 3, 6), (first, 2, 12), (third, 11, 15)),
        *((first, 12, 13), (second, 5, 9), (third, 14, 30)),
    ):
        sign(pick, live_from_on=TODAY + begins * DAY, review_by_on=TODAY + ends * DAY)
    return jar


def test_what_is_read_on_a_day_is_what_publishing_on_that_day_would_say(crowded: Product) -> None:
    for day in range(32):
        at = midnight(day)
        stored = read(f"/api/v1/products/{crowded.slug}/", at).json()["pick"]
        shown = pick_pages.read_shown([crowded.pk], at)[crowded.pk] if day < 30 else []
        live = [one for one in shown if one.from_on <= at.date() < one.until_on]
        assert stored == (None if not live else published_anew(crowded, at)), f"after {day} days"


def published_anew(product: Product, at: datetime) -> Any:
    """The pick on the page after a publish at that moment, which is then taken back."""
    with transaction.atomic():
        history.act_as("test")
        publishing.publish_products(product_ids=[product.pk], now=at)
        said = read(f"/api/v1/products/{product.slug}/", at).json()["pick"]
        transaction.set_rollback(True)
    return said


def test_turns_of_one_product_never_overlap(crowded: Product) -> None:
    shown = pick_pages.read_shown([crowded.pk], NOW)[crowded.pk]
    assert all(one.until_on <= other.from_on for one, other in pairwise(shown))
    assert [one.badge["dermatologist"]["name"] for one in shown] == [
        *("Ada Wirth", "Jonas Meyer", "Ada Wirth", "Mina Okafor")
    ]
    page = PublishedPage.objects.get()
    assert page.later_on == [TODAY + day * DAY for day in (3, 9, 11, 30)]
    assert page.later_picks[-1] == page.later_badges[-1] == "null"


def test_who_keeps_a_page_or_a_listing_is_told_that_the_badge_is_another(jar: Product) -> None:
    first, second = two_picks(jar)
    sign(first, review_by_on=TODAY + 10 * DAY)
    sign(second, live_from_on=TODAY + 10 * DAY, review_by_on=TODAY + 20 * DAY)
    for path in ("/api/v1/products/", f"/api/v1/products/{jar.slug}/", "/api/v1/concerns/milia/"):
        kept = read(path, midnight(10) - SECOND)["ETag"]
        assert read(path, midnight(10) - 2 * SECOND, if_none_match=kept).status_code == 304
        assert read(path, midnight(10), if_none_match=kept).status_code == 200


def test_no_cache_shows_a_lapsed_badge_for_its_last_seconds(jar: Product) -> None:
    path = f"/api/v1/products/{jar.slug}/"
    fresh = {seconds: read(path, midnight(1) - seconds * SECOND)["Cache-Control"] for seconds in (60, 10, 3)}
    assert fresh == {60: "public, max-age=10", 10: "public, max-age=10", 3: "public, max-age=3"}
    assert read(path, midnight(1) - SECOND / 2)["Cache-Control"] == "public, max-age=0"


def test_a_pick_to_come_is_found_by_its_words_and_ranks_only_while_it_is_live(jar: Product) -> None:
    first, second = two_picks(jar)
    sign(first, review_by_on=TODAY + 2 * DAY)
    sign(second, live_from_on=TODAY + 10 * DAY, review_by_on=TODAY + 20 * DAY)
    make_product("My Cream", concerns=["Milia"])  # a shorter name goes before
    for at, ahead in ((NOW, True), (midnight(5), False), (midnight(15), True), (midnight(20), False)):
        found = read("/api/v1/products/?q=cream", at).json()["results"]
        assert (found[0]["slug"] == jar.slug) is ahead, at
    assert read("/api/v1/products/?q=rinses", NOW).json()["results"][0]["slug"] == jar.slug


def test_what_is_picked_today_can_be_asked_for(jar: Product) -> None:
    make_product("Other Cream", concerns=["Milia"])
    first, second = two_picks(jar)
    sign(first, review_by_on=TODAY + 10 * DAY)
    sign(second, live_from_on=TODAY + 30 * DAY, review_by_on=TODAY + 40 * DAY)

    def ask(asked: str, day: int) -> list[str]:
        cards = read(f"/api/v1/products/?sort=name&{asked}", midnight(day)).json()["results"]
        return [card["name"] for card in cards]

    picked, rest = ["Picked Cream"], ["Other Cream"]
    for asked in ("", "&concern=milia", "&q=cream", "&q=cream&concern=milia&in_stock=false"):
        for day in (1, 30):
            assert (ask(f"picked=true{asked}", day), ask(f"picked=false{asked}", day)) == (picked, rest)
        for day in (10, 40):
            assert (ask(f"picked=true{asked}", day), ask(f"picked=false{asked}", day)) == ([], rest + picked)
    counted = read("/api/v1/products/?picked=true&facets=true", midnight(1)).json()["facets"]
    assert counted["concern"] == [{"slug": "milia", "name": "Milia", "count": 1}]
