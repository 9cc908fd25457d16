"""News as Stripe would sign it, written by a test."""

import json
import time
from typing import Any

import requests
import stripe
from django.conf import settings

from tests.journeys.conftest import Customer


def post_signed(customer: Customer, body: bytes, **headers: str) -> requests.Response:
    sign = stripe.WebhookSignature._compute_signature
    at = int(time.time())
    mark = sign(f"{at}.{body.decode('latin-1')}", settings.STRIPE_WEBHOOK_SECRETS[0])
    signed = {"Stripe-Signature": f"t={at},v1={mark}", "Content-Type": "application/json"}
    return requests.post(f"{customer.shop}/webhooks/stripe", data=body, headers=signed | headers, timeout=20)


def write_event(customer: Customer, **changes: Any) -> bytes:
    event = {
        "id": "evt_told_by_a_test",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "type": "checkout.session.completed",
        "livemode": False,
        "data": {"object": {"id": customer.session_id, "object": "checkout.session"}},
    }
    return json.dumps(event | changes).encode()
