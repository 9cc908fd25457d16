"""Every failure that the shop can admit to, on one page (RFC 9457). docs/problems.md explains each."""

import logging
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from rest_framework import exceptions

from catalog import asking, knowledge_pages, search
from catalog.models import Variant
from catalog.money import as_json
from config import api
from orders import delivery, lifecycle, limits, placing
from payments import sessions, stripe_gateway
from shop import access, api_keys, cart, checkout, reporting

logger = logging.getLogger(__name__)
Facts = dict[str, Any]
MOST_POINTERS = 100  # of a thousand lines that are wrong in the same way, so many tell it


class Problem(NamedTuple):
    status: int
    slug: str
    title: str
    tell: Callable[[Any], Facts] = lambda error: {}
    retry_after_s: int | None = None
    challenge: str = ""  # what to show: the WWW-Authenticate of a 401


def _at(pointer: str, detail: str) -> Facts:
    return {"errors": [{"pointer": pointer, "detail": detail}]}


NOT_FOUND = Problem(404, "not-found", "There is nothing here.")
MALFORMED = Problem(400, "malformed", "Some of what you sent cannot be read.")
UNFORESEEN = Problem(500, "unforeseen", "Something went wrong on our side. Nothing was charged; try again.")
BUSY = Problem(503, "busy", "The shop is very busy. Nothing has changed; try again.", retry_after_s=2)

PROBLEMS: dict[type[Exception], Problem] = {
    # -- what cannot be read
    asking.BadQuery: MALFORMED._replace(
        tell=lambda e: {"errors": [{"pointer": f"?{name}", "detail": why} for name, why in e.errors]}
    ),
    search.BadCursor: MALFORMED._replace(
        tell=lambda e: _at("?cursor", "This is no cursor of this listing: begin without one.")
    ),
    search.UnknownFilter: Problem(
        400,
        "unknown-filter",
        "A filter names something that we do not have.",
        lambda e: {
            "errors": [{"pointer": f"?{name}", "detail": f"unknown: {value}"} for name, value in e.unknown]
        },
    ),
    cart.NoSuchMarket: Problem(
        400, "unknown-market", "We do not sell in that market.", lambda e: _at("/market", e.market)
    ),
    reporting.WhichProduct: MALFORMED._replace(
        tell=lambda e: _at("/product", f"Name one that the order holds: {', '.join(e.slugs)}.")
    ),
    api.BodyTooLarge: Problem(413, "body-too-large", "The body is larger than this address takes."),
    RequestDataTooBig: Problem(413, "body-too-large", "The body is larger than this address takes."),
    exceptions.ParseError: MALFORMED._replace(tell=lambda e: _at("", str(e.detail))),
    exceptions.UnsupportedMediaType: Problem(415, "not-json", "The body must be application/json."),
    exceptions.NotAcceptable: Problem(406, "only-json", "We answer in application/json only."),
    exceptions.MethodNotAllowed: Problem(405, "method-not-allowed", "This address does not do that."),
    stripe_gateway.BadSignature: Problem(400, "bad-signature", "The message is not signed by Stripe."),
    # -- who is asking
    api_keys.NoSuchKey: Problem(
        401, "no-such-key", "This address needs an API key that we know.", challenge='Bearer realm="stock"'
    ),
    api_keys.KeyNotForThis: Problem(
        403,
        "key-not-for-this",
        "This API key does not open that.",
        lambda e: {"scope": e.scope, "locations": e.locations},
    ),
    # -- what is not there, or not yours: the same bytes
    Http404: NOT_FOUND,
    search.NoSuchProduct: NOT_FOUND,
    knowledge_pages.NoSuchPage: NOT_FOUND,
    cart.NoSuchCart: NOT_FOUND,
    access.NoSuchOrder: NOT_FOUND,
    cart.NoSuchVariant: Problem(
        404, "unknown-sku", "Nothing with that SKU is sold in this market.", lambda e: {"sku": e.sku}
    ),
    # -- what the world does not allow now
    cart.CartFull: Problem(
        409, "cart-full", "A cart holds no more different things.", lambda e: {"most_lines": e.most_lines}
    ),
    cart.CartClosed: Problem(
        409,
        "cart-closed",
        "This cart became an order that is paid: begin another.",
        lambda e: {"reference": e.reference},
    ),
    checkout.KeyReused: Problem(
        409, "key-reused", "This Idempotency-Key was used before, for another request."
    ),
    placing.EmptyOrder: Problem(409, "empty-order", "There is nothing in the cart."),
    placing.NotForSale: Problem(
        409, "not-for-sale", "Some things are not sold any more.", lambda e: {"skus": e.skus}
    ),
    placing.NotSoldThere: Problem(
        409,
        "not-sold-there",
        "Some things may not be sold to that country.",
        lambda e: {
            "country": e.country,
            "barriers": [
                {"sku": one.sku, "reason": one.reason, "words": one.words, "source": one.source}
                for one in e.barriers
            ],
        },
    ),
    placing.NotShippable: Problem(
        409,
        "not-shippable",
        "We do not ship from this market to that country.",
        lambda e: {"country": e.country},
    ),
    delivery.NoSuchDelivery: Problem(
        409,
        "no-such-delivery",
        "That delivery method does not go to that country.",
        lambda e: {"delivery_method": e.method, "country": e.country},
    ),
    placing.PriceChanged: Problem(
        409,
        "price-changed",
        "The total has changed since it was shown.",
        lambda e: {"seen": as_json(e.seen_cents, e.currency), "total": as_json(e.total_cents, e.currency)},
    ),
    placing.TooExpensive: Problem(
        409,
        "too-expensive",
        "The total is more than can be paid at once.",
        lambda e: {"total": as_json(e.total_cents, e.currency)},
    ),
    limits.LimitReached: Problem(
        409,
        "limit-reached",
        "Some things are sold only so often to one customer.",
        lambda e: {
            # Not how much was bought before: whoever knows an address must not learn that from us.
            "limits": [
                {
                    "skus": one.skus,
                    "most_units": one.most,
                    "within_days": one.within_days,
                    "asked_units": one.asked,
                    "words": one.words,
                }
                for one in e.limits
            ]
        },
    ),
    placing.OutOfStock: Problem(
        409,
        "out-of-stock",
        "Some things are no longer there in that quantity.",
        lambda e: {"missing": _name_missing(e.missing)},
    ),
    lifecycle.OrderClosed: Problem(
        409, "order-closed", "This order can no longer be paid.", lambda e: {"order_status": e.status.lower()}
    ),
    sessions.PaymentRefused: Problem(
        409, "payment-refused", "The payment was refused before it began. Nothing was charged."
    ),
    # -- what a partner does not do now
    stripe_gateway.StripeUnreachable: Problem(
        503,
        "payment-unreachable",
        "The payment partner does not answer. Your order is kept: repeat the request with the same key.",
        retry_after_s=5,
    ),
    OperationalError: BUSY,
    InterfaceError: BUSY,
}


