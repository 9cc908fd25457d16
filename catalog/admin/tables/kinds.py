"""The tables that there are: which columns, how a row is known again, and what follows once it is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model

from catalog import inci
from catalog.admin.rule_forms import AdviceForm, LawForm
from catalog.admin.searching import WordingForm
from catalog.admin.tables import writing
from catalog.admin.tables.columns import Column
from catalog.admin.tables.forms import IngredientRowForm
from catalog.models import AdviceRule, Ingredient, LegalRule, Wording

Cells = Mapping[str, str]
FACT = (
    Column("source", "the paper, guideline or paragraph, with its place"),
    Column("grade", "A, B, C, D, law or law2"),
    Column("reviewed_by", "whose word it is"),
    Column("reviewed_on", "a day: 2026-11-22"),
)


@dataclass(frozen=True)
class Kind:
    """Takes   `key`: what a row is known by, from its cells; `know`: the rows that are there, by it;
    `finish`: what the desk's verbs do after saving, and what there is to say of it.
    """

    name: str  # as the desk's address calls it
    title: str
    lead: str
    model: type[Model]
    form: type[forms.ModelForm]  # type: ignore[type-arg]
    columns: tuple[Column, ...]
    needed: tuple[str, ...]  # columns without which no row is known
    key: Callable[[Cells], str]
    know: Callable[[Iterable[str]], dict[str, Any]]
    save: Callable[[Any, Any], None] = writing.save_form
    finish: Callable[[Sequence["Written"], Any, datetime], str] = field(default=writing.finish_nothing)

    def permissions(self) -> tuple[str, str]:
        return f"catalog.add_{self.name}", f"catalog.change_{self.name}"


@dataclass(frozen=True)
class Written:
    """A row as it is now; `before`: ids of the products that it was about until now."""

    row: Any
    before: frozenset[int] = frozenset()


def _known_rules(model: type[LegalRule] | type[AdviceRule]) -> Callable[[Iterable[str]], dict[str, Any]]:
    return lambda keys: {rule.slug: rule for rule in model._default_manager.filter(slug__in=list(keys))}


def _wording_key(cells: Cells) -> str:
    words = " ".join(cells["words"].casefold().split())
    return f"{words}\n{cells['leads_to'].strip()}"


def _known_wordings(keys: Iterable[str]) -> dict[str, Any]:
    """All of them, some hundred: files may have brought words in capitals, which desks write small."""
    return {
        _wording_key({"words": one.words, "leads_to": one.leads_to}): one for one in Wording.objects.all()
    }


def _known_ingredients(keys: Iterable[str]) -> dict[str, Any]:
    found = Ingredient.objects.filter(names__key__in=list(keys)).distinct().prefetch_related("names")
    return {inci.fold(one.inci_name): one for one in found}


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name="wording",
            title="customers' words",
            lead="A row says where some words lead. The same words may lead to several things.",
            model=Wording,
            form=WordingForm,
            columns=(
                Column("words", "as customers type them: milk spots"),
                Column(
                    "leads_to", "concern:milia, guide:…, category:…, ingredient:…, class:…, text:other words"
                ),
            ),
            needed=("words", "leads_to"),
            key=_wording_key,
            know=_known_wordings,
            save=writing.save_wording,
        ),
        Kind(
            name="ingredient",
            title="ingredients",
            lead="A row is an ingredient under its INCI name. Names are added; a table takes none away.",
            model=Ingredient,
            form=IngredientRowForm,
            columns=(
                Column("inci_name", "by which the ingredient is known"),
                Column("cas", "CAS number"),
                Column("functions", "as CosIng calls them: humectant|solvent", parted=True),
                Column("classes", "of ours: retinoid|vitamin", parted=True),
                Column("also", "other names on labels: Glycerol|Glycerine", parted=True),
                Column("misspelt", "as labels misspell it", parted=True),
            ),
            needed=("inci_name",),
            key=lambda cells: inci.fold(cells["inci_name"]),
            know=_known_ingredients,
            save=writing.save_ingredient,
            finish=writing.finish_ingredients,
        ),
        Kind(
            name="advicerule",
            title="advice",
            lead="A row is one advice under its slug. With retired_on it counts no more from that day on.",
            model=AdviceRule,
            form=AdviceForm,
            columns=(
                Column("slug", "by which the advice is known"),
                Column("when", "together, twice, without, high_in_list or contains"),
                Column("first", "a class of ingredients"),
                Column("second", "another, for together and without"),
                Column("within_first", "how high in the list, for high_in_list"),
                Column("audience", "empty for everybody; pregnancy, milia_prone, rosacea…"),
                Column("severity", "info, alternate, separate_am_pm or avoid_together"),
                Column("words", "what we say"),
                Column("other_view", "what others say, when sources disagree"),
                Column("retired_on", "a day"),
                *FACT,
            ),
            needed=("slug",),
            key=lambda cells: cells["slug"].strip(),
            know=_known_rules(AdviceRule),
            finish=writing.finish_rules,
        ),
        Kind(
            name="legalrule",
            title="law",
            lead="A row is a rule under its slug. With retired_on it counts no more from that day on.",
            model=LegalRule,
            form=LawForm,
            columns=(
                Column("slug", "by which the rule is known"),
                Column("jurisdiction", "eu, uk or us"),
                Column("sort", "prohibited, restricted, label_duty or classifies"),
                Column("words", "what it says"),
                Column("ingredients", "by any of their names", field="substances", parted=True),
                Column("classes", "or whole classes", parted=True),
                Column("product_kinds", "empty for every kind: face|eye", parted=True),
                Column("max_percent", "for restricted"),
                Column("counted_as", "Retinyl Palmitate = 0.546", field="parts", parted=True),
                Column("without_declaration", "for restricted: what follows when nobody declared"),
                Column("label_text", "what the label must say"),
                Column("above_leave_on", "named above so many percent"),
                Column("above_rinse_off", "the same, rinsed off"),
                Column("valid_from_placing_on", "a day"),
                Column("valid_from_available_on", "a day"),
                Column("regulatory_class", "for classifies"),
                Column("retired_on", "a day"),
                *FACT,
            ),
            needed=("slug",),
            key=lambda cells: cells["slug"].strip(),
            know=_known_rules(LegalRule),
            finish=writing.finish_rules,
        ),
    )
}
