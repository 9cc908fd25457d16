"""What may be done with an order, by whom, and what is refused with nothing changed."""

from typing import Any

import pytest
from django.db import transaction

from catalog.models import Lot
from orders.models import Order, OrderEvent, OrderMail, Shipment
from payments import sessions
from payments.models import PaymentAttempt, Receipt, Refund
from tests.builders import NOW
from tests.builders.desk import ORDERS, act, make_paid_order, words_of
from tests.builders.orders import make_order
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db
PARCEL = {"carrier": "DHL", "tracking_code": "JD014600", "tracking_url": "https://dhl.example/JD014600"}


# -- Shipping --------------------------------------------------------------------------------------


def test_a_paid_order_is_shipped_with_its_tracking_and_the_customer_is_told() -> None:
    client, order = sign_in("warehouse"), make_paid_order()

    page = words_of(client.get(f"{ORDERS}{order.pk}/ship/"))
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
    assert "in full" in words_of(client.get(f"{ORDERS}{order.pk}/cancel/"))

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

    assert client.get(f"{ORDERS}{order.pk}/{action}/").status_code == status
    if status == 403:
        assert act(client, order, action, note="x", **PARCEL).status_code == 403
        order.refresh_from_db()
        assert order.status == Order.Status.PAID
    offered = client.get(f"{ORDERS}{order.pk}/change/").content.decode()
    assert (f"{order.pk}/{action}/" in offered) == (status == 200)
