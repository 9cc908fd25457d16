"""After the order: two parcels, a sealed pack and a reaction come back, and the money arrives."""

import re
from datetime import date
from typing import Any

import pytest
import requests
from django.core import mail

from catalog.models import Lot
from tests.builders import make_lot, make_product
from tests.builders.staff import make_staff
from tests.journeys.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True)


class Browser:
    """Somebody who works here, signed in at the desks. Every call is real HTTP."""

    def __init__(self, shop: str, role: str = "owner") -> None:
        make_staff(role)
        self.shop, self.session = shop, requests.Session()
        who = {"username": f"{role}@regimen.example", "password": "a-quiet-waiting-room"}
        self.send("/admin/login/", next="/admin/orders/order/", **who)

    def look(self, path: str) -> str:
        page = self.session.get(f"{self.shop}{path}", timeout=20)
        assert page.status_code == 200, f"{page.status_code} {page.url}"
        return page.text

    def send(self, path: str, expect: int = 200, **typed: Any) -> str:
        """The form of a page, with what it came with and what somebody typed."""
        page = self.look(path)
        seen = re.search(r'name="seen" value="([^"]*)"', page)
        typed |= {"csrfmiddlewaretoken": self.session.cookies["csrftoken"]}
        answer = self.session.post(
            f"{self.shop}{path}", data=({"seen": seen[1]} if seen else {}) | typed, timeout=20
        )
        assert answer.status_code == expect, f"{answer.status_code} {answer.url}"
        return answer.text

    def find_order(self, reference: str) -> str:
        found = re.search(
            r"/admin/orders/order/(\d+)/change/", self.look(f"/admin/orders/order/?q={reference}")
        )
        assert found
        return f"/admin/orders/order/{found[1]}/"

    def number_for(self, path: str, label: str) -> str:
        """The name of the number field that a reader of the screen knows by this label."""
        fields = re.findall(r"<input[^>]*>", self.look(path))
        field = next(field for field in fields if f'aria-label="{label}"' in field)
        return str(re.search(r'name="([^"]+)"', field)[1])  # type: ignore[index]


@pytest.fixture
def order(customer: Customer, workers: Any) -> dict[str, Any]:
    """Three packs, paid: two of a lot that expires sooner, one of another. A delivery for 4.90."""
    jar = make_product("Quiet Cream", sku="QC-50", prices={"EUR": 1500}).variants.get()
    make_lot(jar, units=2, code="B2507", expires_on=date(2034, 3, 31))
    make_lot(jar, units=5, code="B2511", expires_on=date(2035, 3, 31))
    customer.fill_cart(**{"QC-50": 3})
    customer.check_out()
    customer.pay()
    workers()
    mail.outbox.clear()
    return customer.read_order()


def parcel(desk: Browser, ship: str, tracking: str, **units: int) -> dict[str, Any]:
    """A parcel by the codes of its lots; what is not named stays on the shelf."""
    numbers = {
        desk.number_for(ship, f"Units of QC-50 from lot {code} at BER"): count
        for code, count in units.items()
    }
    return numbers | {"carrier": "DHL", "tracking_code": tracking, "tracking_url": ""}


