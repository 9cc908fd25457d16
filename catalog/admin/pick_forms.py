"""A pick as its writer types it, and the few words that signing and withdrawing ask for."""

from datetime import date, timedelta
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.admin.desk import RefusableForm
from catalog.admin.lines import LinesField
from catalog.admin.moments import DayInput
from catalog.models import Pick, PickEvidence

LONGEST_TEXT = 2000
PROSE = ("how_to_use", "why_worth_it", "would_change_mind", "tested_notes", "compared_notes")


class PickForm(RefusableForm):
    for_whom = LinesField(most_chars=160, help_text="One on each line. Skin, season, habit: no diagnosis.")
    not_for = LinesField(most_chars=160, help_text="One on each line. Say it as plainly as the praise.")

    class Meta:
        model = Pick
        fields = [
            *("product", "dermatologist", "headline", "for_whom", "not_for", "slot", "how_to_use"),
            *("order_override", "why_worth_it", "cheaper_product", "cheaper_words", "would_change_mind"),
            *("tested_where", "tested_people", "tested_weeks", "tested_blinded", "tested_notes"),
            *("compared_with", "compared_notes", "regimen_since_on", "regimen_until_on", "regimen_notes"),
        ]
        labels = {
            "slot": "When",
            "why_worth_it": "Why",
            "how_to_use": "In her words",
            "would_change_mind": "In her words",
            "order_override": "Another order than usual",
            "cheaper_product": "A cheaper one of ours",
            "cheaper_words": "Or in words",
            "tested_where": "Where it was tested",
            "tested_people": "People",
            "tested_weeks": "Weeks",
            "tested_blinded": "Blinded",
            "tested_notes": "What was seen",
            "compared_with": "With which products",
            "compared_notes": "What was found",
            "regimen_since_on": "In her own regimen since",
            "regimen_until_on": "Until",
            "regimen_notes": "Season, morning or evening",
        }
        help_texts = {
            "headline": "One line, in her voice, without a superlative.",
            "cheaper_words": "“Any gel cream with glycerin does nearly the same”, or why there is none.",
            "compared_with": "“Best” and “better than” need it.",
            "tested_where": "“Tested” needs it.",
            "regimen_since_on": "“My own routine” needs it.",
            "regimen_notes": "",
            "compared_notes": "Against each of them.",
        }
        widgets = {
            name: UnfoldAdminTextareaWidget(attrs={"rows": 3, "maxlength": LONGEST_TEXT}) for name in PROSE
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        for name in PROSE:
            if len(cleaned.get(name) or "") > LONGEST_TEXT:
                self.add_error(name, f"There is room for {LONGEST_TEXT:,} characters.")
        product, doctor = cleaned.get("product"), cleaned.get("dermatologist")
        if product is not None and product.current_formula is None:
            self.add_error(
                "product", "Nobody has typed in its label yet. A pick is about one list: add it first."
            )
        if product is not None and doctor is not None:
            standing = Pick.objects.standing().filter(product=product, dermatologist=doctor)
            if standing.exists():
                self.add_error("product", f"{doctor.name} has a pick for it already. Open that one.")
        about = product or getattr(self.instance, "product", None)
        if about is not None and cleaned.get("cheaper_product") == about:
            self.add_error("cheaper_product", "That is the product itself.")
        if about is not None and about in (cleaned.get("compared_with") or []):
            self.add_error("compared_with", "It cannot be compared with itself.")
        since, until = cleaned.get("regimen_since_on"), cleaned.get("regimen_until_on")
        if until and (since is None or until < since):
            self.add_error("regimen_until_on", "It ends after it began: say since when.")
        return cleaned


class EvidenceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = PickEvidence
        fields = ["claim", "source", "grade", "reviewed_by", "reviewed_on", "position"]
        widgets = {
            "claim": UnfoldAdminTextInputWidget,
            "source": UnfoldAdminTextInputWidget,
        }


class SignForm(forms.Form):
    live_from_on = forms.DateField(label="Live from", widget=DayInput)
    review_by_on = forms.DateField(
        label="Review by",
        widget=DayInput,
        help_text="On this day the badge goes off by itself. Twelve months at most.",
    )
    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
        help_text="Once more: so that nobody signs at your desk while you are away.",
    )
    text_sha256 = forms.RegexField(r"\A[0-9a-f]{64}\Z", widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        min_length=10,
        max_length=600,
        label="Why, as customers will read it",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text="A plain sentence. It stays on the product's page where the pick was.",
    )


def offer_dates(today: date) -> dict[str, date]:
    """From today for twelve months."""
    try:
        ends = today.replace(year=today.year + 1)
    except ValueError:  # 29 February
        ends = today + timedelta(days=365)
    return {"live_from_on": today, "review_by_on": ends}
