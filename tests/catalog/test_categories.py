"""The tree of shelves: lineages are right whatever is moved, and the tree has no circle."""

import pytest
from django.db import IntegrityError, transaction

from catalog import categories
from catalog.categories import DEEPEST, ShelfInsideItself, TooDeep
from catalog.models import Category
from tests.builders import make_category

pytestmark = pytest.mark.django_db


def lineage_of(name: str) -> list[str]:
    shelf = Category.objects.get(name=name)
    names = dict(Category.objects.values_list("id", "name"))
    return [names[pk] for pk in shelf.lineage]


def test_missing_shelves_are_made_and_existing_ones_are_found() -> None:
    serums = make_category("Face > Care > Serums")
    assert make_category("Face > Care > Serums") == serums
    make_category("Face > Care > Creams")
    assert sorted(Category.objects.values_list("name", flat=True)) == ["Care", "Creams", "Face", "Serums"]
    assert lineage_of("Serums") == ["Face", "Care", "Serums"]


def test_the_same_name_on_two_shelves_has_two_addresses() -> None:
    assert make_category("Face > Serums").slug == "serums"
    assert make_category("Body > Serums").slug == "body-serums"
    assert make_category("Hands > Body > Serums").slug == "hands-body-serums"
    assert make_category("化粧水").slug == "shelf"
    assert make_category("乳液").slug == "shelf-2"
    long_name = "x" * 120
    assert make_category(long_name).slug == "x" * 80
    assert make_category(f"Y > {long_name}").slug == "x" * 76 + "-2"


def test_the_same_name_twice_on_one_shelf_is_refused_by_the_database() -> None:
    face = make_category("Face")
    make_category("Face > Serums")
    with pytest.raises(IntegrityError, match="category_named_once_per_shelf"), transaction.atomic():
        Category.objects.create(slug="other", name="Serums", parent=face)
    with pytest.raises(IntegrityError, match="category_named_once_per_shelf"), transaction.atomic():
        Category.objects.create(slug="another", name="Face", parent=None)


def test_a_moved_shelf_takes_all_below_it_along() -> None:
    make_category("Face > Care > Serums > Oily")
    body = make_category("Body")
    care = Category.objects.get(name="Care")
    moved = categories.move_category(care, parent=body)
    assert {Category.objects.get(pk=pk).name for pk in moved} == {"Care", "Serums", "Oily"}
    assert lineage_of("Oily") == ["Body", "Care", "Serums", "Oily"]
    categories.move_category(care, parent=None)
    assert lineage_of("Oily") == ["Care", "Serums", "Oily"]


def test_a_shelf_cannot_stand_below_itself() -> None:
    oily = make_category("Face > Serums > Oily")
    face = Category.objects.get(name="Face")
    for parent in (face, oily):
        with pytest.raises(ShelfInsideItself) as refused:
            categories.move_category(face, parent=parent)
        assert refused.value.name == "Face"
    assert lineage_of("Oily") == ["Face", "Serums", "Oily"]


def test_a_path_deeper_than_anybody_would_follow_is_refused() -> None:
    names = [f"Level {n}" for n in range(DEEPEST + 1)]
    with pytest.raises(TooDeep) as refused:
        categories.place_category(names)
    assert refused.value.depth == DEEPEST + 1
    assert Category.objects.count() == 0
    assert categories.place_category(names[:DEEPEST]).name == f"Level {DEEPEST - 1}"


def test_the_tree_is_read_in_one_statement(django_assert_num_queries) -> None:
    make_category("Face > Serums")
    make_category("Face > Creams")
    make_category("Body")
    Category.objects.filter(name="Serums").update(position=1)
    Category.objects.filter(name="Creams").update(position=2)
    with django_assert_num_queries(1):
        tree = categories.read_tree()
    assert tree == [
        {"slug": "body", "name": "Body", "children": []},
        {
            "slug": "face",
            "name": "Face",
            "children": [
                {"slug": "serums", "name": "Serums", "children": []},
                {"slug": "creams", "name": "Creams", "children": []},
            ],
        },
    ]
    names = [shelf.name for shelf in categories.in_tree_order()]
    assert names == ["Body", "Face", "Serums", "Creams"]
