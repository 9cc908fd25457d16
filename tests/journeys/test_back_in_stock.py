"""Sold out, asked for, confirmed, back on the shelf, told once, and left in peace afterwards."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.core.cache import cache
from django.utils import timezone

from catalog.models import Variant
from config import api
from shop import tasks
from shop.models import StockAlert
from tests.builders import make_lot, make_product
from tests.drain import drain
from tests.journeys.conftest import Customer
from tests.postbox import Postbox, open_postbox, text_of

pytestmark = pytest.mark.django_db(transaction=True)
ASK = "/api/v1/stock-alerts/"
JAR = {"sku": "QC-50", "market": "eu", "email": "mara@customer.example"}


@pytest.fixture
def postbox(settings: Any, customer: Customer) -> Iterator[Postbox]:
    settings.SHOP_URL = customer.shop
    settings.PRODUCT_PAGE_URL = "https://shop.example/p/{slug}"
    with open_postbox(settings) as box:
        yield box


@pytest.fixture
def jar() -> Variant:
    return make_product("Quiet Cream", sku="QC-50").variants.get()


def ask(customer: Customer, **changes: Any) -> requests.Response:
    return requests.post(f"{customer.shop}{ASK}", json=JAR | changes, timeout=20)


def open_link(letter: Any, words: str) -> str:
    found = re.search(rf"{words}: (http\S+)", text_of(letter))
    assert found, text_of(letter)
    return found[1]


def unsubscribe_address(letter: Any) -> str:
    return str(letter["List-Unsubscribe"]).strip().strip("<>")


def state() -> str:
    return StockAlert.objects.get().state


def test_told_once_when_it_is_back(customer: Customer, jar: Variant, postbox: Postbox) -> None:
    assert ask(customer).status_code == 202
    drain(timezone.now())
    link = open_link(postbox.only, "Yes, tell me")

    page = requests.get(link, timeout=20)  # as a scanner does that follows every link
    assert (page.status_code, state()) == (200, "ASKED")
    assert "Yes, tell me once" in page.text
    assert page.headers["Cache-Control"].startswith("max-age=0")
    confirmed = requests.post(link, timeout=20)
    assert ("We will tell you" in confirmed.text, state()) == (True, "CONFIRMED")

    tasks.watch_shelves()
    drain(timezone.now())
    assert len(postbox.letters) == 1  # still sold out

    make_lot(jar, units=1)
    tasks.watch_shelves()
    drain(timezone.now())
    make_lot(jar, units=9)
    tasks.watch_shelves()
    drain(timezone.now())

    _, told = postbox.letters
    assert (told["To"], told["Subject"]) == (JAR["email"], "Quiet Cream can be had again")
    assert "https://shop.example/p/quiet-cream" in text_of(told)
    assert state() == "TOLD"
    customer.fill_cart(**{"QC-50": 1})
    assert customer.check_out()["order"]["status"] == "placed"


def test_the_answer_is_the_same_bytes_whoever_asks_for_whatever(
    customer: Customer, jar: Variant, postbox: Postbox
) -> None:
    asked = [
        ask(customer),
        ask(customer),
        ask(customer, email="new@customer.example"),
        ask(customer, sku="NOTHING"),
        ask(customer, market="mars"),
    ]
    assert {answer.status_code for answer in asked} == {202}
    assert len({answer.content for answer in asked}) == 1
    assert StockAlert.objects.count() == 2


def test_one_click_in_a_mail_program_ends_it_without_a_page(
    customer: Customer, jar: Variant, postbox: Postbox
) -> None:
    ask(customer)
    drain(timezone.now())
    link = open_link(postbox.only, "Yes, tell me")
    requests.post(link, timeout=20)
    address = unsubscribe_address(postbox.only)

    assert requests.get(address, timeout=20).status_code == 200
    assert state() == "CONFIRMED"  # looking ends nothing
    ended = requests.post(
        address,
        data="List-Unsubscribe=One-Click",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert (ended.status_code, state()) == (200, "ENDED")
    make_lot(jar, units=1)
    tasks.watch_shelves()
    drain(timezone.now())
    assert len(postbox.letters) == 1
    assert "It has ended" in requests.get(link, timeout=20).text
    assert requests.post(link, timeout=20).status_code == 200
    assert state() == "ENDED"


@pytest.mark.parametrize("page", ["", "end/"])
def test_a_guessed_address_leads_nowhere(customer: Customer, page: str) -> None:
    for guess in ("a", "x" * 64):
        for method in ("GET", "POST"):
            answer = requests.request(method, f"{customer.shop}/stock-alerts/{guess}/{page}", timeout=20)
            assert answer.status_code == 404
            assert "There is nothing here" in answer.text
    assert requests.put(f"{customer.shop}/stock-alerts/a/{page}", timeout=20).status_code == 405


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"email": "a@b.example\nBcc: eve@b.example"},
        {"sku": "QC 50"},
        {"sku": "Q\x00"},
        {"market": ""},
        {"units": 3},
        {"email": None},
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    customer: Customer, jar: Variant, wrong: dict[str, Any]
) -> None:
    answer = ask(customer, **wrong)
    assert answer.status_code == 400
    (pointed,) = answer.json()["errors"]
    assert pointed["pointer"] == f"/{next(iter(wrong))}"
    assert not StockAlert.objects.exists()


def test_whoever_asks_too_often_waits(customer: Customer, jar: Variant, monkeypatch: Any) -> None:
    cache.clear()
    monkeypatch.setattr(api.Throttle, "THROTTLE_RATES", {"alert": "2/min"})
    assert [ask(customer).status_code for _ in range(3)] == [202, 202, 429]
