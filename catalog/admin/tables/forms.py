"""Forms that a table fills and no desk shows: an ingredient with all its names on one row."""

from typing import Any

from django import forms

from catalog import inci
from catalog.admin.knowing import IngredientForm
from catalog.models import IngredientName

Kind = IngredientName.Kind


class IngredientRowForm(IngredientForm):
    """Names are added; none is taken away, and none moves to another ingredient."""

    also = forms.CharField(required=False, widget=forms.Textarea)
    misspelt = forms.CharField(required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(self.instance.names.all()) if self.instance.pk else []
        for field, kind in (("also", Kind.SYNONYM), ("misspelt", Kind.MISSPELLING)):
            self.fields[field].initial = "\n".join(sorted(name.text for name in names if name.kind == kind))

    def clean_inci_name(self) -> str:
        """As it is written already, when the table writes it in another case."""
        typed = str(self.cleaned_data["inci_name"]).strip()
        same = self.instance.pk and inci.fold(typed) == inci.fold(self.instance.inci_name)
        return self.instance.inci_name if same else typed

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        own = inci.fold(cleaned.get("inci_name", ""))
        for field in ("also", "misspelt"):
            texts = [line.strip() for line in cleaned.get(field, "").splitlines() if line.strip()]
            for text in texts:
                self._hold_name(field, text)
            cleaned[field] = [text for text in texts if inci.fold(text) != own]
        if own:
            self._hold_name("inci_name", cleaned["inci_name"])
        return cleaned

    def _hold_name(self, field: str, text: str) -> None:
        key = inci.fold(text)
        if len(text) > 500 or not any(sign.isalnum() for sign in key):
            self.add_error(field, f"“{text[:80]}” cannot be a name on a label.")
            return
        owner = IngredientName.objects.filter(key=key).select_related("ingredient").first()
        if owner is not None and owner.ingredient_id != self.instance.pk:
            self.add_error(field, f"“{text[:80]}” is a name of {owner.ingredient.inci_name} already.")
