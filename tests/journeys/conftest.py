"""A customer in front of the real shop: HTTP in, mail out, and a clock."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from django.core.cache import cache
from django.utils import timezone

from dev.sandbox_process import SandboxProcess
from tests.builders import make_delivery, make_market
from tests.drain import drain

ADDRESS = {
    "name": "Mara Lindqvist",
    "street": "Lindenstraße 4",
    "postcode": "10969",
    "city": "Berlin",
    "country": "DE",
}


def write_wish(email: str, total: dict[str, Any]) -> dict[str, Any]:
    """The body of a checkout."""
    return {"email": email, "shipping_address": ADDRESS, "delivery_method": "standard", "total": total}


@dataclass
class Customer:
    """Somebody with a browser. Every call is real HTTP to the running shop."""

    shop: str
    sandbox: SandboxProcess
    email: str = "mara@customer.example"
    cart: str = ""
    order: dict[str, Any] = field(default_factory=dict)
    payment_url: str = ""

    def ask(self, method: str, path: str, expect: int = 200, **given: Any) -> Any:
        answer = requests.request(method, f"{self.shop}{path}", timeout=20, **given)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text[:600]}"
        return answer.json()

    def fill_cart(self, **units_by_sku: int) -> dict[str, Any]:
        self.cart = self.ask("POST", "/api/v1/carts/", 201, json={"market": "eu"})["token"]
        for sku, units in units_by_sku.items():
            self.put(sku, units)
        return self.read_cart()

    def put(self, sku: str, units: int) -> dict[str, Any]:
        cart: dict[str, Any] = self.ask(
            "PUT", f"/api/v1/carts/{self.cart}/lines/{sku}/", json={"units": units}
        )
        return cart

    def read_cart(self) -> dict[str, Any]:
        where = "?country=DE&delivery_method=standard"
        cart: dict[str, Any] = self.ask("GET", f"/api/v1/carts/{self.cart}/{where}")
        return cart

    def check_out(self, expect: int = 201, key: str | None = None, **changes: Any) -> dict[str, Any]:
        total = changes.pop("total", None) or self.read_cart()["totals"]["total"]
        wish = write_wish(self.email, total) | changes
        answer: dict[str, Any] = self.ask(
            "POST",
            f"/api/v1/carts/{self.cart}/checkout/",
            expect,
            json=wish,
            headers={"Idempotency-Key": key or uuid.uuid4().hex},
        )
        if expect == 201:
            self.order, self.payment_url = answer["order"], answer["payment_url"]
        return answer

    def pay(self, **how: Any) -> Any:
        return self.sandbox.control(f"pay/{self.session_id}", how)

    def let_session_expire(self) -> None:
        """As if its time were over; the clocks of shop and Stripe stay together."""
        url = f"{self.sandbox.url}/v1/checkout/sessions/{self.session_id}/expire"
        requests.post(url, auth=(self.sandbox.api_key, ""), timeout=20).raise_for_status()

    @property
    def session_id(self) -> str:
        return self.payment_url.rsplit("/", 1)[1].split("?")[0].split("#")[0]

    def read_order(self) -> dict[str, Any]:
        path, secret = f"/api/v1/orders/{self.order['reference']}/", {"Order-Secret": self.order["secret"]}
        order: dict[str, Any] = self.ask("GET", path, headers=secret)
        return order

    def in_stock(self, slug: str) -> Any:
        page = self.ask("GET", f"/api/v1/products/{slug}/")
        return {variant["sku"]: variant["in_stock"] for variant in page["variants"]}


@pytest.fixture
def customer(live_server: Any, stripe_sandbox: SandboxProcess) -> Iterator[Customer]:
    cache.clear()  # how often somebody asked in an earlier test
    make_market()
    make_delivery()
    yield Customer(shop=live_server.url, sandbox=stripe_sandbox)
    # What is still on its way must not arrive in the next test's database.
    stripe_sandbox.control("webhooks", {"mode": "off"})
    stripe_sandbox.control("wait?idle=1&timeout=5", method="GET")


@pytest.fixture
def workers(stripe_sandbox: SandboxProcess) -> Any:
    """Wait until the sandbox has told its news, then do all work that is due."""

    def work(at: Any = None) -> int:
        # Some of Stripe's news comes a second later (what a charge has cost): let that second pass.
        stripe_sandbox.control("clock", {"advance": 2})
        stripe_sandbox.control("wait?idle=1", method="GET")
        return drain(at or timezone.now())

    return work
