"""What is typed at the lot desk: a delivery, a count, and the few words that a decision asks for."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.admin.desk import RefusableForm
from catalog.models import Location, Lot, LotDecision

MOST_UNITS = 1_000_000  # of one delivery; more is a slip of the finger


class ReceiveForm(RefusableForm):
    lot_code = forms.CharField(max_length=40, label="Lot code", widget=UnfoldAdminTextInputWidget)
    units = forms.IntegerField(min_value=1, max_value=MOST_UNITS, widget=UnfoldAdminIntegerFieldWidget)
    cause = forms.CharField(
        max_length=80,
        label="Delivery note",
        help_text="The same note for the same lot is the same delivery: it counts once.",
        widget=UnfoldAdminTextInputWidget,
    )
    other_codes = SimpleArrayField(
        forms.CharField(max_length=40),
        required=False,
        label="Other codes",
        help_text="Further codes on the pack (F.I.L., ILN), commas between. A recall may name any of them.",
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Lot
        fields = [
            *("variant", "location", "expires_on", "supplier", "made_on", "pao_months", "storage_note"),
            "code_known",
        ]
        labels = {
            "variant": "Size (SKU)",
            "expires_on": "Expires",
            "made_on": "Made",
            "code_known": "This code is printed on the packs",
            "storage_note": "Storage",
        }
        help_texts = {
            "expires_on": "As printed on the pack. Empty: no date is printed.",
            "storage_note": "Below 25 °C, away from light.",
            "code_known": "Off: nobody can read one. A recall will have to ask everybody.",
        }


class CountForm(RefusableForm):
    counted = forms.IntegerField(
        min_value=0,
        max_value=MOST_UNITS,
        label="Units on the shelf",
        help_text="What you counted, promised units included.",
        widget=UnfoldAdminIntegerFieldWidget,
    )
    cause = forms.CharField(
        max_length=80,
        label="Why it was counted",
        help_text="Yearly count, found behind the shelf.",
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Lot
        fields: list[str] = []


class ReleaseForm(forms.Form):
    checks = forms.MultipleChoiceField(
        choices=LotDecision.Check.choices,
        label="Looked at, with a pack in hand",
        error_messages={"required": "All three must have been looked at."},
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    note = forms.CharField(
        max_length=300, required=False, label="Note", widget=UnfoldAdminTextInputWidget, help_text="Optional."
    )

    def clean_checks(self) -> list[str]:
        made: list[str] = self.cleaned_data["checks"]
        if len(made) < len(LotDecision.Check):
            raise forms.ValidationError("All three must have been looked at. If one fails, block the lot.")
        return made


class WhyForm(forms.Form):
    note = forms.CharField(
        max_length=300,
        label="Why",
        help_text="Whoever releases it again reads this.",
        widget=UnfoldAdminTextInputWidget,
    )


class WriteOffForm(forms.Form):
    units = forms.IntegerField(min_value=1, max_value=MOST_UNITS, widget=UnfoldAdminIntegerFieldWidget)
    cause = forms.CharField(
        max_length=80,
        label="Why",
        help_text="Broken, expired, a recall's reference.",
        widget=UnfoldAdminTextInputWidget,
    )


class MoveForm(forms.Form):
    to = forms.ModelChoiceField(Location.objects.none(), label="To", widget=UnfoldAdminSelectWidget)
    units = forms.IntegerField(min_value=1, max_value=MOST_UNITS, widget=UnfoldAdminIntegerFieldWidget)
    cause = forms.CharField(
        max_length=80, label="Why", help_text="Tour 7, making room.", widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args: Any, lot: Lot, **named: Any) -> None:
        super().__init__(*args, **named)
        places = Location.objects.exclude(pk=lot.location_id).order_by("code")
        self.fields["to"].queryset = places  # type: ignore[attr-defined]
