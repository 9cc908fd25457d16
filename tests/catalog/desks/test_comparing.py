"""Two labels side by side: what came, what went, what moved, and which flags changed by it."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from catalog import formulas
from catalog.models import Formula, Product
from tests.builders import NOW, make_product
from tests.builders.desk import words_of
from tests.builders.knowledge import learn
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db
COMPARE = reverse("compare-formulas")


@pytest.fixture
def curator() -> Client:
    learn()
    return sign_in("curator")


def relabel(product: Product, label_text: str) -> Formula:
    with transaction.atomic():
        formula = formulas.record_label(product=product, label_text=label_text, now=NOW)
    assert formula is not None
    return formula


def make_two() -> tuple[Formula, Formula]:
    product = make_product("Quiet Cream", label_text="Aqua, Glycerin, Niacinamide 2%, Panthenol, Linalool")
    old = product.current_formula
    assert old is not None
    return old, relabel(product, "Aqua, Niacinamide 4%, Glycerin, Retinol, Linalool, Parfum")


def test_every_change_between_two_versions_is_named(curator: Client) -> None:
    old, new = make_two()

    answer = curator.get(COMPARE, {"old": old.pk, "new": new.pk})

    shown = [
        (one["line"].name, one["line"].old_rank, one["line"].new_rank, one["word"])
        for one in answer.context["lines"]
    ]
    assert shown == [
        ("Aqua", 1, 1, ""),
        ("Niacinamide", 3, 2, "Percent"),
        ("Glycerin", 2, 3, "Lower"),
        ("Retinol", None, 4, "New"),
        ("Linalool", 5, 5, ""),
        ("Parfum", None, 6, "New"),
        ("Panthenol", 4, None, "Gone"),
    ]
    said = words_of(answer)
    assert "5 of 7 names differ" in said
    assert "2 → 4" in said
    assert "Contains a retinoid No → Yes" in said
    assert "New: Fragrance, Retinoids" in said
    assert "Gone: Soothing substances" in said


def test_what_only_makes_room_for_something_new_has_not_moved(curator: Client) -> None:
    product = make_product("Quiet Cream", label_text="Aqua, Glycerin, Niacinamide, Panthenol, Linalool")
    new = relabel(product, "Aqua, Retinol, Glycerin, Panthenol, Linalool, Niacinamide")

    answer = curator.get(COMPARE, {"new": new.pk})

    assert [(one["line"].name, one["word"]) for one in answer.context["lines"]] == [
        ("Aqua", ""),
        ("Retinol", "New"),
        ("Glycerin", ""),
        ("Panthenol", ""),
        ("Linalool", ""),
        ("Niacinamide", "Lower"),
    ]
    assert "2 of 6 names differ" in words_of(answer)


def test_without_a_word_it_is_compared_with_the_version_before(curator: Client) -> None:
    old, new = make_two()

    answer = curator.get(COMPARE, {"new": new.pk})

    assert answer.context["old"] == old
    assert f'value="{old.pk}" selected' in answer.content.decode()


def test_a_first_version_has_nothing_beside_it(curator: Client) -> None:
    old, _ = make_two()

    assert "This is the first version of its label" in words_of(curator.get(COMPARE, {"new": old.pk}))


def test_another_printing_of_the_same_list_is_no_change(curator: Client) -> None:
    product = make_product(label_text="Aqua, Glycerin")
    new = relabel(product, "AQUA,  GLYCERIN.")

    assert "The lists are the same: only the printing differs" in words_of(
        curator.get(COMPARE, {"new": new.pk})
    )


def test_what_is_no_list_cannot_be_compared_and_says_so(curator: Client) -> None:
    product = make_product(label_text="Aqua, Glycerin")
    new = relabel(product, "See the box.")

    assert "The later text is no list of ingredients" in words_of(curator.get(COMPARE, {"new": new.pk}))


@pytest.mark.parametrize("query", [{}, {"new": "0"}, {"new": "x"}, {"new": "9" * 40}, {"new": "-1"}])
def test_a_label_that_is_not_there_is_not_found(curator: Client, query: dict[str, Any]) -> None:
    assert curator.get(COMPARE, query).status_code == 404


def test_the_products_page_and_the_list_of_labels_lead_to_it(curator: Client) -> None:
    _, new = make_two()
    link = f"{COMPARE}?new={new.pk}"

    for page in (f"/admin/catalog/product/{new.product_id}/change/", "/admin/catalog/formula/"):
        assert link in curator.get(page).content.decode()


def test_only_who_may_see_labels_compares_them(curator: Client) -> None:
    _, new = make_two()

    for role in ("warehouse", "support"):
        assert sign_in(role).get(COMPARE, {"new": new.pk}).status_code == 403
