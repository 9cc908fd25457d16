"""What a person types about a recall: a draft, and further lots."""

from typing import Any

from django import forms
from django.db.models import Q
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.admin.moments import DayInput
from catalog.models import Formula, Product
from orders import recall_codes, recall_letters
from orders.models import Recall
from orders.recall_codes import NamedLot
from orders.recalls import Draft

LOTS, PRODUCT, FORMULA = "lots", "product", "formula"
SPARE_LANGUAGES = 1  # empty ones offered beside those that are written
PASTE = (
    "One code on a line, as printed. Or paste a table “product,lot”, with or without its header: a product "
    "is its name or its address name. Spaces, dashes and small letters make no difference."
)


class CodesForm(forms.Form):
    """A pasted list. Cleans to `named`: the lots."""

    product = forms.CharField(
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Its name or its address name. Not needed where each line names its own.",
    )
    lots = forms.CharField(
        required=False,
        label="Lot codes",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=PASTE,
    )

    def clean_product(self) -> Product | None:
        called = self.cleaned_data["product"].strip()
        if not called:
            return None
        found = list(Product.objects.filter(Q(slug=called) | Q(name__iexact=called))[:2])
        if len(found) != 1:
            words = (
                "Several products are called that: give its address name."
                if found
                else "We have no such product."
            )
            raise forms.ValidationError(words)
        return found[0]

    def read_lots(self) -> list[NamedLot]:
        named, bad = recall_codes.read_codes(
            self.cleaned_data.get("lots", ""), product=self.cleaned_data.get("product")
        )
        for line in bad[:20]:
            self.add_error("lots", f"Line {line.line}, “{line.text}”: {line.why}")
        return named