def test_two_parcels_two_returns_and_the_money_at_stripe(
    customer: Customer, workers: Any, order: dict[str, Any]
) -> None:
    desk = Browser(customer.shop)
    page = desk.find_order(order["reference"])
    assert order["shipment"] is None
    assert order["shipments"] == []
    assert "B2507" in desk.look("/admin/orders/order/packing/sheet/")

    # The first parcel: two packs.
    desk.send(f"{page}ship/", **parcel(desk, f"{page}ship/", "JD1", B2507=2, B2511=0))
    workers()
    told = customer.read_order()
    assert told["status"] == "paid"
    assert [one["lines"] for one in told["shipments"]] == [
        [
            {
                "sku": "QC-50",
                "units": 2,
                "lots": [{"code": "B2507", "expires_on": "2034-03-31", "units": 2}],
            }
        ]
    ]
    assert told["shipment"] == told["shipments"][0]
    (letter,) = mail.outbox
    assert letter.subject == f"Part of your order {order['reference']} is on its way"
    assert "What follows\n  1 × Quiet Cream" in letter.body
    back = requests.get(f"{customer.shop}/checkout/done/?session_id={customer.session_id}", timeout=20).text
    assert "A part of your order is on its way" in back

    # The second: the rest.
    desk.send(f"{page}ship/", **parcel(desk, f"{page}ship/", "JD2", B2511=1))
    workers()
    told = customer.read_order()
    assert told["status"] == "shipped"
    assert [one["tracking_code"] for one in told["shipments"]] == ["JD1", "JD2"]
    assert mail.outbox[-1].subject == f"The last part of your order {order['reference']} is on its way"
    assert len({str(letter.extra_headers["Message-ID"]) for letter in mail.outbox}) == 2
    mail.outbox.clear()

    # A sealed pack comes back, and later one that made skin react.
    take_back(desk, page, "Sealed", "B2507", expect_money="15.00")
    workers()
    assert Lot.objects.get(location__takes_returns=True, code="B2507").on_hand == 1
    take_back(desk, page, "The skin reacted", "B2511", expect_money="15.00")
    workers()
    assert Lot.objects.get(location__takes_returns=True, code="B2511").on_hand == 0  # destroyed
    assert customer.in_stock("quiet-cream") == {"QC-50": True}  # four were never sold
    subject = f"Your return for order {order['reference']} has arrived"
    assert [letter.subject for letter in mail.outbox] == [subject, subject]
    assert "€15.00 goes back the way you paid." in mail.outbox[0].body
    told = customer.read_order()
    assert told["payment"]["state"] == "partly-refunded"
    assert [(one["amount"]["amount"], one["state"]) for one in told["refunds"]] == [(1500, "refunded")] * 2
    assert money_back(customer) == [1500, 1500]

    # The last pack too: then the delivery goes back as well.
    take_back(desk, page, "Opened", "B2507", expect_money="19.90")
    workers()
    assert customer.read_order()["payment"]["state"] == "refunded"
    assert sum(money_back(customer)) == order["totals"]["total"]["amount"] == 4990
    invariants = customer.sandbox.control("invariants", method="GET")
    assert invariants == {"ok": True, "violations": []}


def take_back(desk: Browser, page: str, condition: str, lot: str, *, expect_money: str) -> None:
    name = desk.number_for(f"{page}return/", f"{condition}: units of QC-50 from lot {lot}")
    proposed = desk.send(f"{page}return/", step="money", **{name: 1})
    assert f'value="{expect_money}"' in proposed
    written = desk.send(f"{page}return/", step="take", amount=expect_money, **{name: 1})
    assert "is written down" in written


def money_back(customer: Customer) -> list[int]:
    """What the sandbox's refunds say, the first one first."""
    answer = requests.get(
        f"{customer.sandbox.url}/v1/refunds", auth=(customer.sandbox.api_key, ""), timeout=20
    ).json()
    return [refund["amount"] for refund in answer["data"]][::-1]


def test_the_rest_is_called_off_when_no_fit_lot_is_left(
    customer: Customer, workers: Any, order: dict[str, Any]
) -> None:
    desk = Browser(customer.shop)
    page = desk.find_order(order["reference"])
    desk.send(f"{page}ship/", **parcel(desk, f"{page}ship/", "JD1", B2507=2, B2511=0))
    workers()
    mail.outbox.clear()

    desk.send(f"{page}cancel/", note="The lot was dropped.")
    workers()

    told = customer.read_order()
    assert (told["status"], told["payment"]["state"]) == ("shipped", "partly-refunded")
    assert money_back(customer) == [1500]
    (letter,) = mail.outbox
    assert letter.subject == f"The rest of your order {order['reference']} is cancelled"
    assert "  1 × Quiet Cream" in letter.body
    assert customer.sandbox.control("invariants", method="GET") == {"ok": True, "violations": []}


def test_a_partial_refund_that_fails_at_stripe_is_asked_again(customer: Customer, workers: Any) -> None:
    jar = make_product("Quiet Cream", sku="QC-50", prices={"EUR": 1500}).variants.get()
    make_lot(jar, units=2, code="B2507")
    customer.fill_cart(**{"QC-50": 2})
    customer.check_out()
    customer.pay(card="4000000000005126")
    workers()
    desk = Browser(customer.shop)
    page = desk.find_order(customer.order["reference"])
    desk.send(f"{page}ship/", carrier="DHL", tracking_code="", tracking_url="")
    take_back(desk, page, "Sealed", "B2507", expect_money="15.00")
    workers()
    customer.sandbox.control("clock", {"advance": 7 * 86400})
    workers()
    assert customer.read_order()["payment"]["state"] == "refund-under-way"  # the customer is owed it
    assert "Ask the refund again" in desk.look(f"{page}change/")

    desk.send(f"{page}refund/")
    workers()

    assert len(money_back(customer)) == 2
    assert customer.sandbox.control("invariants", method="GET") == {"ok": True, "violations": []}
