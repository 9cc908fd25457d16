"""The shipping page: numbers per lot, stops, other lots, and a second click."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from catalog import lots
from catalog.models import Lot
from orders.models import Allocation, Order, OrderEvent, Shipment, ShipmentLine
from tests.builders import NOW, make_lot
from tests.builders.desk import ORDERS, act, listed, words_of
from tests.builders.parcels import make_paid, only_line
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db
PARCEL = {"carrier": "DHL", "tracking_code": "JD014600", "tracking_url": "https://dhl.example/JD014600"}


def field(order: Order, code: str) -> str:
    return f"units-{only_line(order).pk}-{Lot.objects.get(code=code).pk}"


def page_of(client: Any, order: Order) -> Any:
    return client.get(f"{ORDERS}{order.pk}/ship/")


def sent() -> list[tuple[str, int]]:
    return list(ShipmentLine.objects.order_by("pk").values_list("lot__code", "units"))


def test_the_page_comes_filled_in_with_all_that_is_promised() -> None:
    client, order = sign_in("warehouse"), make_paid(units=3, lots=2)
    form = page_of(client, order).context["form"]
    assert (form[field(order, "A")].value(), form[field(order, "B")].value()) == (2, 1)

    act(
        client,
        order,
        "ship",
        **PARCEL,
        **{field(order, "A"): 2, field(order, "B"): 1},
        seen=form["seen"].value(),
    )

    order.refresh_from_db()
    assert (order.status, sent()) == ("SHIPPED", [("A", 2), ("B", 1)])


def test_a_part_goes_and_the_list_says_so() -> None:
    client, order = sign_in("warehouse"), make_paid(units=3, lots=2)

    answer = act(client, order, "ship", **PARCEL, **{field(order, "A"): 1, field(order, "B"): ""})

    assert f"A part of {order.reference} is shipped; the rest waits here." in words_of(answer)
    assert sent() == [("A", 1)]
    assert listed(client) == [order.reference]
    assert "Sent in part" in words_of(client.get(ORDERS))
    page = words_of(client.get(f"{ORDERS}{order.pk}/change/"))
    for part in ("Sent in part, rest to ship", "Still to send", "Parcel", "JD014600", "Take a return"):
        assert part in page, part


def test_the_packer_takes_another_lot() -> None:
    client, order = sign_in("warehouse"), make_paid(units=1)
    make_lot(only_line(order).variant, units=5, code="B", expires_on=date(2036, 1, 31))
    assert "Take another lot" in words_of(page_of(client, order))

    act(client, order, "ship", **PARCEL, **{field(order, "A"): 0, field(order, "B"): 1})

    assert sent() == [("B", 1)]
    assert Lot.objects.get(code="A").reserved == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"A": 0}, "say how many units are in the parcel"),
        ({"A": 2, "B": 1}, "not more than are left to send"),
    ],
)
def test_an_impossible_parcel_is_refused_and_nothing_is_sent(typed: dict[str, int], said: str) -> None:
    client, order = sign_in("warehouse"), make_paid(units=2)
    make_lot(only_line(order).variant, units=5, code="B")

    answer = act(
        client, order, "ship", **PARCEL, **{field(order, code): units for code, units in typed.items()}
    )

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert not Shipment.objects.exists()


@pytest.mark.parametrize("units", ["3", "-1", "many", "1.5", "9999999999999"])
def test_a_number_that_cannot_be_is_refused_beside_its_lot(units: str) -> None:
    client, order = sign_in("warehouse"), make_paid(units=2)
    answer = act(client, order, "ship", **PARCEL, **{field(order, "A"): units})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field(order, "A")]
    assert not Shipment.objects.exists()


def test_a_second_click_sends_nothing_more() -> None:
    client, order = sign_in("warehouse"), make_paid(units=4)
    typed = PARCEL | {field(order, "A"): "2", "seen": page_of(client, order).context["form"]["seen"].value()}
    act(client, order, "ship", **typed)

    answer = act(client, order, "ship", **typed)

    assert answer.status_code == 422
    assert "Somebody sent or moved a part of it meanwhile. Nothing was sent now" in words_of(answer)
    assert sent() == [("A", 2)]


def test_a_lot_that_may_not_leave_stops_the_parcel_until_it_is_promised_from_others() -> None:
    client, order = sign_in("warehouse"), make_paid(units=2)
    bad = Lot.objects.get(code="A")
    with transaction.atomic():
        lots.recall_lots(lot_ids=[bad.pk], note="x", now=NOW)
    page = words_of(page_of(client, order))
    assert "Stop: not all of it may leave the house" in page
    assert "lot A is recalled" in page

    answer = act(client, order, "ship", **PARCEL, **{field(order, "A"): 2})
    assert answer.status_code == 422
    assert "lot A may not leave the house" in words_of(answer)

    answer = act(client, order, "anew")
    assert "No other lot has enough, 2 missing. Nothing has changed" in words_of(answer)
    assert Allocation.objects.get().lot == bad

    make_lot(only_line(order).variant, units=5, code="B")
    answer = act(client, order, "anew")
    assert f"{order.reference} is promised from lots that may be sent." in words_of(answer)
    assert "Stop" not in words_of(answer)
    assert Allocation.objects.get().lot.code == "B"
    assert OrderEvent.objects.get(kind="MOVED").actor is not None


def test_asking_with_get_moves_nothing() -> None:
    client, order = sign_in("warehouse"), make_paid(units=1)
    with transaction.atomic():
        lots.recall_lots(lot_ids=[Lot.objects.get().pk], note="x", now=NOW)
    assert client.get(f"{ORDERS}{order.pk}/anew/").status_code == 302
    assert not OrderEvent.objects.filter(kind="MOVED").exists()
    assert sign_in("support").post(f"{ORDERS}{order.pk}/anew/").status_code == 403


def test_the_rest_is_cancelled_from_the_desk() -> None:
    owner, order = sign_in("owner"), make_paid(units=3)
    act(owner, order, "ship", **PARCEL, **{field(order, "A"): 1})
    assert "What was sent stays with the customer." in words_of(owner.get(f"{ORDERS}{order.pk}/cancel/"))

    answer = act(owner, order, "cancel", note="Nothing is left.")

    assert f"What was left of {order.reference} is cancelled" in words_of(answer)
    order.refresh_from_db()
    assert order.status == "SHIPPED"
    assert order.payments.get().refunded_cents == 3998


# -- The packing list -----------------------------------------------------------------------------


def test_the_packing_list_on_screen_and_on_paper() -> None:
    client, order = sign_in("warehouse"), make_paid(units=3, lots=2)
    for address in ("packing/", "packing/sheet/"):
        words = words_of(client.get(f"{ORDERS}{address}"))
        for part in (order.reference, "A", "B", "30 June 2035" if address == "packing/" else "30 Jun 2035"):
            assert part in words, (address, part)
    assert "Packing list" in words_of(client.get(ORDERS))


def test_chosen_orders_go_onto_the_list() -> None:
    client, order, other = sign_in("warehouse"), make_paid(units=1), make_paid(units=1)
    answer = client.post(
        f"{ORDERS}?stage=to-ship",
        {"action": "draw_packing_list", "_selected_action": [order.pk]},
        follow=True,
    )
    words = words_of(answer)
    assert order.reference in words
    assert other.reference not in words
    assert "1 order that you chose, 1 unit" in words


@pytest.mark.parametrize("query", ["orders=x,9,99999999999999999999999", "place=NOWHERE", "orders=,"])
def test_a_list_of_nothing_says_so(query: str) -> None:
    client = sign_in("warehouse")
    make_paid(units=1)
    assert "Nothing is to be packed" in words_of(client.get(f"{ORDERS}packing/?{query}"))


def test_stops_stand_on_top() -> None:
    client, order = sign_in("warehouse"), make_paid(units=1)
    with transaction.atomic():
        lots.block_lots(lot_ids=[Lot.objects.get().pk], note="x", now=NOW)
    for address in ("packing/", "packing/sheet/"):
        words = words_of(client.get(f"{ORDERS}{address}"))
        assert "Stop: do not pack" in words
        assert "lot A is blocked" in words
        assert order.reference in words


@pytest.mark.parametrize("role", ["support", "curator"])
def test_who_does_not_pack_gets_no_list(role: str) -> None:
    client = sign_in(role)
    for address in ("packing/", "packing/sheet/"):
        assert client.get(f"{ORDERS}{address}").status_code == 403
