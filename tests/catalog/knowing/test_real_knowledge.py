"""The knowledge of this repository comes in as it stands."""

import pytest
from django.utils import timezone

from catalog import knowing, vocabulary
from catalog.knowing import Outcome
from catalog.models import Guide, Ingredient, KnowledgeChange, LegalRule, Statement

pytestmark = pytest.mark.django_db


def test_it_loads_and_again_changes_nothing() -> None:
    now = timezone.now()  # after the files were reviewed
    first = knowing.load_knowledge(now=now)
    counts = first.tally.counts.values()
    assert {outcome for counter in counts for outcome in counter if counter[outcome]} == {Outcome.NEW}
    assert first.tally.notes == []
    again = knowing.load_knowledge(now=now)
    assert not again.tally.has_changed()
    assert KnowledgeChange.objects.count() == 1
    assert Ingredient.objects.count() >= 600
    assert Guide.objects.filter(published_at=now).count() >= 8
    assert Statement.objects.filter(concern__slug="milia").count() >= 12


def test_what_everybody_looks_up_is_known() -> None:
    knowing.load_knowledge(now=timezone.now())
    names = vocabulary.current().names
    for text in ("Aqua", "WATER", "Eau", "Parfum", "Fragrance", "Retinol", "Glycolic Acid", "Petrolatum"):
        assert names.find(text) is not None, text
    rules = LegalRule.objects.filter(jurisdiction="eu", sort="prohibited", ingredient_slugs__len__gt=0)
    slugs = set(Ingredient.objects.values_list("slug", flat=True))
    named = {slug for rule in rules for slug in rule.ingredient_slugs}
    assert named <= slugs