class DraftForm(CodesForm):
    title = forms.CharField(max_length=160, widget=UnfoldAdminTextInputWidget, help_text="For colleagues.")
    authority = forms.CharField(
        max_length=120,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="FDA, BfArM… Empty: our own decision.",
    )
    source = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="The notice that it rests on, with its web address: buyers can follow it.",
    )
    announced_on = forms.DateField(
        widget=DayInput, help_text="The day of the authority's notice, or of our decision."
    )
    reason = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="In plain words: buyers read it. Nothing that plays it down.",
    )
    meant = forms.ChoiceField(
        label="What is meant",
        choices=[
            (LOTS, "The lots below"),
            (PRODUCT, "Every lot of the product"),
            (FORMULA, "Every lot of one version of its list"),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    formula_version = forms.IntegerField(
        min_value=1,
        required=False,
        label="Version of the list",
        widget=UnfoldAdminTextInputWidget,
        help_text="Only where one version of the product's list is meant: 1, 2…",
    )
    depth = forms.ChoiceField(choices=Recall.Depth.choices, widget=UnfoldAdminSelectWidget)
    remedy = forms.ChoiceField(choices=Recall.Remedy.choices, widget=UnfoldAdminSelectWidget)
    field_order = [
        *("title", "authority", "source", "announced_on", "reason"),
        *("meant", "product", "lots", "formula_version", "depth", "remedy"),
    ]

    def __init__(self, *args: Any, languages: list[str] | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.rows = len(languages or []) + SPARE_LANGUAGES
        if self.is_bound:
            self.rows = sum(name.startswith("language_") for name in self.data)
        for row in range(self.rows):
            self.fields |= language_fields(row)

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields as the page shows them, part by part."""
        parts = {
            "What it rests on": ["title", "authority", "source", "announced_on", "reason"],
            "Which goods": ["meant", "product", "lots", "formula_version"],
            "What happens": ["depth", "remedy"],
        }
        for row in range(self.rows):
            language = self.initial.get(f"language_{row}", "")
            parts[f"What buyers read: {language or 'one more language'}"] = list(language_fields(row))
        return [(title, [self[name] for name in names]) for title, names in parts.items()]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        typed["named"] = self.read_lots() if typed.get("meant") == LOTS else []
        if typed.get("meant") == LOTS and not typed["named"] and not self.errors.get("lots"):
            self.add_error("lots", "Name at least one lot.")
        if typed.get("meant") in (PRODUCT, FORMULA) and not typed.get("product"):
            self.add_error("product", "Say which product.")
        typed["formula_id"] = self._find_formula(typed) if typed.get("meant") == FORMULA else None
        typed["texts"] = self._read_texts(typed)
        return typed

    def _find_formula(self, typed: dict[str, Any]) -> int | None:
        version: int = typed.get("formula_version") or 0
        formula = Formula.objects.filter(product=typed.get("product"), version=version).first()
        if formula is None:
            self.add_error("formula_version", "The product has no list of that version.")
        return formula.pk if formula else None

    def _read_texts(self, typed: dict[str, Any]) -> dict[str, dict[str, str]]:
        texts = {}
        for row in range(self.rows):
            words = {part: typed.get(f"{part}_{row}", "") for part in ("subject", "text", "where")}
            language = typed.get(f"language_{row}", "").lower()
            if language:
                texts[language] = words
            elif any(words.values()):
                self.add_error(f"language_{row}", "Which language is this? en, de, fr…")
        return texts

    def as_draft(self) -> Draft:
        typed = self.cleaned_data
        about = {
            name: typed[name]
            for name in ("title", "authority", "source", "announced_on", "reason", "depth", "remedy")
        }
        whole = typed["product"].pk if typed["meant"] == PRODUCT else None
        return Draft(
            **about,
            named=typed["named"],
            product_id=whole,
            formula_id=typed["formula_id"],
            texts=typed["texts"],
        )


def language_fields(row: int) -> dict[str, forms.Field]:
    text = UnfoldAdminTextareaWidget(attrs={"rows": 5})
    return {
        f"language_{row}": forms.RegexField(
            r"^[A-Za-z]{2}$",
            required=False,
            label="Language",
            widget=UnfoldAdminTextInputWidget(attrs={"maxlength": 2, "autocomplete": "off"}),
            help_text="Two letters: en, de. Who lives elsewhere reads English.",
        ),
        f"subject_{row}": forms.CharField(
            max_length=200, required=False, label="Subject", widget=UnfoldAdminTextInputWidget
        ),
        f"text_{row}": forms.CharField(
            max_length=4000,
            required=False,
            label="Text",
            widget=text,
            help_text="The shop adds lots, reason, remedy and link. An empty line parts paragraphs.",
        ),
        f"where_{row}": forms.CharField(
            max_length=400,
            required=False,
            label="Where the code stands",
            widget=UnfoldAdminTextInputWidget,
            help_text="On the crimp of the tube…",
        ),
    }


def fill_draft(recall: Recall) -> dict[str, Any]:
    """What the form shows of a draft that exists."""
    named = list(recall.lots.select_related("product").order_by("id"))
    products = {one.product_id: one.product for one in named}
    whole = recall.product or (recall.formula.product if recall.formula else None)
    only = whole or (next(iter(products.values())) if len(products) == 1 else None)
    shown: dict[str, Any] = {
        name: getattr(recall, name)
        for name in ("title", "authority", "source", "announced_on", "reason", "depth", "remedy")
    }
    shown |= {
        "meant": PRODUCT if recall.product_id else FORMULA if recall.formula_id else LOTS,
        "product": only.slug if only else "",
        "formula_version": recall.formula.version if recall.formula else None,
        "lots": "\n".join(
            one.code if only else f"{one.product.slug},{one.code},{one.note}".rstrip(",") for one in named
        ),
    }
    for row, (language, words) in enumerate(recall_letters.in_order(recall.texts)):
        shown[f"language_{row}"] = language
        shown |= {f"{part}_{row}": words.get(part, "") for part in ("subject", "text", "where")}
    return shown
