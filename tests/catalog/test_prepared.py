"""Questions: asked together they are one statement, and their answers are those that each alone gives."""

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog import advice, law, pricing, stock, tax
from catalog.models import Lot
from catalog.prepared import Question, ask_together
from orders import delivery, limits
from tests.builders import NOW, make_category, make_delivery, make_lot, make_market, make_product
from tests.builders.knowledge import learn
from tests.builders.waiting import make_limit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("country", ["DE", "NZ"])
def test_what_a_checkout_asks_together_is_what_each_question_gives_alone(
    django_assert_num_queries: DjangoAssertNumQueries, country: str
) -> None:
    learn()
    make_market(category_rates=[("DE", make_category("Books"), 700)])
    make_delivery()
    lily = make_product("Lily", label_text="Aqua, Lilial, Tretinoin", category="Face > Serums")
    riddle = make_product("Łukasz’s “Riddle”", label_text="Aqua, Xyzzyquux Root")
    variants = [one.variants.get() for one in (lily, riddle)]
    for variant in variants:
        make_lot(variant)
    Lot.objects.filter(variant=variants[0]).update(sell_until_on=None)
    make_limit(product=lily)
    ids, on = [one.pk for one in variants], NOW.date()
    questions: list[Question[Any]] = [
        delivery.ask_for_methods(country=country, currency="EUR"),
        pricing.ask_for_offers(ids, currency="EUR", now=NOW),
        law.ask_for_barriers(variant_ids=ids, country=country, on=on),
        tax.ask_for_rates(country),
        limits.ask_for_touched(ids, on=on),
        stock.ask_for_lots(ids, on=on),
        advice.ask_for_advice(ids, on=on),
    ]
    alone = [question.ask() for question in questions]
    with django_assert_num_queries(1):
        together = ask_together(*questions)
    assert together == alone
    assert [bool(answer) for answer in (alone[1], alone[2], alone[4], alone[5], alone[6])] == [True] * 5
    assert (bool(alone[0]), alone[3].standard_bp) == ((True, 1900) if country == "DE" else (False, 0))


def test_an_answer_without_rows_is_an_empty_one() -> None:
    none = Question("SELECT 1 AS one WHERE %(today)s > '9999-01-01'", {"today": date(2026, 5, 20)}, list)
    one = Question("SELECT 1 AS one, true AS two, NULL AS three, ARRAY[2, 3] AS four", {}, list)
    assert ask_together(none, one) == [[], [(1, True, None, [2, 3])]]
