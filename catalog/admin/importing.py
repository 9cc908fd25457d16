"""Import with preview: show the file, read what would happen, then say yes to the very same bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from unfold.widgets import UnfoldAdminFileFieldWidget

from catalog import importing, uploads
from catalog.importing import runs
from catalog.importing.reports import AnotherImport, CannotRead, Report
from catalog.models import ImportRun

SALT = "catalog.admin.importing"
SHOWN = 500  # bad cells on one page; the file is mended in portions
TOO_LATE = (
    "The preview is more than an hour old, or was imported already. "
    "Nothing was imported now: choose the file again."
)
TABLES = ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Table",
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": TABLES}),
        help_text="CSV in UTF-8, or XLSX. At most 20 MB. Nothing is written before you say so.",
        error_messages={"required": "Choose a file first."},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        size, most = file.size or 0, settings.STAFF_UPLOAD_MAX_BYTES
        if size > most:
            raise forms.ValidationError(
                f"The file has {size / 1e6:,.1f} MB; at most {most / 1e6:,.0f} MB are read at once. "
                "Nothing was imported: split it into parts and import one after the other."
            )
        return file


@dataclass(frozen=True)
class Importable:
    """What comes into the house as a table.

    Takes   `name`: what an agreement is about; `run`: the verb; `ask`: the one by which a worker does it,
            when it is long; `desk`: where the rows are seen; `columns`: for people to read; without any the
            page has a paragraph of its own.
    """

    name: str
    title: str
    lead: str
    done: str
    address: Any
    desk: Any
    csv: Any
    xlsx: Any
    permissions: tuple[str, ...]
    run: Callable[..., Report]
    ask: Callable[..., Any] | None = None
    columns: Sequence[Any] = ()


CATALOGUE = Importable(
    name="catalogue",
    title="Import a catalogue",
    lead="Rows are known by their SKU: the same file twice changes nothing the second time.",
    done="Customers read the new pages from now on.",
    address=reverse_lazy("import-catalogue"),
    desk=reverse_lazy("admin:catalog_product_changelist"),
    csv=reverse_lazy("export-catalogue", args=["csv"]),
    xlsx=reverse_lazy("export-catalogue", args=["xlsx"]),
    permissions=("catalog.import_catalogue",),
    run=importing.import_catalogue,
    ask=runs.ask_import,
)


def show_import(request: HttpRequest) -> HttpResponse:
    """The import of the catalogue."""
    return serve_import(request, CATALOGUE)


def show_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far an import of the catalogue is, and what became of every row once it is over."""
    if not request.user.has_perms(CATALOGUE.permissions):
        raise PermissionDenied
    run = get_object_or_404(ImportRun.objects.defer("content").select_related("asked_by"), pk=run_id)
    words: dict[str, Any] = {"run": run, "file_name": run.name}
    if run.done_at is not None:
        return _show(request, CATALOGUE, words | {"report": runs.read_report(run)})
    response = _show(request, CATALOGUE, words)
    response["Refresh"] = "2"
    return response


def serve_import(request: HttpRequest, thing: Importable) -> HttpResponse:
    """Three steps on one address: the empty form, the preview of a file, the import of what was previewed."""
    if not request.user.has_perms(thing.permissions):
        raise PermissionDenied
    if request.method == "POST" and "agreed" in request.POST:
        return _import(request, thing, request.POST["agreed"])
    asked = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if asked else UploadForm()
    if asked and form.is_valid():
        return _preview(request, thing, form)
    return _show(request, thing, {"form": form}, status=422 if form.errors else 200)


def _preview(request: HttpRequest, thing: Importable, form: UploadForm) -> HttpResponse:
    file, now = form.cleaned_data["file"], timezone.now()
    content = file.read()
    try:
        report = thing.run(content=content, name=file.name or "file", by=request.user, now=now, dry_run=True)
    except (CannotRead, AnotherImport) as refusal:
        form.add_error("file", f"{_say(refusal)} Nothing was imported.")
        return _show(request, thing, {"form": form}, status=422)
    kept = uploads.keep_upload(content, now=now)
    about = {"kept": kept, "name": file.name or "file", "by": request.user.pk, "what": thing.name}
    about |= {"rows": report.rows, "at": now.timestamp()}
    agreed = signing.dumps(about, salt=SALT)
    context = {"form": UploadForm(), "report": report, "file_name": file.name, "agreed": agreed}
    return _show(request, thing, context)


def _import(request: HttpRequest, thing: Importable, agreed: str) -> HttpResponse:
    try:
        token = signing.loads(agreed, salt=SALT, max_age=uploads.KEPT_FOR)
    except signing.BadSignature:
        return _start_again(request, thing, TOO_LATE)
    is_theirs = token["by"] == request.user.pk and token.get("what") == thing.name
    content = uploads.read_upload(token["kept"]) if is_theirs else None
    if content is None:
        return _start_again(request, thing, TOO_LATE)
    if thing.ask is not None:
        run = thing.ask(
            content=content,
            name=token["name"],
            rows=token["rows"],
            by=request.user,
            agreement=agreed,
            now=timezone.now(),
        )
        return HttpResponseRedirect(reverse("import-run", args=[run.pk]))
    try:
        report = thing.run(content=content, name=token["name"], by=request.user, now=timezone.now())
    except (CannotRead, AnotherImport) as refusal:
        return _start_again(request, thing, f"{_say(refusal)} Nothing was imported.")
    uploads.forget_upload(token["kept"])
    return _show(request, thing, {"form": UploadForm(), "report": report, "file_name": token["name"]})


def _say(refusal: Exception) -> str:
    if isinstance(refusal, AnotherImport):
        return "Another import is running. Try again when it is done."
    return str(refusal)


def _start_again(request: HttpRequest, thing: Importable, why: str) -> HttpResponse:
    messages.error(request, why)
    return HttpResponseRedirect(thing.address)


def _show(
    request: HttpRequest, thing: Importable, words: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    report = words.get("report")
    context = admin.site.each_context(request) | {"title": thing.title, "thing": thing} | words
    if report is not None:
        context |= {"refused": report.refused[:SHOWN], "hidden": max(0, len(report.refused) - SHOWN)}
        context |= {"notes": report.notes[:SHOWN], "would_write": report.created + report.changed}
    return TemplateResponse(request, "admin/catalog/import.html", context, status=status)
