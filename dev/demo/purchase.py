"""A customer buys: over HTTP only, with nothing but the shop's public API and the payment page."""

from __future__ import annotations

import base64
import io
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from dev.demo import telling
from dev.demo.browser import Answer, RefusedError, ask, expect
from dev.demo.paying import pay_on_hosted_page
from dev.demo.reading import shorten
from dev.demo.supervisor import Supervisor

MARKET, COUNTRY = "eu", "DE"
CUSTOMER = "mara.lindqvist@customer.example"
ADDRESS = {
    "name": "Mara Lindqvist",
    "street": "Lindenstraße 4",
    "postcode": "10969",
    "city": "Berlin",
    "country": COUNTRY,
}


@dataclass(frozen=True)
class Bought:
    reference: str
    receipt_number: str
    letter_url: str


class Customer:
    """One customer with one cart, in front of one shop."""

    def __init__(self, *, shop: str, mailbox: str, sandbox: str | None, supervisor: Supervisor) -> None:
        self.api, self.mailbox, self.sandbox = f"{shop}/api/v1", mailbox, sandbox
        self.supervisor = supervisor
        self.cart = ""

    def buy(self, cards: list[dict[str, Any]]) -> Bought:
        """The whole way, told step by step.

        Takes   `cards`: the products that she would like, the dearest wish first.
        Raises RefusedError: the shop said no; TookTooLongError: payment or receipt did not come.
        """
        self._fill_cart(cards)
        delivery = self._choose_delivery()
        order, payment_url = self._check_out(delivery)
        self._pay(payment_url)
        paid = self._wait_until_paid(order)
        return self._read_receipt(paid)

    def _fill_cart(self, cards: list[dict[str, Any]]) -> None:
        made = self._call("POST", "/carts/", "new cart", 201, json_body={"market": MARKET})
        self.cart = made.json()["token"]
        self._told("POST /carts/", f"a cart in {made.json()['currency']}", made)
        wanted = [1, 2]
        for card in cards:
            if wanted and self._take(card, wanted[-1]):
                wanted.pop()
        if wanted:
            raise RefusedError("the shop has not two products left that can be bought: is the stock loaded?")

    def _take(self, card: dict[str, Any], units: int) -> bool:
        """True when that many of the product lie in the cart; a product with too few is put back."""
        page = self._call("GET", f"/products/{quote(card['slug'])}/?market={MARKET}", "product page", 200)
        product = page.json()
        told = f"{product['brand']['name']} {product['name']}"
        self._told("GET  /products/{slug}/", told, page)
        for variant in product["variants"]:
            if not variant["in_stock"]:
                continue
            path = f"/carts/{self.cart}/lines/{quote(variant['sku'])}/"
            put = self._call("PUT", path, "cart line", 200, json_body={"units": units})
            cart, sku = put.json(), variant["sku"]
            problem = next((each for each in cart["problems"] if each.get("sku") == sku), None)
            if problem is None:
                line = next(each for each in cart["lines"] if each["sku"] == sku)
                told = f"{units} × {line['product']['name']}, {written(line['total'])}"
                self._told("PUT  /carts/…/lines/{sku}/", told, put)
                return True
            self._told("PUT  /carts/…/lines/{sku}/", f"{problem['detail']} Back on the shelf.", put)
            self._call("DELETE", path, "line put back", 200)
        return False

    def _choose_delivery(self) -> dict[str, Any]:
        found = self._call("GET", f"/delivery-methods/?country={COUNTRY}", "delivery methods", 200)
        methods: list[dict[str, Any]] = found.json()["results"]
        if not methods:
            raise RefusedError(f"nothing is delivered to {COUNTRY}: are the delivery methods loaded?")
        method = methods[0]
        days = f"{method['min_days']} to {method['max_days']} days"
        self._told("GET  /delivery-methods/", f"{method['name']} with {method['carrier']}, {days}", found)
        return method

    def _check_out(self, delivery: dict[str, Any]) -> tuple[dict[str, Any], str]:
        query = urlencode({"country": COUNTRY, "delivery_method": delivery["code"]})
        cart = self._call("GET", f"/carts/{self.cart}/?{query}", "cart", 200)
        seen = cart.json()
        if seen["problems"]:
            raise RefusedError(f"the cart has problems: {seen['problems']}")
        self._told("GET  /carts/…/", f"{len(seen['advice'])} pieces of advice, for all and for some", cart)
        for words in write_advice(seen["advice"])[:3]:
            telling.line(f"    {words}")
        wish = {
            "email": CUSTOMER,
            "shipping_address": ADDRESS,
            "delivery_method": delivery["code"],
            "total": seen["totals"]["total"],
        }
        placed = self._call(
            "POST",
            f"/carts/{self.cart}/checkout/",
            "checkout",
            201,
            json_body=wish,
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        order = placed.json()["order"]
        told = f"order {order['reference']}, {written(order['total'])}, {order['status']}"
        self._told("POST /carts/…/checkout/", told, placed)
        return order, placed.json()["payment_url"]

    def _pay(self, payment_url: str) -> None:
        if self.sandbox is None or not payment_url.startswith(self.sandbox):
            telling.line("This is Stripe itself: open the page, and pay with the card 4242 4242 4242 4242.")
            telling.line(payment_url)
            return
        answer = pay_on_hosted_page(payment_url, email=CUSTOMER)
        told = f"paid by card, sent back to {urlsplit(answer.headers['location']).path}"
        self._told("POST the payment page", told, answer)

    def _wait_until_paid(self, order: dict[str, Any]) -> dict[str, Any]:
        url, secret = f"{self.api}/orders/{order['reference']}/", {"Order-Secret": order["secret"]}

        def paid() -> dict[str, Any] | None:
            state: dict[str, Any] = expect(ask("GET", url, headers=secret), 200, what="order").json()
            return state if state["status"] == "paid" else None

        with telling.step("GET  /orders/{reference}/") as results:
            state = self.supervisor.wait_for("the payment", paid, timeout_s=self._patience_s)
            results.append("Stripe's webhook settled: paid")
        return state

    def _read_receipt(self, order: dict[str, Any]) -> Bought:
        query = urlencode({"to": CUSTOMER, "subject": order["reference"]})

        def letter() -> dict[str, Any] | None:
            found = expect(ask("GET", f"{self.mailbox}/api/messages?{query}"), 200, what="mailbox").json()
            return next((each for each in found["messages"] if each["attachments"]), None)

        with telling.step("mailbox") as results:
            outline = self.supervisor.wait_for("the receipt", letter, timeout_s=self._patience_s)
            results.append(f"“{outline['subject']}”")
        whole = ask("GET", f"{self.mailbox}/api/messages/{outline['id']}").json()
        (pdf,) = (each for each in whole["attachments"] if each["type"] == "application/pdf")
        with telling.step("receipt as PDF") as results:
            number = check_receipt(base64.b64decode(pdf["base64"]), order)
            results.append(f"{pdf['bytes'] / 1000:.0f} kB, total and number agree")
        return Bought(order["reference"], number, f"{self.mailbox}/messages/{outline['id']}")

    @property
    def _patience_s(self) -> float:
        return 60 if self.sandbox else 900  # a person pays on Stripe's own page

    def _call(self, method: str, path: str, what: str, status: int, **options: Any) -> Answer:
        return expect(ask(method, self.api + path, **options), status, what=what)

    def _told(self, request: str, result: str, answer: Answer) -> None:
        telling.done(request, seconds=answer.milliseconds / 1000, result=result)


def write_advice(advice: list[dict[str, Any]]) -> list[str]:
    """What is advised to everybody, in a line each: severity, words, grade, source."""
    return [
        f"{each['severity'].replace('_', ' ')}: {shorten(each['words'], 72)} "
        f"(grade {each['grade']}, {shorten(each['source'], 40)})"
        for each in advice
        if not each["audience"] and each["source"]
    ]


def check_receipt(content: bytes, order: dict[str, Any]) -> str:
    """The receipt's number, when the PDF is that order's receipt. Raises RefusedError."""
    from pypdf import PdfReader

    if not content.startswith(b"%PDF-"):
        raise RefusedError("what came with the mail is no PDF")
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    number: str | None = (order.get("receipt") or {}).get("number")
    digits = str(order["totals"]["total"]["amount"])
    for wanted in (order["reference"], f"{digits[:-2]}.{digits[-2:]}"):
        if wanted not in text:
            raise RefusedError(f"the receipt does not name {wanted}:\n{text[:800]}")
    if number and number not in text:
        raise RefusedError(f"the receipt does not name its number {number}:\n{text[:800]}")
    return number or ""


def written(money: dict[str, Any]) -> str:
    """`{"amount": 1999, "currency": "EUR"}` as "19.99 EUR"; the demo's currencies have two digits."""
    return f"{money['amount'] // 100}.{money['amount'] % 100:02d} {money['currency']}"
