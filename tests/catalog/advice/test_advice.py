"""What rules say of products that one person uses: tables for the five conditions, then over real rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest

from catalog import advice
from catalog.advice import Advice, Contents
from catalog.models import AdviceRule, ClaimRule, Formula, IngredientClass, PublishedPage
from tests.builders import NOW, make_product, make_variant
from tests.builders.knowledge import learn, make_advice, tell

Budget = Callable[..., AbstractContextManager[Any]]
TODAY = NOW.date()


def rule(when: str, first: str = "retinoid", second: str | None = None, **more: Any) -> AdviceRule:
    values = {
        "slug": when,
        "severity": "info",
        "words": "Go slowly.",
        "source": "A book",
        "grade": "C",
    } | more
    return AdviceRule(when=when, first=first, second=second, **values)


def product(slug: str, **ranks: int) -> Contents:
    return Contents(slug, slug.capitalize(), True, ranks)


UNKNOWN = Contents("secret", "Secret", False)
NIGHT, EYE = product("night", retinoid=7), product("eye", retinoid=4)
PEEL, SUN, PLAIN = product("peel", aha=2), product("sun", uv_filter=1), product("plain", humectant=2)
BOTH = product("both", retinoid=9, aha=3)
TWO, PAIR, ALONE, HIGH, ANY = (
    rule("twice"),
    rule("together", "retinoid", "aha"),
    rule("without", "aha", "uv_filter"),
    rule("high_in_list", within_first=5),
    rule("contains"),
)


@pytest.mark.parametrize(
    ("one", "products", "concerned"),
    [
        (TWO, [NIGHT], None),
        (TWO, [NIGHT, NIGHT], None),  # two jars of one product are one retinoid
        (TWO, [NIGHT, PLAIN, EYE], ("night", "eye")),
        (PAIR, [NIGHT, EYE], None),
        (PAIR, [PEEL], None),
        (PAIR, [PLAIN, PEEL, NIGHT, EYE], ("peel", "night", "eye")),
        (PAIR, [BOTH], ("both",)),
        (ALONE, [PEEL], ("peel",)),
        (ALONE, [PLAIN], None),
        (ALONE, [PEEL, SUN], None),  # anywhere in the cart will do
        (ALONE, [PEEL, UNKNOWN], ("peel",)),  # it may hold one; who cannot tell reminds
        (HIGH, [NIGHT], None),
        (HIGH, [NIGHT, EYE], ("eye",)),
        (HIGH, [product("fifth", retinoid=5)], ("fifth",)),
        (HIGH, [product("drug", retinoid=999)], None),  # its list tells no dose
        (ANY, [NIGHT, PLAIN, EYE], ("night", "eye")),
        (ANY, [PLAIN], None),
        (ANY, [], None),
    ],
)
def test_the_five_conditions(
    one: AdviceRule, products: list[Contents], concerned: tuple[str, ...] | None
) -> None:
    found = [it for it in advice.advise(products, rules=[one]) if it.rule != advice.UNKNOWN_LIST]
    assert [it.products for it in found] == ([concerned] if concerned else [])


def test_the_gravest_comes_first_then_what_is_for_everybody_then_by_name() -> None:
    rules = [
        rule("contains", slug="b"),
        rule("contains", slug="a", audience="pregnancy"),
        rule("contains", slug="c", severity="avoid_together"),
        rule("contains", slug="d", severity="alternate"),
        rule("contains", slug="e", severity="separate_am_pm"),
        rule("contains", slug="a2"),
    ]
    found = advice.advise([NIGHT, UNKNOWN], rules=rules)
    assert [one.rule for one in found] == ["c", "e", "d", "a2", "b", "a", "unknown-list"]


def test_an_unknown_list_is_said_without_a_grade_because_it_is_no_fact_about_skin() -> None:
    four = [Contents(f"s{n}", f"Secret {n}", False) for n in range(4)]
    assert advice.advise(four, rules=[ANY]) == [
        Advice(
            rule="unknown-list",
            severity="info",
            audience="",
            grade=None,
            words=(
                "We do not know everything that is in Secret 0, Secret 1, Secret 2 and 1 more. "
                "What we say here leaves it out."
            ),
            other_view=None,
            source=None,
            products=("s0", "s1", "s2", "s3"),
            because=(),
        )
    ]


def test_what_it_is_about_is_named_as_on_the_label_or_else_by_its_class() -> None:
    claim = ClaimRule(slug="has_retinoid", name="Retinoid", present=["retinoid"])
    night = Contents(
        "night", "Night", True, {"retinoid": 7}, {"has_retinoid": {"answer": "yes", "because": ["Retinol"]}}
    )
    (named,) = advice.advise([night, PEEL], rules=[PAIR], claim_rules=[claim])
    assert named.because == ("Retinol", "Alpha hydroxy acids (AHA)")
    (plain,) = advice.advise([night, PEEL], rules=[PAIR])
    assert plain.because == ("Retinoids", "Alpha hydroxy acids (AHA)")


@pytest.mark.parametrize("answer", ["no", "unknown"])
def test_what_decided_against_a_claim_is_not_what_the_advice_is_about(answer: str) -> None:
    claim = ClaimRule(slug="mineral", name="Mineral", absent=["uv_organic"], present=["uv_mineral"])
    sun = Contents(
        "sun", "Sun", True, {"uv_mineral": 1}, {"mineral": {"answer": answer, "because": ["Octocrylene"]}}
    )
    (said,) = advice.advise([sun], rules=[rule("contains", "uv_mineral")], claim_rules=[claim])
    assert said.because == (str(IngredientClass.UV_MINERAL.label),)


@pytest.mark.django_db
def test_a_basket_is_advised_in_one_statement_whatever_it_holds(django_assert_num_queries: Budget) -> None:
    learn()
    night = make_product("Night", label_text="Aqua, Glycerin, Retinol")
    eye = make_product("Eye", label_text="Aqua, Retinal")
    peel = make_product("Peel", label_text="Aqua, Glycolic Acid")
    variants = [one.variants.get().pk for one in (night, eye, peel)] + [make_variant(night, sku="BIG").pk]
    advice.ask_for_advice(variants, on=TODAY).ask()  # the rules are in memory now
    with django_assert_num_queries(1):
        found = advice.ask_for_advice(variants, on=TODAY).ask()
    assert [(one.rule, one.products, one.because) for one in found] == [
        ("two-retinoids", ("night", "eye"), ("Retinol", "Retinal")),
        ("retinoid-with-aha", ("night", "eye", "peel"), ("Retinol", "Retinal", "Glycolic Acid")),
        ("aha-without-sunscreen", ("peel",), ("Glycolic Acid",)),
        ("retinoid-pregnancy", ("night", "eye"), ("Retinol", "Retinal")),
    ]
    assert found[1].as_json() == {
        "rule": "retinoid-with-aha",
        "severity": "alternate",
        "audience": "",
        "grade": "C",
        "words": "Use the retinoid and the acid on different evenings.",
        "other_view": "Skin that is used to both may bear them on one evening.",
        "source": "Consensus of clinics",
        "products": ["night", "eye", "peel"],
        "because": ["Retinol", "Retinal", "Glycolic Acid"],
    }
    assert advice.ask_for_advice([], on=TODAY).ask() == []


@pytest.mark.django_db
def test_a_big_and_a_small_jar_of_one_product_are_no_two_retinoids() -> None:
    learn()
    night = make_product("Night", label_text="Aqua, Glycerin, Retinol")
    variants = [night.variants.get().pk, make_variant(night, sku="BIG").pk]
    assert [one.rule for one in advice.ask_for_advice(variants, on=TODAY).ask()] == ["retinoid-pregnancy"]


@pytest.mark.django_db
@pytest.mark.parametrize("label_text", ["", "Visit the Night boutique"])
def test_no_list_and_what_is_no_list_are_both_unknown(label_text: str) -> None:
    learn()
    night = make_product("Night", label_text=label_text)
    assert Formula.objects.filter(status="unknown").exists() == bool(label_text)
    (said,) = advice.ask_for_advice([night.variants.get().pk], on=TODAY).ask()
    assert (said.rule, said.products) == ("unknown-list", ("night",))


@pytest.mark.django_db
def test_rules_change_for_everybody_at_once_and_end_on_their_day() -> None:
    learn()
    night = make_product("Night", label_text="Aqua, Retinol")
    make_advice("first-week", retired_on=date(2026, 11, 21))
    tell()
    assert [one.rule for one in advice.ask_for_advice([night.variants.get().pk], on=TODAY).ask()] == [
        "first-week",
        "retinoid-pregnancy",
    ]
    assert [
        one.rule for one in advice.ask_for_advice([night.variants.get().pk], on=date(2026, 11, 21)).ask()
    ] == ["retinoid-pregnancy"]


@pytest.mark.django_db
def test_a_page_says_what_concerns_its_product_alone(django_assert_num_queries: Budget) -> None:
    learn()
    balm = make_product("Balm", label_text="Petrolatum, Cera Alba")
    night = make_product("Night", label_text="Aqua, Retinol, Glycolic Acid")
    with django_assert_num_queries(1):
        pages = advice.for_pages([balm.pk, night.pk], on=TODAY)
    assert {pk: [one["rule"] for one in said] for pk, said in pages.items()} == {
        balm.pk: ["heavy-occlusive-milia"],
        night.pk: ["retinoid-with-aha", "aha-without-sunscreen", "retinoid-pregnancy"],
    }
    page = PublishedPage.objects.get(product=balm)
    assert '"rule":"heavy-occlusive-milia","severity":"info","audience":"milia_prone"' in page.page
