"""A skin reacts: reported over HTTP, taken up at the desk, told to whom it concerns, closed."""

import json
import re
from typing import Any

import pytest
import requests

from catalog.models import Lot
from tests.builders import make_lot, make_product
from tests.builders.staff import make_staff
from tests.journeys.conftest import Customer
from tests.journeys.test_first_sale import ship_in_the_admin

pytestmark = pytest.mark.django_db(transaction=True)
DESK = "/admin/orders/incident/"


class Clerk:
    """Somebody with a role and a browser."""

    def __init__(self, shop: str, role: str) -> None:
        make_staff(role)
        self.shop, self.browser = shop, requests.Session()
        self.send(
            "/admin/login/?next=/admin/", username=f"{role}@regimen.example", password="a-quiet-waiting-room"
        )

    def read(self, path: str, expect: int = 200) -> str:
        page = self.browser.get(f"{self.shop}{path}", timeout=20)
        assert page.status_code == expect, (page.url, page.status_code)
        return page.text

    def send(self, path: str, **typed: Any) -> str:
        """The form of that page, with what was typed into it."""
        page = self.read(path)
        seen = re.search(r'name="seen" value="([^"]*)"', page)
        typed |= {"csrfmiddlewaretoken": self.browser.cookies["csrftoken"], "seen": seen[1] if seen else ""}
        answer = self.browser.post(f"{self.shop}{path}", data=typed, timeout=20)
        assert answer.status_code == 200, (answer.url, answer.status_code)
        return answer.text


def test_a_reaction_is_reported_followed_up_and_closed(customer: Customer, workers: Any) -> None:
    make_lot(make_product("Quiet Cream", sku="QC-50").variants.get(), units=5, code="QC2611A")
    customer.fill_cart(**{"QC-50": 1})
    customer.check_out()
    customer.pay()
    workers()
    ship_in_the_admin(customer.shop, customer.order["reference"])

    told = {
        "order": {"reference": customer.order["reference"], "secret": customer.order["secret"]},
        "symptoms": "Red, swollen cheeks an hour after the second use. CANARY",
        "onset_on": "2026-11-02",
        "email": customer.email,
    }
    taken = customer.ask("POST", "/api/v1/incidents/", 201, json=told)
    assert set(taken) == {"reference"}
    assert customer.ask("POST", "/api/v1/incidents/", 201, json=told) == taken
    assert "CANARY" not in json.dumps(customer.read_order())

    clerk = Clerk(customer.shop, "support")
    [number] = set(re.findall(rf"{DESK}(\d+)/change/", clerk.read(DESK)))
    page = clerk.read(f"{DESK}{number}/change/")
    assert taken["reference"] in page
    assert "QC2611A" in page  # only one lot was sent: it is that one
    assert "Not serious" in page
    known = {"product": "quiet-cream", "order": customer.order["reference"], "country": "DE"}
    known |= {"symptoms": told["symptoms"], "onset_on": told["onset_on"], "email": customer.email}
    page = clerk.send(f"{DESK}{number}/learn/", **known, criteria=["hospital"], note="Her sister called")
    assert "criteria: none named → Hospital stay. serious from now on. Her sister called" in page

    duties = sorted(set(re.findall(rf"{DESK}duty/(\d+)/", page)))
    assert len(duties) == 2  # the maker, and the authority of Germany
    assert "Something must still be done" in refuse(clerk, f"{DESK}{number}/close/")
    for duty in duties:
        page = clerk.send(f"{DESK}duty/{duty}/", proof="Mail of today, case 17")
    assert page.count("case 17") >= 2
    page = clerk.send(f"{DESK}{number}/learn/", **known, criteria=["hospital"], outcome="RECOVERED")
    [follow_up] = set(re.findall(rf"{DESK}duty/(\d+)/", page))
    clerk.send(f"{DESK}duty/{follow_up}/", proof="Mail of today, case 17 again")
    assert "is closed." in clerk.send(f"{DESK}{number}/close/", note="She is well")
    assert Lot.objects.get().code == "QC2611A"

    warehouse = Clerk(customer.shop, "warehouse")
    for path in (DESK, f"{DESK}{number}/change/", f"{DESK}export.csv"):
        assert "CANARY" not in warehouse.read(path, expect=403)


def refuse(clerk: Clerk, path: str) -> str:
    clerk.read(path)
    typed = {"csrfmiddlewaretoken": clerk.browser.cookies["csrftoken"]}
    answer = clerk.browser.post(f"{clerk.shop}{path}", data=typed, timeout=20)
    assert answer.status_code == 422
    return answer.text
