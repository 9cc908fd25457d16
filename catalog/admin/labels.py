"""The label desk: paste what a pack says, see what we make of it, settle what nobody understood, keep it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget

from catalog import formulas, inci, keeping, law
from catalog.admin import deciding, label_pages
from catalog.models import Formula, IngredientClass, IngredientName, ProductKind

LONGEST = 100_000  # characters; the longest honest label that we have seen has 9,000
MOST_NAMES, SHORTEST_SEARCH = 12, 2
LONGEST_KEY = 18  # digits of a number that PostgreSQL takes


class LabelForm(forms.Form):
    text = forms.CharField(
        label="Ingredients, as printed",
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 7, "spellcheck": "false"}),
        help_text="Paste the whole list as it is on the pack. Nothing is kept before you say so.",
        error_messages={"required": "Paste a label first."},
    )
    kind = forms.ChoiceField(
        label="What it is for",
        required=False,
        choices=[("", "Not said: limits count for the strictest"), *ProductKind.choices],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The reader says of control characters what they are; Django would only say that they are there.
        self.fields["text"].validators = []

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError("Paste a label first.")
        if len(text) > LONGEST:
            raise forms.ValidationError(
                f"This has {len(text):,} characters; a label has at most {LONGEST:,}. "
                "Nothing was read: paste only the list of ingredients."
            )
        return text


def show_labels(request: HttpRequest) -> HttpResponse:
    """An empty field, a kept label, or what was pasted. A POST may also settle a name, or keep the label."""
    if not request.user.has_perm("catalog.view_formula"):
        raise PermissionDenied
    opened = _find_opened(request)
    if request.method != "POST":
        kind = law.kind_of(opened.product) if opened else None
        initial = {"text": opened.label_text, "kind": kind or ""} if opened else {}
        form = LabelForm(initial=initial)
        return _show(request, form, opened, text=opened.label_text if opened else "", kind=kind)
    form = LabelForm(request.POST)
    if not form.is_valid():
        return _show(request, form, opened, status=422)
    do, _, rest = request.POST.get("do", "read").partition(":")
    if do == "keep":
        kept = deciding.keep(request, form.cleaned_data["text"])
        if kept is not None:
            return HttpResponseRedirect(f"{reverse('label-desk')}?formula={kept.pk}")
    elif do in ("name", "add"):
        deciding.settle(request, do, rest)
    return _show(
        request, form, opened, text=form.cleaned_data["text"], kind=form.cleaned_data["kind"] or None
    )


def find_names(request: HttpRequest) -> HttpResponse:
    """Names of ingredients that hold what was typed, for the field's list of proposals."""
    if not request.user.has_perm("catalog.view_ingredient"):
        raise PermissionDenied
    key = inci.fold(request.GET.get("q", "")[:100])
    names = IngredientName.objects.filter(key__contains=key)
    if len(key) < SHORTEST_SEARCH:
        names = names.none()
    shortest = names.order_by(Length("key"), "key").values_list("ingredient__inci_name", flat=True)
    found = list(dict.fromkeys(shortest[: 4 * MOST_NAMES]))
    return JsonResponse({"names": found[:MOST_NAMES]})


def _find_opened(request: HttpRequest) -> Formula | None:
    """The kept label that the address names, by itself or as its product's current one."""
    by = next((name for name in ("formula", "product") if request.GET.get(name)), None)
    if by is None:
        return None
    key = request.GET[by]
    if not key.isdecimal() or len(key) > LONGEST_KEY:
        raise Http404("No such label.")
    found = Formula.objects.select_related("product__category", "product__current_formula")
    if by == "formula":
        opened = found.filter(pk=int(key)).first()
    else:
        opened = found.filter(product_id=int(key), product__current_formula=F("pk")).first()
    if opened is None:
        raise Http404("No such label.")
    return opened


def _show(
    request: HttpRequest,
    form: LabelForm,
    opened: Formula | None,
    *,
    text: str = "",
    kind: str | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = None
    if text.strip():
        same = opened if opened and formulas.hash_label(text) == opened.label_sha256 else None
        today = timezone.now().date()
        shown = label_pages.show_label(text, product_kind=kind, formula=same, on=today)
    context = admin.site.each_context(request) | {
        "title": "Label desk",
        "form": form,
        "opened": opened,
        "shown": shown,
        "product_typed": request.POST.get("product", opened.product.slug if opened else ""),
        "source_typed": request.POST.get("source", ""),
        "seen": getattr(request, "label_seen", "") or request.POST.get("seen", _seen(opened)),
        "sure": getattr(request, "label_sure", ""),
        "is_current": opened is not None and opened.product.current_formula_id == opened.pk,
        "may_settle": request.user.has_perms(deciding.MAY_SETTLE),
        "may_keep": request.user.has_perm("catalog.change_product"),
        "classes": IngredientClass.choices,
        "longest": LONGEST,
    }
    return TemplateResponse(request, "admin/catalog/labels.html", context, status=status)


def _seen(opened: Formula | None) -> str:
    """The product's newest label, as this page knows it."""
    return keeping.write_seen(opened.product) if opened else ""
