"""What a person types about an adverse report. What nobody said stays empty, which is not "no"."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDateWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.models import Product
from orders.incident_words import list_countries
from orders.models import Incident, Order

UNKNOWN = ("", "Not known")
YES_NO = [UNKNOWN, ("yes", "Yes"), ("no", "No")]
ANSWERS = {"yes": True, "no": False}


def text(label: str, most: int, hint: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=hint,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )


def story(label: str, hint: str = "", *, rows: int = 3, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=8000,
        required=required,
        help_text=hint,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}),
    )


def day(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=UnfoldAdminDateWidget(attrs={"type": "date"}))


def choice(label: str, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=False, widget=UnfoldAdminSelectWidget(attrs={})
    )


class IncidentForm(forms.Form):
    """All that is asked, for a new report and for what becomes known later."""

    product = text("Product", 140, "Its SKU, or its name in the shop's address (slug).", required=True)
    lot_code = text("Lot code", 40, "As it is read on the pack. We look for the lot ourselves.")
    order = text("Order", 9, "Its reference, when it was bought here: R7K2-M9QX.")
    country = choice("Country where it happened", [])
    symptoms = story("What happened", "In their own words as far as you can.", rows=5, required=True)
    criteria = forms.MultipleChoiceField(
        label="Did it lead to one of these?",
        choices=Incident.Criterion.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Tick only what was said. Whether that is serious follows from the law of the country.",
    )
    started_using_on, onset_on = day("Used since"), day("It began on")
    treatment = story("What was done about it")
    outcome = choice("How it stands", [UNKNOWN, *Incident.Outcome.choices])
    came_back_on_reuse = choice("Did it come back when used again?", YES_NO)
    confirmed_by_doctor = choice("Has a doctor confirmed it?", YES_NO)
    reporter = choice("Who tells us", Incident.Reporter.choices)
    name = text("Name", 120)
    email = forms.EmailField(required=False, label="E-mail", widget=UnfoldAdminEmailInputWidget)
    age_years = forms.IntegerField(
        label="Age in years", required=False, min_value=0, max_value=120, widget=UnfoldAdminIntegerFieldWidget
    )
    note = text("Note for the diary", 300, "Where you know it from: a call, a letter.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)
        country.choices = [("", "Choose"), *list_countries()]
        country.required = True

    def clean_product(self) -> Product:
        said = self.cleaned_data["product"].strip()
        found = Product.objects.select_related("brand").filter(slug=said).first()
        found = found or Product.objects.select_related("brand").filter(variants__sku=said).first()
        if found is None:
            raise forms.ValidationError("No product has this SKU or slug.")
        return found

    def clean_order(self) -> Order | None:
        said = self.cleaned_data["order"].strip().upper()
        order = Order.objects.filter(reference=said).first() if said else None
        if said and order is None:
            raise forms.ValidationError("No order has this reference.")
        return order

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("came_back_on_reuse", "confirmed_by_doctor"):
            cleaned[name] = ANSWERS.get(cleaned.get(name, ""))
        cleaned["outcome"] = cleaned.get("outcome") or None
        cleaned["reporter"] = cleaned.get("reporter") or Incident.Reporter.CONSUMER
        cleaned["email"] = cleaned.get("email", "").lower()
        for name in ("symptoms", "treatment"):  # a browser ends lines its own way
            cleaned[name] = cleaned.get(name, "").replace("\r\n", "\n")
        return cleaned


def show_known(incident: Incident) -> dict[str, Any]:
    """What the form begins with when it is about an incident that we know."""
    said = {True: "yes", False: "no", None: ""}
    fields = {name: getattr(incident, name) for name in IncidentForm.base_fields if hasattr(incident, name)}
    return fields | {
        "product": incident.product.slug,
        "order": incident.order.reference if incident.order else "",
        "came_back_on_reuse": said[incident.came_back_on_reuse],
        "confirmed_by_doctor": said[incident.confirmed_by_doctor],
        "outcome": incident.outcome or "",
    }


class DoneForm(forms.Form):
    proof = text(
        "What shows it", 300, "A case number, the date and address of a mail or a letter.", required=True
    )


class CloseForm(forms.Form):
    note = text("Note for the diary", 300)


class NoteForm(forms.Form):
    note = story("Note", required=True)
