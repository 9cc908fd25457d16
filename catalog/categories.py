"""The tree of shelves, and the only writer of its lineage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.text import slugify

from catalog import signposts
from catalog.models import Category

DEEPEST = 6


@dataclass(eq=False)
class ShelfInsideItself(Exception):
    """A category cannot stand below itself."""

    name: str


@dataclass(eq=False)
class TooDeep(Exception):
    """A path of categories is longer than customers would follow."""

    depth: int


def place_category(path: Sequence[str]) -> Category:
    """The category at the end of a path of names; missing shelves are made.

    Takes   names from the root down, such as ["Face", "Serums"].
    """
    assert connection.in_atomic_block, "place_category() joins its caller's transaction"
    assert path, "a category has a name"
    if len(path) > DEEPEST:
        raise TooDeep(len(path))
    shelf: Category | None = None
    for name in path:
        found = Category.objects.filter(parent=shelf, name=name).first()
        shelf = found or _add_shelf(name, parent=shelf)
    assert shelf is not None
    return shelf


def move_category(category: Category, *, parent: Category | None) -> list[int]:
    """Put a shelf, with all that stands below it, under another one.

    Gives   the ids of all categories whose place changed; their products must be published again.
    Raises  ShelfInsideItself.
    """
    assert connection.in_atomic_block, "move_category() joins its caller's transaction"
    if parent is not None and category.pk in parent.lineage:
        raise ShelfInsideItself(category.name)
    category.parent = parent
    category.lineage = [*(parent.lineage if parent else []), category.pk]
    category.save(update_fields=["parent", "lineage"])
    moved = [category.pk]
    for child in Category.objects.filter(parent=category).order_by("id"):
        moved += move_category(child, parent=category)
    return moved


def in_tree_order() -> QuerySet[Category]:
    """All categories, each one followed by what stands below it."""
    return Category.objects.annotate(place_in_tree=RawSQL(PLACE_SQL, [])).order_by("place_in_tree")


PLACE_SQL = """
ARRAY(SELECT lpad(above.position::text, 5, '0') || above.name || above.id
        FROM catalog_category above
       WHERE above.id = ANY(catalog_category.lineage)
       ORDER BY cardinality(above.lineage))
"""


def read_tree() -> list[dict[str, Any]]:
    """The whole tree as the API shows it, in one statement: {slug, name, children}."""
    nodes: dict[int, dict[str, Any]] = {}
    roots: list[dict[str, Any]] = []
    rows = list(Category.objects.order_by("position", "name").values("id", "slug", "name", "parent_id"))
    for row in rows:
        nodes[row["id"]] = {"slug": row["slug"], "name": row["name"], "children": []}
    for row in rows:
        siblings = nodes[row["parent_id"]]["children"] if row["parent_id"] else roots
        siblings.append(nodes[row["id"]])
    return roots


def _add_shelf(name: str, *, parent: Category | None) -> Category:
    slug = slugify(name) or "shelf"
    if Category.objects.filter(slug=slug).exists() and parent is not None:
        slug = f"{parent.slug}-{slug}"
    shelf = Category.objects.create(slug=_unused(slug), name=name, parent=parent)
    move_category(shelf, parent=parent)
    signposts.put_up(categories=[shelf])
    return shelf


def _unused(slug: str) -> str:
    number, candidate = 2, slug[:80]
    while Category.objects.filter(slug=candidate).exists():
        candidate, number = f"{slug[:76]}-{number}", number + 1
    return candidate
