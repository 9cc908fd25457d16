"""Ingredients: which of the house's rows each of ours is, and what becomes of it.

A substance that CosIng brought is taken over, with its slug. What a person added or edited at a desk stays.
"""

from collections.abc import Mapping, Sequence

from catalog import inci
from catalog.knowing import naming
from catalog.knowing.links import Names
from catalog.knowing.rows import Row
from catalog.knowing.slugs import unused_slug
from catalog.knowing.statements import find_statements, read_statements, replace_statements
from catalog.knowing.substances import Substance, Written, columns_of, content_of
from catalog.knowing.verdicts import Occasion, Outcome, digest, judge
from catalog.models import Ingredient

KIND = "ingredients"
OURS, COSING, DESK = Ingredient.Origin.OURS, Ingredient.Origin.COSING, Ingredient.Origin.DESK


def write_ingredients(rows: list[Row], facts: list[Row], names: Names, occasion: Occasion) -> dict[Row, str]:
    """The slug of every ingredient, as the house knows it.

    Takes   `facts`: what is said about single ingredients.
    Writes  Ingredient, IngredientName, Statement.
    """
    substances = _gather(rows, facts, names)
    owned = naming.find_owned(names.by_key)
    have = _find_candidates(owned, rows)
    _match(substances, have, owned)
    _describe_present(substances)
    naming.leave_to_desks(substances, owned, occasion)
    for one in substances:
        one.outcome = _judge(one, occasion)
    naming.leave_to_kept(substances, owned, occasion)
    for one in substances:
        one.outcome = _judge(one, occasion)
        if one.outcome is Outcome.KEPT:
            occasion.tally.keep(KIND, one.row["inci"])
        else:
            occasion.tally.count(KIND, one.outcome)
    written = _write(substances)
    naming.write_names(written, owned, occasion)
    replace_statements("ingredient", {pk: one.said for pk, one in written.items()})
    _tell_orphans(substances, occasion)
    return {one.row: one.found.slug for one in substances if one.found}


def _gather(rows: list[Row], facts: list[Row], names: Names) -> list[Substance]:
    said: dict[Row, list[Row]] = {}
    for fact in facts:
        about = names.find(fact["ingredient"])
        assert about is not None, "check_links() refuses a fact about an ingredient that is not there"
        said.setdefault(about, []).append(fact)
    substances = {row: Substance(row, {}, read_statements(said.get(row, []))) for row in rows}
    for key, name in names.by_key.items():
        substances[name.row].names[key] = Written(key, name.text, name.kind, name.language)
    return list(substances.values())


def _find_candidates(owned: Mapping[str, naming.Owned], rows: list[Row]) -> dict[int, Ingredient]:
    """The house's rows that one of ours may be. Locks them, in id order."""
    ids = {name.ingredient_id for name in owned.values()}
    ids |= set(
        Ingredient.objects.filter(inci_name__in=[row["inci"] for row in rows]).values_list("pk", flat=True)
    )
    found = Ingredient.objects.filter(pk__in=ids).select_for_update().order_by("id")
    return {one.pk: one for one in found}


def _match(
    substances: list[Substance], have: Mapping[int, Ingredient], owned: Mapping[str, naming.Owned]
) -> None:
    """By the INCI name; those that it does not find, by any other name whose owner is nobody else's."""
    by_name = {inci.fold(one.inci_name): one for one in have.values()}
    for one in substances:
        one.found = by_name.get(inci.fold(one.row["inci"]))
    taken = {one.found.pk for one in substances if one.found}
    for one in substances:
        if one.found is None:
            owners = [owned[key] for key in one.names if key in owned]
            pk = next((name.ingredient_id for name in owners if _is_free(name, have, taken)), None)
            if pk is not None:
                one.found = have[pk]
                taken.add(pk)


def _is_free(name: naming.Owned, have: Mapping[int, Ingredient], taken: set[int]) -> bool:
    decided = DESK in (name.origin, have[name.ingredient_id].origin)
    return not decided and name.ingredient_id not in taken


def _describe_present(substances: Sequence[Substance]) -> None:
    ids = [one.found.pk for one in substances if one.found]
    names, said = naming.find_ours(ids), find_statements("ingredient", ids)
    for one in substances:
        if one.found is not None:
            found = one.found
            columns = columns_of(found)
            one.present = (
                columns
                if found.origin == COSING
                else content_of(columns, names.get(found.pk, ()), said.get(found.pk, []))
            )


def _judge(one: Substance, occasion: Occasion) -> Outcome:
    if one.found is None:
        return Outcome.NEW
    outcome = judge(
        loaded=one.found.loaded_sha256,
        present=digest(one.present),
        wanted=digest(one.content()),
        overwrite=occasion.overwrite,
    )
    takes_over = outcome is Outcome.CHANGED and one.found.origin != OURS
    return Outcome.NEW if takes_over else outcome


def _write(substances: list[Substance]) -> dict[int, Substance]:
    """Those whose names and statements are now to be written, by their id."""
    taken = set(Ingredient.objects.values_list("slug", flat=True))
    new, changed = [], []
    for one in substances:
        sha256 = digest(one.content())
        is_settled = one.found is not None and one.found.loaded_sha256 == sha256
        if one.outcome is Outcome.KEPT or (one.outcome is Outcome.UNCHANGED and is_settled):
            continue
        if one.found is None:
            one.found = Ingredient(slug=unused_slug(one.row["inci"], taken))
            new.append(one.found)
        else:
            changed.append(one.found)
        one.found.inci_name, one.found.cas = one.row["inci"], one.row["cas"]
        one.found.functions, one.found.classes = list(one.row["functions"]), list(one.row["classes"])
        one.found.origin, one.found.loaded_sha256 = OURS, sha256
    Ingredient.objects.bulk_create(new, batch_size=1000)
    Ingredient.objects.bulk_update(
        changed, ["inci_name", "cas", "functions", "classes", "origin", "loaded_sha256"], batch_size=200
    )
    ids = {one.pk for one in [*new, *changed]}
    return {one.found.pk: one for one in substances if one.found and one.found.pk in ids}


def _tell_orphans(substances: list[Substance], occasion: Occasion) -> None:
    ours = Ingredient.objects.filter(origin=OURS).exclude(loaded_sha256="")
    gone = ours.exclude(pk__in=[one.found.pk for one in substances if one.found])
    for name in gone.order_by("inci_name").values_list("inci_name", flat=True):
        occasion.tally.orphan(KIND, name)
