"""What we know, read over HTTP: with its sources, its disputes, its tag, and nothing that is not open."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from catalog import picks, publishing
from catalog.models import Concern, Guide, Ingredient, Statement
from catalog.picks import Occasion
from tests.builders import make_product
from tests.builders.knowledge import learn, make_rule
from tests.builders.picks import EARNS, make_dermatologist, make_pick, sign

pytestmark = pytest.mark.django_db
FACT: dict[str, Any] = {
    "source": "PMC0000001",
    "grade": "B",
    "reviewed_by": "Ada Wirth",
    "reviewed_on": date(2026, 11, 1),
}


def read(path: str, status: int = 200, **query: str) -> Any:
    response = Client().get(f"/api/v1/{path}", query)
    assert response.status_code == status, response.content
    return response.json()


def say(text: str, **about: Any) -> Statement:
    return Statement.objects.create(**FACT | {"kind": "cause", "text": text} | about)


def milia() -> Concern:
    return Concern.objects.create(
        slug="milia", name="Milia", also_called=["milk spots"], one_line="Small pale bumps."
    )


def test_a_concern_says_where_each_word_comes_from_and_keeps_both_sides() -> None:
    concern = milia()
    say("Keratin under the skin.", concern=concern, dispute="cause-of-milia", position=1)
    say("A clogged pore.", concern=concern, dispute="cause-of-milia", position=2, grade="D")
    say("May help.", concern=concern, kind="helps", about_class="retinoid", position=3)
    page = read("concerns/milia/")
    assert (page["name"], page["also_called"], page["one_line"]) == (
        "Milia",
        ["milk spots"],
        "Small pale bumps.",
    )
    first, second, third = page["statements"]
    assert (first["text"], first["grade"], first["dispute"]) == (
        "Keratin under the skin.",
        "B",
        "cause-of-milia",
    )
    assert (second["grade"], second["dispute"]) == ("D", "cause-of-milia")
    assert third["about"] == {"slug": "retinoid", "name": "Retinoids"}
    assert {one["source"] for one in page["statements"]} == {"PMC0000001"}
    assert third["reviewed_by"] == "Ada Wirth"
    assert third["reviewed_on"] == "2026-11-01"


def test_a_concern_shows_its_live_picks_with_the_disclosure_and_counts_its_shelf() -> None:
    now = timezone.now()
    milia()
    picked = make_product("Night Serum", concerns=["Milia"])
    make_product("Day Cream", concerns=["Milia"])
    make_product("Body Oil")
    doctor = make_dermatologist()
    sign(make_pick(picked, dermatologist=doctor, now=now), now=now)
    page = read("concerns/milia/")
    assert page["products"] == 2
    assert page["picks"] == [
        {
            "product": {"slug": "night-serum", "name": "Night Serum"},
            "dermatologist": {"slug": "ada-wirth", "name": "Ada Wirth", "credentials": "MD, FAAD"},
            "headline": "Light enough for skin that is prone to milia",
            "disclosure": EARNS,
        }
    ]
    assert read("concerns/milia/", market="us")["picks"] == []


@pytest.mark.parametrize(
    ("from_days", "until_days", "status"), [(-1, None, 200), (1, None, 404), (-2, -1, 404), (None, None, 404)]
)
def test_a_guide_is_open_between_its_days(from_days: int | None, until_days: int | None, status: int) -> None:
    now = timezone.now()
    guide = Guide.objects.create(
        slug="milia-guide",
        title="Milia",
        published_at=None if from_days is None else now + timedelta(days=from_days),
        hidden_at=None if until_days is None else now + timedelta(days=until_days),
    )
    say("Do not squeeze.", guide=guide, kind="home_care")
    page = read("guides/milia-guide/", status)
    listed = [one["slug"] for one in read("guides/")["results"]]
    assert listed == (["milia-guide"] if status == 200 else [])
    if status == 200:
        assert [one["text"] for one in page["statements"]] == ["Do not squeeze."]


def test_beside_a_guide_about_what_we_may_not_sell_stands_no_product() -> None:
    now = timezone.now()
    concern = milia()
    sign(make_pick(make_product("Night Serum", concerns=["Milia"]), now=now), now=now)
    for slug, sells in (("to-buy", True), ("to-read", False)):
        guide = Guide.objects.create(slug=slug, title=slug, sells=sells, published_at=now)
        guide.concerns.add(concern)
    assert [one["product"]["slug"] for one in read("guides/to-buy/")["picks"]] == ["night-serum"]
    assert read("guides/to-read/")["picks"] == []
    assert [one["slug"] for one in read("concerns/milia/")["guides"]] == ["to-buy", "to-read"]


def test_an_ingredient_says_what_it_is_and_what_the_law_says() -> None:
    learn()
    make_rule("eu-retinol", jurisdiction="eu", sort="restricted", ingredients=["Retinol"], max_percent="0.3")
    gone = make_rule("eu-old", jurisdiction="eu", sort="prohibited", ingredients=["Retinol"])
    gone.retired_on = date(2020, 1, 1)
    gone.save(update_fields=["retired_on"])
    retinol = Ingredient.objects.get(inci_name="Retinol")
    say("A form of vitamin A.", ingredient=retinol, kind="what_it_is")
    make_product("Night Serum", label_text="Aqua, Glycerin, Retinol")
    page = read(f"ingredients/{retinol.slug}/")
    assert page["name"] == "Retinol"
    assert {"slug": "retinoid", "name": "Retinoids"} in page["classes"]
    assert [one["text"] for one in page["statements"]] == ["A form of vitamin A."]
    mine = [rule for rule in page["rules"] if rule["max_percent"] == "0.3"]
    assert mine
    assert all(rule["source"] and rule["grade"] in ("law", "law2") for rule in page["rules"])
    assert "eu-old" not in str(page["rules"])
    assert page["products"] == 1


def test_a_dermatologist_can_be_checked_and_hides_no_pick_that_she_took_back() -> None:
    now = timezone.now()
    doctor = make_dermatologist()
    kept = make_pick(make_product("Night Serum"), dermatologist=doctor, now=now)
    gone = make_pick(make_product("Day Cream"), dermatologist=doctor, now=now)
    draft = make_pick(make_product("Body Oil"), dermatologist=doctor, now=now)
    sign(kept, now=now)
    sign(gone, now=now)
    for pick in (gone, draft):
        picks.withdraw_pick(
            pick_id=pick.pk, reason="Two customers reacted to it.", occasion=Occasion(doctor.user, now)
        )
    assert [one["slug"] for one in read("dermatologists/")["results"]] == ["ada-wirth"]
    page = read("dermatologists/ada-wirth/")
    assert page["licence"]["state"] == "US-WA"
    assert page["licence"]["source"] == "https://register.example/licences"
    assert page["disclosure"]["sells_it"] is True
    assert [one["product"]["slug"] for one in page["picks"]] == ["night-serum"]
    assert [(one["product"]["slug"], one["reason"]) for one in page["withdrawn"]] == [
        ("day-cream", "Two customers reacted to it.")
    ]
    with transaction.atomic():
        publishing.publish_products(product_ids=[kept.product_id, gone.product_id], now=now)
    assert read("products/day-cream/")["withdrawn_picks"][0]["reason"] == "Two customers reacted to it."


@pytest.mark.parametrize(
    "path", ["concerns/none/", "guides/none/", "ingredients/none/", "dermatologists/none/"]
)
def test_what_is_not_there_is_not_there(path: str) -> None:
    assert read(path, 404)["type"] == "/problems/not-found"


@pytest.mark.parametrize("path", ["concerns/milia/", "guides/", "dermatologists/"])
def test_who_has_it_already_gets_no_body(path: str) -> None:
    milia()
    first = Client().get(f"/api/v1/{path}")
    assert first["Cache-Control"] == "public, max-age=10"
    again = Client().get(f"/api/v1/{path}", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Concern.objects.update(name="Milk spots")
    Guide.objects.create(slug="new", title="New", published_at=timezone.now())
    make_dermatologist()
    changed = Client().get(f"/api/v1/{path}", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
