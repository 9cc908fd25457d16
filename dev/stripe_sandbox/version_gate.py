"""What an older API version may still say, and endive may not."""

from __future__ import annotations

import re
from dataclasses import replace

from .errors import Refusal
from .forms import Form
from .settings import API_VERSION
from .shapes import Closed

_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})(\.[a-z_]+)?(; .*)?\Z", re.ASCII)
_METHODS_REMOVED_ON = "2026-09-30"
_UI_MODES_RENAMED_ON = "2026-03-25"
_OLD_UI_MODES = {"hosted": "hosted_page", "embedded": "embedded_page", "custom": "elements"}


def read_version(header: str | None) -> str | None:
    """The day of the asked version; None when the caller did not ask for one. Raises Refusal for nonsense."""
    if not header:
        return None
    match = _VERSION.match(header)
    if match is None or match[1] > API_VERSION[:10]:
        raise Refusal(f"Invalid Stripe API version: {header[:60]}")
    return match[1]


def open_gate(form: Form, shape: Closed, *, version: str | None) -> tuple[Form, Closed]:
    """A new session's parameters in today's words, and the shape to hold them against. Raises Refusal."""
    methods_allowed = version is None or version < _METHODS_REMOVED_ON
    if "payment_method_types" in form and not methods_allowed:
        raise Refusal(
            "`payment_method_types` is no longer supported; use `allowed_payment_method_types` or "
            "`excluded_payment_method_types`.",
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )
    if methods_allowed:
        methods = shape.fields["allowed_payment_method_types"]
        shape = replace(shape, fields={**shape.fields, "payment_method_types": methods})
    mode = form.get("ui_mode")
    if (
        isinstance(mode, str)
        and mode in _OLD_UI_MODES
        and (version is None or version < _UI_MODES_RENAMED_ON)
    ):
        form = {**form, "ui_mode": _OLD_UI_MODES[mode]}
    return form, shape
