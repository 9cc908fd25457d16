"""Rules for what we know: no fact without source, grade, reviewer and date; and enough of it."""

import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from catalog import inci
from catalog.knowing import FOLDER, links, rows
from catalog.knowing.rows import Collection, Row
from catalog.models import Grade
from catalog.models.facts import Fact

PROOF = ("source", "grade", "reviewed_by", "reviewed_on")
FACTS: list[Any] = [model for model in apps.get_models() if issubclass(model, Fact)]
AT_LEAST = {
    "ingredients": 600,
    "claims": 21,
    "law": 150,
    "advice": 20,
    "concern": 16,
    "guide": 8,
    "wordings": 40,
}
# What a claim or a limit would be without: the EU's list of fragrance allergens has 81 entries.
EU_ALLERGENS = 80


@cache
def knowledge() -> Collection:
    """All files, whole, as they stand."""
    found = rows.read_folder(FOLDER, name="catalog/knowledge", today=date.max)
    links.check_links(found)
    return found


def every_fact() -> list[Row]:
    return list(knowledge().facts())


@pytest.mark.django_db
@pytest.mark.parametrize("model", FACTS, ids=lambda model: model.__name__)
def test_the_database_takes_no_fact_without_its_proof(model: Any) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'",
            [table],
        )
        filled = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [table]
        )
        checks = {name for (name,) in cursor.fetchall()}
    assert set(PROOF) <= filled
    name = model._meta.model_name
    assert {f"{name}_has_source", f"{name}_grade_known", f"{name}_has_reviewer"} <= checks


def test_the_kinds_of_facts_are_those_that_we_think_of() -> None:
    assert {model.__name__ for model in FACTS} >= {"AdviceRule", "LegalRule", "RegulatoryStatus", "Statement"}


def test_the_files_have_no_problem_that_a_load_would_tell() -> None:
    assert [str(problem) for problem in sorted(knowledge().problems)] == []


def test_no_fact_in_the_files_lacks_its_proof() -> None:
    facts = every_fact()
    assert len(facts) > 500
    for fact in facts:
        where = f"{fact.page.file}:{fact.line}"
        assert len(fact["source"]) >= 3, where
        assert fact["grade"] in Grade.values, where
        assert fact["reviewed_by"], where
        assert date(2024, 1, 1) <= fact["reviewed_on"], where


def test_nobody_is_called_a_physician_who_is_none() -> None:
    """Until a doctor has read a row, it says so: her name in a file is a signature."""
    assert {fact["reviewed_by"] for fact in every_fact()} == {"Regimen editors (no physician)"}


def test_no_fact_promises_or_frightens() -> None:
    """What is shown says what is known of skin and dose; nothing is safe, and a cosmetic cures nothing."""
    for fact in every_fact():
        shown = " ".join(str(fact.values.get(column) or "") for column in ("words", "other_view", "text"))
        found = re.search(r"\b(safe|safely|safest|unsafe|dangerous|cures?|miracle)\b", shown, re.I)
        assert found is None, f"{fact.page.file}:{fact.line}: {found and found[0]}"


def test_law_is_graded_as_law_and_medicine_is_not() -> None:
    for row in knowledge().rows["law"]:
        assert row["grade"] in ("law", "law2"), f"{row.page.file}:{row.line}"
    for row in knowledge().rows["advice"]:
        assert row["grade"] in ("A", "B", "C", "D", "law", "law2"), f"{row.page.file}:{row.line}"


def test_there_is_enough_of_every_kind() -> None:
    sizes = {kind: len(found) for kind, found in knowledge().rows.items()}
    assert {kind: sizes[kind] for kind, least in AT_LEAST.items() if sizes[kind] < least} == {}


def test_the_eus_fragrance_allergens_must_be_named_and_are_known_as_such() -> None:
    duties = [
        row
        for row in knowledge().rows["law"]
        if (row["jurisdiction"], row["sort"]) == ("eu", "label_duty") and row["label_above_percent"]
    ]
    assert len(duties) >= EU_ALLERGENS
    named = {inci.fold(name) for row in duties for name in row["ingredients"]}
    plain = [
        row["inci"]
        for row in knowledge().rows["ingredients"]
        if inci.fold(row["inci"]) in named
        and not {"fragrance_allergen", "fragrance"} & set(row["classes"] or ())
    ]
    assert plain == []


def test_milia_are_told_in_depth_and_both_sides_of_each_dispute_are() -> None:
    milia = next(row for row in knowledge().rows["concern"] if row["slug"] == "milia")
    kinds = Counter(statement["kind"] for statement in milia.statements)
    assert len(milia.statements) >= 12
    assert {"what_it_is", "cause", "helps", "careful_with", "professional_care", "see_doctor_if"} <= set(
        kinds
    )
    disputes = Counter(statement["dispute"] for statement in milia.statements if statement["dispute"])
    assert len(disputes) >= 2
    assert min(disputes.values()) >= 2


def test_a_class_that_a_rule_speaks_of_has_ingredients() -> None:
    """A claim or an advice about a class that nothing carries would never answer."""
    carried = {one for row in knowledge().rows["ingredients"] for one in row["classes"] or ()}
    spoken = {
        one
        for row in knowledge().rows["claims"]
        for field in ("absent", "present", "unsure")
        for one in row[field] or ()
    }
    advice = knowledge().rows["advice"]
    spoken |= {row[field] for row in advice for field in ("first", "second") if row[field]}
    assert spoken - carried == set()


def test_files_lie_where_their_kind_says() -> None:
    for kind, folder in (("concern", "concerns"), ("guide", "guides")):
        for row in knowledge().rows[kind]:
            path = Path(row.page.file)
            assert (path.parent.name, path.stem) == (folder, row["slug"])
