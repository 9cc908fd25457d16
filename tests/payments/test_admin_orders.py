"""The order desk: what is shown, what may be done, and what is refused with nothing changed."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from catalog.models import Lot
from orders import lifecycle
from orders.models import Order, OrderEvent, OrderMail, Shipment
from payments import receipts, sessions
from payments.models import PaymentAttempt, Receipt, Refund
from tests.builders import NOW, make_lot, make_product
from tests.builders.orders import make_order, pay_order
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/orders/order/"
PARCEL = {"carrier": "DHL", "tracking_code": "JD014600", "tracking_url": "https://dhl.example/JD014600"}


def make_paid_order(**details: Any) -> Order:
    order = make_order(**details)
    payment = pay_order(order)
    with transaction.atomic():
        receipts.issue_receipt(order=order, payment=payment, now=NOW)
    order.refresh_from_db()
    return order


def more(order: Order) -> Order:
    """Another order of the same jar, still to be paid."""
    variant = order.lines.get().variant
    make_lot(variant, units=5)
    return make_order({variant: 1}, email="jonas@example.org", recipient="Jonas Meyer")


def act(client: Client, order: Order, action: str, **typed: Any) -> Any:
    return client.post(f"{LIST}{order.pk}/{action}/", typed, follow=True)


def listed(client: Client, query: str = "") -> list[str]:
    return sorted(order.reference for order in client.get(f"{LIST}?{query}").context["cl"].result_list)


def words_of(response: Any) -> str:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", text)


# -- Reading ---------------------------------------------------------------------------------------


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

    words = words_of(client.get(f"{LIST}{order.pk}/change/"))

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

    for address in (f"{LIST}{order.pk}/change/", LIST, f"{LIST}{order.pk}/ship/"):
        assert "<script>alert(1)" not in client.get(address).content.decode()


def test_the_warehouse_sees_no_money_and_no_receipt() -> None:
    client, order = sign_in("warehouse"), make_paid_order()

    words = words_of(client.get(f"{LIST}{order.pk}/change/"))

    assert "Visa" not in words
    assert "2026-000001" not in words
    assert client.get(f"{LIST}{order.pk}/receipt.pdf").status_code == 403


def test_the_receipt_opens_as_the_pdf_that_was_sent() -> None:
    client, order = sign_in("support"), make_paid_order()
    assert client.get(f"{LIST}{order.pk}/receipt.pdf").status_code == 404
    Receipt.objects.update(pdf=b"%PDF-1.7 as sent")

    answer = client.get(f"{LIST}{order.pk}/receipt.pdf")

    assert (answer["Content-Type"], answer.content) == ("application/pdf", b"%PDF-1.7 as sent")
    assert 'filename="receipt-2026-000001.pdf"' in answer["Content-Disposition"]


@pytest.mark.parametrize("address", ["999999/change/", "nonsense/change/", "999999/ship/", "999999/note/"])
def test_an_order_that_is_not_there_is_not_found(address: str) -> None:
    assert sign_in("owner").get(f"{LIST}{address}").status_code in (302, 404)


# -- Shipping --------------------------------------------------------------------------------------


def test_a_paid_order_is_shipped_with_its_tracking_and_the_customer_is_told() -> None:
    client, order = sign_in("warehouse"), make_paid_order()

    page = words_of(client.get(f"{LIST}{order.pk}/ship/"))
    assert Lot.objects.get().code in page, "the pick list stands beside the form"
    answer = act(client, order, "ship", **PARCEL)

    assert f"{order.reference} is shipped." in words_of(answer)
    shipment = Shipment.objects.get(order=order)
    assert (shipment.carrier, shipment.tracking_code) == ("DHL", "JD014600")
    assert shipment.shipped_by is not None
    assert shipment.shipped_by.email == "warehouse@regimen.example"
    assert OrderMail.objects.get(order=order).kind == "SHIPPED"
    lot = Lot.objects.get()
    assert (lot.on_hand, lot.reserved) == (0, 0)


def test_an_order_is_shipped_once() -> None:
    client, order = sign_in("warehouse"), make_paid_order()
    act(client, order, "ship", **PARCEL)

    answer = act(client, order, "ship", carrier="UPS", tracking_code="other", tracking_url="")

    assert "You cannot ship this order: it is “shipped”. Nothing has changed." in words_of(answer)
    assert Shipment.objects.get().carrier == "DHL"


def test_an_order_that_is_not_paid_is_not_shipped() -> None:
    client, order = sign_in("warehouse"), make_order()

    answer = act(client, order, "ship", **PARCEL)

    assert "it is “awaiting payment”" in words_of(answer)
    assert not Shipment.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"carrier": ""}, {"tracking_url": "javascript:alert(1)"}, {"tracking_code": "x" * 81}]
)
def test_a_parcel_that_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    client, order = sign_in("warehouse"), make_paid_order()

    answer = act(client, order, "ship", **PARCEL | wrong)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)
    assert not Shipment.objects.exists()


# -- Cancelling ------------------------------------------------------------------------------------


def test_a_paid_order_is_cancelled_its_money_owed_back_and_its_goods_free() -> None:
    client, order = sign_in("support"), make_paid_order()
    assert "in full" in words_of(client.get(f"{LIST}{order.pk}/cancel/"))

    answer = act(client, order, "cancel", note="ordered twice")

    assert f"{order.reference} is cancelled" in words_of(answer)
    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.state) == (order.total_cents, "ASKED")
    assert refund.asked_by is not None
    assert Lot.objects.get().reserved == 0
    event = OrderEvent.objects.get(kind="CANCELLED")
    assert event.note == "ordered twice"


def test_when_stripe_does_not_answer_nothing_is_cancelled(settings: Any) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    client, order = sign_in("support"), make_order()
    with transaction.atomic():
        sessions.begin_attempt(order, now=NOW)

    answer = act(client, order, "cancel", note="ordered twice")

    assert answer.status_code == 422
    assert "Stripe did not answer clearly. Nothing has changed" in words_of(answer)
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED
    assert PaymentAttempt.objects.get().done_at is None


def test_a_shipped_order_cannot_be_cancelled() -> None:
    owner, order = sign_in("owner"), make_paid_order()
    act(owner, order, "ship", **PARCEL)

    answer = act(owner, order, "cancel", note="too late")

    assert "You cannot cancel this order: it is “shipped”" in words_of(answer)
    order.refresh_from_db()
    assert order.status == Order.Status.SHIPPED
    assert not Refund.objects.exists()


def test_cancelling_asks_why() -> None:
    client, order = sign_in("support"), make_paid_order()

    assert act(client, order, "cancel").status_code == 422
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


# -- Receipt and notes -----------------------------------------------------------------------------


def test_a_receipt_is_sent_again_to_another_address() -> None:
    client, order = sign_in("support"), make_paid_order()
    Receipt.objects.update(pdf=b"%PDF", done_at=NOW, due_at=None, sent_to="ida@example.org")

    answer = act(client, order, "resend", to="books@example.org")

    assert "Receipt 2026-000001 is on its way to books@example.org." in words_of(answer)
    receipt = Receipt.objects.get()
    assert (receipt.send_to, receipt.copies, receipt.done_at) == ("books@example.org", 1, None)
    assert "books@example.org" in OrderEvent.objects.get(kind="NOTED").note


def test_an_unpaid_order_has_no_receipt_to_send() -> None:
    assert act(sign_in("support"), make_order(), "resend", to="").status_code == 404


def test_a_note_stands_in_the_diary_with_its_author() -> None:
    client, order = sign_in("support"), make_paid_order()

    answer = act(client, order, "note", note="Leave it with the neighbour.")

    assert "Leave it with the neighbour." in words_of(answer)
    event = OrderEvent.objects.get(kind="NOTED")
    assert event.actor is not None
    assert event.actor.email == "support@regimen.example"


@pytest.mark.parametrize("note", ["", " ", "x" * 301])
def test_a_note_that_says_nothing_or_too_much_is_refused(note: str) -> None:
    client, order = sign_in("support"), make_paid_order()

    assert act(client, order, "note", note=note).status_code == 422
    assert not OrderEvent.objects.filter(kind="NOTED").exists()


@pytest.mark.parametrize(
    ("role", "action", "status"),
    [
        ("warehouse", "ship", 200),
        ("warehouse", "cancel", 403),
        ("warehouse", "resend", 403),
        ("warehouse", "note", 200),
        ("support", "ship", 403),
        ("support", "cancel", 200),
        ("support", "resend", 200),
        ("support", "note", 200),
        ("curator", "ship", 403),
        ("curator", "cancel", 403),
        ("curator", "resend", 403),
        ("curator", "note", 403),
    ],
)
def test_each_role_does_its_own_work(role: str, action: str, status: int) -> None:
    client, order = sign_in(role), make_paid_order()

    assert client.get(f"{LIST}{order.pk}/{action}/").status_code == status
    if status == 403:
        assert act(client, order, action, note="x", **PARCEL).status_code == 403
        order.refresh_from_db()
        assert order.status == Order.Status.PAID
    offered = client.get(f"{LIST}{order.pk}/change/").content.decode()
    assert (f"{order.pk}/{action}/" in offered) == (status == 200)
