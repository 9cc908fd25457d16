"""The admin's frame: its colours, and who finds which desk in the margin.

The desks themselves live on their floors, in `*/admin/`. The colours are our own, as scales:
`base` runs from paper to ink, `primary` around clay. Pairs were measured: text at least 4.5:1.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

PAPER_TO_INK = {
    "50": "#FBF8F4",
    "100": "#F4EEE6",
    "200": "#E9DFD2",
    "300": "#D5CABC",
    "400": "#87908C",
    "500": "#566463",
    "600": "#465352",
    "700": "#37403F",
    "800": "#2B3434",
    "900": "#1E2525",
    "950": "#161B1B",
}
CLAY = {
    "50": "#FBF1EC",
    "100": "#F6E1D7",
    "200": "#EDC5B4",
    "300": "#E3A88F",
    "400": "#DD9678",
    "500": "#D98A6A",  # clay on dark paper
    "600": "#A6492A",  # clay
    "700": "#8C3C22",
    "800": "#72311C",
    "900": "#5A2716",
    "950": "#35160C",
}
INKS = {
    "subtle-light": "#566463",
    "subtle-dark": "#A3AEAB",
    "default-light": "#37403F",
    "default-dark": "#D5CFC6",
    "important-light": "#1E2A2A",
    "important-dark": "#EDE7DD",
}


def may(*permissions: str) -> Callable[[HttpRequest], bool]:
    """Who sees a line of the margin: whoever holds one of these permissions."""
    return lambda request: any(request.user.has_perm(permission) for permission in permissions)


def line(title: str, icon: str, to: str, *permissions: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(to), "permission": may(*permissions)}


def desk(title: str, icon: str, model: str) -> dict[str, Any]:
    """A line that leads to a model's desk, for those who may look at it."""
    app, name = model.split(".")
    return line(title, icon, f"admin:{app}_{name}_changelist", f"{app}.view_{name}")


MARGIN: list[dict[str, Any]] = [
    {
        "title": "",
        "items": [
            {"title": "Today", "icon": "wb_sunny", "link": reverse_lazy("admin:index")},
            line("Parked errands", "assignment_late", "parked-errands", "payments.retry_errand"),
        ],
    },
    {
        "title": "Orders",
        "items": [
            desk("Orders", "package_2", "orders.order"),
            line("Packing list", "checklist", "admin:orders_order_packing", "orders.ship_order"),
            desk("Returns", "assignment_return", "orders.orderreturn"),
            desk("Recalls", "campaign", "orders.recall"),
            desk("Reactions", "healing", "orders.incident"),
            desk("Alerts", "notifications", "shop.stockalert"),
            desk("Mails", "mail", "orders.ordermail"),
            desk("Alerts' mails", "forward_to_inbox", "shop.alertmail"),
            desk("Delivery methods", "local_shipping", "orders.deliverymethod"),
        ],
    },
    {
        "title": "Goods",
        "items": [
            desk("Products", "sanitizer", "catalog.product"),
            line("Import", "upload_file", "import-catalogue", "catalog.import_catalogue"),
            desk("Brands", "sell", "catalog.brand"),
            desk("Categories", "account_tree", "catalog.category"),
            desk("Price history", "history", "catalog.pricechange"),
            desk("Purchase limits", "front_hand", "catalog.purchaselimit"),
        ],
    },
    {
        "title": "Advice",
        "items": [
            desk("Picks", "verified_user", "catalog.pick"),
            line("Re-review", "rate_review", "re-review", "catalog.view_pick"),
            desk("Dermatologists", "stethoscope", "catalog.dermatologist"),
            desk("Concerns", "face", "catalog.concern"),
            desk("Guides", "menu_book", "catalog.guide"),
            desk("Customers' words", "record_voice_over", "catalog.wording"),
            desk("Not found", "search_off", "catalog.searchmiss"),
        ],
    },
    {
        "title": "Inside",
        "items": [
            line("Label desk", "document_scanner", "label-desk", "catalog.view_formula"),
            desk("Kept labels", "science", "catalog.formula"),
            desk("Ingredients", "grain", "catalog.ingredient"),
            desk("Rules", "gavel", "catalog.legalrule"),
            desk("Advice rules", "tips_and_updates", "catalog.advicerule"),
            desk("Flags", "flag", "catalog.claimrule"),
            desk("What may not be sold", "block", "catalog.barrier"),
            desk("Declarations", "verified", "catalog.declaration"),
            desk("Classes by market", "category", "catalog.regulatorystatus"),
            desk("What we learnt", "school", "catalog.knowledgechange"),
            desk("Changes", "manage_history", "catalog.rowchange"),
        ],
    },
    {
        "title": "Stock",
        "items": [
            desk("Lots", "shelves", "catalog.lot"),
            desk("Stock by size", "inventory_2", "catalog.variant"),
            line("Low stock", "production_quantity_limits", "low-stock", "catalog.view_variant"),
            line(
                "Near expiry", "hourglass_bottom", "near-expiry", "catalog.view_lot", "catalog.view_markdown"
            ),
            line("Markdowns", "price_check", "markdowns", "catalog.view_markdown"),
            desk("Movements", "swap_vert", "catalog.movement"),
            desk("Audit", "fact_check", "orders.stockaudit"),
            desk("Feeds", "sync_alt", "catalog.feed"),
            desk("Feed runs", "event_note", "catalog.feedrun"),
            desk("Count pushes", "barcode_scanner", "shop.countpush"),
            desk("Suppliers", "conveyor_belt", "catalog.supplier"),
            desk("Feed hosts", "dns", "catalog.feedhost"),
            desk("Locations", "warehouse", "catalog.location"),
        ],
    },
    {
        "title": "Money",
        "items": [
            desk("Payments", "payments", "payments.payment"),
            desk("Payment attempts", "credit_card", "payments.paymentattempt"),
            desk("Refunds", "undo", "payments.refund"),
            desk("Receipts", "receipt_long", "payments.receipt"),
            desk("Stripe's news", "rss_feed", "payments.stripeevent"),
        ],
    },
    {
        "title": "House",
        "items": [
            desk("Markets", "public", "catalog.market"),
            desk("Tax rates", "percent", "catalog.taxrate"),
            desk("Staff", "badge", "shop.user"),
            desk("Roles", "key", "auth.group"),
            desk("API keys", "vpn_key", "shop.apikey"),
            desk("Mail to staff", "alternate_email", "shop.staffmail"),
        ],
    },
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Regimen",
    "SITE_HEADER": "Regimen",
    "SITE_SUBHEADER": "The house behind the shop",
    "SITE_URL": None,
    "LOGIN": {"form": "shop.views.signing_in.SignInForm"},
    "SITE_SYMBOL": "spa",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {"base": PAPER_TO_INK, "primary": CLAY, "font": INKS},
    "SITE_FAVICONS": [
        {"rel": "icon", "href": lambda request: static("desk/icon.svg"), "type": "image/svg+xml"}
    ],
    "STYLES": [lambda request: static("desk/desk.css")],
    "SCRIPTS": [lambda request: static("desk/drafts.js")],
    "DASHBOARD_CALLBACK": "shop.admin.dashboard.show_dashboard",
    "SIDEBAR": {"show_search": False, "navigation": MARGIN},
}
