"""What the API's description says beside each operation: words around it, its problems, its examples."""

from typing import Any

from catalog.counting import MOST_COUNTS
from config.examples import EXAMPLES, Example
from shop.serializers.fields import COUNTRIES

READING = {"400": "Malformed", "404": "NotFound", "429": "TooManyRequests", "503": "Busy"}
WRITING = READING | {"409": "Conflict", "413": "TooLarge", "415": "NotJson"}
WITH_KEY = WRITING | {"401": "NoKey", "403": "WrongKey"}
WORDS = {
    "NoKey": "No API key was sent, or none that we know; `WWW-Authenticate` says how to send one.",
    "WrongKey": "The API key opens something else.",
    "Malformed": "Something cannot be read; `errors` points at each place.",
    "NotFound": "There is nothing here, or it is not yours to see.",
    "TooManyRequests": "That was too often; `Retry-After` says when to come back.",
    "Busy": "We or a partner cannot do it now; nothing has changed. Mind `Retry-After`.",
    "Conflict": "The world does not allow it now: sold out, another price, a closed order. See `type`.",
    "TooLarge": "The body is larger than this address takes.",
    "NotJson": "The body must be application/json.",
}
# What the shape of a list does not tell by itself.
SIZES = {("CountsInRequest", "counts"): {"minItems": 1, "maxItems": MOST_COUNTS}}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. Some problems carry more fields: see docs/problems.md.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "/problems/<slug>: what to decide by."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer, or ?parameter."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "additionalProperties": True,
}


def describe_problems(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The description with every operation's problems and examples, as a hook of drf-spectacular."""
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name, schema in schemas.items():
        if name.endswith("Request"):  # see shop.serializers.fields.Strict
            schema["additionalProperties"] = False
    for (shape, field), sizes in SIZES.items():
        schemas[shape]["properties"][field] |= sizes
    schemas["Problem"] = PROBLEM
    schemas["Country"] = {
        "type": "string",
        "description": "ISO 3166-1, two letters.",
        "enum": sorted(COUNTRIES),
    }
    components["responses"] = {name: _response(words) for name, words in WORDS.items()}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for status, name in _problems_of(method, operation).items():
                operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{name}"})
            if operation["operationId"] in EXAMPLES:
                _show(EXAMPLES[operation["operationId"]], operation)
    return result


UNCOUNTED = ("Catalogue", "Knowledge")  # read by everybody
MACHINES = ("Stock",)  # which show a key


def _problems_of(method: str, operation: dict[str, Any]) -> dict[str, str]:
    if method == "get" and operation["tags"][0] in (
        "Catalogue",
        "Knowledge",
    ):  # read by everybody, counted by nobody
        return {status: name for status, name in READING.items() if status != "429"}
    if operation["tags"][0] in MACHINES:
        return WITH_KEY
    return READING if method == "get" else WRITING


def _show(example: Example, operation: dict[str, Any]) -> None:
    if example.request is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = example.request
    operation["responses"][example.status]["content"]["application/json"]["example"] = example.answer


def _response(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}
