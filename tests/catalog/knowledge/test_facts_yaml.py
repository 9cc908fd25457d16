"""Medical facts and what is said about them: sources, grades, disputes, words."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import pytest

from catalog.models import AdviceRule, Grade, IngredientClass, Statement
from tests.catalog.knowledge.reading import read_facts, read_files, read_rows, read_sentences

T = TypeVar("T")

# What no sentence of ours says: a promise, a fear that the evidence does not bear, a drug claim.
PROMISE = re.compile(r"\b(safe|safer|safest|safely)\b", re.IGNORECASE)
FEAR = re.compile(r"\bdangerous\b", re.IGNORECASE)
DRUG_CLAIM = re.compile(r"\b(cures?|cured|heals|miracle|clinically proven)\b", re.IGNORECASE)


def list_twice(values: list[T]) -> list[T]:
    return [value for value, times in Counter(values).items() if times > 1]


def test_every_fact_has_a_source_a_grade_a_reviewer_and_a_day_that_has_come():
    bad = [
        place
        for place, fact in read_facts()
        if not str(fact.get("source") or "").strip()
        or fact.get("grade") not in Grade.values
        or not str(fact.get("reviewed_by") or "").strip()
        or not isinstance(fact.get("reviewed_on"), date)
        or fact["reviewed_on"] > datetime.now(tz=UTC).date()
    ]

    assert bad == []


def test_nobody_is_called_a_physician_who_is_none():
    assert {fact["reviewed_by"] for _, fact in read_facts()} == {"Regimen editors (no physician)"}


def test_no_sentence_promises_frightens_or_claims_what_a_drug_claims():
    bad = [
        (place, sentence)
        for place, grade, sentence in read_sentences()
        if PROMISE.search(sentence)
        or DRUG_CLAIM.search(sentence)
        or (FEAR.search(sentence) and grade in ("", "C", "D"))
        or "!" in sentence
    ]

    assert bad == []


def test_a_dispute_is_told_by_two_sides_at_least_with_their_own_sources():
    for kind in ("concern", "guide"):
        for document in read_files(kind):
            sides: dict[str, list[dict[str, Any]]] = {}
            for statement in document["statements"]:
                if statement.get("dispute"):
                    sides.setdefault(statement["dispute"], []).append(statement)
            for dispute, told in sides.items():
                assert len(told) >= 2, f"{document['file']}: {dispute} has one side only"
                assert all(side.get("heading") for side in told), f"{document['file']}: {dispute}"
                assert len({side["text"] for side in told}) == len(told)


@pytest.mark.parametrize("dispute", ["cause-of-milia", "microdermabrasion-and-milia"])
@pytest.mark.parametrize("kind", ["concern", "guide"])
def test_what_milia_are_and_what_clears_them_is_shown_as_disputed(kind: str, dispute: str):
    document = next(one for one in read_files(kind) if one["slug"] == "milia")

    sides = [statement for statement in document["statements"] if statement.get("dispute") == dispute]

    assert len(sides) >= 2
    assert len({side["grade"] for side in sides}) == 2, "a seller's word does not weigh as much as a text"


def test_advice_is_of_the_closed_sets():
    classes = {*IngredientClass.values, None}
    for advice in read_rows("advice"):
        assert {advice["first"], advice.get("second")} <= classes, advice["slug"]
        assert advice["when"] in AdviceRule.When.values, advice["slug"]
        assert advice["severity"] in AdviceRule.Severity.values, advice["slug"]
        assert advice.get("audience", "") in AdviceRule.Audience.values, advice["slug"]


def test_statements_are_of_the_closed_sets():
    for kind in ("concern", "guide"):
        for document in read_files(kind):
            for statement in document["statements"]:
                assert statement["kind"] in Statement.Kind.values, document["file"]
                assert statement.get("class", "aha") in IngredientClass.values, document["file"]


def test_claims_follow_from_classes_of_the_closed_set():
    for claim in read_rows("claims"):
        named = {*claim.get("absent", ()), *claim.get("present", ()), *claim.get("unsure", ())}
        assert named, claim["slug"]
        assert named <= set(IngredientClass.values), claim["slug"]


def test_advice_of_weak_grade_never_forbids_without_saying_so():
    for advice in read_rows("advice"):
        if advice["severity"] == "avoid_together":
            assert advice["when"] in ("together", "twice"), advice["slug"]
        if advice["grade"] == "D" and advice["when"] == "together":
            assert advice.get("other_view"), f"{advice['slug']}: a brand's rule needs the other view"


def test_what_is_said_to_the_pregnant_sends_them_to_their_doctor():
    told = [advice for advice in read_rows("advice") if advice.get("audience") == "pregnancy"]

    assert {"retinoid", "hydroquinone", "bha"} <= {advice["first"] for advice in told}
    assert [advice["slug"] for advice in told if "doctor" not in advice["words"]] == []
    assert {advice["severity"] for advice in told} == {"info"}


def test_slugs_are_said_once():
    for kind in ("law", "advice", "claims"):
        assert list_twice([row["slug"] for row in read_rows(kind)]) == []
    for kind in ("concern", "guide"):
        for document in read_files(kind):
            assert document["file"].endswith(f"/{document['slug']}.yaml")


def test_guides_and_wordings_lead_to_what_is_there():
    concerns = {document["slug"] for document in read_files("concern")}
    guides = {document["slug"] for document in read_files("guide")}
    there = {"concern": concerns, "guide": guides, "class": set(IngredientClass.values)}

    lost = [slug for document in read_files("guide") for slug in document["concerns"] if slug not in concerns]
    for row in read_rows("wordings"):
        kind, _, target = row["leads_to"].partition(":")
        if kind in there and target not in there[kind]:
            lost.append(row["leads_to"])

    assert lost == []


@pytest.mark.parametrize(
    ("kind", "least"), [("law", 250), ("advice", 35), ("claims", 21), ("concern", 16), ("guide", 9)]
)
def test_there_is_enough_of_it(kind: str, least: int):
    count = len(read_files(kind)) if kind in ("concern", "guide") else len(read_rows(kind))

    assert count >= least
