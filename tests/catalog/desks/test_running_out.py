"""The lists and desks of what runs out, what runs out of time, and what is limited."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import markdowns, pricing, shelf_life
from catalog.models import Lot, Markdown, Price, PurchaseLimit, Variant
from tests.builders import make_lot, make_market, make_product
from tests.builders.desk import words_of
from tests.builders.staff import sign_in
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db
LOW, NEAR, MARKDOWNS = "/admin/stock/low/", "/admin/stock/near-expiry/", "/admin/stock/markdowns/"
LIMITS = "/admin/catalog/purchaselimit/"


def lot_until(variant: Variant, days: int, units: int = 10, **facts: Any) -> Lot:
    life = timedelta(days=shelf_life.MIN_LIFE_DAYS + days - 1)
    return make_lot(variant, units=units, expires_on=timezone.now().date() + life, **facts)


@pytest.fixture
def jar() -> Variant:
    return make_product("Quiet Cream", sku="QC-50", prices={"EUR": 2090}).variants.get()


def price() -> int:
    return Price.objects.get(variant__sku="QC-50").amount_cents


@pytest.mark.parametrize(
    ("role", "low", "near", "markdown"),
    [
        ("owner", 200, 200, 200),
        ("warehouse", 200, 200, 200),
        ("curator", 200, 200, 200),
        ("support", 200, 403, 403),
        ("dermatologist", 200, 403, 403),
    ],
)
def test_each_list_opens_for_those_whose_work_it_is(
    jar: Variant, role: str, low: int, near: int, markdown: int
) -> None:
    client = sign_in(role)
    assert [client.get(page).status_code for page in (LOW, NEAR, MARKDOWNS)] == [low, near, markdown]


def test_nobody_else_reads_them(jar: Variant) -> None:
    for page in (LOW, NEAR, MARKDOWNS):
        assert Client().get(page).status_code == 302


def test_empty_lists_say_what_that_means() -> None:
    client = sign_in("owner")
    assert "Nothing runs out" in words_of(client.get(LOW))
    assert "No lot comes to its last day in 90 days" in words_of(client.get(NEAR))
    assert "Nothing is proposed" in words_of(client.get(MARKDOWNS))


def test_the_lists_show_their_figures(jar: Variant) -> None:
    lot_until(jar, 20, units=3, code="L-77")
    lot_until(jar, 0, units=2, code="L-01")
    client = sign_in("warehouse")
    assert "Quiet Cream, 30 ml QC-50 unknown: none was sent 3 0 –" in words_of(client.get(LOW))
    page = words_of(client.get(NEAR))
    assert "lot L-77, BER" in page
    assert "20 days, expires" in page
    assert "Too late to sell" in page
    assert "too little life left" in page
    assert "L-77" not in words_of(client.get(f"{NEAR}?days=nonsense")).split("Too late")[1]


def test_a_narrower_span_shows_less(jar: Variant) -> None:
    lot_until(jar, 40)
    client = sign_in("owner")
    assert len(client.get(f"{NEAR}?days=60").context["rows"]) == 1
    assert client.get(f"{NEAR}?days=30").context["rows"] == []


def test_a_proposal_is_accepted_at_the_desk(jar: Variant) -> None:
    lot_until(jar, 40, code="L-77")
    make_lot(jar, units=25)
    markdowns.propose_markdowns(now=timezone.now())
    browser = Browser("curator")
    page = words_of(browser.open(MARKDOWNS))
    assert "10 of 10 units 25 fresher units would be cheaper too" in page
    assert "€20.90 €20.90 €15.90 −23 %" in page

    address = f"{MARKDOWNS}{Markdown.objects.get().pk}/accept/"
    answer = browser.client.post(address, browser.form_with("csrfmiddlewaretoken"), follow=True)

    assert "QC-50 costs €15.90 from now on, and its page says so." in words_of(answer)
    assert price() == 1590
    again = browser.client.post(address, browser.form_with("csrfmiddlewaretoken"), follow=True)
    assert "it was decided already" in words_of(again)


def test_a_price_that_moved_is_said_and_the_new_figures_are_shown(jar: Variant) -> None:
    lot_until(jar, 40)
    markdowns.propose_markdowns(now=timezone.now())
    now = timezone.now()
    pricing.set_price(variant=jar, currency="EUR", amount_cents=2490, cause="a test", now=now)
    client = sign_in("curator")
    answer = client.post(f"{MARKDOWNS}{Markdown.objects.get().pk}/accept/", follow=True)
    assert "the price is €24.90 and not €20.90" in words_of(answer)
    assert "€24.90 €20.90 €19.90" in words_of(answer)
    assert price() == 2490


def test_a_proposal_is_dismissed_at_the_desk(jar: Variant) -> None:
    lot_until(jar, 40, code="L-77")
    markdowns.propose_markdowns(now=timezone.now())
    client = sign_in("curator")
    answer = client.post(f"{MARKDOWNS}{Markdown.objects.get().pk}/dismiss/", follow=True)
    assert "Lot L-77 is not proposed again for 14 days." in words_of(answer)
    assert "Dismissed on" in words_of(answer)
    assert price() == 2090


def test_a_price_is_put_back_at_the_desk(jar: Variant) -> None:
    lot = lot_until(jar, 40)
    markdowns.propose_markdowns(now=timezone.now())
    client = sign_in("curator")
    pk = Markdown.objects.get().pk
    client.post(f"{MARKDOWNS}{pk}/accept/")
    Lot.objects.filter(pk=lot.pk).update(status="BLOCKED")
    assert "Put back to €20.90" in words_of(client.get(MARKDOWNS))
    client.post(f"{MARKDOWNS}{pk}/put-back/")
    assert price() == 2090
    assert "Put back to" not in words_of(client.get(MARKDOWNS))


def test_whoever_may_only_look_decides_nothing(jar: Variant) -> None:
    lot_until(jar, 40)
    markdowns.propose_markdowns(now=timezone.now())
    client = sign_in("warehouse")
    assert "Accept" not in words_of(client.get(MARKDOWNS))
    for decision in ("accept", "dismiss", "put-back"):
        answer = client.post(f"{MARKDOWNS}{Markdown.objects.get().pk}/{decision}/")
        assert answer.status_code == 403
    assert client.get(f"{MARKDOWNS}{Markdown.objects.get().pk}/accept/").status_code == 405
    assert (price(), Markdown.objects.get().state) == (2090, "PROPOSED")


def test_the_desks_take_the_same_whatever_they_show() -> None:
    client = sign_in("owner")
    make_market()
    asked = []
    for units in (1, 9):
        for number in range(units):
            lot_until(make_product(f"Jar {units} {number}", sku=f"J-{units}-{number}").variants.get(), 40)
        markdowns.propose_markdowns(now=timezone.now())
        counts = []
        for page in (LOW, NEAR, MARKDOWNS):
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            counts.append(len(queries))
        asked.append(counts)
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 12


def write_limit(browser: Browser, **typed: Any) -> Any:
    browser.open(f"{LIMITS}add/")
    limit = {
        "name": "Peels",
        "ingredient_class": "aha",
        "most_units": "2",
        "within_days": "60",
        "words": "Two peels in two months.",
        "since_on": "2026-01-01",
    }
    return browser.send(f"{LIMITS}add/", browser.form_with("words"), **(limit | typed))


def test_a_limit_is_written_at_its_desk_and_ended_but_never_deleted() -> None:
    browser = Browser("curator")
    assert write_limit(browser).status_code == 302
    limit = PurchaseLimit.objects.get()
    assert (limit.product, limit.ingredient_class, limit.most_units, limit.within_days) == (
        None,
        "aha",
        2,
        60,
    )
    assert browser.client.get(f"{LIMITS}{limit.pk}/delete/").status_code == 403
    assert "Alpha hydroxy acids (AHA)" in words_of(browser.open(f"{LIMITS}?in_force=yes"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"ingredient_class": ""}, "Name a product, or a class of ingredients: one of the two."),
        ({"most_units": "0"}, "At least 1."),
        ({"within_days": "0"}, "At least 1."),
    ],
)
def test_a_limit_that_limits_nothing_is_refused(typed: dict[str, str], words: str) -> None:
    answer = write_limit(Browser("curator"), **typed)
    assert words in words_of(answer)
    assert not PurchaseLimit.objects.exists()
