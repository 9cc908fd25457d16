"""The concern editor: what customers call it, and every statement with where it comes from."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from catalog import saying, vocabulary
from catalog.admin.desk import Blocks, RefusableForm
from catalog.admin.lines import LinesField
from catalog.admin.page_previews import Previewed
from catalog.admin.shelves import ShelfDesk
from catalog.admin.tone import hold_words
from catalog.models import Concern, Guide, KnowledgeChange, Signpost, Statement
from catalog.saying import Leave

DISPUTE = (
    "A word shared by statements that disagree, such as cause-of-milia: customers are shown all of them."
)


class StatementFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """With the concern or guide as it was typed: what may be said of a medicine hangs on it."""
        given: dict[str, Any] = super().get_form_kwargs(index)
        return given | {"parent": self.instance}


class StatementForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Statement
        fields = [
            *("kind", "heading", "text", "about_class", "dispute", "position"),
            *("source", "grade", "reviewed_by", "reviewed_on"),
        ]
        labels = {"about_class": "About the class"}
        help_texts = {"dispute": DISPUTE}
        widgets = {
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 4}),
            "source": UnfoldAdminTextInputWidget,
        }

    def __init__(self, *args: Any, parent: Concern | Guide, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent = parent

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        granted = saying.grant_statement(
            kind=cleaned.get("kind", ""),
            grade=cleaned.get("grade", ""),
            about_class=cleaned.get("about_class"),
            of=self.parent._meta.model_name or "",
            sells=self.parent.sells if isinstance(self.parent, Guide) else True,
        )
        hold_words(self, cleaned, ["heading", "text"], granted)
        return cleaned


class StatementBlocks(Blocks):
    model = Statement
    form = StatementForm
    formset = StatementFormSet
    tab = False
    verbose_name, verbose_name_plural = "statement", "statements"
    ordering = ["position", "id"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *[("kind", "about_class"), "heading", "text", "source"],
                    *["reviewed_on", ("grade", "reviewed_by"), "dispute", "position"],
                ]
            },
        )
    ]


class ConcernForm(RefusableForm):
    also_called = LinesField(
        most_chars=80, help_text="Customers' words and misspellings, one on each line: milk spots."
    )

    class Meta:
        model = Concern
        fields = ["name", "slug", "also_called", "one_line", "position"]
        widgets = {"one_line": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        hold_words(self, cleaned, ["one_line"], {Leave.CONDITION})
        return cleaned


def record_edit(thing: Any, form: Any, formsets: Any, *, by: Any, now: Any) -> None:
    """The line in the diary of what we know, when a page of it was changed."""
    touched = [*form.changed_data, *(formset.prefix for formset in formsets if formset.has_changed())]
    if not touched:
        return
    vocabulary.record_change(
        kind=KnowledgeChange.Kind.DESK,
        what=f"{thing._meta.model_name} {thing.slug}: {', '.join(touched)}",
        figures={"changed": len(touched)},
        by=by,
        now=now,
    )


@admin.register(Concern)
class ConcernDesk(Previewed, ShelfDesk):
    signpost = Signpost.Kind.CONCERN
    form = ConcernForm
    inlines = [StatementBlocks]
    list_display = ["name", "in_words", "statement_count", "position"]
    search_fields = ["name", "slug", "one_line"]
    ordering = ["position", "name"]
    empty_words = "No concern yet. Add what customers look for in their own words, such as dryness."
    fieldsets = [
        (None, {"fields": [("name", "slug"), "one_line", "also_called", "position"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("statements")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        record_edit(form.instance, form, formsets, by=request.user, now=timezone.now())

    @display(description="also called")
    def in_words(self, concern: Concern) -> str:
        return ", ".join(concern.also_called[:4]) + ("…" if len(concern.also_called) > 4 else "")

    @display(description="statements")
    def statement_count(self, concern: Concern) -> int:
        return len(concern.statements.all())
