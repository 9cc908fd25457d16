"""News that is not for us, is no news, or is not from Stripe at all."""

import time
from typing import Any

import pytest
import requests
import stripe
from django.conf import settings
from django.db import connection

from orders.models import Order
from payments.models import Payment, StripeEvent
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer
from tests.journeys.news import post_signed, write_event

pytestmark = pytest.mark.django_db(transaction=True)


def start_buying(customer: Customer) -> None:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 1})


def test_news_of_the_wrong_mode_is_kept_and_not_believed(customer: Customer, workers: Any) -> None:
    start_buying(customer)
    customer.check_out()
    customer.sandbox.control("webhooks", {"mode": "off"})
    customer.pay()
    assert post_signed(customer, write_event(customer, livemode=True)).status_code == 200
    workers()
    event = StripeEvent.objects.get()
    assert (event.livemode, event.outcome) == (True, "from the wrong mode; not believed")
    assert event.done_at is not None
    assert customer.read_order()["status"] == "placed"
    assert Payment.objects.count() == 0


def test_news_of_an_unknown_kind_is_kept_and_changes_nothing(customer: Customer, workers: Any) -> None:
    start_buying(customer)
    customer.check_out()
    body = write_event(customer, type="teapot.boiled", data={"object": {"object": "teapot"}})
    assert post_signed(customer, body).json() == {"received": True, "new": True}
    workers()
    event = StripeEvent.objects.get()
    assert (event.type, event.object_id, event.outcome) == ("teapot.boiled", "", "nothing that we act on")
    assert bytes(event.raw) == body
    assert customer.read_order()["status"] == "placed"


def test_news_that_lies_about_a_payment_is_looked_up_and_changes_nothing(
    customer: Customer, workers: Any
) -> None:
    start_buying(customer)
    customer.check_out()
    paid = {"id": customer.session_id, "object": "checkout.session", "payment_status": "paid"}
    assert post_signed(customer, write_event(customer, data={"object": paid})).status_code == 200
    workers()
    assert StripeEvent.objects.get().outcome == "nothing new"
    assert customer.read_order()["status"] == "placed"
    assert Payment.objects.count() == 0


def test_news_of_somebody_elses_session_is_no_business_of_ours(customer: Customer, workers: Any) -> None:
    start_buying(customer)
    params: Any = {
        "mode": "payment",
        "success_url": "https://elsewhere.example/",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 1000,
                    "product_data": {"name": "Something else"},
                },
            }
        ],
        "metadata": {"attempt": "no attempt of this shop"},
    }
    client = stripe.StripeClient(
        settings.STRIPE_API_KEY, base_addresses={"api": customer.sandbox.url, "files": customer.sandbox.url}
    )
    session = client.v1.checkout.sessions.create(params)
    customer.sandbox.control(f"pay/{session.id}", {})
    workers()
    told = StripeEvent.objects.get(type="checkout.session.completed")
    assert told.outcome == "no attempt of ours"
    assert Payment.objects.count() == Order.objects.count() == 0


SIGNED_NONSENSE = {
    "no UTF-8": b'{"id": "\xff\xfe"}',
    "no JSON": b"<event/>",
    "a list": b"[]",
    "a number": b"7",
    "an empty object": b"{}",
    "an event without its parts": b'{"id": "evt_1", "object": "event", "type": "refund.updated"}',
    "an event of nothing": b'{"id": "evt_1", "object": "event", "type": "a", "livemode": false, "data": {}}',
    "nothing": b"",
}


@pytest.mark.parametrize("body", SIGNED_NONSENSE.values(), ids=SIGNED_NONSENSE.keys())
def test_nonsense_is_refused_even_when_it_is_signed(customer: Customer, body: bytes) -> None:
    assert_refused(post_signed(customer, body))


FORGERIES = {
    "no signature": {},
    "an empty one": {"Stripe-Signature": ""},
    "not one at all": {"Stripe-Signature": "t=now,v1=trust-me"},
    "an old one": {"Stripe-Signature": f"t={int(time.time()) - 3600},v1={'0' * 64}"},
    "letters from afar": {"Stripe-Signature": "t=1,v1=\xe9\xff"},
}


@pytest.mark.parametrize("headers", FORGERIES.values(), ids=FORGERIES.keys())
def test_news_that_stripe_did_not_sign_is_refused(customer: Customer, headers: dict[str, str]) -> None:
    customer.payment_url = "/c/pay/cs_test_1"
    body = write_event(customer)
    url = f"{customer.shop}/webhooks/stripe"
    assert_refused(requests.post(url, data=body, headers=headers, timeout=20))


def test_news_signed_with_another_secret_or_altered_afterwards_is_refused(
    customer: Customer, monkeypatch: Any
) -> None:
    customer.payment_url = "/c/pay/cs_test_1"
    body, at = write_event(customer), int(time.time())
    for secret, sent in (("whsec_of_somebody_else", body), (settings.STRIPE_WEBHOOK_SECRETS[0], body + b" ")):
        mark = stripe.WebhookSignature._compute_signature(f"{at}.{body.decode()}", secret)
        headers = {"Stripe-Signature": f"t={at},v1={mark}"}
        assert_refused(
            requests.post(f"{customer.shop}/webhooks/stripe", data=sent, headers=headers, timeout=20)
        )


def test_while_a_secret_is_rolled_both_are_believed(customer: Customer, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", *settings.STRIPE_WEBHOOK_SECRETS]
    customer.payment_url = "/c/pay/cs_test_1"
    assert post_signed(customer, write_event(customer)).status_code == 200
    settings.STRIPE_WEBHOOK_SECRETS = settings.STRIPE_WEBHOOK_SECRETS[::-1]
    assert post_signed(customer, write_event(customer, id="evt_2")).status_code == 200


def test_six_megabytes_are_not_read(customer: Customer) -> None:
    answer = post_signed(customer, b'{"id": "' + b"x" * 6_000_000 + b'"}')
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")
    assert StripeEvent.objects.count() == 0


def assert_refused(answer: requests.Response) -> None:
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/bad-signature"
    assert StripeEvent.objects.count() == 0


def test_while_the_database_cannot_write_stripe_is_asked_to_come_again(customer: Customer) -> None:
    """A lock on the whole inbox stands for a database that is busy or gone."""
    customer.payment_url = "/c/pay/cs_test_1"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE payments_stripeevent IN ACCESS EXCLUSIVE MODE")
        try:
            answer = post_signed(customer, write_event(customer))
        finally:
            cursor.execute("ROLLBACK")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert post_signed(customer, write_event(customer)).json() == {"received": True, "new": True}
