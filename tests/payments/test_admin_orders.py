"""The order desk: what it lists, and what an order's page tells to whom."""

import pytest
from django.db import transaction

from catalog.models import Lot
from orders import lifecycle
from payments.models import Receipt
from tests.builders import NOW, make_lot, make_product
from tests.builders.desk import ORDERS, act, listed, make_paid_order, more, words_of
from tests.builders.orders import make_order
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db
PARCEL = {"carrier": "DHL", "tracking_code": "JD014600", "tracking_url": "https://dhl.example/JD014600"}


def test_the_desk_begins_with_what_waits_to_be_shipped_and_has_a_tab_for_the_rest() -> None:
    client, paid = sign_in("warehouse"), make_paid_order()
    placed, lapsed = more(paid), more(paid)
    with transaction.atomic():
        lifecycle.lapse_order(lapsed.pk, now=NOW)

    assert listed(client) == [paid.reference]
    assert listed(client, "stage=awaiting") == [placed.reference]
    assert listed(client, "stage=shipped") == []
    assert listed(client, "stage=closed") == [lapsed.reference]
    assert listed(client, "stage=all") == sorted([paid.reference, placed.reference, lapsed.reference])
    assert listed(client, "stage=nonsense") == [paid.reference]


@pytest.mark.parametrize("known", ["reference", "email", "recipient", "tracking", "sku"])
def test_a_search_finds_an_order_at_any_stage(known: str) -> None:
    client, order = sign_in("owner"), make_paid_order()
    other = make_product(sku="OTHER-1").variants.get()
    make_lot(other)
    make_order({other: 1}, email="jonas@example.org", recipient="Jonas Meyer")
    act(client, order, "ship", **PARCEL)
    query = {
        "reference": order.reference,
        "email": "ida@example",
        "recipient": "Łukasiewicz",
        "tracking": "JD014600",
        "sku": order.lines.get().sku,
    }[known]

    assert listed(client, f"q={query}&stage=awaiting") == [order.reference]


def test_the_page_tells_the_whole_order() -> None:
    client, order = sign_in("owner"), make_paid_order()
    lot = Lot.objects.get()

    words = words_of(client.get(f"{ORDERS}{order.pk}/change/"))

    for part in (
        order.reference,
        "Paid, to ship",
        "€44.88",
        "Ida Łukasiewicz",
        "Kastanienallee 7",
        "Germany",
        "ida@example.org",
        lot.code,
        "Visa ending in 4242",
        "2026-000001",
        "Placed",
        "Delivery: Standard",
    ):
        assert part in words, part


def test_a_customers_words_stay_words() -> None:
    client = sign_in("owner")
    order = make_paid_order(recipient="<script>alert(1)</script>")

    for address in (f"{ORDERS}{order.pk}/change/", ORDERS, f"{ORDERS}{order.pk}/ship/"):
        assert "<script>alert(1)" not in client.get(address).content.decode()


def test_the_warehouse_sees_no_money_and_no_receipt() -> None:
    client, order = sign_in("warehouse"), make_paid_order()

    words = words_of(client.get(f"{ORDERS}{order.pk}/change/"))

    assert "Visa" not in words
    assert "2026-000001" not in words
    assert client.get(f"{ORDERS}{order.pk}/receipt.pdf").status_code == 403


def test_the_receipt_opens_as_the_pdf_that_was_sent() -> None:
    client, order = sign_in("support"), make_paid_order()
    assert client.get(f"{ORDERS}{order.pk}/receipt.pdf").status_code == 404
    Receipt.objects.update(pdf=b"%PDF-1.7 as sent")

    answer = client.get(f"{ORDERS}{order.pk}/receipt.pdf")

    assert (answer["Content-Type"], answer.content) == ("application/pdf", b"%PDF-1.7 as sent")
    assert 'filename="receipt-2026-000001.pdf"' in answer["Content-Disposition"]


@pytest.mark.parametrize("address", ["999999/change/", "nonsense/change/", "999999/ship/", "999999/note/"])
def test_an_order_that_is_not_there_is_not_found(address: str) -> None:
    assert sign_in("owner").get(f"{ORDERS}{address}").status_code in (302, 404)
