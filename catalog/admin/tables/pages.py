"""The addresses of tables: bring one in, with a preview, and take it out again."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from catalog import exporting
from catalog.admin.exporting import send_table
from catalog.admin.importing import Importable, serve_import
from catalog.admin.tables.kinds import KINDS, Kind
from catalog.admin.tables.listing import list_table
from catalog.admin.tables.reading import import_table


def bring_in(request: HttpRequest, name: str) -> HttpResponse:
    """The import of one kind of table."""
    return serve_import(request, _describe(_find(name)))


def take_out(request: HttpRequest, name: str, form: str) -> Any:
    """The rows of a kind as a file: all, or those whose `ids` the address names. GET changes nothing."""
    kind = _find(name)
    if not request.user.has_perm(f"catalog.view_{kind.name}"):
        raise PermissionDenied
    named = [one for one in request.GET.get("ids", "").split(",") if one.isdecimal() and len(one) < 19]
    table = list_table(kind, ids=[int(one) for one in named] if "ids" in request.GET else None)
    written = exporting.write_csv(table) if form == "csv" else exporting.write_xlsx(table)
    return send_table(written, f"{kind.name}-{timezone.now():%Y-%m-%d}", form)


def _find(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _describe(kind: Kind) -> Importable:
    return Importable(
        name=kind.name,
        title=f"Import {kind.title}",
        lead=f"{kind.lead} The same file twice changes nothing the second time.",
        done="They hold from now on.",
        address=reverse("import-table", args=[kind.name]),
        desk=reverse(f"admin:catalog_{kind.name}_changelist"),
        csv=reverse("export-table", args=[kind.name, "csv"]),
        xlsx=reverse("export-table", args=[kind.name, "xlsx"]),
        permissions=kind.permissions(),
        run=lambda **given: import_table(kind=kind, **given),
        columns=kind.columns,
    )
