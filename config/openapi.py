"""How the API's description is written: drf-spectacular's settings."""

from typing import Any

from config import introduction

SPECTACULAR: dict[str, Any] = {
    "TITLE": "Regimen storefront API",
    "DESCRIPTION": introduction.INTRODUCTION,
    "TAGS": introduction.TAGS,
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
    "ENUM_NAME_OVERRIDES": {"ReadingStatus": ["read", "unknown"]},
    "DISABLE_ERRORS_AND_WARNINGS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.description.describe_problems",
    ],
}
