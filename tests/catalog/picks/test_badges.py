"""The badge on card and page comes and goes by the date alone, and at once when words or formula change."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from catalog import history, picks, publishing
from catalog.models import Pick, Product
from catalog.picks import Occasion
from tests.builders import NOW, make_product
from tests.builders.picks import EARNS, disclose, make_dermatologist, make_pick, relabel, sign

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def read(product: Product, at: Any = NOW) -> tuple[Any, Any]:
    """The badge on the card and the pick on the page, over the public API."""
    with time_machine.travel(at, tick=False):
        client = Client()
        cards = client.get("/api/v1/products/").json()["results"]
        page = client.get(f"/api/v1/products/{product.slug}/").json()
    card = next(card for card in cards if card["slug"] == product.slug)
    return card["pick"], page["pick"]


def has_badge(product: Product, at: Any = NOW) -> bool:
    card, page = read(product, at)
    assert (card is None) == (page is None), "card and page agree"
    return card is not None


def test_a_badge_says_who_what_and_what_she_earns() -> None:
    pick = make_pick()
    sign(pick)
    card, page = read(pick.product)
    assert card == {
        "dermatologist": {"slug": "ada-wirth", "name": "Ada Wirth", "credentials": "MD, FAAD"},
        "headline": pick.headline,
        "disclosure": EARNS,
    }
    assert page["disclosure"]["text"] == EARNS
    assert (page["signed_on"], page["review_by"]) == ("2026-11-20", "2027-11-20")
    assert page["evidence"] == [{"claim": "Niacinamide calms redness.", "source": "PMC0000001", "grade": "B"}]


def test_it_comes_and_goes_with_its_days_and_nobody_does_anything() -> None:
    pick = make_pick()
    sign(pick, live_from_on=NOW.date() + 5 * DAY, review_by_on=NOW.date() + 10 * DAY)
    days = [NOW + days * DAY for days in (0, 4, 5, 9, 10)]
    assert [has_badge(pick.product, day) for day in days] == [False, False, True, True, False]


def test_a_renewal_for_later_keeps_it_on_without_a_gap() -> None:
    pick = make_pick()
    sign(pick, review_by_on=NOW.date() + 10 * DAY)
    sign(pick, live_from_on=NOW.date() + 8 * DAY, review_by_on=NOW.date() + 100 * DAY)
    days = [NOW + days * DAY for days in (0, 7, 10, 99, 100)]
    assert [has_badge(pick.product, day) for day in days] == [True, True, True, True, False]


def test_one_who_signs_again_for_less_time_shortens_nothing_and_both_pages_say_so() -> None:
    pick = make_pick()
    sign(pick, review_by_on=NOW.date() + 100 * DAY)
    sign(pick, now=NOW + DAY, review_by_on=NOW.date() + 50 * DAY)
    for days, signed_on in ((40, "2026-11-21"), (60, "2026-11-20")):
        at = NOW + days * DAY
        _, page = read(pick.product, at)
        with time_machine.travel(at, tick=False):
            [hers] = Client().get("/api/v1/dermatologists/ada-wirth/").json()["picks"]
        assert (page["signed_on"], page["review_by"]) == (signed_on, "2027-02-28")
        assert (hers["signed_on"], hers["review_by"]) == (signed_on, "2027-02-28")


def test_a_changed_formula_takes_it_off_in_the_same_transaction_and_price_and_stock_stay() -> None:
    pick = make_pick()
    sign(pick)
    relabel(pick.product, "Aqua, Petrolatum")
    assert not has_badge(pick.product)
    page = Client().get(f"/api/v1/products/{pick.product.slug}/").json()
    assert page["price_from"] == {"amount": 1999, "currency": "EUR"}

    picks.adopt_formula(pick_id=pick.pk, occasion=Occasion(None, NOW))
    assert not has_badge(pick.product)
    sign(pick)
    assert has_badge(pick.product)


def test_changed_words_and_new_interests_take_it_off_at_once() -> None:
    pick = make_pick()
    sign(pick)
    with transaction.atomic():
        history.act_as("test")
        pick.headline = "Another line"
        pick.save(update_fields=["headline"])
        picks.settle_words(pick=pick, occasion=Occasion(None, NOW), adopts=False)
    assert not has_badge(pick.product)
    sign(pick)
    assert has_badge(pick.product)
    disclose(pick.dermatologist, "Dr Wirth earns by the sale, and is paid by the maker.", paid=True)
    assert not has_badge(pick.product)


def test_withdrawing_leaves_the_reason_on_the_page() -> None:
    pick = make_pick()
    sign(pick)
    picks.withdraw_pick(
        pick_id=pick.pk, reason="It stings more people than I thought.", occasion=Occasion(None, NOW)
    )
    assert not has_badge(pick.product)
    page = Client().get(f"/api/v1/products/{pick.product.slug}/").json()
    assert page["withdrawn_picks"] == [
        {
            "dermatologist": {"slug": "ada-wirth", "name": "Ada Wirth", "credentials": "MD, FAAD"},
            "headline": pick.headline,
            "reason": "It stings more people than I thought.",
            "withdrawn_on": "2026-11-20",
        }
    ]


def test_a_withdrawn_draft_was_never_public_and_is_not_told() -> None:
    pick = make_pick()
    picks.withdraw_pick(pick_id=pick.pk, reason="Written about the wrong jar.", occasion=Occasion(None, NOW))
    page = Client().get(f"/api/v1/products/{pick.product.slug}/").json()
    assert page["withdrawn_picks"] == []


def test_of_two_picks_the_live_one_is_shown_and_not_the_one_to_come() -> None:
    product = make_product()
    first = make_pick(product)
    second = make_pick(product, dermatologist=make_dermatologist("Jonas Meyer"), headline="From next week")
    sign(first)
    sign(second, live_from_on=NOW.date() + 7 * DAY)
    card, _ = read(product)
    assert card["dermatologist"]["name"] == "Ada Wirth"


def test_a_regimen_that_ended_is_not_shown() -> None:
    pick = make_pick(
        regimen_since_on=NOW.date() - 90 * DAY, regimen_until_on=NOW.date() - DAY, regimen_notes="Winter"
    )
    sign(pick)
    assert read(pick.product)[1]["regimen"] is None
    Pick.objects.update(regimen_until_on=None)
    with transaction.atomic():
        picks.settle_words(pick=Pick.objects.get(pk=pick.pk), occasion=Occasion(None, NOW), adopts=False)
        publishing.publish_products(product_ids=[pick.product_id], now=NOW)
    sign(pick)
    assert read(pick.product)[1]["regimen"] == {"since": "2026-08-22", "words": "Winter"}
