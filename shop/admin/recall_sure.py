"""Are you sure: what cannot be taken back asks for the recall's reference, typed."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from orders.models import Recall


class SureForm(forms.Form):
    """The reference, typed once more: nobody opens a recall by a slip of the mouse."""

    reference = forms.CharField(
        max_length=12,
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, recall: Recall, **given: Any) -> None:
        super().__init__(*args, **given)
        self.recall = recall
        self.fields["reference"].label = f"Type {recall.reference}"

    def clean_reference(self) -> str:
        typed: str = self.cleaned_data["reference"].strip().upper()
        if typed != self.recall.reference:
            raise forms.ValidationError("That is not its reference. Nothing has changed.")
        return typed


class CloseForm(SureForm):
    note = forms.CharField(
        max_length=500,
        label="How it ended",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Units destroyed, buyers reached, what the authority said. It stays in the diary.",
    )
