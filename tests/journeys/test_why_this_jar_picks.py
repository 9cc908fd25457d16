"""Why this jar: a pick is written, previewed, signed, lost with its formula, won back; and one lapses."""

import re
from datetime import timedelta
from typing import Any

import pytest
import requests
import time_machine
from django.utils import timezone

from catalog.models import Product
from tests.builders import make_lot, make_market, make_product
from tests.builders.knowledge import learn
from tests.builders.picks import EARNS, PASSWORD
from tests.builders.staff import make_staff
from tests.catalog.desks.browser import Forms

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
LABEL = "Aqua, Glycerin, Niacinamide 4%, Squalane"


class Person:
    """Somebody who works here, in a real browser session over HTTP."""

    def __init__(self, shop: str, role: str) -> None:
        self.shop, self.browser = shop, requests.Session()
        make_staff(role)
        self.send("/admin/login/", "password", username=f"{role}@regimen.example", password=PASSWORD)

    def open(self, path: str, expect: int = 200) -> str:
        page = self.browser.get(f"{self.shop}{path}", timeout=20)
        assert page.status_code == expect, f"{path}: {page.status_code}"
        return page.text

    def send(self, path: str, field: str, expect: int = 200, **typed: Any) -> str:
        """The form with that field, as it was shown, with what is typed."""
        forms = Forms(self.open(path)).forms
        form = next(form for form in forms if field in form)
        headers = {"Referer": f"{self.shop}{path}"}
        page = self.browser.post(f"{self.shop}{path}", data=form | typed, headers=headers, timeout=20)
        assert page.status_code == expect, f"{path}: {page.status_code} {words_of(page.text)[:900]}"
        return words_of(page.text)


def words_of(page: str) -> str:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", text)


def read_badge(shop: str, slug: str) -> tuple[Any, Any]:
    """What the card in the listing and the product's page say of a pick."""
    cards = requests.get(f"{shop}/api/v1/products/", timeout=20).json()["results"]
    page = requests.get(f"{shop}/api/v1/products/{slug}/", timeout=20).json()
    return next(card["pick"] for card in cards if card["slug"] == slug), page["pick"]


