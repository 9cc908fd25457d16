"""What a reader of the API's description meets first: how to buy, and what the chapters are. Words only."""

from pathlib import Path
from typing import Any

INTRODUCTION = (Path(__file__).parent / "introduction.md").read_text()
TAGS = [
    {
        "name": "Catalogue",
        "description": "What we sell. Everybody may read it and keep it for ten seconds: see "
        "*Asking again for the same thing* above.",
    },
    {
        "name": "Knowledge",
        "description": "Why this jar: concerns, guides, ingredients, and who stands behind the picks. "
        "Every medical or legal statement says where it comes from and how well it is supported.",
    },
    {
        "name": "Cart",
        "description": "What a customer picked up. Whoever has the token holds the cart. "
        "Nothing is reserved; what has changed meanwhile stands in `problems`.",
    },
    {
        "name": "Checkout",
        "description": "From a cart to an order that waits for its money, for 35 minutes. "
        "Its goods are reserved that long.",
    },
    {
        "name": "Orders",
        "description": "How an order stands. Whoever has its secret may read it and pay it.",
    },
    {
        "name": "Stock",
        "description": "For warehouses and ERPs, with an API key: what was counted, as of its time. "
        "docs/counting.md explains it with examples.",
    },
]

SPECTACULAR: dict[str, Any] = {
    "TITLE": "Regimen storefront API",
    "DESCRIPTION": INTRODUCTION,
    "TAGS": TAGS,
    "VERSION": "v1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SORT_OPERATIONS": False,  # as in the urls: what a reader meets first comes first
    "COMPONENT_SPLIT_REQUEST": True,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "apiKey": {
                "type": "http",
                "scheme": "bearer",
                "description": "A machine's key, made by the owner in the admin, under API keys.",
            }
        }
    },
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    "ENUM_NAME_OVERRIDES": {
        "ReadingStatus": ["read", "unknown"],
        "BarrierReason": "catalog.models.Barrier.Reason",
        "RefundReason": ["cancelled", "paid-too-late", "returned", "recalled", "goodwill"],
    },
    "DISABLE_ERRORS_AND_WARNINGS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.description.describe_problems",
    ],
}
