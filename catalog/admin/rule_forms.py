"""Rules as people type them: ingredients by any of their names, parts and limits as lines, not as JSON."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextareaWidget,
)

from catalog import saying, settling
from catalog.admin import label_pages
from catalog.admin.desk import RefusableForm
from catalog.admin.knowing import choose_classes
from catalog.admin.tone import hold_words
from catalog.models import AdviceRule, Ingredient, LegalRule, ProductKind

MOST_LINES = 500
Sort, When = LegalRule.Sort, AdviceRule.When


def _percent(label: str, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_value=100,
        max_digits=9,
        decimal_places=6,
        widget=UnfoldAdminDecimalFieldWidget,
    )


class LawForm(RefusableForm):
    substances = forms.CharField(
        required=False,
        label="Ingredients",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="One on each line, by any name that labels use.",
    )
    classes = choose_classes(help_text="Or whole classes: every ingredient that carries one of them.")
    product_kinds = forms.MultipleChoiceField(
        choices=ProductKind.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None ticked: every kind of product.",
    )
    parts = forms.CharField(
        required=False,
        label="What part of the weight counts",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="One on each line, such as: Retinyl Palmitate = 0.546. Whatever is not named counts whole.",
    )
    above_leave_on = _percent("Named above, staying on (%)", "Empty: always.")
    above_rinse_off = _percent("Named above, rinsed off (%)", "Empty: always.")

    class Meta:
        model = LegalRule
        fields = [
            *("slug", "jurisdiction", "sort", "words", "classes", "product_kinds", "max_percent"),
            *("without_declaration", "label_text", "valid_from_placing_on", "valid_from_available_on"),
            *("regulatory_class", "retired_on", "source", "grade", "reviewed_by", "reviewed_on"),
        ]
        widgets = {"words": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = self.instance
        names = _names_of({*rule.ingredient_slugs, *rule.counted_as})
        self._offer("substances", "\n".join(names.get(slug, slug) for slug in rule.ingredient_slugs))
        self._offer(
            "parts", "\n".join(f"{names.get(slug, slug)} = {n}" for slug, n in rule.counted_as.items())
        )
        if rule.max_percent is not None:
            self.initial["max_percent"] = Decimal(f"{rule.max_percent.normalize():f}")
        for where, percent in rule.label_above_percent.items():
            self._offer(f"above_{where}", Decimal(str(percent)))

    def _offer(self, field: str, value: Any) -> None:
        if field in self.fields:  # a desk that may only look has none of them
            self.fields[field].initial = value

    def clean_substances(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["substances"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"At most {MOST_LINES} ingredients stand in one rule.")
        return list(dict.fromkeys(_find_slug(line) for line in lines))

    def clean_max_percent(self) -> Decimal | None:
        percent: Decimal | None = self.cleaned_data["max_percent"]
        if percent is not None and not 0 < percent <= 100:
            raise forms.ValidationError("A limit is above 0 and at most 100 percent; a prohibition has none.")
        return percent

    def clean_parts(self) -> dict[str, str]:
        lines = [line for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        return dict(_read_part(line) for line in lines[:MOST_LINES])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if "substances" in cleaned and not cleaned["substances"] and not cleaned.get("classes"):
            self.add_error("substances", "Name at least one ingredient, or choose a class.")
        if cleaned.get("sort") == Sort.CLASSIFIES and not cleaned.get("regulatory_class"):
            self.add_error("regulatory_class", "Say what it makes of the product.")
        if cleaned.get("sort") == Sort.LABEL_DUTY and not cleaned.get("label_text"):
            self.add_error("label_text", "Say what the label must say.")
        hold_words(self, cleaned, ["words"], saying.grant(grade=cleaned.get("grade", "")))
        self.instance.ingredient_slugs = cleaned.get("substances", [])
        self.instance.counted_as = cleaned.get("parts", {})
        above = {"leave_on": cleaned.get("above_leave_on"), "rinse_off": cleaned.get("above_rinse_off")}
        self.instance.label_above_percent = {
            where: f"{percent.normalize():f}" for where, percent in above.items() if percent is not None
        }
        return cleaned


class AdviceForm(RefusableForm):
    class Meta:
        model = AdviceRule
        fields = [
            *("slug", "when", "first", "second", "within_first", "audience", "severity", "words"),
            *("other_view", "retired_on", "source", "grade", "reviewed_by", "reviewed_on"),
        ]
        widgets = {
            "words": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
            "other_view": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        when, needs_second = cleaned.get("when"), (When.TOGETHER, When.WITHOUT)
        cleaned["second"] = cleaned.get("second") or None
        if when in needs_second and not cleaned["second"]:
            self.add_error("second", "Say which class it meets.")
        if when and when not in needs_second and cleaned["second"]:
            self.add_error("second", "This kind of advice is about one class.")
        if when == When.HIGH_IN_LIST and not cleaned.get("within_first"):
            self.add_error("within_first", "Say how high: among the first 5.")
        if when and when != When.HIGH_IN_LIST and cleaned.get("within_first"):
            self.add_error("within_first", "Only advice about the place in the list has this.")
        hold_words(self, cleaned, ["words", "other_view"], saying.grant(grade=cleaned.get("grade", "")))
        return cleaned


def _names_of(slugs: set[str]) -> Mapping[str, str]:
    return dict(Ingredient.objects.filter(slug__in=slugs).values_list("slug", "inci_name"))


def _find_slug(name: str) -> str:
    found = settling.owner_of(name) or Ingredient.objects.filter(slug=name[:140]).first()
    if found is None:
        near = " or ".join(label_pages.suggest(name))
        hint = f" Did you mean {near}?" if near else ""
        raise forms.ValidationError(f"No ingredient is called “{name[:80]}”.{hint}")
    return found.slug


def _read_part(line: str) -> tuple[str, str]:
    name, _, part = line.rpartition("=")
    try:
        share = Decimal(part.strip())
    except InvalidOperation:
        share = Decimal(0)
    if not name.strip() or not 0 < share <= 1:
        raise forms.ValidationError(f"“{line.strip()[:80]}” is not a name = a part between 0 and 1.")
    return _find_slug(name.strip()), f"{share.normalize():f}"
