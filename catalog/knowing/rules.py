"""Claims, laws and advice: rows that stand alone, each known by its slug."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from catalog.knowing.links import Names
from catalog.knowing.rows import Row
from catalog.knowing.shapes import REVIEW
from catalog.knowing.verdicts import Occasion, Outcome, digest, judge, show_number
from catalog.models import AdviceRule, ClaimRule, LegalRule

FACT = ("source", "grade", *REVIEW)
CLAIM = ("name", "absent", "present", "unsure", "free_from")
ADVICE = ("when", "first", "second", "within_first", "audience", "severity", "words", "other_view", *FACT)
LAW = (
    *("jurisdiction", "sort", "classes", "product_kinds", "max_percent", "regulatory_class", "label_text"),
    *("words", *FACT),
)


def write_claims(rows: list[Row], occasion: Occasion) -> None:
    wanted = {row["slug"]: _take(row, CLAIM) | {"position": place} for place, row in enumerate(rows, 1)}
    _write("claims", ClaimRule, wanted, occasion)


def write_advice(rows: list[Row], occasion: Occasion) -> None:
    wanted = {row["slug"]: _take(row, ADVICE) | {"retired_on": None} for row in rows}
    _write("advice", AdviceRule, wanted, occasion)


def write_laws(rows: list[Row], names: Names, slugs: Mapping[Row, str], occasion: Occasion) -> None:
    """Takes   `slugs`: of the ingredients that the rows name, as the house knows them."""
    wanted = {row["slug"]: _take(row, LAW) | _read_law(row, names, slugs) for row in rows}
    _write("law", LegalRule, wanted, occasion)


def _read_law(row: Row, names: Names, slugs: Mapping[Row, str]) -> dict[str, Any]:
    def slug_of(text: str) -> str:
        found = names.find(text)
        assert found is not None, "check_links() refuses a law about an ingredient that is not there"
        return slugs[found]

    return {
        "ingredient_slugs": sorted({slug_of(text) for text in row["ingredients"]}),
        "counted_as": {slug_of(text): show_number(part) for text, part in row["counted_as"].items()},
        "without_declaration": row["without_declaration"] or LegalRule.Undeclared.SELL,
        "valid_from_placing_on": row["valid_from_placing"],
        "valid_from_available_on": row["valid_from_available"],
        "label_above_percent": {
            kind: show_number(percent) for kind, percent in row["label_above_percent"].items()
        },
        "retired_on": None,
    }


def _take(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: list(row[name]) if isinstance(row[name], tuple) else row[name] for name in names}


def _write(kind: str, model: Any, wanted: dict[str, dict[str, Any]], occasion: Occasion) -> None:
    have = {row.slug: row for row in model.objects.select_for_update().order_by("id")}
    new, changed = [], []
    for slug, values in wanted.items():
        row, loaded = have.get(slug), digest(values)
        if row is None:
            new.append(model(slug=slug, **values, loaded_sha256=loaded))
        elif _may_write(kind, row, values, occasion):
            for name, value in (values | {"loaded_sha256": loaded}).items():
                setattr(row, name, value)
            changed.append(row)
    gone = [row for slug, row in have.items() if slug not in wanted and row.loaded_sha256]
    _retire(kind, model, gone, occasion)
    if model is ClaimRule:
        # A word for ?free_from= may move from one claim to another: the old one lets go first.
        ClaimRule.objects.filter(pk__in=[row.pk for row in changed]).exclude(free_from="").update(
            free_from=""
        )
    if changed:
        model.objects.bulk_update(changed, [*_columns(model), "loaded_sha256"])
    model.objects.bulk_create(new)
    occasion.tally.count(kind, Outcome.NEW, len(new))


def _may_write(kind: str, row: Any, values: dict[str, Any], occasion: Occasion) -> bool:
    wanted, present = digest(values), digest(_content(row))
    outcome = judge(loaded=row.loaded_sha256, present=present, wanted=wanted, overwrite=occasion.overwrite)
    if outcome is Outcome.KEPT:
        occasion.tally.keep(kind, row.slug)
    else:
        occasion.tally.count(kind, outcome)
    # Somebody typed at a desk just what the files say now: from here on it is the files' row.
    return outcome is Outcome.CHANGED or (outcome is Outcome.UNCHANGED and row.loaded_sha256 != wanted)


def _retire(kind: str, model: Any, gone: list[Any], occasion: Occasion) -> None:
    """What the files no longer say is no longer said; a rule stays to be read, with the day of its end."""
    untouched = []
    for row in gone:
        if getattr(row, "retired_on", None) is not None:
            continue
        if digest(_content(row)) != row.loaded_sha256 and not occasion.overwrite:
            occasion.tally.keep(kind, row.slug)
        else:
            untouched.append(row)
    occasion.tally.count(kind, Outcome.RETIRED, len(untouched))
    if model is ClaimRule:
        ClaimRule.objects.filter(pk__in=[row.pk for row in untouched]).delete()
        return
    for row in untouched:
        row.retired_on = occasion.now.date()
        row.loaded_sha256 = digest(_content(row))
    if untouched:
        model.objects.bulk_update(untouched, ["retired_on", "loaded_sha256"])


def _columns(model: type[Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.name not in ("id", "slug", "loaded_sha256")
    ]


def _content(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _columns(type(row))}
