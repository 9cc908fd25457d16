"""The names of our ingredients: a key belongs to one ingredient, and what a desk decided stays."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import ForeignKey

from catalog.knowing.substances import Substance, Written
from catalog.knowing.verdicts import Occasion, Outcome
from catalog.models import Ingredient, IngredientName

KIND = "names"
OURS, COSING, DESK = Ingredient.Origin.OURS, Ingredient.Origin.COSING, Ingredient.Origin.DESK
COLUMNS = ["ingredient_id", "text", "kind", "language", "origin"]


class Owned(NamedTuple):
    """A name that the house knows already."""

    pk: int
    ingredient_id: int
    text: str
    kind: str
    language: str
    origin: str


def find_owned(keys: Iterable[str]) -> dict[str, Owned]:
    rows = IngredientName.objects.filter(key__in=list(keys)).values_list("key", "pk", *COLUMNS)
    return {key: Owned(*columns) for key, *columns in rows}


def find_ours(ids: Iterable[int]) -> dict[int, list[Written]]:
    """What of our names is there now, by the ingredient's id."""
    rows = IngredientName.objects.filter(ingredient__in=list(ids), origin=OURS)
    found: dict[int, list[Written]] = {}
    for pk, *columns in rows.values_list("ingredient_id", *Written._fields):
        found.setdefault(pk, []).append(Written(*columns))
    return found


def leave_to_desks(substances: list[Substance], owned: Mapping[str, Owned], occasion: Occasion) -> None:
    """A name that somebody settled at a desk stays where they settled it."""
    for one in substances:
        for key in [key for key in one.names if key in owned and owned[key].origin == DESK]:
            name = one.names.pop(key)
            if one.found is None or owned[key].ingredient_id != one.found.pk:
                occasion.tally.leave(KIND, name.text, one.row["inci"])


def leave_to_kept(substances: list[Substance], owned: Mapping[str, Owned], occasion: Occasion) -> None:
    """A name of an ingredient that somebody edited at a desk stays with it."""
    kept = {one.found.pk for one in substances if one.found and one.outcome is Outcome.KEPT}
    for one in substances:
        if one.outcome is Outcome.KEPT:
            continue
        for key in [key for key in one.names if key in owned and owned[key].ingredient_id in kept]:
            name = one.names.pop(key)
            occasion.tally.leave(KIND, name.text, one.row["inci"])


def write_names(written: Mapping[int, Substance], owned: Mapping[str, Owned], occasion: Occasion) -> None:
    """Takes   `written`: by id, the ingredients whose names are now to be what they say."""
    wanted = {key: (pk, name) for pk, one in written.items() for key, name in one.names.items()}
    ours = IngredientName.objects.filter(ingredient__in=list(written), origin=OURS)
    gone = ours.exclude(key__in=list(wanted)).delete()[0]
    new, moved, losers = [], [], set()
    for key, (pk, name) in wanted.items():
        row = IngredientName(
            ingredient_id=pk, key=key, text=name.text, kind=name.kind, language=name.language, origin=OURS
        )
        old = owned.get(key)
        if old is None:
            new.append(row)
        elif old[1:] != (pk, *name[1:], OURS):
            row.pk = old.pk
            moved.append(row)
            losers.add(old.ingredient_id)
    IngredientName.objects.bulk_create(new, batch_size=2000)
    IngredientName.objects.bulk_update(moved, ["ingredient", *COLUMNS[1:]], batch_size=500)
    _drop_nameless(losers)
    for outcome, rows in ((Outcome.NEW, len(new)), (Outcome.CHANGED, len(moved)), (Outcome.RETIRED, gone)):
        occasion.tally.count(KIND, outcome, rows)


def _drop_nameless(ids: set[int]) -> None:
    """Rows of CosIng whose every name is now a synonym of ours: the same substance twice.

    A row that something else points at stays, without a name.
    """
    pointed_at: set[int] = set()
    for column in _columns_about_ingredients():
        rows = column.model._base_manager.filter(**{f"{column.name}__in": ids})
        pointed_at |= set(rows.values_list(column.name, flat=True))
    Ingredient.objects.filter(pk__in=ids - pointed_at, origin=COSING).delete()


def _columns_about_ingredients() -> list[ForeignKey[Any, Any]]:
    """Every column of the house that names an ingredient by its row, its own names' too."""
    fields = [field for model in apps.get_models() for field in model._meta.local_fields]
    return [field for field in fields if isinstance(field, ForeignKey) and field.related_model is Ingredient]
