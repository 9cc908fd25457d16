"""What we know: ingredients under all their names, how flags follow from them, and the diary of decisions."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from catalog import inci, settling
from catalog.admin.desk import ReadOnlyDesk, RefusableForm, Rows
from catalog.admin.label_pages import name_class
from catalog.admin.tabled import Tabled
from catalog.models import ClaimRule, Ingredient, IngredientClass, IngredientName, KnowledgeChange

REFUSALS = {
    settling.NameTaken: lambda taken: f"“{taken.text}” is a name of {taken.ingredient} already.",
    settling.NotAName: lambda refusal: f"“{refusal.text}” cannot be a name on a label.",
}


def choose_classes(**given: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=IngredientClass.choices, widget=UnfoldAdminSelect2MultipleWidget, required=False, **given
    )


class IngredientForm(RefusableForm):
    classes = choose_classes(help_text="What it is to skin, to the law, or to somebody who avoids it.")
    functions = SimpleArrayField(
        forms.CharField(max_length=60),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Separated by commas, as CosIng calls them: humectant, solvent.",
    )

    class Meta:
        model = Ingredient
        fields = ["inci_name", "cas", "functions", "classes"]


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = IngredientName
        fields = ["text", "kind", "language"]
        widgets = {"kind": UnfoldAdminSelectWidget}

    def clean_text(self) -> str:
        """The name; its key is one that no other ingredient has."""
        text: str = self.cleaned_data["text"].strip()
        key = inci.fold(text)
        if not any(sign.isalnum() for sign in key):
            raise forms.ValidationError(f"“{text}” cannot be a name on a label.")
        taken = IngredientName.objects.filter(key=key).exclude(pk=self.instance.pk)
        other = taken.select_related("ingredient").first()
        if other is not None and other.ingredient_id != self.instance.ingredient_id:
            raise forms.ValidationError(f"“{text}” is a name of {other.ingredient.inci_name} already.")
        if other is not None:
            raise forms.ValidationError(f"It is written as “{other.text}” already.")
        if "text" in self.changed_data:
            self.instance.key, self.instance.origin = key, Ingredient.Origin.DESK
        return text


class NameRows(Rows):
    model = IngredientName
    form = NameForm
    tab = False
    verbose_name, verbose_name_plural = "name", "names on labels"
    fields = ["text", "kind", "language"]
    ordering = ["kind", "text"]


class OfClass(admin.SimpleListFilter):
    title = "class"
    parameter_name = "class"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "No class"), *((str(value), str(label)) for value, label in IngredientClass.choices)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "none":
            return queryset.filter(classes=[])
        return queryset.filter(classes__contains=[self.value()]) if self.value() else queryset


@admin.register(Ingredient)
class IngredientDesk(Tabled):
    form = IngredientForm
    inlines = [NameRows]
    fields = ["inci_name", "slug", "cas", "functions", "classes", "origin"]
    readonly_fields = ["slug", "origin"]
    list_display = ["inci_name", "in_words", "cas", "origin"]
    list_filter = ["origin", OfClass]
    search_fields = ["inci_name", "cas"]
    search_help_text = "Any name that labels use, or a CAS number."
    ordering = ["inci_name"]
    refusals = REFUSALS
    empty_words = "No ingredient yet. “manage.py load_knowledge” brings ours; the label desk adds others."

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """By every name that a label may give it, folded as labels are."""
        key = inci.fold(search_term)
        if not key:
            return super().get_search_results(request, queryset, search_term)
        named = IngredientName.objects.filter(key__contains=key).values("ingredient")
        return queryset.filter(Q(pk__in=named) | Q(cas__contains=search_term.strip())), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # labels and laws know it by its slug

    def save_model(self, request: HttpRequest, obj: Ingredient, form: Any, change: bool) -> None:
        if not change:
            obj.slug, obj.origin = settling.unused_slug(obj.inci_name), Ingredient.Origin.DESK
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and not form.has_changed() and not any(rows.has_changed() for rows in formsets):
            return
        settled = settling.settle_page(ingredient=form.instance, by=request.user, now=timezone.now())
        if settled.labels:
            said = f"{settled.labels} labels were read again, {settled.changed} say something else now."
            self.message_user(request, said)
        if settled.left:
            said = f"{settled.left} labels wait: “manage.py load_knowledge” reads them."
            self.message_user(request, said, messages.WARNING)

    @display(description="classes")
    def in_words(self, ingredient: Ingredient) -> str:
        return ", ".join(map(name_class, ingredient.classes))


@admin.register(ClaimRule)
class ClaimRuleDesk(ReadOnlyDesk):
    """Flags are computed: what they follow from is edited in the house's files, never by hand."""

    list_display = ["name", "slug", "yes_without", "yes_with", "free_from"]
    search_fields = ["name", "slug", "free_from"]
    ordering = ["position", "slug"]
    fields = ["name", "slug", "yes_without", "yes_with", "unknown_with", "free_from"]
    empty_words = "No flag is known yet. “manage.py load_knowledge” brings them."

    @display(description="yes when none of these is in it")
    def yes_without(self, rule: ClaimRule) -> str:
        return ", ".join(map(name_class, rule.absent))

    @display(description="yes when one of these is in it")
    def yes_with(self, rule: ClaimRule) -> str:
        return ", ".join(map(name_class, rule.present))

    @display(description="unknown when one of these is in it")
    def unknown_with(self, rule: ClaimRule) -> str:
        return ", ".join(map(name_class, rule.unsure))


@admin.register(KnowledgeChange)
class KnowledgeChangeDesk(ReadOnlyDesk):
    list_display = ["made_at", "what", "kind", "counted", "made_by"]
    list_filter = ["kind"]
    list_select_related = ["made_by"]
    search_fields = ["what"]
    ordering = ["-pk"]
    fields = ["what", "kind", "counted", "made_by", "made_at"]
    empty_words = "Nothing has been learnt yet. “manage.py load_knowledge” begins."

    @display(description="figures")
    def counted(self, change: KnowledgeChange) -> str:
        return ", ".join(
            f"{name} {value}" for name, value in change.figures.items() if not isinstance(value, dict)
        )