def find_link(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found, f"no link like {pattern}"
    return found[1].replace("&amp;", "&")


def make_dermatologist_at_the_desk(owner: Person, login: Any) -> None:
    owner.send(
        "/admin/catalog/dermatologist/add/",
        "credentials",
        name="Ada Wirth",
        slug="ada-wirth",
        credentials="MD, FAAD",
        role="owner",
        user=login.pk,
        licence_number="MD00031337",
        licence_state="US-WA",
        licence_source="https://register.example/licences",
        licence_verified_on="2026-11-01",
        text=EARNS,
        sells_it="on",
    )


def test_a_pick_is_written_signed_lost_with_its_formula_and_signed_again(live_server: Any) -> None:
    shop = live_server.url
    make_market()
    learn()
    jar = make_product("Quiet Cream", label_text="")
    make_lot(jar.variants.get())
    login = make_staff("dermatologist")
    owner, curator, doctor = (Person(shop, role) for role in ("owner", "curator", "dermatologist"))
    make_dermatologist_at_the_desk(owner, login)
    product_page = f"/admin/catalog/product/{jar.pk}/change/"

    # A label is pasted, and the formula is read.
    curator.send(product_page, "label_text", label_text=LABEL)
    inside = requests.get(f"{shop}/api/v1/products/quiet-cream/", timeout=20).json()["ingredients"]
    assert (inside["status"], inside["version"]) == ("read", 1)

    # The curator writes a pick; as it is first, it may not be given to review.
    words: dict[str, Any] = {
        "product": jar.pk,
        "dermatologist": "1",
        "headline": "The best cream for skin that is prone to milia",
        "for_whom": "Skin that feels heavy under creams",
        "not_for": "Very dry skin in winter",
        "slot": "pm",
        "how_to_use": "A pea for the whole face, after cleansing.",
        "why_worth_it": "Four plain ingredients, and none that sits on the skin.",
        "cheaper_words": "Any plain gel cream with glycerin does nearly the same.",
        "would_change_mind": "A heavier oil in the list.",
    }
    add = "/admin/catalog/pick/add/"
    shown = Forms(curator.open(add)).forms
    doctors = re.findall(r'<option value="(\d+)"[^>]*>Ada Wirth, MD, FAAD', curator.open(add))
    assert any("headline" in form for form in shown)
    curator.send(add, "headline", **words | {"dermatologist": doctors[0]})
    pick_page = find_link(curator.open("/admin/catalog/pick/"), r'"(/admin/catalog/pick/\d+/change/)')
    pick = pick_page.removesuffix("change/")
    assert "“best” needs a comparison" in words_of(curator.open(pick_page))
    assert "Nothing was changed." in curator.send(f"{pick}submit/", "csrfmiddlewaretoken", 422)

    # Mended, previewed as customers will see it, and given to review.
    headline = "Light enough for skin that is prone to milia"
    curator.send(pick_page, "headline", headline=headline)
    seen = words_of(curator.open(f"{pick}preview/"))
    assert seen.count(EARNS) == 2
    assert headline in seen
    assert "on the desk of Ada Wirth" in curator.send(f"{pick}submit/", "csrfmiddlewaretoken")
    curator.open(f"{pick}sign/", expect=403)
    assert read_badge(shop, "quiet-cream") == (None, None)

    # She reads it on the re-review desk, and signs with her password.
    assert "Waits to be signed." in words_of(doctor.open("/admin/picks/review/"))
    assert "not your password" in doctor.send(f"{pick}sign/", "password", 422, password="guessed")
    assert read_badge(shop, "quiet-cream") == (None, None)
    assert "Signed. The badge is live" in doctor.send(f"{pick}sign/", "password", password=PASSWORD)
    card, page = read_badge(shop, "quiet-cream")
    assert (card["headline"], card["disclosure"]) == (headline, EARNS)
    assert card["dermatologist"] == {"slug": "ada-wirth", "name": "Ada Wirth", "credentials": "MD, FAAD"}
    assert (page["disclosure"]["text"], page["disclosure"]["sells_it"]) == (EARNS, True)

    # The maker changes the formula: the badge is gone at once, the price stays.
    curator.send(product_page, "label_text", label_text=f"{LABEL}, Petrolatum")
    assert read_badge(shop, "quiet-cream") == (None, None)
    assert "1 without its badge" in words_of(doctor.open("/admin/"))
    desk = doctor.open("/admin/picks/review/")
    assert "The formula has changed since it was signed." in words_of(desk)
    compared = words_of(doctor.open(find_link(desk, r'"(/admin/formulas/compare/[^"]+)"')))
    assert "Petrolatum" in compared
    assert "has changed" in words_of(doctor.open(pick_page))

    # Adopted, signed again, and the badge is back.
    assert "It must be signed again." in doctor.send(f"{pick}adopt/", "csrfmiddlewaretoken")
    assert read_badge(shop, "quiet-cream") == (None, None)
    doctor.send(f"{pick}sign/", "password", password=PASSWORD)
    card, _ = read_badge(shop, "quiet-cream")
    assert card["headline"] == headline
    assert "Nothing waits." in words_of(doctor.open("/admin/picks/review/"))

    # One day it is withdrawn, and the reason is public.
    reason = "With petrolatum it is too heavy for the skin that I chose it for."
    doctor.send(f"{pick}withdraw/", "reason", reason=reason)
    assert read_badge(shop, "quiet-cream") == (None, None)
    told = requests.get(f"{shop}/api/v1/products/quiet-cream/", timeout=20).json()["withdrawn_picks"]
    assert [one["reason"] for one in told] == [reason]


def test_a_pick_lapses_by_its_day_and_renewing_brings_the_badge_back(live_server: Any) -> None:
    shop = live_server.url
    make_market()
    make_product("Quiet Cream", label_text=LABEL)
    login = make_staff("dermatologist")
    owner, doctor = (Person(shop, role) for role in ("owner", "dermatologist"))
    make_dermatologist_at_the_desk(owner, login)
    add = "/admin/catalog/pick/add/"
    doctors = re.findall(r'<option value="(\d+)"[^>]*>Ada Wirth, MD, FAAD', doctor.open(add))
    doctor.send(
        add,
        "headline",
        product=Product.objects.get().pk,
        dermatologist=doctors[0],
        headline="Plain, and light",
        for_whom="Shine",
        not_for="Very dry skin",
        how_to_use="Evenings.",
        why_worth_it="Nothing in it that clogs.",
        cheaper_words="None that we know.",
        would_change_mind="A heavier oil.",
    )
    pick = find_link(doctor.open("/admin/catalog/pick/"), r'"(/admin/catalog/pick/\d+/)change/')
    today = timezone.now().date()
    doctor.send(f"{pick}sign/", "password", password=PASSWORD, review_by_on=str(today + 10 * DAY))

    start = timezone.now().replace(hour=12)
    for days, live in ((0, True), (9, True), (10, False)):
        with time_machine.travel(start + days * DAY, tick=True):
            assert (read_badge(shop, "quiet-cream")[0] is not None) is live, f"after {days} days"
    with time_machine.travel(start + 10 * DAY, tick=True):
        doctor = Person(shop, "dermatologist")
        assert "It was to be reviewed by" in words_of(doctor.open("/admin/picks/review/"))
        assert "Lapsed" in words_of(doctor.open(f"{pick}change/"))
        doctor.send(f"{pick}sign/", "password", password=PASSWORD)
        assert read_badge(shop, "quiet-cream")[0] is not None
