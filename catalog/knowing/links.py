"""What rows must be to each other: nothing twice, no name with two owners, nobody named who is not there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from catalog import inci
from catalog.knowing.problems import name_choice, shorten
from catalog.knowing.rows import Collection, Row
from catalog.models import IngredientClass, IngredientName


@dataclass(frozen=True)
class Name:
    """One way to write an ingredient, as its row says it."""

    text: str
    kind: str
    language: str
    row: Row
    field: str


@dataclass
class Names:
    """Every name of every ingredient, by its key; each belongs to the first row that claims it."""

    by_key: dict[str, Name] = field(default_factory=dict)

    def find(self, text: str) -> Row | None:
        name = self.by_key.get(inci.fold(text))
        return name.row if name else None


def check_links(found: Collection) -> Names:
    """The names of all ingredients; what does not fit together is told on the pages."""
    names = _gather_names(found.rows["ingredients"])
    _refuse_repeats(found)
    for kind in ("law", "ingredient_facts"):
        for row in found.rows[kind]:
            _find_ingredients(row, names)
    slugs = {kind: {row["slug"] for row in found.rows[kind]} for kind in ("concern", "guide")}
    for row in found.rows["guide"]:
        for slug in row["concerns"] or ():
            if slug not in slugs["concern"]:
                row.tell(
                    "concerns", name_choice(slug, sorted(filter(None, slugs["concern"])), "concern here")
                )
    for row in found.rows["wordings"]:
        _follow(row, names, slugs)
    _hear_both_sides(found)
    return names


def _gather_names(rows: list[Row]) -> Names:
    names = Names()
    for row in rows:
        for name in _names_of(row):
            key = inci.fold(name.text)
            if not key:
                row.tell(name.field, f"{shorten(name.text)} has no letter or digit")
                continue
            other = names.by_key.setdefault(key, name)
            if other is not name:
                _refuse_name(name, other)
    return names


def _names_of(row: Row) -> Iterator[Name]:
    kinds = IngredientName.Kind
    if row["inci"]:
        yield Name(row["inci"], kinds.INCI, "", row, "inci")
    for text in row["also"] or ():
        yield Name(text, kinds.SYNONYM, "", row, "also")
    for language, texts in (row["translations"] or {}).items():
        for text in texts:
            yield Name(text, kinds.TRANSLATION, language, row, "translations")
    for text in row["misspelt"] or ():
        yield Name(text, kinds.MISSPELLING, "", row, "misspelt")


def _refuse_name(name: Name, other: Name) -> None:
    """Of two owners nobody knows which a label means. Twice in one row is a slip, unless languages agree."""
    where = f"{other.row.page.file}:{other.row.lines.get(other.field, other.row.line)}"
    if other.row is not name.row:
        name.row.tell(name.field, f"{name.text} is {other.row['inci']} already ({where})")
    elif name.kind != IngredientName.Kind.TRANSLATION:
        name.row.tell(name.field, f"{name.text} is said already ({other.field}: {other.text})")


def _refuse_repeats(found: Collection) -> None:
    for kind in ("claims", "law", "advice", "concern", "guide"):
        _refuse_twice("slug", ((row, row["slug"]) for row in found.rows[kind]))
    _refuse_twice("free_from", ((row, row["free_from"]) for row in found.rows["claims"]))
    _refuse_twice("name", ((row, row["name"] and row["name"].casefold()) for row in found.rows["concern"]))
    _refuse_twice(
        "words",
        (
            (row, f"{words.casefold()} ({row['language']}, {row['leads_to']})")
            for row in found.rows["wordings"]
            for words in row["words"] or ()
        ),
    )


def _refuse_twice(column: str, said: Iterable[tuple[Row, str | None]]) -> None:
    seen: dict[str, Row] = {}
    for row, key in said:
        if key and key in seen:
            place = f"{seen[key].page.file}:{seen[key].lines[column]}"
            row.tell(column, f"{shorten(key)} stands already at {place}")
        elif key:
            seen[key] = row


def _find_ingredients(row: Row, names: Names) -> None:
    """Every ingredient that a row names is one of ours."""
    said = [("ingredient", row["ingredient"])] if "ingredient" in row.values else []
    for column in ("ingredients", "counted_as"):
        said += [(column, text) for text in row.values.get(column) or ()]
    for column, text in said:
        if text and names.find(text) is None:
            row.tell(column, f"{shorten(text)} is no ingredient here")


def _follow(row: Row, names: Names, slugs: dict[str, set[str]]) -> None:
    """Words lead to something that is there. Categories and plain words are the shop's, not ours to know."""
    kind, _, target = (row["leads_to"] or "").partition(":")
    if kind in slugs and target not in slugs[kind]:
        row.tell("leads_to", name_choice(target, sorted(filter(None, slugs[kind])), f"{kind} here"))
    elif kind == "class" and target not in IngredientClass.values:
        row.tell("leads_to", name_choice(target, IngredientClass.values, "class of ingredients"))
    elif kind == "ingredient" and names.find(target) is None:
        row.tell("leads_to", f"{shorten(target)} is no ingredient here: write its INCI name")


def _hear_both_sides(found: Collection) -> None:
    """A dispute needs two statements where it is read: in one concern, one guide, about one ingredient."""
    groups: list[list[Row]] = [row.statements for kind in ("concern", "guide") for row in found.rows[kind]]
    by_ingredient: dict[str, list[Row]] = {}
    for row in found.rows["ingredient_facts"]:
        by_ingredient.setdefault(inci.fold(row["ingredient"] or ""), []).append(row)
    for statements in [*groups, *by_ingredient.values()]:
        sides: dict[str, list[Row]] = {}
        for statement in statements:
            if statement["dispute"]:
                sides.setdefault(statement["dispute"], []).append(statement)
        for dispute, told in sides.items():
            if len(told) == 1:
                told[0].tell(
                    "dispute", f"{dispute} has one side only: a dispute needs another statement here"
                )
