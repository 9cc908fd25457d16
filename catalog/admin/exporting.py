"""Tables that leave the house: picks for her lawyer, and the catalogue in the columns of its own import."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from catalog import exporting
from catalog.models import Product

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@admin.action(description="Export as CSV: words, dates, signatures", permissions=["view"])
def export_picks(desk: Any, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
    """Every signature of these picks, word for word; and those that nobody has signed."""
    ids = list(queryset.order_by().values_list("pk", flat=True).distinct())
    now = timezone.now()
    return send_table(
        exporting.write_csv(exporting.list_picks(ids, on=now.date())), f"picks-{now:%Y-%m-%d}", "csv"
    )


@admin.action(description="Export as CSV, in the import's columns", permissions=["export"])
def export_csv(desk: Any, request: HttpRequest, queryset: QuerySet[Product]) -> Any:
    return _export(_ids(queryset), "csv", timezone.now())


@admin.action(description="Export as XLSX, in the import's columns", permissions=["export"])
def export_xlsx(desk: Any, request: HttpRequest, queryset: QuerySet[Product]) -> Any:
    return _export(_ids(queryset), "xlsx", timezone.now())


def export_catalogue(request: HttpRequest, kind: str) -> Any:
    """All that the house sells, as one file. GET changes nothing."""
    if not request.user.has_perm("catalog.import_catalogue"):
        raise PermissionDenied
    return _export(None, kind, timezone.now())


def _export(product_ids: list[int] | None, kind: str, now: datetime) -> Any:
    table = exporting.list_catalogue(product_ids=product_ids)
    written = exporting.write_csv(table) if kind == "csv" else exporting.write_xlsx(table)
    return send_table(written, f"catalogue-{now:%Y-%m-%d}", kind)


def send_table(written: Any, name: str, kind: str) -> Any:
    """A file to keep, that no cache keeps."""
    response = StreamingHttpResponse(written, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


def _ids(products: QuerySet[Product]) -> list[int]:
    return list(products.order_by().values_list("pk", flat=True).distinct())
