"""What a person types when something happens to an order."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)


class Counts:
    """A form with a number for each of many rows, beside its own fields."""

    fields: dict[str, forms.Field]

    def add_count(self, name: str, label: str, *, most: int, initial: int = 0) -> None:
        attrs = {"min": 0, "max": most, "inputmode": "numeric", "aria-label": label, "class": "count-input"}
        self.fields[name] = forms.IntegerField(
            min_value=0,
            max_value=most,
            required=False,
            initial=initial,
            label=label,
            widget=UnfoldAdminIntegerFieldWidget(attrs=attrs),
        )


class ShipForm(Counts, forms.Form):
    carrier = forms.CharField(max_length=80, widget=UnfoldAdminTextInputWidget)
    tracking_code = forms.CharField(
        max_length=80,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "autofocus": True}),
        help_text="As on the parcel's label. The customer reads it in the mail.",
    )
    tracking_url = forms.URLField(
        max_length=300,
        required=False,
        assume_scheme="https",
        label="Tracking page",
        widget=UnfoldAdminURLInputWidget,
        help_text="The carrier's page for this parcel; the mail's button opens it.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class ReturnForm(Counts, forms.Form):
    note = forms.CharField(
        max_length=200,
        required=False,
        label="Note for colleagues",
        widget=UnfoldAdminTextInputWidget,
        help_text="What you saw when you unpacked it. The customer does not read it.",
    )
    amount = forms.CharField(
        max_length=20,
        required=False,
        label="Amount",
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    refund_note = forms.CharField(
        max_length=300,
        required=False,
        label="Why it is less, or nothing",
        widget=UnfoldAdminTextInputWidget,
        help_text="The customer reads it in the mail.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class CancelForm(forms.Form):
    note = forms.CharField(
        max_length=200,
        label="Why",
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
        help_text="For the order's diary. The customer does not read it.",
    )


class GoodwillForm(forms.Form):
    amount = forms.CharField(
        max_length=20,
        widget=UnfoldAdminTextInputWidget(
            attrs={"inputmode": "decimal", "autocomplete": "off", "autofocus": True}
        ),
    )
    why = forms.CharField(
        max_length=200,
        label="Why",
        widget=UnfoldAdminTextInputWidget,
        help_text="For the order's diary. The customer does not read it.",
    )
    key = forms.CharField(max_length=31, widget=forms.HiddenInput)


class ResendForm(forms.Form):
    to = forms.EmailField(
        max_length=254,
        required=False,
        label="Send it to",
        widget=UnfoldAdminEmailInputWidget,
        help_text="Empty: to the order's own address.",
    )


class NoteForm(forms.Form):
    note = forms.CharField(max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


def counted(form: forms.Form, name: str) -> int:
    """What was typed for a row, or 0."""
    value: Any = form.cleaned_data.get(name)
    return int(value or 0)
