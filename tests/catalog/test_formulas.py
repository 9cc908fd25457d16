"""Formulas: one version per different label, the same text is the same version, unknown is a value."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from catalog import formulas
from catalog.models import Formula, Product
from tests.builders import LONG_AGO, NOW, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db: None) -> Product:
    return make_product(label_text="Aqua, Glycerin")


def test_the_first_label_is_version_one(product: Product) -> None:
    formula = Formula.objects.get()
    assert (formula.version, formula.label_text, formula.first_seen_at) == (1, "Aqua, Glycerin", LONG_AGO)
    assert product.current_formula == formula
    assert str(formula) == "version 1"


def test_a_new_text_is_a_new_version_and_the_old_one_stays(product: Product) -> None:
    new = formulas.record_label(product=product, label_text="Aqua, Glycerin, Parfum", now=NOW)
    assert new is not None
    assert (new.version, new.first_seen_at) == (2, NOW)
    assert Product.objects.get().current_formula == new
    assert Formula.objects.count() == 2


@pytest.mark.parametrize("text", ["Aqua, Glycerin", "  Aqua,\n   Glycerin\t", "Aqua,\u00a0Glycerin"])
def test_the_same_label_printed_otherwise_is_the_same_version(product: Product, text: str) -> None:
    same = formulas.record_label(product=product, label_text=text, now=NOW)
    assert same is not None
    assert (same.version, same.label_text, same.first_seen_at) == (1, "Aqua, Glycerin", LONG_AGO)


def test_an_old_recipe_that_comes_back_is_its_old_version(product: Product) -> None:
    formulas.record_label(product=product, label_text="Aqua, Parfum", now=NOW)
    back = formulas.record_label(product=product, label_text="Aqua, Glycerin", now=NOW + timedelta(days=1))
    assert back is not None
    assert back.version == 1
    third = formulas.record_label(product=product, label_text="Aqua", now=NOW + timedelta(days=2))
    assert third is not None
    assert third.version == 3


@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
def test_no_text_means_that_nobody_knows(product: Product, nothing: str) -> None:
    assert formulas.record_label(product=product, label_text=nothing, now=NOW) is None
    assert Product.objects.get().current_formula is None
    assert Formula.objects.count() == 1  # what was known once is kept


def test_many_labels_at_once_tell_whose_changed(product: Product) -> None:
    other, third = make_product(label_text="Squalane"), make_product(label_text="")
    changed = formulas.record_labels(
        labels={product.pk: "Aqua, Glycerin", other.pk: "Squalane, Tocopherol", third.pk: "Aqua"}, now=NOW
    )
    assert changed == {other.pk, third.pk}


@given(st.text(max_size=60))
def test_spaces_and_ways_to_write_an_accent_do_not_count(text: str) -> None:
    assert formulas.hash_label(f"  {text}\n") == formulas.hash_label(text)
    assert formulas.hash_label(f"{text} Crème") == formulas.hash_label(f"{text}  Cre\u0300me")


@pytest.mark.django_db(transaction=True)
def test_labels_are_recorded_only_inside_somebodys_transaction() -> None:
    with pytest.raises(AssertionError, match="joins its caller's transaction"):
        formulas.record_labels(labels={}, now=NOW)
    with transaction.atomic():
        assert formulas.record_labels(labels={}, now=NOW) == set()
