"""Stripe's addresses that exist here: each one's parameters, and the verb behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stripe import params as types
from stripe.params import checkout
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from . import balance, events, listing, refunds, sessions
from .errors import Json, Refusal, no_such
from .line_book import LineBook
from .sandbox import Work
from .shapes import Closed, read_shape

Verb = Callable[[Work, Json, str], Json]


@dataclass(frozen=True)
class Endpoint:
    """One address and method."""

    method: str
    path: str
    params: type
    verb: Verb

    @property
    def shape(self) -> Closed:
        return read_shape(self.params)


def _find(work: Work, kind: str, identifier: str, param: str) -> Json:
    thing = work.find(kind, identifier)
    if thing is None:
        raise no_such(kind, identifier, param=param, in_path=True)
    return thing


def _create_session(work: Work, params: Json, _: str) -> Json:
    return sessions.create_session(work, params)


def _show_session(work: Work, _: Json, identifier: str) -> Json:
    return _find(work, "checkout.session", identifier, "session")


def _update_session(work: Work, params: Json, identifier: str) -> Json:
    return sessions.update_session(work, _show_session(work, {}, identifier), params)


def _expire_session(work: Work, _: Json, identifier: str) -> Json:
    return sessions.ask_expiry(work, _show_session(work, {}, identifier))


def _list_sessions(work: Work, params: Json, _: str) -> Json:
    for name in ("customer", "customer_account", "payment_link", "subscription"):
        if name in params:
            raise no_such(name, params[name], param=name)
    filters = {
        "status": params.get("status"),
        "payment_intent": params.get("payment_intent"),
        "email": params.get("customer_details", {}).get("email"),
    }
    return listing.list_objects(
        work, "checkout.session", params, url="/v1/checkout/sessions", filters=filters
    )


def _list_lines(work: Work, params: Json, identifier: str) -> Json:
    _show_session(work, {}, identifier)
    lines = LineBook(work).read_lines(identifier)
    return listing.page_lines(lines, params, url=f"/v1/checkout/sessions/{identifier}/line_items")


def _show_intent(work: Work, _: Json, identifier: str) -> Json:
    return _find(work, "payment_intent", identifier, "intent")


def _list_intents(work: Work, params: Json, _: str) -> Json:
    _refuse_customer(params)
    return listing.list_objects(work, "payment_intent", params, url="/v1/payment_intents", filters={})


def _show_charge(work: Work, _: Json, identifier: str) -> Json:
    return _find(work, "charge", identifier, "charge")


def _list_charges(work: Work, params: Json, _: str) -> Json:
    _refuse_customer(params)
    if "transfer_group" in params:
        return listing.page([], more=False, url="/v1/charges")
    filters = {"payment_intent": params.get("payment_intent")}
    return listing.list_objects(work, "charge", params, url="/v1/charges", filters=filters)


def _create_refund(work: Work, params: Json, _: str) -> Json:
    return refunds.create_refund(work, params)


def _show_refund(work: Work, _: Json, identifier: str) -> Json:
    return _find(work, "refund", identifier, "refund")


def _update_refund(work: Work, params: Json, identifier: str) -> Json:
    return refunds.update_refund(work, _show_refund(work, {}, identifier), params)


def _list_refunds(work: Work, params: Json, _: str) -> Json:
    filters = {"charge": params.get("charge"), "payment_intent": params.get("payment_intent")}
    return listing.list_objects(work, "refund", params, url="/v1/refunds", filters=filters)


def _show_event(work: Work, _: Json, identifier: str) -> Json:
    event = events.find_event(work, identifier)
    if event is None:
        raise no_such("event", identifier, param="id", in_path=True)
    return event


def _list_events(work: Work, params: Json, _: str) -> Json:
    return listing.list_events(work, params)


def _show_movement(work: Work, _: Json, identifier: str) -> Json:
    return balance.show_movement(_find(work, "balance_transaction", identifier, "id"), now=work.now)


def _refuse_customer(params: Json) -> None:
    for name in ("customer", "customer_account"):
        if name in params:
            raise no_such("customer", params[name], param=name)


CREATE_SESSION: Verb = _create_session
_SESSION = "/v1/checkout/sessions"
ENDPOINTS = (
    Endpoint("POST", _SESSION, checkout.SessionCreateParams, _create_session),
    Endpoint("GET", _SESSION, checkout.SessionListParams, _list_sessions),
    Endpoint("GET", f"{_SESSION}/<id>", checkout.SessionRetrieveParams, _show_session),
    Endpoint("POST", f"{_SESSION}/<id>", checkout.SessionUpdateParams, _update_session),
    Endpoint("POST", f"{_SESSION}/<id>/expire", checkout.SessionExpireParams, _expire_session),
    Endpoint("GET", f"{_SESSION}/<id>/line_items", checkout.SessionLineItemListParams, _list_lines),
    Endpoint("GET", "/v1/payment_intents", types.PaymentIntentListParams, _list_intents),
    Endpoint("GET", "/v1/payment_intents/<id>", types.PaymentIntentRetrieveParams, _show_intent),
    Endpoint("GET", "/v1/charges", types.ChargeListParams, _list_charges),
    Endpoint("GET", "/v1/charges/<id>", types.ChargeRetrieveParams, _show_charge),
    Endpoint("POST", "/v1/refunds", types.RefundCreateParams, _create_refund),
    Endpoint("GET", "/v1/refunds", types.RefundListParams, _list_refunds),
    Endpoint("GET", "/v1/refunds/<id>", types.RefundRetrieveParams, _show_refund),
    Endpoint("POST", "/v1/refunds/<id>", types.RefundUpdateParams, _update_refund),
    Endpoint("GET", "/v1/events", types.EventListParams, _list_events),
    Endpoint("GET", "/v1/events/<id>", types.EventRetrieveParams, _show_event),
    Endpoint("GET", "/v1/balance_transactions/<id>", types.BalanceTransactionRetrieveParams, _show_movement),
)
_MAP = Map(
    [Rule(endpoint.path, methods=[endpoint.method], endpoint=endpoint) for endpoint in ENDPOINTS],
    strict_slashes=False,
    merge_slashes=False,
    redirect_defaults=False,
)


def find_endpoint(method: str, path: str) -> tuple[Endpoint, str]:
    """The endpoint of an address, and the id that stood in it. Raises Refusal (404) when there is none."""
    try:
        found: Any
        found, values = _MAP.bind("").match(path, method=method)
    except HTTPException:
        raise Refusal(f"Unrecognized request URL ({method}: {path[:300]}).", status=404) from None
    return found, values.get("id", "")
