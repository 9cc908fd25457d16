"""Shoppers who do not give up: the same request with the same Idempotency-Key until it is answered."""

from __future__ import annotations

import base64
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dev.demo.browser import RefusedError
from dev.demo.paying import pay_on_hosted_page
from dev.demo.programs import API_KEY
from tests.trials.buyers import COUNTRY, DELIVERY, MARKET, Basket, Told, ask_checkout, tell
from tests.trials.wire import Answer, NoAnswer, line_to

PATIENCE_S = 90.0  # of one request with all its repeats; then the customer goes elsewhere
AGAIN_S = 0.4
BUSY = (429, 500, 502, 503, 504)


class GaveUp(Exception):
    """Nobody answered for PATIENCE_S."""


@dataclass(frozen=True)
class Outing:
    """One shopper, who shops until the file `stop` is there."""

    port: int
    sandbox: int
    seed: int
    stop: str
    skus: tuple[str, ...]


@dataclass
class Trip:
    """One basket and what became of it, as the customer knows it."""

    email: str
    ended: str = ""  # "paid", "let go", "sold out", "gave up", or what was odd
    reference: str = ""
    seconds: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)


def shop_until_stopped(outing: Outing) -> list[Trip]:
    """All trips of one shopper."""
    chance, trips = random.Random(outing.seed), list[Trip]()
    while not Path(outing.stop).exists():
        trip = Trip(f"shopper-{outing.seed}-{len(trips)}@customer.example")
        trips.append(trip)
        started = time.monotonic()
        try:
            trip.ended = buy(outing, trip, chance)
        except GaveUp as why:
            trip.ended = f"gave up: {why}"
        trip.seconds = time.monotonic() - started
        time.sleep(chance.uniform(0, 0.1))
    return trips


def buy(outing: Outing, trip: Trip, chance: random.Random) -> str:
    """One basket, from an empty cart to the money; how it ended."""
    units = {sku: chance.randrange(1, 3) for sku in chance.sample(outing.skus, chance.randrange(1, 4))}
    basket = fill(outing, trip, units)
    key = f"{chance.getrandbits(64):x}"
    told = tell(trip.email, insist(trip, lambda: ask_checkout(basket, key=key)))
    if told.problem == "out-of-stock":
        return "sold out"
    if told.status != 201:
        return f"odd: {told.status} {told.problem}"
    trip.reference = told.reference
    return settle(outing, trip, told, chance)


def fill(outing: Outing, trip: Trip, units: dict[str, int]) -> Basket:
    """A full cart and its total. Raises GaveUp."""
    line = line_to(outing.port)
    made = insist(trip, lambda: line.ask("POST", "/api/v1/carts/", {"market": MARKET}))
    token = made.json()["token"]
    for sku, count in units.items():
        path = f"/api/v1/carts/{token}/lines/{sku}/"
        insist(trip, partial(line.ask, "PUT", path, {"units": count}))
    where = f"/api/v1/carts/{token}/?country={COUNTRY}&delivery_method={DELIVERY}"
    total = insist(trip, lambda: line.ask("GET", where)).json()["totals"]["total"]
    return Basket(outing.port, trip.email, token, (total["amount"], total["currency"]))


def settle(outing: Outing, trip: Trip, told: Told, chance: random.Random) -> str:
    """Most pay on the page at once; some never; some when their time is over already."""
    fate = chance.random()
    if fate < 0.15:
        return "let go"
    if fate < 0.25:
        expire(outing, trip, told.session_id)
        time.sleep(chance.uniform(0, 3))
        headers = {"Authorization": f"Bearer {API_KEY}"}
        path = f"/_sandbox/pay/{told.session_id}"
        paid = insist(trip, lambda: line_to(outing.sandbox).ask("POST", path, {"late": True}, headers))
        return "paid" if paid.status == 200 else f"odd: late payment {paid.status}"
    try:
        pay_on_hosted_page(told.payment_url, email=trip.email)
    except (RefusedError, OSError) as error:
        return f"odd: the page said {error}"[:200]
    return "paid"


def expire(outing: Outing, trip: Trip, session_id: str) -> None:
    basic = base64.b64encode(f"{API_KEY}:".encode()).decode()
    path, headers = f"/v1/checkout/sessions/{session_id}/expire", {"Authorization": f"Basic {basic}"}
    insist(trip, lambda: line_to(outing.sandbox).ask("POST", path, headers=headers))


def insist(trip: Trip, request: Callable[[], Answer]) -> Answer:
    """The first answer that is one; silence and "busy" are noted and asked again. Raises GaveUp."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            answer = request()
            if answer.status not in BUSY:
                return answer
            trip.errors[f"{answer.status} {answer.problem}".strip()] += 1
        except NoAnswer as silence:
            trip.errors[str(silence).rsplit(": ", 1)[-1].split(" ")[0]] += 1
        if time.monotonic() > end:
            raise GaveUp(str(dict(trip.errors)))
        time.sleep(AGAIN_S)
