from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

from catalog.admin import comparing, exporting, importing, labels, markdowns, reviewing, running_out
from catalog.admin.tables import pages as tables
from config import health, pages
from shop.admin import parked
from shop.views import signing_in

urlpatterns = [
    path("", pages.front),
    path("api/v1/", include("catalog.urls")),
    path("api/v1/", include("shop.urls")),
    path("api/openapi.yaml", pages.openapi, name="openapi"),
    path("api/docs/", pages.docs, name="docs"),
    path("", include("payments.urls")),
    path("", include("shop.page_urls")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("admin/catalog/import/", admin.site.admin_view(importing.show_import), name="import-catalogue"),
    path("admin/catalog/import/<int:run_id>/", admin.site.admin_view(importing.show_run), name="import-run"),
    path("admin/labels/", admin.site.admin_view(labels.show_labels), name="label-desk"),
    path("admin/labels/names/", admin.site.admin_view(labels.find_names), name="label-desk-names"),
    path(
        "admin/formulas/compare/", admin.site.admin_view(comparing.show_comparison), name="compare-formulas"
    ),
    path("admin/picks/review/", admin.site.admin_view(reviewing.show_queue), name="re-review"),
    re_path(
        r"^admin/catalog/export\.(?P<kind>csv|xlsx)$",
        admin.site.admin_view(exporting.export_catalogue),
        name="export-catalogue",
    ),
    path("admin/tables/<slug:name>/import/", admin.site.admin_view(tables.bring_in), name="import-table"),
    re_path(
        r"^admin/tables/(?P<name>[a-z]{1,20})/export\.(?P<form>csv|xlsx)\Z",
        admin.site.admin_view(tables.take_out),
        name="export-table",
    ),
    path("admin/stock/low/", admin.site.admin_view(running_out.show_low), name="low-stock"),
    path("admin/stock/near-expiry/", admin.site.admin_view(running_out.show_near), name="near-expiry"),
    path("admin/stock/markdowns/", admin.site.admin_view(markdowns.show_markdowns), name="markdowns"),
    re_path(
        r"^admin/stock/markdowns/(?P<markdown_id>\d{1,18})/(?P<decision>accept|dismiss|put-back)/\Z",
        admin.site.admin_view(markdowns.decide_markdown),
        name="decide-markdown",
    ),
    path("admin/errands/parked/", admin.site.admin_view(parked.show_parked), name="parked-errands"),
    path("admin/password_change/", admin.site.admin_view(signing_in.change_password)),
    path("admin/", admin.site.urls),
    # Pictures are named by their content; a machine in front may serve them instead.
    re_path(r"^media/(?P<path>[A-Za-z0-9_./-]{1,200})\Z", serve, {"document_root": settings.MEDIA_ROOT}),
]
handler400 = "config.last_resort.malformed"
handler404 = "config.pages.not_found"
handler500 = "config.last_resort.unforeseen"
