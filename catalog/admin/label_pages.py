"""A label as the label desk shows it: its text in pieces, its lists, what is not understood, flags, law."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalog import contents, inci, law, vocabulary
from catalog.admin import label_verdicts as verdicts
from catalog.admin.label_verdicts import Chapter, Flag
from catalog.inci import FormulaRead, Item, Reading
from catalog.limits import write_percent
from catalog.models import Formula, Ingredient, IngredientClass
from catalog.vocabulary import Knowledge

ASKED = 40  # names not understood that get suggestions and fields at once; settle these first
WORDS = {
    "ingredient": "Ingredient",
    "unresolved": "Not understood",
    "percent": "Percentage",
    "may_contain_mark": "May contain",
    "code": "Label code",
    "heading": "Heading",
    "footnote": "Footnote",
    "disclaimer": "Small print",
    "marketing": "Advertising",
    "noise": "Left out",
    "not_a_list": "Not a list",
}
# What is no name is captioned in the text itself: a colour alone says nothing.
CAPTIONED = (
    "may_contain_mark",
    "code",
    "heading",
    "footnote",
    "disclaimer",
    "marketing",
    "noise",
    "not_a_list",
)


@dataclass(frozen=True)
class Piece:
    """A stretch of the label. `tip`: what it is, for whoever points at it; `row`: where it stands below."""

    text: str
    kind: str
    caption: str = ""
    tip: str = ""
    row: str = ""


@dataclass(frozen=True)
class Row:
    """One name of a list. `about`: the ingredient's id at its desk, when we know it."""

    item: Item
    id: str
    about: int | None
    classes: Sequence[str]

    @property
    def percent(self) -> str:
        return "" if self.item.percent is None else write_percent(self.item.percent)


@dataclass(frozen=True)
class FormulaShown:
    formula: FormulaRead
    rows: Sequence[Row]
    may_contain: Sequence[Row]
    actives: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Unknown:
    """A name that nobody knows yet. `number`: of its fields in the form."""

    number: int
    text: str
    suggestions: Sequence[str] = ()


@dataclass(frozen=True)
class LabelShown:
    """Everything on the page below the text field."""

    reading: Reading
    pieces: Sequence[Piece] = ()
    legend: Sequence[tuple[str, str, bool]] = ()
    formulas: Sequence[FormulaShown] = ()
    unknown: Sequence[Unknown] = ()
    more_unknown: Sequence[str] = ()
    names: int = 0
    flags: Sequence[Flag] = ()
    law: Sequence[Chapter] = ()

    @property
    def left(self) -> int:
        """How many names nobody knows."""
        return len(self.unknown) + len(self.more_unknown)

    @property
    def answered(self) -> Sequence[Flag]:
        """The flags that say yes or no."""
        return [flag for flag in self.flags if flag.is_known]

    @property
    def unanswered(self) -> Sequence[tuple[Sequence[str], Sequence[str]]]:
        """Names of flags that nobody can answer, by what stands in the way."""
        by: dict[tuple[str, ...], list[str]] = {}
        for flag in self.flags:
            if not flag.is_known:
                by.setdefault(tuple(flag.because), []).append(flag.name)
        return sorted(by.items(), key=lambda group: -len(group[1]))

    @property
    def stopped_in(self) -> Sequence[str]:
        """Where it may not be sold, or will not be for long."""
        return [place for place, found in self.law if any(one["stops"] for one in found)]

    @property
    def understood(self) -> int:
        """Whole percent of the names, rounded down: 100 means all of them."""
        return 100 * (self.names - self.left) // self.names if self.names else 0


def show_label(text: str, *, product_kind: str | None, formula: Formula | None, on: date) -> LabelShown:
    """What we make of a text today.

    Takes   `formula`: the kept version with this very text, if there is one: its declarations count.
    """
    knowledge = vocabulary.current()
    reading = inci.read_label(text, knowledge.names)
    made = contents.fill(Formula(label_text=text, pk=formula.pk if formula else None), knowledge)
    items = _number_items(reading)
    about = _find_about(items)
    texts = list(dict.fromkeys(item.text for part in reading.formulas for item in part.unresolved))
    return LabelShown(
        reading=reading,
        pieces=_cut_pieces(text, reading, items, knowledge),
        legend=_write_legend(reading),
        formulas=[_show_formula(part, items, about, knowledge) for part in reading.formulas],
        unknown=[
            Unknown(number, one, knowledge.names.suggest(one)) for number, one in enumerate(texts[:ASKED])
        ],
        more_unknown=texts[ASKED:],
        names=len({(item.slug or item.text) for item in items.values()}),
        flags=verdicts.show_flags(made, knowledge),
        law=verdicts.show_law(law.findings_of(made, product_kind=product_kind, on=on), about, on=on),
    )


def suggest(text: str) -> list[str]:
    """Known names that look most like this one."""
    return vocabulary.current().names.suggest(text)


def name_class(slug: str) -> str:
    return str(IngredientClass(slug).label)


def _write_legend(reading: Reading) -> list[tuple[str, str, bool]]:
    """What the marks in the text mean, as far as they are there; and whether it is a caption."""
    there = {span.kind for span in reading.spans}
    return [(kind, word, kind in CAPTIONED) for kind, word in WORDS.items() if kind in there]


def _number_items(reading: Reading) -> dict[int, Item]:
    """Items by where they begin in the text."""
    parts = reading.formulas
    return {item.start: item for part in parts for item in (*part.ingredients, *part.may_contain)}


def _find_about(items: dict[int, Item]) -> dict[str, int]:
    slugs = {item.slug for item in items.values() if item.slug}
    return dict(Ingredient.objects.filter(slug__in=slugs).values_list("slug", "pk"))


def _cut_pieces(text: str, reading: Reading, items: dict[int, Item], knowledge: Knowledge) -> list[Piece]:
    pieces = []
    for span in reading.spans:
        item = items.get(span.start)
        caption = WORDS[span.kind] if span.kind in CAPTIONED else ""
        tip, row = WORDS.get(span.kind, ""), ""
        if item is not None:
            row = f"i{item.start}"
            tip = _describe(item.slug, item.name, knowledge)
        elif span.kind == "ingredient":
            entry = knowledge.names.find(text[span.start : span.end])
            tip = _describe(entry.slug, entry.name, knowledge) if entry else tip
        pieces.append(Piece(text[span.start : span.end], span.kind, caption, tip, row))
    return pieces


def _describe(slug: str | None, name: str, knowledge: Knowledge) -> str:
    if slug is None:
        return "Not understood"
    classes = sorted(knowledge.entries[slug].classes) if slug in knowledge.entries else []
    return f"{name}: {', '.join(map(name_class, classes)).lower()}" if classes else name


def _show_formula(
    part: FormulaRead, items: dict[int, Item], about: dict[str, int], knowledge: Knowledge
) -> FormulaShown:
    def show(item: Item) -> Row:
        entry = knowledge.entries.get(item.slug or "")
        classes = sorted(map(name_class, entry.classes)) if entry else []
        return Row(item, f"i{item.start}", about.get(item.slug or ""), classes)

    actives = [
        (one.name, "percentage not given" if one.percent is None else write_percent(one.percent))
        for one in part.actives
    ]
    return FormulaShown(part, [*map(show, part.ingredients)], [*map(show, part.may_contain)], actives)