def as_problem(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The answer for an exception; None lets it become a 500 with its story in the log."""
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            problem = PROBLEMS[kind]
            if problem.status >= 500:
                logger.warning("%s: %s", problem.slug, type(error).__name__)
            return write(problem, problem.tell(error))
    if isinstance(error, exceptions.ValidationError):
        return write(MALFORMED, {"errors": list(islice(_point(error.detail, ""), MOST_POINTERS))})
    if isinstance(error, exceptions.Throttled):
        wait = max(1, int(getattr(error, "wait", None) or 1))
        return write(Problem(429, "too-many-requests", "That was too often.", retry_after_s=wait), {})
    if isinstance(error, PermissionDenied):
        return write(NOT_FOUND, {})
    return None


def write(problem: Problem, facts: Facts) -> HttpResponse:
    body = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        **facts,
    }
    response = HttpResponse(
        orjson.dumps(body), status=problem.status, content_type="application/problem+json"
    )
    response["Cache-Control"] = "no-store"
    if problem.retry_after_s is not None:
        response["Retry-After"] = str(problem.retry_after_s)
    if problem.challenge:
        response["WWW-Authenticate"] = problem.challenge
    return response


def _point(detail: Any, pointer: str) -> Any:
    """JSON pointers into the body, with what is wrong at each."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _point(inner, f"{pointer}/{name}")
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):  # of lines: each has its place; of one field: several reasons
            yield from _point(inner, f"{pointer}/{place}" if isinstance(inner, dict) else pointer)
    else:
        yield {"pointer": pointer.removesuffix("/non_field_errors"), "detail": str(detail)}


def _name_missing(missing: dict[int, int]) -> list[Facts]:
    skus = dict(Variant.objects.filter(pk__in=missing).values_list("pk", "sku"))
    return [{"sku": skus[pk], "short": short} for pk, short in sorted(missing.items())]
