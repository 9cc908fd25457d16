"""What is measured: four things that customers do, each against the shop and against the floor."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from dev.bench.wire import Line, WrongAnswerError

ADDRESS = {
    "name": "Mara Lindqvist",
    "street": "Lindenstraße 4",
    "postcode": "10969",
    "city": "Berlin",
    "country": "DE",
}
CLIENTS = (1, 8)
LINES = 3  # in the cart whose lines are put
Act = Callable[["Customer"], None]


@dataclass(frozen=True)
class Stock:
    """What there is to ask for, read from the shop before anything is measured."""

    categories: list[str]
    slugs: list[str]
    skus: list[str]


@dataclass
class Customer:
    """One connection, one cart, and one source of chance."""

    line: Line
    stock: Stock
    chance: random.Random
    cart: str = ""
    skus: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scene:
    """`shop` and `floor` do the same thing once; `steps` is how many requests that is at the shop.

    The aim is a multiple of the floor, or CPU-ms.
    """

    name: str
    shop: Act
    floor: Act
    steps: int = 1
    most_floors: float | None = None
    most_ms: float | None = None


def list_products(customer: Customer) -> None:
    category = customer.chance.choice(customer.stock.categories)
    path = f"/api/v1/products/?category={category}&sort=price"
    _check_listing(customer.line.ask("GET", path))


def list_products_floor(customer: Customer) -> None:
    category = customer.chance.choice(customer.stock.categories)
    _check_listing(customer.line.ask("GET", f"/floor/products/?category={category}"))


def _check_listing(answer: bytes) -> None:
    if answer.count(b'"price_from"') != 24:
        raise WrongAnswerError(f"a listing of {answer.count(b'price_from')} cards: {answer[:200]!r}")


def read_product(customer: Customer) -> None:
    _check_page(customer.line.ask("GET", f"/api/v1/products/{customer.chance.choice(customer.stock.slugs)}/"))


def read_product_floor(customer: Customer) -> None:
    _check_page(customer.line.ask("GET", f"/floor/products/{customer.chance.choice(customer.stock.slugs)}/"))


def _check_page(answer: bytes) -> None:
    if b'"unit_price"' not in answer:
        raise WrongAnswerError(f"a page without a size: {answer[:200]!r}")


def put_line(customer: Customer) -> None:
    if not customer.cart:
        customer.cart = customer.line.ask_json("POST", "/api/v1/carts/", {"market": "eu"}, expect=201)[
            "token"
        ]
        customer.skus = customer.chance.sample(customer.stock.skus, LINES)
    _put(customer, f"/api/v1/carts/{customer.cart}/lines/{customer.chance.choice(customer.skus)}/")


def put_line_floor(customer: Customer) -> None:
    if not customer.cart:
        customer.cart = customer.line.ask_json("POST", "/floor/carts", {"market": "eu"}, expect=201)["token"]
        customer.skus = customer.chance.sample(customer.stock.skus, LINES)
    _put(customer, f"/floor/carts/{customer.cart}/{customer.chance.choice(customer.skus)}")


def _put(customer: Customer, path: str) -> None:
    units = customer.chance.randrange(1, 10)
    answer = customer.line.ask("PUT", path, {"units": units})
    if f'"units":{units}'.encode() not in answer:
        raise WrongAnswerError(f"a cart without what was put: {answer[:400]!r}")


def check_out(customer: Customer) -> None:
    """A new cart, two lines, a look at the total, the checkout: five requests."""
    line, carts = customer.line, "/api/v1/carts/"
    token = line.ask_json("POST", carts, {"market": "eu"}, expect=201)["token"]
    for sku in customer.chance.sample(customer.stock.skus, 2):
        line.ask("PUT", f"{carts}{token}/lines/{sku}/", {"units": customer.chance.randrange(1, 4)})
    seen = line.ask_json("GET", f"{carts}{token}/?country=DE&delivery_method=standard")
    wish = _wish() | {"delivery_method": "standard", "total": seen["totals"]["total"]}
    key = f"Idempotency-Key: {uuid.UUID(int=customer.chance.getrandbits(128))}\r\n"
    placed = line.ask_json("POST", f"{carts}{token}/checkout/", wish, expect=201, headers=key)
    if placed["order"]["status"] != "placed" or not placed["payment_url"]:
        raise WrongAnswerError(f"no order: {placed}")


def check_out_floor(customer: Customer) -> None:
    skus = customer.chance.sample(customer.stock.skus, 2)
    units = {sku: customer.chance.randrange(1, 4) for sku in skus}
    answer = customer.line.ask("POST", "/floor/checkout", _wish() | {"units": units}, expect=201)
    if json.loads(answer)["order"]["status"] != "placed":
        raise WrongAnswerError(f"no order: {answer[:400]!r}")


def _wish() -> dict[str, object]:
    return {"email": "mara.lindqvist@customer.example", "shipping_address": ADDRESS}


SCENES = [
    Scene("listing, 24 cards", list_products, list_products_floor, most_floors=4),
    Scene("product page", read_product, read_product_floor, most_floors=4),
    Scene("cart line", put_line, put_line_floor, most_floors=6),
    Scene("whole checkout", check_out, check_out_floor, steps=5, most_ms=40),
]


def read_stock(line: Line, *, seed: int) -> Stock:
    """What the shop sells, read through its API: every category's first pages, in a shuffled order."""
    categories = [
        leaf["slug"]
        for root in line.ask_json("GET", "/api/v1/categories/")["results"]
        for leaf in root["children"]
    ]
    slugs: list[str] = []
    for category in categories:
        path = f"/api/v1/products/?category={category}&in_stock=true&limit=100"
        slugs += [card["slug"] for card in line.ask_json("GET", path)["results"]]
    random.Random(seed).shuffle(slugs)
    skus = [
        variant["sku"]
        for slug in slugs[:400]
        for variant in line.ask_json("GET", f"/api/v1/products/{slug}/")["variants"]
        if variant["in_stock"]
    ]
    return Stock(categories=categories, slugs=slugs, skus=skus)
