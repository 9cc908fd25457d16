"""A form against a shape: what is unknown, missing or ill-typed is refused, nested, with `param`."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from .errors import Json, Refusal
from .forms import Form
from .shapes import Closed, Listing, Mapped, OneOf, Scalar, Shape

MAX_STRING = 5000
# The SDK's types carry no lengths; these are the documented ones. List positions are left out of the path.
MAX_LENGTHS = {
    "client_reference_id": 200,
    "payment_intent_data[description]": 1000,
    "payment_intent_data[statement_descriptor]": 22,
    "payment_intent_data[statement_descriptor_suffix]": 22,
    "line_items[price_data][product_data][description]": 40000,
    "custom_text[shipping_address][message]": 1200,
    "custom_text[submit][message]": 1200,
    "custom_text[terms_of_service_acceptance][message]": 1200,
    "custom_text[after_submit][message]": 1200,
}
METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500

_INTEGER = re.compile(r"[+-]?[0-9]{1,16}\Z")
_DECIMAL = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,12})?\Z")
_POSITION = re.compile(r"[0-9]{1,6}\Z")
_INDEX = re.compile(r"\[[0-9]+\]")


def check_params(form: Form, shape: Closed) -> Json:
    """The parameters with their types. Raises Refusal for the first that Stripe would not take."""
    return _check_closed(form, shape, path="")


def _check(value: str | Form, shape: Shape, path: str) -> Any:
    match shape:
        case Scalar():
            return _check_scalar(value, shape, path)
        case Listing():
            return _check_list(value, shape, path)
        case Mapped():
            return _check_map(value, shape, path)
        case Closed():
            return _check_closed(_tree(value, path, "object"), shape, path)
        case OneOf():
            return _check_one_of(value, shape, path)


def _check_closed(form: Form, shape: Closed, path: str) -> Json:
    for name in form:
        if name not in shape.fields:
            where = _below(path, name)
            raise Refusal(
                f"Received unknown parameter: {where[:500]}", code="parameter_unknown", param=where[:500]
            )
    for name in shape.fields:
        if name in shape.required and name not in form:
            where = _below(path, name)
            raise Refusal(f"Missing required param: {where}.", code="parameter_missing", param=where)
    return {name: _check(value, shape.fields[name], _below(path, name)) for name, value in form.items()}


def _check_list(value: str | Form, shape: Listing, path: str) -> list[Any]:
    if value == "":
        return []
    form = _tree(value, path, "array")
    if not all(_POSITION.match(key) for key in form):
        raise Refusal("Invalid array", param=path)
    keys = sorted(form, key=int)
    return [_check(form[key], shape.of, f"{path}[{key}]") for key in keys]


def _check_map(value: str | Form, shape: Mapped, path: str) -> Json:
    form = _tree(value, path, "object")
    if path.endswith(("metadata", "metadata]")):
        _check_metadata(form, path)
        return dict(form)
    return {name: _check(item, shape.of, _below(path, name)) for name, item in form.items()}


def _check_metadata(form: Form, path: str) -> None:
    if len(form) > METADATA_KEYS:
        raise Refusal(f"Metadata can have at most {METADATA_KEYS} keys; you passed {len(form)}.", param=path)
    for name, value in form.items():
        where = _below(path, name[:100])
        if len(name) > METADATA_KEY_LENGTH:
            raise Refusal(f"Metadata keys have at most {METADATA_KEY_LENGTH} characters.", param=where)
        if not isinstance(value, str):
            raise Refusal("Metadata values must be strings.", param=where)
        if len(value) > METADATA_VALUE_LENGTH:
            raise Refusal(f"Metadata values have at most {METADATA_VALUE_LENGTH} characters.", param=where)


def _check_one_of(value: str | Form, shape: OneOf, path: str) -> Any:
    if value == "" and shape.unset:
        return ""
    # A tree can only fit a tree, so the refusal that the caller sees is about the right option.
    wanted = (Listing, Mapped, Closed) if isinstance(value, dict) else (Scalar,)
    fitting = [option for option in shape.options if isinstance(option, wanted)]
    for position, option in enumerate(fitting or shape.options):
        try:
            return _check(value, option, path)
        except Refusal:
            if position == len(fitting or shape.options) - 1:
                raise
    raise Refusal("Invalid value.", param=path)


def _check_scalar(value: str | Form, shape: Scalar, path: str) -> Any:
    if not isinstance(value, str):
        raise Refusal(f"Invalid {shape.kind}: {json.dumps(value)[:200]}", param=path)
    if value == "" and "" not in shape.choices:
        raise Refusal(
            f"You passed an empty string for '{path}', which cannot be unset. Leave it out or fill it in.",
            code="parameter_invalid_empty",
            param=path,
        )
    if shape.kind == "string":
        return _check_string(value, shape, path)
    if shape.kind == "integer":
        if not _INTEGER.match(value):
            raise Refusal(f"Invalid integer: {value[:200]}", code="parameter_invalid_integer", param=path)
        return int(value)
    if shape.kind == "boolean":
        if value not in ("true", "false"):
            raise Refusal(f"Invalid boolean: {value[:200]}", param=path)
        return value == "true"
    if not _DECIMAL.match(value):
        raise Refusal(f"Invalid decimal: {value[:200]}", param=path)
    return Decimal(value)


def _check_string(value: str, shape: Scalar, path: str) -> str:
    if shape.choices and value not in shape.choices:
        *first, last = shape.choices
        allowed = f"{', '.join(first)} or {last}" if first else last
        raise Refusal(f"Invalid {path}: must be one of {allowed}", param=path)
    longest = MAX_LENGTHS.get(_INDEX.sub("", path), MAX_STRING)
    if len(value) > longest:
        raise Refusal(f"Invalid string: '{value[:40]}…' must be at most {longest} characters.", param=path)
    return value


def _tree(value: str | Form, path: str, wanted: str) -> Form:
    if isinstance(value, dict):
        return value
    raise Refusal(f"Invalid {wanted}", param=path)


def _below(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
