"""The first sale: a jar is found, bought, paid, receipted and shipped."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from pypdf import PdfReader

from catalog.models import Lot, Movement
from payments.models import Payment, Receipt, StripeEvent
from tests.builders import make_lot, make_product
from tests.builders.staff import make_staff, sign_in
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)


GOODS = """sku,product,name,brand,category,concerns,size,price_eur,ingredients,published
QC-50,quiet-cream,Quiet Cream,Maren Ostby,Face > Creams,milia,50 ml,24.90,"Aqua, Glycerin",yes
"""
DELIVERY_NOTE = """sku,location,lot,expires_on,units
QC-50,BER,L1,+400d,5
"""


def test_a_jar_is_imported_found_bought_paid_receipted_and_shipped(
    customer: Customer, workers: Any, tmp_path: Path
) -> None:
    for name, text, command in (
        ("goods.csv", GOODS, "import_catalogue"),
        ("lots.csv", DELIVERY_NOTE, "receive_lots"),
    ):
        (tmp_path / name).write_text(text)
        call_command(command, str(tmp_path / name))

    assert customer.ask("GET", "/api/v1/products/?in_stock=true")["results"] == []  # it stands in quarantine
    made = ["code_readable", "label_matches", "life_enough"]
    sign_in("warehouse").post(f"/admin/catalog/lot/{Lot.objects.get().pk}/release/", {"checks": made})

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

    ship_in_the_admin(customer.shop, order["reference"])
    workers()
    assert customer.read_order()["status"] == "shipped"
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


def ship_in_the_admin(shop: str, reference: str) -> None:
    """Somebody from the warehouse signs in with a browser, finds the order, and sends it."""
    make_staff("warehouse")
    browser = requests.Session()

    def send(path: str, **typed: str) -> requests.Response:
        page = browser.get(f"{shop}{path}", timeout=20)
        assert page.status_code == 200, page.url
        typed["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        return browser.post(page.url, data=typed, timeout=20)

    send("/admin/login/", username="warehouse@regimen.example", password="a-quiet-waiting-room")
    desk = browser.get(f"{shop}/admin/orders/order/?q={reference}", timeout=20).text
    found = re.search(r"/admin/orders/order/(\d+)/change/", desk)
    assert found, "the order stands on the desk"
    tracking = {"tracking_code": "JD014600", "tracking_url": "https://dhl.example/JD014600"}
    answer = send(f"/admin/orders/order/{found[1]}/ship/", carrier="DHL", **tracking)
    assert f"{reference} is shipped." in answer.text


def test_who_walks_away_gives_the_stock_back_when_the_session_expires(
    customer: Customer, workers: Any
) -> None:
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
