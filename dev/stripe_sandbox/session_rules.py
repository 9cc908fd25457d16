"""What Stripe checks about a new Checkout Session beyond the types of its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from .errors import Json, Refusal, no_such, not_offered

LEAST_S, MOST_S = 1800, 86400
METHODS = ("card",)

# Stripe offers these; this sandbox does not, and each would change the money or the page if it were ignored.
_NOT_OFFERED = (
    "after_expiration",
    "custom_fields",
    "optional_items",
    "payment_method_configuration",
    "permissions",
    "shipping_options",
    "invoice_creation",
    "managed_payments",
    "name_collection",
    "phone_number_collection",
    "shipping_address_collection",
    "tax_id_collection",
    "automatic_tax",
    "adaptive_pricing",
    "allow_promotion_codes",
    "branding_settings",
    "consent_collection",
)
_WRONG_MODE = ("subscription_data", "setup_intent_data", "payment_method_collection")
_INTENT_NOT_OFFERED = (
    "application_fee_amount",
    "on_behalf_of",
    "transfer_data",
    "transfer_group",
    "setup_future_usage",
)
_EMAIL = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[^@\s.][^@\s<>\"]*\.[^@\s.]{2,}\Z")
_URL_FORBIDDEN = re.compile(r"[\x00-\x20\x7f<>\"\\^`]")


def check_session(params: Json, *, now: int) -> None:
    """Nothing, when such a session may be made. Raises Refusal."""
    if "mode" not in params:
        raise Refusal("Missing required param: mode.", code="parameter_missing", param="mode")
    if params["mode"] != "payment":
        raise not_offered("mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_offered("ui_mode")
    _check_urls(params)
    _check_people(params)
    _check_offer(params)
    check_expiry(params.get("expires_at"), now=now)


def check_expiry(expires_at: int | None, *, now: int) -> None:
    """Nothing, when a session made now may expire then. Raises Refusal."""
    if expires_at is not None and not now + LEAST_S <= expires_at <= now + MOST_S:
        raise Refusal(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
            param="expires_at",
        )


def eligible_methods(params: Json) -> list[str]:
    """The payment methods that the page shows: what there is, filtered by what was allowed and excluded."""
    allowed = params.get("allowed_payment_method_types") or params.get("payment_method_types") or METHODS
    excluded = params.get("excluded_payment_method_types") or ()
    return [method for method in METHODS if method in allowed and method not in excluded]


def is_email(text: str) -> bool:
    """Whether mail could go there, as far as its form tells."""
    return len(text) <= 254 and _EMAIL.match(text) is not None


def _check_urls(params: Json) -> None:
    if "success_url" not in params:
        raise Refusal("Missing required param: success_url.", code="parameter_missing", param="success_url")
    if "return_url" in params:
        raise Refusal("You cannot pass `return_url` when `ui_mode` is `hosted_page`.", param="return_url")
    for name in ("success_url", "cancel_url"):
        if name in params and not _is_url(params[name]):
            raise Refusal("Not a valid URL", code="url_invalid", param=name)


def _is_url(text: str) -> bool:
    if _URL_FORBIDDEN.search(text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _check_people(params: Json) -> None:
    for name in ("customer", "customer_account"):
        if name in params:
            raise no_such(name.removeprefix("customer_"), params[name], param=name)
    emails = {
        "customer_email": params.get("customer_email"),
        "payment_intent_data[receipt_email]": params.get("payment_intent_data", {}).get("receipt_email"),
    }
    for param, email in emails.items():
        if email is not None and not is_email(email):
            raise Refusal(f"Invalid email address: {email[:254]}", code="email_invalid", param=param)


def _check_offer(params: Json) -> None:
    _check_discounts(params.get("discounts") or [])
    for name in _WRONG_MODE:
        if name in params:
            raise Refusal(f"You cannot pass `{name}` in `payment` mode.", param=name)
    for name in _NOT_OFFERED:
        if any(_asks(params.get(name))):
            raise not_offered(name)
    _check_intent(params.get("payment_intent_data", {}))
    for name in ("allowed_payment_method_types", "excluded_payment_method_types"):
        if params.get(name) and not eligible_methods(params):
            raise Refusal("No payment method that this account has is left by these filters.", param=name)


def _check_discounts(discounts: list[Json]) -> None:
    for position, discount in enumerate(discounts):
        for name, noun in (("coupon", "coupon"), ("promotion_code", "promotion code")):
            if name in discount:
                raise no_such(noun, discount[name], param=f"discounts[{position}][{name}]")


def _check_intent(intent: Json) -> None:
    for name in _INTENT_NOT_OFFERED:
        if name in intent:
            raise not_offered(f"payment_intent_data[{name}]")
    if intent.get("capture_method") == "manual":
        raise not_offered("payment_intent_data[capture_method]")


def _asks(value: object) -> Iterator[bool]:
    """Whether a parameter asks for anything: {"enabled": false} does not."""
    if isinstance(value, dict) and "enabled" in value:
        yield bool(value["enabled"])
    elif isinstance(value, dict):
        for item in value.values():
            yield from _asks(item)
    else:
        yield bool(value)
