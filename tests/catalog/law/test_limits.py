"""What one rule says of one label: tables, without a database."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from catalog import limits
from catalog.inci import fold
from catalog.limits import Finding, Label, RuleBook, Substance
from catalog.models import LegalRule

TODAY = date(2026, 11, 20)
PLACING, AVAILABLE = date(2025, 11, 1), date(2027, 5, 1)
FACE = {"product_kinds": ["face", "eye"], "max_percent": Decimal("0.3"), "slug": "eu-face"}
BODY = {"product_kinds": ["body"], "max_percent": Decimal("0.05"), "slug": "eu-body"}


def rule(sort: str = "restricted", *about: str, **more: Any) -> LegalRule:
    values = {"slug": "eu-rule", "jurisdiction": "eu", "words": "It is so.", "source": "Art. 1"} | more
    return LegalRule(sort=sort, ingredient_slugs=list(about), **values)


def in_it(name: str, percent: str | None = None, *classes: str) -> Substance:
    said = None if percent is None else Decimal(percent)
    return Substance(name.lower().replace(" ", "-"), name, frozenset(classes), said)


def judge(
    rules: Iterable[LegalRule], *there: Substance, kind: str | None = "face", text: str = ""
) -> list[Finding]:
    return limits.judge_label(Label((there,), kind, fold(text)), RuleBook(rules, on=TODAY))


@pytest.mark.parametrize(
    ("percent", "kind", "outcome", "stops"),
    [
        ("0.3", "face", "fine", False),
        ("0.300001", "face", "over", True),
        ("0.05", "body", "fine", False),
        ("0.2", "body", "over", True),
        (None, "face", "undeclared", True),
        ("7", "oral", None, False),  # neither row is about mouths
        ("0.05", None, "fine", False),  # within the strictest: fine wherever it goes
        ("0.2", None, "undeclared", True),  # between: it depends on what we do not know
        ("0.31", None, "over", True),  # above the loosest: too much wherever it goes
        (None, None, "undeclared", True),
    ],
)
def test_a_limit_that_depends_on_the_kind_of_product(
    percent: str | None, kind: str | None, outcome: str | None, stops: bool
) -> None:
    rules = [rule("restricted", "retinol", without_declaration="stop", **how) for how in (FACE, BODY)]
    found = judge(rules, in_it("Retinol", percent), kind=kind)
    assert [(one.outcome, one.stops) for one in found] == ([(outcome, stops)] if outcome else [])


def test_several_substances_of_one_rule_are_added_up_by_what_counts_of_them() -> None:
    """0.2 % retinol and 0.2 % palmitate are 0.3092 % retinol equivalents."""
    more = {"max_percent": Decimal("0.3"), "counted_as": {"retinyl-palmitate": "0.546"}}
    one = rule("restricted", "retinol", "retinyl-palmitate", **more)
    (found,) = judge([one], in_it("Retinol", "0.2"), in_it("Retinyl Palmitate", "0.2"))
    assert (found.outcome, found.percent) == ("over", Decimal("0.3092"))
    assert found.words == "It holds 0.3092 % Retinol, Retinyl Palmitate where 0.3 % is the most. It is so."
    (alone,) = judge([one], in_it("Retinyl Palmitate", "0.5"))
    assert (alone.outcome, alone.percent) == ("fine", Decimal("0.273"))


def test_what_is_known_may_be_too_much_before_the_rest_is_known() -> None:
    one = rule("restricted", "retinol", "retinal", max_percent=Decimal("0.3"))
    assert judge([one], in_it("Retinol", "0.31"), in_it("Retinal"))[0].outcome == "over"
    (little,) = judge([one], in_it("Retinol", "0.1"), in_it("Retinal"))
    assert (little.outcome, little.percent) == ("undeclared", None)


@pytest.mark.parametrize(("without", "stops"), [("stop", True), ("sell", False)])
def test_an_unknown_percentage_stops_the_sale_only_where_the_rule_says_so(without: str, stops: bool) -> None:
    (found,) = judge(
        [rule("restricted", "retinol", max_percent=Decimal(1), without_declaration=without)],
        in_it("Retinol"),
    )
    assert (found.outcome, found.stops) == ("undeclared", stops)
    assert found.words == "How much Retinol is in it, nobody has told us. It is so."


def test_each_formula_on_a_label_is_measured_alone_and_the_worst_counts() -> None:
    one = rule("restricted", "retinol", max_percent=Decimal("0.3"))
    day, night = (in_it("Retinol", "0.2"),), (in_it("Retinol", "0.25"),)
    book = RuleBook([one], on=TODAY)
    (apart,) = limits.judge_label(Label((day, night), "face"), book)
    assert apart.outcome == "fine"
    strong = (in_it("Retinol", "0.4"),)
    (worst,) = limits.judge_label(Label((day, strong, night), "face"), book)
    assert (worst.outcome, worst.percent) == ("over", Decimal("0.4"))


def test_what_is_forbidden_is_told_per_substance_and_by_class_too() -> None:
    antibiotics = rule("prohibited", classes=["antibiotic"])
    found = judge(
        [antibiotics],
        in_it("Neomycin", None, "antibiotic"),
        in_it("Aqua"),
        in_it("Dapsone", None, "antibiotic"),
    )
    assert [(one.outcome, one.stops, one.words) for one in found] == [
        ("prohibited", True, "It holds Neomycin. It is so."),
        ("prohibited", True, "It holds Dapsone. It is so."),
    ]


@pytest.mark.parametrize(
    ("kind", "outcome"), [("face", "prohibited"), ("rinse_off", None), (None, "undeclared")]
)
def test_what_is_forbidden_only_where_it_stays_on(kind: str | None, outcome: str | None) -> None:
    one = rule("prohibited", "methylisothiazolinone", product_kinds=["face", "body"])
    found = judge([one], in_it("Methylisothiazolinone"), kind=kind)
    assert [(it.outcome, it.stops) for it in found] == (
        [(outcome, outcome == "prohibited")] if outcome else []
    )


@pytest.mark.parametrize(
    ("placing", "available", "forbidden_from", "limited_from"),
    [
        (None, None, None, None),
        (PLACING, None, PLACING, PLACING),
        (PLACING, AVAILABLE, AVAILABLE, PLACING),
        (None, AVAILABLE, AVAILABLE, AVAILABLE),
    ],
)
def test_what_we_bought_may_be_sold_until_nobody_may_but_a_limit_holds_for_what_we_buy_now(
    placing: date | None, available: date | None, forbidden_from: date | None, limited_from: date | None
) -> None:
    dates = {"valid_from_placing_on": placing, "valid_from_available_on": available}
    (forbidden,) = judge([rule("prohibited", "tpo", **dates)], in_it("TPO"))
    (limited,) = judge([rule("restricted", "tpo", max_percent=Decimal(1), **dates)], in_it("TPO", "2"))
    assert (forbidden.from_on, limited.from_on) == (forbidden_from, limited_from)


@pytest.mark.parametrize(
    ("retired_on", "findings"), [(None, 1), (date(2026, 11, 21), 1), (TODAY, 0), (PLACING, 0)]
)
def test_a_rule_that_is_no_longer_the_law_says_nothing(retired_on: date | None, findings: int) -> None:
    assert len(judge([rule("prohibited", "tpo", retired_on=retired_on)], in_it("TPO"))) == findings


@pytest.mark.parametrize(
    ("text", "percent", "kind", "outcome"),
    [
        ("Aqua, Linalool", None, "face", "fine"),  # it is named
        ("Aqua, LINALOOL.", None, "face", "fine"),
        ("Aqua, Parfum", None, "face", "label_duty"),
        ("Aqua, Parfum", "0.001", "face", "fine"),  # too little to be named
        ("Aqua, Parfum", "0.0011", "face", "label_duty"),
        ("Aqua, Parfum", "0.01", "rinse_off", "fine"),
        ("Aqua, Parfum", "0.01", None, "label_duty"),
    ],
)
def test_a_duty_to_name_is_looked_for_and_never_stops_a_sale(
    text: str, percent: str | None, kind: str | None, outcome: str
) -> None:
    duty = {"label_text": "Linalool", "label_above_percent": {"leave_on": 0.001, "rinse_off": 0.01}}
    (found,) = judge(
        [rule("label_duty", "linalool", **duty)], in_it("Linalool", percent), kind=kind, text=text
    )
    assert (found.outcome, found.stops) == (outcome, False)


def test_a_condition_without_a_figure_is_something_to_look_after() -> None:
    (found,) = judge([rule("restricted", "thioglycolic-acid")], in_it("Thioglycolic Acid", "5"))
    assert (found.outcome, found.stops) == ("label_duty", False)


def test_of_several_classes_the_strictest_counts_in_each_jurisdiction() -> None:
    rules = [
        rule("classifies", "zinc-oxide", slug="us-otc", jurisdiction="us", regulatory_class="otc_drug"),
        rule("classifies", "tretinoin", slug="us-rx", jurisdiction="us", regulatory_class="rx"),
        rule("classifies", "zinc-oxide", slug="uk-c", jurisdiction="uk", regulatory_class="cosmetic"),
    ]
    both = judge(rules, in_it("Zinc Oxide"), in_it("Tretinoin"))
    strictest = {one: limits.strictest_class(both, one) for one in ("us", "uk", "eu")}
    assert {one: found and found.rule.slug for one, found in strictest.items()} == {
        "us": "us-rx",
        "uk": "uk-c",
        "eu": None,
    }


def test_many_names_are_cut_and_words_stay_within_their_column() -> None:
    one = rule("restricted", *"abcde", max_percent=Decimal(1), words="Long. " * 120)
    (found,) = judge([one], *[in_it(name) for name in "ABCDE"])
    assert found.words.startswith("How much A, B, C, 2 more is in it, nobody has told us. Long.")
    assert len(found.words) == limits.LONGEST_WORDS
    assert found.words.endswith("…")


def test_a_label_without_a_list_has_no_findings() -> None:
    assert limits.judge_label(Label((), "face"), RuleBook([rule("prohibited", "tpo")], on=TODAY)) == []
