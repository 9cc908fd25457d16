"""What nobody finds is counted for curators, without who asked, and forgotten again."""

from datetime import timedelta

import pytest

from catalog.finding import misses
from catalog.finding.cursors import write_cursor
from catalog.models import Concern, SearchMiss
from tests.builders import NOW, make_product
from tests.builders.knowledge import learn
from tests.catalog.finding.shop import ask, put_up

pytestmark = pytest.mark.django_db


def miss() -> list[tuple[str, str, int]]:
    return list(SearchMiss.objects.order_by("asked").values_list("asked", "market", "times"))


def test_what_nobody_finds_is_counted_and_nothing_else() -> None:
    learn()
    make_product("Quiet Serum", category="Face > Serums", concerns=["Milia"])
    Concern.objects.filter(slug="milia").update(also_called=["milk spots"])
    put_up()
    for q in (
        "Qwrtps!",
        "qwrtps",
        "the",
        "🧴",
        "serum",
        "milk spots",
        "mara@customer.example",
        "tel 0301234567",
    ):
        ask(q)
    assert miss() == [("qwrtps", "eu", 2)]
    ask("x" * 300, market="eu")
    assert miss()[1] == ("x" * 60, "eu", 1)
    assert SearchMiss.objects.filter(first_at=NOW, last_at=NOW).count() == 2


def test_misses_are_forgotten_when_they_are_old_and_when_they_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(6):
        misses.count_miss(
            f"miss {'abcdef'[number]}", language="en", market="eu", now=NOW + timedelta(days=number)
        )
    assert misses.forget_misses(older_than=NOW + timedelta(days=1)) == 1
    monkeypatch.setattr(misses, "MOST_KEPT", 3)
    assert misses.forget_misses(older_than=NOW) == 2
    assert [asked for asked, _, _ in miss()] == ["miss d", "miss e", "miss f"]
    assert misses.forget_misses(older_than=NOW) == 0


def test_an_answers_last_page_may_be_empty_and_is_no_miss() -> None:
    make_product("Quiet Serum")
    assert ask("qwrtps", cursor=write_cursor("relevance", 1, 1))["results"] == []
    assert miss() == []
    assert ask("qwrtps")["results"] == []
    assert miss() == [("qwrtps", "eu", 1)]
