"""The first sale: a jar is found, bought, paid, receipted and shipped."""

import io

import pytest
from django.core import mail
from django.utils import timezone
from pypdf import PdfReader

from catalog.models import Lot, Movement
from orders import dispatch
from orders.models import Order
from payments.models import Payment, Receipt, StripeEvent
from tests.builders import make_lot, make_product
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_customer_finds_buys_pays_and_gets_one_receipt_and_the_parcel(customer: Customer, workers) -> None:
    jar = make_product("Quiet Cream", concerns=["Milia"], sku="QC-50", prices={"EUR": 2490})
    make_lot(jar.variants.get(), units=5, code="L1")

    found = customer.ask("GET", "/api/v1/products/?concern=milia&in_stock=true")
    assert [card["slug"] for card in found["results"]] == ["quiet-cream"]
    assert found["results"][0]["price_from"] == {"amount": 2490, "currency": "EUR"}

    cart = customer.fill_cart(**{"QC-50": 2})
    assert cart["problems"] == []
    assert cart["totals"]["goods"] == {"amount": 4980, "currency": "EUR"}
    assert cart["totals"]["delivery"] == {"amount": 0, "currency": "EUR"}  # free over 49.00
    assert cart["totals"]["tax"] == [
        {
            "rate_bp": 1900,
            "net": {"amount": 4185, "currency": "EUR"},
            "tax": {"amount": 795, "currency": "EUR"},
        }
    ]

    customer.check_out()
    assert customer.read_order()["status"] == "placed"
    assert customer.read_order()["payment"] == {"state": "waiting", "url": customer.payment_url}
    assert Lot.objects.get().reserved == 2

    customer.pay()
    workers()
    order = customer.read_order()
    assert order["status"] == "paid"
    assert order["payment"] == {"state": "paid", "url": None}
    assert order["totals"]["total"] == {"amount": 4980, "currency": "EUR"}
    assert order["receipt"]["number"] == f"{timezone.now().year}-000001"

    assert [letter.subject for letter in mail.outbox] == [
        f"Receipt {order['receipt']['number']} for your order {order['reference']}"
    ]
    name, pdf, kind = mail.outbox[0].attachments[0]
    assert (name, kind) == (f"receipt-{order['receipt']['number']}.pdf", "application/pdf")
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    for words in ("Quiet Cream", "QC-50", "49.80", "7.95", "Mara Lindqvist", order["reference"]):
        assert words in text

    shipped = dispatch.dispatch_order(
        order_id=Order.objects.get().pk,
        carrier="DHL",
        tracking_code="JD014600",
        tracking_url="https://dhl.example/JD014600",
        now=timezone.now(),
    )
    workers()
    assert shipped.status == Order.Status.SHIPPED
    assert customer.read_order()["shipment"]["tracking_code"] == "JD014600"
    assert len(mail.outbox) == 2
    assert "JD014600" in str(mail.outbox[1].body)
    lot = Lot.objects.get()
    assert (lot.on_hand, lot.reserved) == (3, 0)
    assert list(Movement.objects.order_by("id").values_list("kind", flat=True)) == [
        "RECEIVED",
        "RESERVED",
        "SHIPPED",
    ]
    assert Payment.objects.get().method == "Visa ending in 4242"
    assert Receipt.objects.get().done_at is not None
    assert not StripeEvent.objects.filter(done_at=None).exists()


def test_who_walks_away_gives_the_stock_back_when_the_session_expires(customer: Customer, workers) -> None:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=1)
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    assert customer.in_stock("quiet-cream") == {"QC-50": False}

    workers()
    assert customer.read_order()["status"] == "placed"  # nobody gives up early
    customer.sandbox.control("clock", {"advance": 36 * 60})
    workers()

    assert customer.read_order()["status"] == "lapsed"
    assert customer.in_stock("quiet-cream") == {"QC-50": True}
    assert (Lot.objects.get().on_hand, Lot.objects.get().reserved) == (1, 0)
    assert mail.outbox == []
    refused = customer.ask(
        "POST",
        f"/api/v1/orders/{customer.order['reference']}/payment/",
        409,
        headers={"Order-Secret": customer.order["secret"]},
    )
    assert refused["type"] == "/problems/order-closed"
    cart = customer.read_cart()  # the basket is still there, and can be had
    assert [line["sku"] for line in cart["lines"]] == ["QC-50"]
    assert cart["problems"] == []
