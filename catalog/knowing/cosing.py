"""The EU's whole inventory behind our own knowledge: names that we would otherwise not understand.

It never touches what is ours or was added at a desk: a name that is there already stays with its owner.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from catalog import formulas, history, vocabulary
from catalog.knowing import turns
from catalog.knowing.deriving import derive_classes
from catalog.knowing.inventory import Inventory, Listed, NoInventory, read_inventory
from catalog.knowing.slugs import unused_slug
from catalog.knowing.substances import columns_of
from catalog.knowing.verdicts import Outcome, digest, judge
from catalog.models import Ingredient, IngredientName, KnowledgeChange

__all__ = ["CosIngLoading", "NoInventory", "load_cosing"]

COSING = Ingredient.Origin.COSING
WRITTEN = ["inci_name", "cas", "functions", "classes", "loaded_sha256"]


@dataclass
class CosIngLoading:
    """How it went. Every row of the file is counted in exactly one of the figures after `rows`."""

    rows: int = 0
    repeated: int = 0
    too_long: int = 0
    known_otherwise: int = 0  # the name is ours, or a desk's
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0  # edited at a desk
    labels: int = 0  # that now read differently

    def figures(self) -> dict[str, int]:
        return {name: count for name, count in asdict(self).items() if name != "labels"}


@dataclass
class _Shelf:
    """What is there: names by key, rows of the inventory by id, and every slug and name that is taken."""

    owners: Mapping[str, int]
    rows: Mapping[int, Ingredient]
    slugs: set[str]
    inci_names: set[str]
    new: list[tuple[Listed, Ingredient]] = field(default_factory=list)
    changed: list[Ingredient] = field(default_factory=list)


def load_cosing(*, content: bytes, now: datetime) -> CosIngLoading:
    """What became of every row of the official inventory. The same file again changes nothing.

    Writes  Ingredient, IngredientName, KnowledgeChange in one transaction; then, in steps, what labels say.
    Raises  NoInventory, AnotherLoad: nothing was written.
    """
    inventory = read_inventory(content)
    done = CosIngLoading(rows=inventory.rows, repeated=inventory.repeated, too_long=inventory.too_long)
    with transaction.atomic(durable=True):
        history.act_as("load_cosing")
        turns.wait_for_turn()
        _write(inventory, done)
        if done.new or done.changed:
            vocabulary.record_change(
                kind=KnowledgeChange.Kind.COSING,
                what=f"CosIng {hashlib.sha256(content).hexdigest()[:12]}",
                figures=done.figures(),
                by=None,
                now=now,
            )
    done.labels = formulas.read_all_again(now=now)
    return done


def _write(inventory: Inventory, done: CosIngLoading) -> None:
    shelf = _read_shelf()
    for one in inventory.listed.values():
        columns = {
            "inci_name": one.name,
            "cas": one.cas,
            "functions": one.functions,
            "classes": derive_classes(one.name, one.functions),
        }
        _place(one, columns, shelf, done)
    rows = [row for _, row in shelf.new]
    Ingredient.objects.bulk_create(rows, batch_size=2000)
    IngredientName.objects.bulk_create(
        (
            IngredientName(
                ingredient=row, text=one.name, key=one.key, kind=IngredientName.Kind.INCI, origin=COSING
            )
            for one, row in shelf.new
        ),
        batch_size=2000,
    )
    if shelf.changed:
        Ingredient.objects.bulk_update(shelf.changed, WRITTEN, batch_size=500)


def _read_shelf() -> _Shelf:
    taken = Ingredient.objects.values_list("slug", "inci_name")
    rows = Ingredient.objects.filter(origin=COSING).order_by("id").select_for_update()
    slugs, inci_names = set(), set()
    for slug, name in taken.iterator(5000):
        slugs.add(slug)
        inci_names.add(name)
    return _Shelf(
        owners=dict(IngredientName.objects.values_list("key", "ingredient_id").iterator(5000)),
        rows={row.pk: row for row in rows.iterator(5000)},
        slugs=slugs,
        inci_names=inci_names,
    )


def _place(one: Listed, columns: dict[str, Any], shelf: _Shelf, done: CosIngLoading) -> None:
    owner = shelf.owners.get(one.key)
    if owner is None and one.name not in shelf.inci_names:
        slug = unused_slug(one.name, shelf.slugs)
        row = Ingredient(slug=slug, origin=COSING, loaded_sha256=digest(columns), **columns)
        shelf.new.append((one, row))
        done.new += 1
        return
    found = shelf.rows.get(owner or 0)
    if found is None:
        done.known_otherwise += 1
        return
    present, wanted = digest(columns_of(found)), digest(columns)
    outcome = judge(loaded=found.loaded_sha256, present=present, wanted=wanted, overwrite=False)
    setattr(done, outcome, getattr(done, outcome) + 1)
    if outcome is Outcome.CHANGED:
        for name, value in columns.items():
            setattr(found, name, value)
        found.loaded_sha256 = wanted
        shelf.changed.append(found)
