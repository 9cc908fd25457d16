"""What customers ask for: the words that lead somewhere, and those that led nowhere."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from catalog.admin.desk import ReadOnlyDesk, RefusableForm
from catalog.admin.tabled import Tabled
from catalog.models import Category, Concern, Guide, Ingredient, IngredientClass, SearchMiss, Wording
from catalog.rendering import LANGUAGE

TARGETS = {"concern": Concern, "guide": Guide, "category": Category, "ingredient": Ingredient}


class WordingForm(RefusableForm):
    class Meta:
        model = Wording
        fields = ["words", "leads_to"]
        help_texts = {"words": "As customers type it, in small letters: milk spots."}

    def clean_words(self) -> str:
        return " ".join(str(self.cleaned_data["words"]).casefold().split())

    def clean_leads_to(self) -> str:
        leads_to = str(self.cleaned_data["leads_to"]).strip()
        kind, _, slug = leads_to.partition(":")
        there = (
            TARGETS[kind].objects.filter(slug=slug).exists()  # type: ignore[attr-defined]
            if kind in TARGETS
            else slug in IngredientClass.values
        )
        if kind != "text" and not there:
            raise forms.ValidationError(f"There is no {kind} “{slug}”.")
        return leads_to


@admin.register(Wording)
class WordingDesk(Tabled):
    form = WordingForm
    list_display = ["words", "leads_to"]
    search_fields = ["words", "leads_to"]
    ordering = ["words", "leads_to"]
    fields = ["words", "leads_to"]
    has_filter_panel = False
    empty_words = "No customer's word leads anywhere yet. `manage.py load_knowledge` brings some hundred."

    def save_model(self, request: HttpRequest, obj: Wording, form: Any, change: bool) -> None:
        obj.language = obj.language or LANGUAGE
        super().save_model(request, obj, form, change)


@admin.register(SearchMiss)
class SearchMissDesk(ReadOnlyDesk):
    list_display = ["asked", "times", "market", "last_at", "first_at", "answer"]
    search_fields = ["asked"]
    list_filter = ["market"]
    ordering = ["-times", "-last_at", "pk"]
    fields = ["asked", "market", "language", "times", "first_at", "last_at"]
    empty_words = "Everybody found something. What finds nothing is counted here, without who asked."

    @display(description="")
    def answer(self, miss: SearchMiss) -> str:
        address = f"{reverse('admin:catalog_wording_add')}?{urlencode({'words': miss.asked})}"
        return format_html('<a href="{}">Lead these words somewhere</a>', address)
