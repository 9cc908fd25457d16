"""What a person types when something happens to an order."""

from django import forms
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)


class ShipForm(forms.Form):
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


class CancelForm(forms.Form):
    note = forms.CharField(
        max_length=200,
        label="Why",
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
        help_text="For the order's diary. The customer does not read it.",
    )


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
