"""Two curators at the same moment: at one page, and at one name. With the locks off one of them is lost."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from catalog import settling, vocabulary
from catalog.admin import together
from catalog.models import Brand, Ingredient, IngredientName, KnowledgeChange
from tests.builders import make_brand, make_market
from tests.builders.knowledge import learn
from tests.builders.staff import make_staff
from tests.catalog.desks.browser import Browser
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)


def save_at_once() -> list[Any]:
    """The answers to two people who rename one brand from the same page."""
    make_market("eu")
    brand = make_brand("Maren Ostby")
    address = f"/admin/catalog/brand/{brand.pk}/change/"
    people = [(Browser("curator"), "Ostby"), (Browser("owner"), "Maren")]
    for browser, _ in people:
        browser.open(address)

    def act(browser: Browser, name: str) -> Any:
        return lambda: browser.send(address, browser.form_with("_seen"), name=name).status_code

    return rush(*(act(browser, name) for browser, name in people))


def test_of_two_who_save_at_once_one_is_told(slow_down: Any) -> None:
    slow_down(together, "find_overtaken")

    answers = save_at_once()

    assert sorted(answers) == [200, 302]
    assert Brand.objects.get().name == ("Ostby", "Maren")[answers.index(302)]


def test_without_the_rows_lock_both_save_and_one_is_lost(
    slow_down: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "lock_row", lambda row: None)
    slow_down(together, "find_overtaken")

    assert save_at_once() == [302, 302]


def settle_at_once() -> list[Any]:
    """What became of one name that two people give to two ingredients."""
    learn()
    by, now = make_staff("curator"), timezone.now()

    def act(slug: str) -> Any:
        return lambda: settling.name_ingredient(
            ingredient=Ingredient.objects.get(slug=slug),
            text="Zebra Milk",
            kind=IngredientName.Kind.SYNONYM,
            by=by,
            now=now,
        )

    return rush(act("glycerin"), act("panthenol"))


def test_a_name_is_settled_once_and_the_other_is_refused_by_name(slow_down: Any) -> None:
    slow_down(settling, "add_name")

    first, second = settle_at_once()

    refused, settled = (first, second) if isinstance(first, Exception) else (second, first)
    assert isinstance(refused, settling.NameTaken)
    assert refused.ingredient == settled.ingredient.inci_name
    assert IngredientName.objects.get(key="zebra milk").ingredient == settled.ingredient
    assert KnowledgeChange.objects.filter(kind="desk").count() == 1


def test_without_the_lock_on_names_the_database_must_refuse(
    slow_down: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "lock_diary", lambda: None)
    slow_down(IngredientName.objects, "create")

    assert any(isinstance(result, IntegrityError) for result in settle_at_once())
