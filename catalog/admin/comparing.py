"""Two labels side by side: what came, what went, what moved, and which flags changed by it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from catalog import comparing, vocabulary
from catalog.admin.label_pages import name_class
from catalog.admin.label_verdicts import ANSWERS
from catalog.comparing import Comparison, Line
from catalog.models import Formula

LONGEST_KEY = 18  # digits of a number that PostgreSQL takes
CHANGES = {
    "came": ("New", "warning"),
    "went": ("Gone", "plain"),
    "up": ("Higher", "info"),
    "down": ("Lower", "info"),
    "percent": ("Percent", "warning"),
    "same": ("", ""),
}


def show_comparison(request: HttpRequest) -> HttpResponse:
    """Two formulas, `old` and `new` by their ids; without `old` the version before `new`."""
    if not request.user.has_perm("catalog.view_formula"):
        raise PermissionDenied
    new = _find(request.GET.get("new", ""))
    old = _find(request.GET["old"]) if request.GET.get("old") else _find_before(new)
    compared = comparing.compare_formulas(old, new) if old is not None else None
    context = admin.site.each_context(request) | {
        "title": "Compare labels",
        "old": old,
        "new": new,
        "versions": new.product.formulas.order_by("-version").defer("reading", "claims"),
        "is_current": new.product.current_formula_id == new.pk,
    }
    if compared is not None:
        context |= _show(compared)
    return TemplateResponse(request, "admin/catalog/compare.html", context)


def _find(key: str) -> Formula:
    found = None
    if key.isdecimal() and len(key) <= LONGEST_KEY:
        found = Formula.objects.select_related("product").filter(pk=key).first()
    if found is None:
        raise Http404("No such label.")
    return found


def _find_before(new: Formula) -> Formula | None:
    before = Formula.objects.select_related("product").filter(product=new.product_id, version__lt=new.version)
    return before.order_by("-version").first()


def _show(compared: Comparison) -> dict[str, Any]:
    names = {rule.slug: rule.name for rule in vocabulary.current().claim_rules}
    return {
        "lines": [_show_line(line) for line in compared.lines],
        "differs": sum(line.change != "same" for line in compared.lines),
        "claims": [
            (names.get(one.slug, one.slug), ANSWERS[one.old], ANSWERS[one.new]) for one in compared.claims
        ],
        "classes_came": [name_class(one) for one in compared.classes_came],
        "classes_went": [name_class(one) for one in compared.classes_went],
    }


def _show_line(line: Line) -> dict[str, Any]:
    word, tone = CHANGES[line.change]
    return {"line": line, "change": line.change, "word": word, "tone": tone}
