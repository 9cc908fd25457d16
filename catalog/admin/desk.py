"""What all desks of the house share: how they refuse, how they say that nothing is there.

A desk is a door: it parses a form, calls a verb, shows the answer. Django wraps the change form in
one transaction, so a desk's `save_model` may call the verbs that join their caller's transaction.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.admin import ModelAdmin, StackedInline, TabularInline

Words = Callable[[Any], str]


class RefusableForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that can be shown again with what a verb said, everything still typed in."""

    refusal: ClassVar[str] = ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal:
            raise ValidationError(self.refusal)
        return cleaned


class Desk(ModelAdmin):
    """One list and one page. Takes `refusals`: {error of a verb: how to say it}."""

    form = RefusableForm
    refusals: ClassVar[Mapping[type[Exception], Words]] = {}
    empty_words: ClassVar[str] = ""  # the list's empty state: what to do next
    has_filter_panel: ClassVar[bool] = True  # False where tabs do all the filtering
    empty_value_display = "–"
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    warn_unsaved_form = True

    def get_actions(self, request: HttpRequest) -> Any:
        """Without Django's bulk deletion: it knows no verb, and publishes nothing."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Django's, but a verb's refusal (already rolled back) comes back as the form's own error."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except tuple(self.refusals) as refusal:
            words = next(say for kind, say in self.refusals.items() if isinstance(refusal, kind))
            request.refusal = f"{words(refusal)} Nothing was saved."  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        return form


class ReadOnly:
    """Mixed in where rows are written by verbs only: to look at, never to touch."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyDesk(ReadOnly, Desk):
    pass


class Rows(TabularInline):
    extra = 0
    tab = True
    hide_title = True


class ReadOnlyRows(ReadOnly, Rows):
    can_delete = False


class Blocks(StackedInline):
    extra = 0
    tab = True
