"""Reservations that expire while they are being paid, and others who wait for the goods."""

from __future__ import annotations

import base64
import random
import time
from dataclasses import dataclass

from dev.demo.programs import API_KEY
from tests.trials import money, truth
from tests.trials.buyers import Basket, Told, buyers_of, check_out, fill_cart, problems_of, total_of
from tests.trials.premises import Goods
from tests.trials.races import Race, Result, Ring, Size
from tests.trials.shop import NeverCame, wait_until
from tests.trials.wire import line_to

EXPIRE_S, PAY_S, WAIT_S = 2.0, 4.5, 7.0  # sessions end early, are paid early or late; others wait longest
SETTLED_S = 120
STATES = """
    SELECT o.status, count(*) FROM orders_order o JOIN orders_orderline n ON n.order_id = o.id
     WHERE n.sku = %s GROUP BY 1 ORDER BY 1"""
REFUNDED = """
    SELECT count(*) FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
      JOIN orders_orderline n ON n.order_id = p.order_id WHERE n.sku = %s"""


def goods(times: int, size: Size) -> list[Goods]:
    half = size.expiring // 2
    return [Goods(name(n), (("BER", half), ("PAR", size.expiring - half))) for n in range(times)]


def name(number: int) -> str:
    return f"EXPIRE-{number:03d}"


@dataclass(frozen=True)
class Deed:
    """Something that happens to one session, or somebody who waits for goods, `at_s` after the start."""

    at_s: float
    what: str  # "expire", "pay", "pay late", "wait"
    sandbox: int
    session_id: str = ""
    basket: Basket | None = None


def act(deed: Deed) -> str:
    """What came of it."""
    time.sleep(deed.at_s)
    if deed.basket is not None:
        return wait_for_goods(deed.basket, deed.sandbox)
    return touch_session(deed.sandbox, deed.session_id, deed.what)


def touch_session(sandbox: int, session_id: str, what: str) -> str:
    """Stripe's session is paid, or ended, as its owner may do at any time; "200" when it was."""
    line = line_to(sandbox)
    if what == "expire":
        basic = base64.b64encode(f"{API_KEY}:".encode()).decode()
        path, headers = f"/v1/checkout/sessions/{session_id}/expire", {"Authorization": f"Basic {basic}"}
        return str(line.ask("POST", path, headers=headers).status)
    late = {"late": True} if what == "pay late" else {}
    return str(
        line.ask("POST", f"/_sandbox/pay/{session_id}", late, {"Authorization": f"Bearer {API_KEY}"}).status
    )


def wait_for_goods(basket: Basket, sandbox: int) -> str:
    """Asks until something is free again, then pays at once: "sold", or "in vain"."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        told = check_out(basket)
        if told.status == 201:
            return "sold" if touch_session(sandbox, told.session_id, "pay") == "200" else "not paid"
        if told.problem != "out-of-stock":
            return f"{told.status} {told.problem}"
        time.sleep(0.15)
    return "in vain"


def run(ring: Ring, number: int, chance: random.Random) -> Result:
    sku, units = name(number), ring.size.expiring
    total = total_of(ring.port, (sku, 1))
    first = buyers_of(ring.port, sku, units, who=f"{sku.lower()}-first", total=total)
    placed = ring.crowd.send(check_out, ring.crowd.send(fill_cart, first, clients=8), clients=8)
    second = buyers_of(ring.port, sku, units // 2, who=f"{sku.lower()}-second", total=total)
    waiting = ring.crowd.send(fill_cart, second, clients=8)
    result = Result()
    result.judge(problems_of(placed) == {"201": units}, f"at first they were told {problems_of(placed)}")
    deeds = plan_deeds(placed, waiting, sandbox=ring.shop.ports.sandbox, chance=chance)
    came = ring.crowd.send(act, deeds, clients=len(deeds))
    odd = {told for deed, told in zip(deeds, came, strict=True) if deed.what == "wait"} - {"sold", "in vain"}
    result.judge(not odd, f"those who waited were told {odd}")
    try:
        settled = wait_until(
            "everything is settled", lambda: is_settled(ring.shop.database), patience_s=SETTLED_S
        )
    except NeverCame as late:
        result.violations.append(f"{late}: {truth.unfinished(ring.shop.database)}")
        settled = SETTLED_S
    states = dict(truth.ask(ring.shop.database, STATES, sku))
    refunded = truth.ask(ring.shop.database, REFUNDED, sku)[0][0]
    result.judge(states.get("PAID", 0) <= units, f"{states.get('PAID')} of {units} units were sold")
    result.violations += truth.find_violations(ring.shop.database)
    result.violations += truth.find_violations(ring.shop.database, truth.MONEY_CHECKS)
    result.violations += money.find_violations(ring.shop)
    result.figures = {"orders": states, "refunded": refunded, "settled_s": round(settled, 1)}
    result.told = (
        f"{units} units, {units} promised, {len(waiting)} waiting: {states}, {refunded} paid back, "
        f"{came.count('sold')} of those who waited were served; settled in {settled:.1f} s"
    )
    return result


def plan_deeds(
    placed: list[Told], waiting: list[Basket], *, sandbox: int, chance: random.Random
) -> list[Deed]:
    """Every session ends; four of five are paid: in time, in the same moment, or too late."""
    deeds = []
    for told in placed:
        end = chance.uniform(0, EXPIRE_S)
        deeds.append(Deed(end, "expire", sandbox, told.session_id))
        fate = chance.random()
        if fate < 0.3:  # the same moment
            deeds.append(Deed(max(0, end + chance.uniform(-0.02, 0.02)), "pay", sandbox, told.session_id))
        elif fate < 0.8:  # the bank was slow
            deeds.append(Deed(chance.uniform(0, PAY_S), "pay late", sandbox, told.session_id))
    deeds += [Deed(chance.uniform(0, 1), "wait", sandbox, basket=basket) for basket in waiting]
    return deeds


def is_settled(database: str) -> bool:
    """Nobody owes anybody an answer."""
    waiting = truth.ask(database, "SELECT count(*) FROM orders_order WHERE status = 'PLACED'")[0][0]
    return waiting == 0 and not truth.unfinished(database)


def sum_up(results: list[Result]) -> dict[str, int]:
    """How all orders of all repeats ended."""
    ended: dict[str, int] = {"refunded": 0}
    for result in results:
        ended["refunded"] += result.figures.get("refunded", 0)
        for status, count in result.figures.get("orders", {}).items():
            ended[status] = ended.get(status, 0) + count
    return ended


RACE = Race(
    "expiring",
    "reservations that expire while they are being paid",
    goods,
    run,
    guard_off="goods-before-revival",
)
