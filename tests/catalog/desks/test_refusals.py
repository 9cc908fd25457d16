"""What a desk says when the books refuse a row: a sentence, once, and never the name of a constraint."""

import pytest
from django.forms import modelform_factory
from django.urls import reverse

from catalog.admin.desk import RefusableForm
from catalog.models import Brand, Declaration
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db
PAPER = {"percent": "250", "declared_by": "Ada", "document": "a letter", "declared_on": "2026-11-01"}


def test_a_rule_of_the_books_is_told_as_a_sentence() -> None:
    form = modelform_factory(Declaration, form=RefusableForm, fields=list(PAPER))(PAPER)

    assert form.non_field_errors() == [
        "This cannot be kept. Our books have a rule: declaration percent is share."
    ]


def test_who_was_told_of_something_else_is_not_told_of_the_rule_too() -> None:
    form = modelform_factory(Declaration, form=RefusableForm, fields=list(PAPER))(PAPER | {"document": ""})

    assert form.errors == {"document": ["This field is required."]}
    address = reverse("admin:catalog_purchaselimit_add")
    errors = sign_in("owner").post(address, {}).context["adminform"].form.non_field_errors()
    assert errors == ["Name a product, or a class of ingredients: one of the two."]


def test_what_exists_already_is_still_told_beside_its_field() -> None:
    Brand.objects.create(name="Ferlane", slug="ferlane")
    form = modelform_factory(Brand, form=RefusableForm, fields=["name", "slug"])(
        {"name": "Another", "slug": "ferlane"}
    )

    assert form.errors == {"slug": ["Brand with this Slug already exists."]}
