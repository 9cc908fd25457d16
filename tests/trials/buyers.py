"""What customers do, over HTTP only: fill a cart, check out, pay. Acts for `crowd`, told as plain rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.trials.wire import Answer, NoAnswer, line_to

MARKET, COUNTRY, DELIVERY = "eu", "DE", "standard"
ADDRESS = {
    "name": "Mara Lindqvist",
    "street": "Lindenstraße 4",
    "postcode": "10969",
    "city": "Berlin",
    "country": COUNTRY,
}


class Refused(Exception):
    """The shop did not do what no trial doubts that it does."""


@dataclass(frozen=True)
class Wish:
    """Who wants what. `total`: what the cart will come to, when the trial knows; else it is asked."""

    port: int
    email: str
    units: tuple[tuple[str, int], ...]
    total: tuple[int, str] | None = None


@dataclass(frozen=True)
class Basket:
    """A cart that is ready to be checked out."""

    port: int
    email: str
    token: str
    total: tuple[int, str]


@dataclass(frozen=True)
class Told:
    """What a customer was told at the checkout, and how long it took."""

    email: str
    status: int
    problem: str
    seconds: float
    reference: str = ""
    payment_url: str = ""
    missing: tuple[tuple[str, int], ...] = ()

    @property
    def session_id(self) -> str:
        return self.payment_url.rsplit("/", 1)[-1].split("?")[0].split("#")[0]


def fill_cart(wish: Wish) -> Basket:
    """The cart, filled. Raises Refused."""
    line = line_to(wish.port)
    token = expect(line.ask("POST", "/api/v1/carts/", {"market": MARKET}), 201).json()["token"]
    for sku, units in wish.units:
        expect(line.ask("PUT", f"/api/v1/carts/{token}/lines/{sku}/", {"units": units}), 200)
    return Basket(wish.port, wish.email, token, wish.total or read_total(wish.port, token))


def read_total(port: int, token: str) -> tuple[int, str]:
    where = f"/api/v1/carts/{token}/?country={COUNTRY}&delivery_method={DELIVERY}"
    total = expect(line_to(port).ask("GET", where), 200).json()["totals"]["total"]
    return total["amount"], total["currency"]


def check_out(basket: Basket) -> Told:
    """What the shop says to the checkout, whatever it is; a silence is told as status 0."""
    try:
        return tell(basket.email, ask_checkout(basket, key=f"key-of-{basket.email}"))
    except NoAnswer as silence:
        return Told(basket.email, 0, str(silence), 0.0)


def ask_checkout(basket: Basket, *, key: str) -> Answer:
    body = {
        "email": basket.email,
        "shipping_address": ADDRESS,
        "delivery_method": DELIVERY,
        "total": {"amount": basket.total[0], "currency": basket.total[1]},
    }
    path = f"/api/v1/carts/{basket.token}/checkout/"
    return line_to(basket.port).ask("POST", path, body, {"Idempotency-Key": key})


def tell(email: str, answer: Answer) -> Told:
    if answer.status == 201:
        placed = answer.json()
        return Told(email, 201, "", answer.seconds, placed["order"]["reference"], placed["payment_url"])
    missing: tuple[tuple[str, int], ...] = ()
    if answer.problem == "out-of-stock":
        missing = tuple((each["sku"], each["short"]) for each in answer.json()["missing"])
    return Told(email, answer.status, answer.problem, answer.seconds, missing=missing)


def expect(answer: Answer, status: int) -> Answer:
    """The same answer, when its status is that. Raises Refused."""
    if answer.status != status:
        raise Refused(f"answered {answer.status}, not {status}: {answer.body[:600]!r}")
    return answer


def buyers_of(
    port: int, sku: str, count: int, *, who: str, total: tuple[int, str] | None = None
) -> list[Wish]:
    """So many customers who want one unit each."""
    return [Wish(port, f"{who}-{n}@customer.example", ((sku, 1),), total) for n in range(count)]


def total_of(port: int, *units: tuple[str, int]) -> tuple[int, str]:
    """What such a cart comes to: asked once, known for everybody with the same wish."""
    return fill_cart(Wish(port, "asks@customer.example", units)).total


def problems_of(answers: list[Told]) -> dict[str, int]:
    """How often each was said: "201", "409 out-of-stock"."""
    said: dict[str, int] = {}
    for each in answers:
        name = f"{each.status} {each.problem}".strip()
        said[name] = said.get(name, 0) + 1
    return dict(sorted(said.items()))


def quantile(values: list[float], share: float) -> float:
    """The value below which that share of them lies (nearest rank), in seconds; 0 of nothing."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


def as_figures(values: list[float]) -> dict[str, Any]:
    """p50, p99 and the slowest, in milliseconds."""
    return {
        "n": len(values),
        "p50_ms": round(quantile(values, 0.5) * 1000),
        "p95_ms": round(quantile(values, 0.95) * 1000),
        "p99_ms": round(quantile(values, 0.99) * 1000),
        "max_ms": round(max(values, default=0) * 1000),
    }
