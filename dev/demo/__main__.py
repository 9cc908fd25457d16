"""`make demo`: the whole shop in one command. It opens, sells one basket by itself, and stays open.

ONCE=1 ends after the purchase: 0 only when the receipt arrived.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from dev.demo import telling
from dev.demo.browser import RefusedError
from dev.demo.curating import curate
from dev.demo.loading import DERMATOLOGIST_EMAIL, MIGRATED, OWNER_EMAIL, Loading, staff_password
from dev.demo.ports import NoFreePortError
from dev.demo.programs import Plan, make_plan, shop_environment, start_desks, start_shop, wait_until_ready
from dev.demo.purchase import Bought, Customer
from dev.demo.reading import read_why
from dev.demo.supervisor import (
    ROOT,
    ChildDiedError,
    StoppedError,
    Supervisor,
    TookTooLongError,
    ignore_signals,
    stop_on_signals,
)
from dev.demo.supplying import await_counts, connect_supplier
from dev.embedded import DEMO, EmbeddedError, Stack

HOME = ROOT / ".run" / "demo"


def main() -> int:
    stop_on_signals()
    home = Path(os.environ.get("DEMO_HOME") or HOME).resolve()
    stack, supervisor = Stack(home, settings=DEMO, logs=home / "logs"), Supervisor(logs=home / "logs")
    code = 1
    try:
        open_shop(stack, supervisor, home)
        code = 0
        while not os.environ.get("ONCE"):
            supervisor.look()
            time.sleep(0.3)
    except StoppedError as reason:
        code = 0 if code == 0 else 130
        telling.heading(f"{reason}: closing")
    except (EmbeddedError, NoFreePortError, ChildDiedError, RefusedError, TookTooLongError, OSError) as error:
        code = 1
        telling.failed(str(error))
    finally:
        ignore_signals()
        started = bool(supervisor.programs or stack.children())
        supervisor.stop()
        stack.stop()
        if started:
            telling.line("All processes have ended.")
    return code


def open_shop(stack: Stack, supervisor: Supervisor, home: Path) -> None:
    """The shop is open and has sold a basket; all of it was told on the terminal."""
    started = time.monotonic()
    telling.heading("Regimen opens on this machine")
    with telling.step("PostgreSQL and Valkey") as results:
        ours = stack.start()
        supervisor.servers = stack.children()
        results.append({0: "as you named them", 1: "one embedded, one named"}.get(len(ours), "embedded"))
    plan = make_plan(home)
    for sentence in plan.ports.moved:
        telling.line(f"! {sentence}")
    if not plan.plays_stripe:
        telling.line("! The environment names a Stripe: the shop talks to it, no sandbox is started.")
    os.environ.update(shop_environment(plan))
    with telling.step("mailbox, supplier, Stripe" if plan.plays_stripe else "mailbox, supplier"):
        start_desks(supervisor, plan)
    loading = fill_shelves(stack, supervisor, plan)
    owner = (OWNER_EMAIL, staff_password())
    supplied = connect_supplier(shop=plan.web, login=owner, supplier=plan.supplier)
    if not loading.is_done:
        curate(
            shop=plan.web,
            owner=owner,
            dermatologist=(DERMATOLOGIST_EMAIL, staff_password()),
        )
        loading.remember()
    telling.heading("A customer asks why this jar")
    cards = read_why(plan.web)
    telling.heading("She buys")
    customer = Customer(shop=plan.web, mailbox=plan.mailbox, sandbox=plan.sandbox, supervisor=supervisor)
    bought = customer.buy(cards)
    telling.heading("Meanwhile the clock fetched the supplier's file")
    await_counts(supplied, supervisor)
    tell_addresses(plan, bought, seconds=time.monotonic() - started)


def fill_shelves(stack: Stack, supervisor: Supervisor, plan: Plan) -> Loading:
    """The shop answers, and has goods: loaded now, or the last time."""
    loading = Loading(stamp=stack.postgres.directory / "regimen.loaded" if stack.postgres else None)
    if loading.is_done:
        start_shop(supervisor, plan)
    else:
        for title in loading.load():
            if title == MIGRATED:  # the shop boots while the shelves are filled
                start_shop(supervisor, plan)
    with telling.step("web, worker and clock ready"):
        wait_until_ready(supervisor, plan)
    return loading


def tell_addresses(plan: Plan, bought: Bought, *, seconds: float) -> None:
    """Where to look next."""
    receipt = f"receipt {bought.receipt_number} is in the mailbox"
    telling.heading(f"Open after {seconds:.0f} s. Order {bought.reference} is paid, {receipt}.")
    addresses = [
        ("Storefront API", f"{plan.web}/api/v1/products/"),
        ("API docs", f"{plan.web}/api/docs/"),
        ("Admin", f"{plan.web}/admin/   {OWNER_EMAIL}   {staff_password()}"),
        ("Dermatologist", f"{plan.web}/admin/   {DERMATOLOGIST_EMAIL}   {staff_password()}"),
        ("Mailbox", f"{plan.mailbox}/"),
        ("Supplier", f"{plan.supplier}/"),
        ("That receipt", bought.letter_url),
    ]
    if plan.sandbox:
        addresses.append(("Stripe sandbox", f"{plan.sandbox}/"))
    for name, address in addresses:
        telling.line(f"{name:<15} {address}")
    telling.line("")
    if not os.environ.get("ONCE"):
        telling.line(f"Ctrl-C closes the shop. Logs: {os.path.relpath(plan.home / 'logs')}")


if __name__ == "__main__":
    raise SystemExit(main())
