"""Verdicts as rows: what stands, what a checkout is told, what pages and desks say."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from catalog import law
from catalog.models import (
    Barrier,
    Formula,
    LegalRule,
    PublishedPage,
)
from tests.builders import NOW, make_product
from tests.builders.knowledge import learn, make_rule, read_everything_again, tell
from tests.catalog.law.courtroom import TODAY, judge, standing, stops

pytestmark = pytest.mark.django_db
Budget = Callable[..., AbstractContextManager[Any]]
LILIAL = "It holds Butylphenyl Methylpropional. Lilial is forbidden in cosmetics in the European Union."


@pytest.mark.parametrize(
    ("country", "jurisdiction"),
    [*[(one, "eu") for one in "DE IE IS LI NO".split()], ("GB", "uk"), ("US", "us")]
    + [(one, None) for one in ("CH", "JP", "UK", "")],
)
def test_a_country_falls_under_one_law_or_under_one_that_we_do_not_know(
    country: str, jurisdiction: str | None
) -> None:
    assert law.jurisdiction_of(country) == jurisdiction
    assert len(law.EU) == 27


def test_a_forbidden_substance_stops_the_sale_there_and_nowhere_else() -> None:
    learn()
    lily = make_product("Lily", label_text="Aqua, Glycerin, Lilial")
    assert standing(lily) == [("eu", "prohibited", True)]
    assert {one: stops(lily, one) for one in ("DE", "NO", "GB", "US", "CH")} == {
        "DE": ["prohibited"],
        "NO": ["prohibited"],
        "GB": [],
        "US": [],
        "CH": [],
    }
    row = Barrier.objects.get()
    assert (row.words, row.source, row.from_on) == (LILIAL, "Reg. (EC) 1223/2009 Annex II/1666", None)
    assert row.ingredient is not None
    assert (str(row), row.ingredient.inci_name) == (LILIAL, "Butylphenyl Methylpropional")


def test_what_may_be_in_it_is_judged_as_if_it_were() -> None:
    learn()
    shades = make_product("Tint", label_text="Aqua, Glycerin. May contain: Zinc Oxide, Lilial")
    assert standing(shades) == [("eu", "prohibited", True)]


def test_judging_again_writes_nothing_and_changes_write_only_what_differs(
    django_assert_num_queries: Budget,
) -> None:
    learn()
    lily = make_product("Lily", label_text="Aqua, Lilial, Retinol, Phenoxyethanol")
    before = list(Barrier.objects.order_by("id").values())
    assert [row["reason"] for row in before] == ["prohibited", "undeclared", "undeclared"]
    with django_assert_num_queries(9):  # not one of them writes
        judge(lily)
    assert list(Barrier.objects.order_by("id").values()) == before

    LegalRule.objects.filter(slug="eu-lilial").update(words="Lilial may not be sold.")
    LegalRule.objects.filter(slug="eu-phenoxyethanol").update(retired_on=TODAY)
    tell()
    judge(lily)
    after = list(Barrier.objects.order_by("id").values())
    assert [row["id"] for row in after] == [before[0]["id"], before[2]["id"]]
    assert after[0]["words"] == "It holds Butylphenyl Methylpropional. Lilial may not be sold."
    assert after[1] == before[2]


def test_a_barrier_follows_its_rule_in_everything_that_it_says() -> None:
    learn()
    lily = make_product("Lily", label_text="Aqua, Lilial, Phenoxyethanol")
    lilial, phenoxyethanol = Barrier.objects.order_by("id")
    assert (lilial.from_on, phenoxyethanol.stops) == (None, False)
    LegalRule.objects.filter(slug="eu-lilial").update(
        valid_from_available_on=date(2027, 5, 1), source="Another annex"
    )
    LegalRule.objects.filter(slug="eu-phenoxyethanol").update(without_declaration="stop")
    tell()
    judge(lily)
    rows = Barrier.objects.order_by("id").values_list("pk", "from_on", "source", "stops")
    assert list(rows) == [
        (lilial.pk, date(2027, 5, 1), "Another annex", True),
        (phenoxyethanol.pk, None, phenoxyethanol.source, True),
    ]


def test_judging_takes_the_same_statements_whatever_the_number_of_products(
    django_assert_num_queries: Budget,
) -> None:
    learn()
    products = [make_product(label_text="Aqua, Lilial, Retinol, Tretinoin") for _ in range(8)]
    judge(products[0])  # the rules are in memory now
    for some in (products[:1], products):
        Barrier.objects.all().delete()
        with django_assert_num_queries(10):  # savepoint, 7 questions, 1 write, release
            judge(*some)
        assert Barrier.objects.count() == 6 * len(some)


def test_a_question_of_the_checkout_is_one_statement(django_assert_num_queries: Budget) -> None:
    learn()
    lily = make_product("Lily", label_text="Aqua, Lilial, Retinol", category="Face > Serums")
    variant = lily.variants.get()
    with django_assert_num_queries(1):
        found = law.find_barriers(variant_ids=[variant.pk], country="DE", on=TODAY)
    assert [(one.product_slug, one.product_name, one.reason) for one in found] == [
        ("lily", "Lily", "prohibited"),
        ("lily", "Lily", "undeclared"),
    ]


def test_what_is_only_asked_for_is_sold_while_we_ask() -> None:
    learn()
    cream = make_product("Cream", label_text="Aqua, Phenoxyethanol")
    assert (standing(cream), stops(cream, "DE")) == ([("eu", "undeclared", False)], [])


def test_of_a_list_that_is_understood_in_part_nobody_says_what_it_is() -> None:
    learn()
    riddle = make_product("Riddle", label_text="Aqua, Glycerin, Squalane, Xyzzyquux Root")
    with transaction.atomic():
        judged = law.judge_products(product_ids=[riddle.pk], now=NOW)[riddle.pk]
    assert {
        (one["list"], one["regulatory_class"], one["can_be_sold"]) for one in law.show_sale(judged, on=TODAY)
    } == {("partly", None, True)}


def test_a_barrier_stands_from_its_day_and_no_longer_than_its_rule() -> None:
    learn()
    make_rule("eu-tpo", ingredients=["Bakuchiol"], valid_from_available_on=date(2027, 5, 1))
    jar = make_product(label_text="Aqua, Bakuchiol")
    assert [stops(jar, "DE", day) for day in (TODAY, date(2027, 4, 30), date(2027, 5, 1))] == [
        [],
        [],
        ["prohibited"],
    ]
    LegalRule.objects.filter(slug="eu-tpo").update(retired_on=date(2028, 1, 1))
    assert [stops(jar, "DE", day) for day in (date(2027, 12, 31), date(2028, 1, 1))] == [["prohibited"], []]


def test_an_unknown_list_is_no_barrier_and_no_clearance() -> None:
    learn()
    visit = make_product("Secret", label_text="Visit the Secret boutique for the ingredients")
    assert visit.current_formula is not None
    assert visit.current_formula.status == Formula.Status.UNKNOWN
    assert standing(visit) == []
    assert law.findings_of(visit.current_formula, product_kind=None, on=TODAY) == []
    assert law.classes_of(visit, on=TODAY) == {"eu": None, "uk": None, "us": None}
    (page,) = PublishedPage.objects.filter(product=visit)
    assert '"list":"unknown"' in page.page


def test_the_page_says_where_it_may_be_sold_and_until_when() -> None:
    learn()
    make_rule("eu-tpo", ingredients=["Bakuchiol"], valid_from_available_on=date(2027, 5, 1))
    jar = make_product(label_text="Aqua, Bakuchiol, Phenoxyethanol")
    with transaction.atomic():
        judged = law.judge_products(product_ids=[jar.pk], now=NOW)
    eu, uk, us = law.show_sale(judged[jar.pk], on=TODAY)
    assert (eu["jurisdiction"], eu["can_be_sold"], eu["until"], eu["list"]) == (
        "eu",
        True,
        "2027-05-01",
        "read",
    )
    assert [(row["reason"], row["stops"], row["since"]) for row in eu["barriers"]] == [
        ("undeclared", False, None),
        ("prohibited", True, "2027-05-01"),
    ]
    later, _, _ = law.show_sale(judged[jar.pk], on=date(2027, 5, 1))
    assert (later["can_be_sold"], later["until"]) == (False, None)
    assert uk == {
        "jurisdiction": "uk",
        "regulatory_class": "cosmetic",
        "can_be_sold": True,
        "until": None,
        "list": "read",
        "barriers": [],
    }
    assert us["can_be_sold"]


def test_the_desk_sees_every_rule_that_touches_a_formula() -> None:
    learn()
    lily = make_product("Lily", label_text="Aqua, Linalool, Lilial, Retinol 0.2%")
    assert lily.current_formula is not None
    found = law.findings_of(lily.current_formula, product_kind="face", on=TODAY)
    assert [(one.rule.slug, one.outcome) for one in found] == [
        ("eu-lilial", "prohibited"),
        ("eu-linalool", "fine"),
        ("eu-retinol-other", "fine"),
    ]


def test_whoever_changes_a_rule_is_told_which_products_it_is_about() -> None:
    learn()
    lily, cream = (
        make_product("Lily", label_text="Aqua, Lilial"),
        make_product("Cream", label_text="Aqua, Retinol"),
    )
    make_product("Plain", label_text="Aqua, Glycerin")
    rule = LegalRule.objects.get(slug="eu-lilial")
    assert law.products_under(rule) == [lily.pk]
    rule.ingredient_slugs, rule.classes = [], ["retinoid"]
    rule.save()
    assert law.products_under(rule) == sorted([lily.pk, cream.pk])  # and those that it was about


def test_a_label_that_is_understood_later_is_judged_then() -> None:
    lily = make_product("Lily", label_text="Aqua, Glycerin, Lilial")
    assert standing(lily) == []
    learn()
    read_everything_again()
    assert standing(lily) == [("eu", "prohibited", True)]
