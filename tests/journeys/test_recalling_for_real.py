"""A recall in the running shop: over HTTP, with a payment page open at Stripe, and mails that arrive."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.utils import timezone

from catalog.models import Lot
from orders import dispatch, recalls
from orders.models import Order, RecallNotice
from payments.models import PaymentAttempt, Refund
from shop import recalling
from tests.builders import make_product
from tests.builders.recalls import counters, make_lots, make_recall
from tests.builders.staff import sign_in
from tests.journeys.conftest import Customer
from tests.postbox import Postbox, html_of, open_postbox, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with open_postbox(settings) as box:
        yield box


def shop_of_gel(units: int = 4) -> dict[str, Lot]:
    gel = make_product("Clear Gel", sku="GEL").variants.get()
    (bad,) = make_lots(gel, "B-7781", units=units)
    return {"bad": bad}


def send(reference: str) -> Order:
    order = Order.objects.get(reference=reference)
    return dispatch.dispatch_order(
        order_id=order.pk, carrier="DHL", tracking_code="JD1", tracking_url="", now=timezone.now()
    )


def test_an_open_payment_page_is_closed_and_the_customer_reads_why_the_cart_is_empty(
    customer: Customer, workers: Any
) -> None:
    lots = shop_of_gel()
    customer.fill_cart(GEL=1)
    customer.check_out()
    recall = make_recall((lots["bad"].variant, "b 7781"))
    recalling.open_recall(recall_id=recall.pk, now=timezone.now())
    assert Order.objects.get().status == "PLACED"  # Stripe is asked by the round, with nothing held
    assert customer.read_cart()["notices"][0]["sku"] == "GEL"
    recalling.watch_recalls(now=timezone.now())
    workers()
    assert Order.objects.get().status == "LAPSED"
    assert PaymentAttempt.objects.get().state == "EXPIRED"
    assert counters(lots) == {"bad": ("RECALLED", 4, 0)}
    session = requests.get(
        f"{customer.sandbox.url}/v1/checkout/sessions/{customer.session_id}",
        auth=(customer.sandbox.api_key, ""),
        timeout=20,
    ).json()
    assert session["status"] == "expired"
    customer.put("GEL", 1)
    assert customer.read_cart()["problems"][0]["code"] == "sold-out"
    assert customer.check_out(expect=409)["type"] == "/problems/out-of-stock"


def test_a_buyer_is_told_answers_on_the_page_and_gets_the_money_back(
    customer: Customer, workers: Any, postbox: Postbox
) -> None:
    lots = shop_of_gel()
    customer.fill_cart(GEL=2)
    customer.check_out()
    customer.pay()
    workers()
    send(customer.order["reference"])
    workers()
    before = len(postbox.letters)
    recall = make_recall((lots["bad"].variant, "B-7781"), remedy="REFUND")
    recalling.open_recall(recall_id=recall.pk, now=timezone.now())
    workers()
    assert len(postbox.letters) == before  # nobody is told
    recalls.deepen_recall(recall_id=recall.pk, now=timezone.now())
    workers()
    letter = postbox.letters[-1]
    assert (len(postbox.letters), letter["Subject"]) == (before + 1, "Rückruf: Clear Gel 5 %")
    notice = RecallNotice.objects.get()
    path = f"/recalls/{notice.token}/"
    assert path in text_of(letter)
    assert path in html_of(letter)

    page = requests.get(f"{customer.shop}{path}", timeout=20)
    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "<script" not in page.text
    assert "B-7781" in page.text
    assert RecallNotice.objects.get().reply is None  # a scanner that follows links answers nothing
    empty = requests.post(f"{customer.shop}{path}", data={}, timeout=20)
    assert (empty.status_code, RecallNotice.objects.get().reply) == (422, None)
    answered = requests.post(f"{customer.shop}{path}", data={"reply": "DISCARDED"}, timeout=20)
    assert (answered.status_code, answered.url) == (200, f"{customer.shop}{path}")
    assert "Your answer has arrived" in answered.text
    assert RecallNotice.objects.get().reply == "DISCARDED"
    assert requests.get(f"{customer.shop}/recalls/{'x' * 32}/", timeout=20).status_code == 404

    client = sign_in("owner")
    for _ in range(2):  # a double click
        client.post(f"/admin/orders/recall/{recall.pk}/refund/{notice.pk}/")
    workers()
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.state, refund.reason) == (2 * 1999, "SUCCEEDED", "RECALLED")
    assert refund.key == f"recall {recall.reference}"
