"""The strip above a desk and the browser's tab: one thing has one name, that of the margin."""

import re

import pytest
from django.urls import reverse

from tests.builders import make_product
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db


def strip_of(address: str) -> tuple[list[str], str]:
    """The crumbs of a page, and its title."""
    page = sign_in("owner").get(address).content.decode()
    strip = re.search(r"(?s)<h1>(.*?)</h1>", page)
    title = re.search(r"(?s)<title>(.*?)</title>", page)
    assert strip is not None
    assert title is not None
    words = re.findall(r'<span class="(?:words|here)">(.*?)</span>', strip[1])
    return words, title[1].strip()


@pytest.mark.parametrize(
    ("desk", "words"),
    [
        ("admin:orders_incident_changelist", "Reactions"),
        ("admin:catalog_formula_changelist", "Kept labels"),
        ("admin:catalog_barrier_changelist", "What may not be sold"),
        ("admin:orders_order_packing", "Packing list"),
        ("label-desk", "Label desk"),
        ("admin:index", "Today"),
    ],
)
def test_a_desk_is_called_as_in_the_margin(desk: str, words: str) -> None:
    assert strip_of(reverse(desk)) == ([words], f"{words} · Regimen")


def test_a_row_stands_under_its_desk_and_is_called_by_its_name() -> None:
    product = make_product("quiet cream")

    crumbs, title = strip_of(reverse("admin:catalog_product_change", args=[product.pk]))

    assert crumbs == ["Products", "quiet cream"], "as it is written, without a capital of ours"
    assert title == "quiet cream · Regimen"


def test_a_page_of_a_desk_stands_under_it_by_its_title() -> None:
    assert strip_of(reverse("admin:catalog_product_add"))[0] == ["Products", "Add product"]


def test_a_page_that_is_in_no_margin_has_its_title_only() -> None:
    assert strip_of(reverse("admin:password_change"))[0] == ["Password change"]
