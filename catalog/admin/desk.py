"""What all desks of the house share: how they refuse, how they say that nothing is there.

A desk is a door: it parses a form, calls a verb, shows the answer. Django wraps the change form in
one transaction, so a desk's `save_model` may call the verbs that join their caller's transaction.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Field
from django.http import HttpRequest
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from catalog import changes, history
from catalog.admin import together
from catalog.admin.taking_over import take_over
from catalog.changes import Part

Words = Callable[[Any], str]


VIOLATED = re.compile("Constraint “(.*)” is violated\\.")
OVERTAKEN = "Somebody changed this while you were writing. Nothing was saved: what you typed is still here."


class RefusableForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that can be shown again with what a verb said, everything still typed in."""

    refusal: ClassVar[str] = ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal:
            raise ValidationError(self.refusal)
        return cleaned

    def full_clean(self) -> None:
        """Django's, but of a rule in SQL its sentence, and only to somebody who was told nothing better."""
        super().full_clean()
        said = [str(one) for one in self.errors.pop(NON_FIELD_ERRORS, [])]
        rules = [found[1].replace("_", " ") for one in said if (found := VIOLATED.fullmatch(one))]
        for one in said:
            if not VIOLATED.fullmatch(one):
                self.add_error(None, one)
        if rules and not self.errors:
            self.add_error(None, f"This cannot be kept. Our books have a rule: {'; '.join(rules)}.")


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
    also_saved: ClassVar[Sequence[Part]] = ()  # rows that the page saves without a block of their own
    change_form_before_template = "admin/catalog/seen.html"

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Django's, but a day and its time are called something each, to whoever hears the page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, forms.MultiWidget):
            for part, word in zip(field.widget.widgets, ("day", "time"), strict=False):
                part.attrs.setdefault("aria-label", f"{field.label}: {word}")
        return field

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

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> Any:
        """Django's, inside its transaction: whoever saves has a name, and sees first what others saved."""
        if request.method == "POST":
            history.act_as(request.user)
        context = dict(extra_context or {})
        if object_id is not None and self.model._meta.db_table in changes.CURATED:
            context |= self._look_around(request, object_id)
        return super()._changeform_view(request, object_id, form_url, context)

    def _look_around(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        """What the page must carry; on saving also what others changed since it was shown."""
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_change_permission(request, row):
            return {}
        parts = together.parts_of(self, request, row)
        if request.method != "POST":
            return {"seen": together.write_seen(row, parts)}
        together.lock_row(row)
        overtaken = together.find_overtaken(row, parts, request.POST.get(together.FIELD, ""))
        if overtaken is None:
            return {"seen": request.POST.get(together.FIELD, "")}
        request.refusal = OVERTAKEN  # type: ignore[attr-defined]
        request.POST = take_over(request.POST, self, row, overtaken.told)  # type: ignore[assignment]
        return {"seen": together.write_seen(row, parts), "overtaken": overtaken}

    def _delete_view(self, request: HttpRequest, object_id: str, extra_context: Any) -> Any:
        if request.method == "POST":
            history.act_as(request.user)
        return super()._delete_view(request, object_id, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Who changed what, before and after; for rows without a diary Django's own list."""
        if self.model._meta.db_table not in changes.CURATED:
            return super().history_view(request, object_id, extra_context)
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        found = changes.find_changes(
            together.whole_of(self.model), row.pk, together.parts_of(self, request, row)
        )
        page = Paginator(found, 50).get_page(request.GET.get("p"))
        context = self.admin_site.each_context(request) | {
            "title": f"History of {row}",
            "row": row,
            "opts": self.opts,
            "page": page,
            "told": changes.tell_changes(page.object_list),
        }
        return TemplateResponse(request, "admin/catalog/diary.html", context)


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

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Django's, but called as its column: a table's heads are no labels."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs.setdefault("aria-label", str(field.label))
        return field


class ReadOnlyRows(ReadOnly, Rows):
    can_delete = False


class Blocks(StackedInline):
    extra = 0
    tab = True
