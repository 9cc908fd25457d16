"""What nobody found is seen by a curator, who leads the words somewhere; the next one finds it."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from catalog import signposts
from catalog.models import Concern, SearchMiss, Wording
from tests.builders import make_product
from tests.builders.knowledge import learn
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db
WORDINGS, MISSES = "/admin/catalog/wording/", "/admin/catalog/searchmiss/"


def ask(words: str) -> Any:
    return Client().get("/api/v1/products/", {"q": words}).json()


def test_a_word_that_found_nothing_is_led_somewhere_and_finds_it() -> None:
    learn()
    make_product("Night Serum", concerns=["Milia"])
    with transaction.atomic():
        signposts.put_up(concerns=list(Concern.objects.all()))
    assert ask("grutzbeutel")["results"] == []
    curator = Browser("curator")
    assert "grutzbeutel" in curator.open(MISSES).content.decode()
    curator.open(f"{WORDINGS}add/?words=grutzbeutel")
    curator.send(f"{WORDINGS}add/", curator.form_with("leads_to"), leads_to="concern:milia")
    assert Wording.objects.filter(words="grutzbeutel", leads_to="concern:milia").exists()
    assert [card["name"] for card in ask("grutzbeutel")["results"]] == ["Night Serum"]
    assert SearchMiss.objects.get().times == 1


@pytest.mark.parametrize(
    "leads_to", ["concern:nowhere", "class:nothing", "guide:none", "somewhere", "concern:"]
)
def test_words_lead_to_what_there_is(leads_to: str) -> None:
    before = Wording.objects.count()
    curator = Browser("curator")
    curator.open(f"{WORDINGS}add/?words=bumps")
    refused = curator.send(f"{WORDINGS}add/", curator.form_with("leads_to"), leads_to=leads_to)
    assert refused.status_code == 200
    assert Wording.objects.count() == before


def test_the_warehouse_does_not_see_them() -> None:
    assert Browser("warehouse").open(MISSES).status_code == 403
