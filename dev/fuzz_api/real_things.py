"""Carts and orders that really exist, so that odd requests reach the deep end of the shop."""

from __future__ import annotations

import re
from typing import Any

from dev.demo.browser import RefusedError, ask, expect
from dev.demo.loading import OWNER_EMAIL, staff_password
from dev.demo.programs import API_KEY
from dev.demo.staff import Staff, form_with, read_complaints
from dev.demo.supervisor import Supervisor

ADDRESS = {
    "name": "Ida Łukasiewicz",
    "street": "Kastanienallee 7",
    "postcode": "10435",
    "city": "Berlin",
    "country": "DE",
}
SORTS = ("newest", "price", "-price", "name")
WHERE = "?country=DE&delivery_method=standard"


def make_real_things(shop: str, sandbox: str, supervisor: Supervisor) -> dict[str, Any]:
    """Slugs, SKUs, cursors; tokens of carts; and {reference: secret} of orders, waiting and paid."""
    api = f"{shop}/api/v1"
    cards = expect(ask("GET", f"{api}/products/?in_stock=true"), 200, what="products").json()["results"]
    pages = [ask("GET", f"{api}/products/{card['slug']}/").json() for card in cards]
    skus = [variant["sku"] for page in pages for variant in page["variants"] if variant["in_stock"]]
    empty, filled, waiting, paid = (open_cart(api, skus[:many]) for many in (0, 3, 1, 2))
    orders = [check_out(api, token) for token in (waiting, paid)]
    session = orders[1]["payment_url"].rsplit("/", 1)[1]
    bearer = {"Authorization": f"Bearer {API_KEY}"}
    expect(ask("POST", f"{sandbox}/_sandbox/pay/{session}", json_body={}, headers=bearer), 200, what="paying")
    order = orders[1]["order"]

    def is_paid() -> bool | None:
        shown = ask("GET", f"{api}/orders/{order['reference']}/", headers={"Order-Secret": order["secret"]})
        return True if shown.json()["status"] == "paid" else None

    supervisor.wait_for("a paid order", is_paid, timeout_s=30)
    return {
        "slugs": [page["slug"] for page in pages] + what_is_known(api, pages[0]),
        "skus": skus[:8],
        "cursors": [ask("GET", f"{api}/products/?limit=3&sort={sort}").json()["next"] for sort in SORTS],
        "tokens": [empty, filled, waiting, paid],
        "counts_key": make_counts_key(shop),
        "secrets": {started["order"]["reference"]: started["order"]["secret"] for started in orders},
    }


def what_is_known(api: str, page: dict[str, Any]) -> list[str]:
    """Slugs of concerns, guides and ingredients that can be read about."""
    named = [
        one["slug"]
        for kind in ("concerns", "guides")
        for one in ask("GET", f"{api}/{kind}/").json()["results"]
    ]
    listed = [item["slug"] for part in page["ingredients"]["formulas"] for item in part["list"]]
    return named + [slug for slug in listed if slug][:8]


def make_counts_key(shop: str) -> str:
    """An API key that may push counts, made at its desk as an owner would."""
    owner = Staff(shop=shop, email=OWNER_EMAIL, password=staff_password())
    form = form_with("name", owner.open("/admin/shop/apikey/add/"))
    shown = owner.send_for("/admin/shop/apikey/add/", form, name="Odd requests", scopes="stock.counts")
    found = re.search(r"Bearer (rgm_[\w-]+)", shown.text)
    if found is None:
        raise RefusedError(f"no key is shown: {read_complaints(shown.text)}")
    return found[1]


def open_cart(api: str, skus: list[str]) -> str:
    token: str = expect(ask("POST", f"{api}/carts/", json_body={"market": "eu"}), 201, what="a cart").json()[
        "token"
    ]
    for sku in skus:
        expect(
            ask("PUT", f"{api}/carts/{token}/lines/{sku}/", json_body={"units": 2}), 200, what="a cart line"
        )
    return token


def check_out(api: str, token: str) -> dict[str, Any]:
    placed = ask(
        "POST",
        f"{api}/carts/{token}/checkout/",
        json_body=make_wish(api, token),
        headers={"Idempotency-Key": f"real {token}".replace(" ", "-")},
    )
    started: dict[str, Any] = expect(placed, 201, what="a checkout").json()
    return started


def make_wish(api: str, token: str) -> dict[str, Any]:
    """A checkout that a cart can have, with the total as it is now."""
    cart = ask("GET", f"{api}/carts/{token}/{WHERE}").json()
    return {
        "email": "ida@customer.example",
        "shipping_address": ADDRESS,
        "delivery_method": "standard",
        "total": cart["totals"]["total"],
    }
