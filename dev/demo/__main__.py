"""`make demo`: the whole shop in one command. It opens, sells one basket by itself, and stays open.

ONCE=1 ends after the purchase: 0 only when the receipt arrived.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from dev.demo import telling
from dev.demo.browser import RefusedError
from dev.demo.loading import OWNER_EMAIL, load_shop, owner_password
from dev.demo.ports import NoFreePortError, Ports, choose_ports
from dev.demo.programs import shop_environment, start_desks, start_shop, uses_own_sandbox
from dev.demo.purchase import Bought, Customer
from dev.demo.supervisor import (
    ROOT,
    ChildDiedError,
    StoppedError,
    Supervisor,
    TookTooLongError,
    ignore_signals,
    stop_on_signals,
)
from dev.embedded import DEMO, EmbeddedError, Stack

HOME = ROOT / ".run" / "demo"


def main() -> int:
    stop_on_signals()
    home = Path(os.environ.get("DEMO_HOME") or HOME)
    stack, supervisor = Stack(home, settings=DEMO, logs=home / "logs"), Supervisor(logs=home / "logs")
    code = 1
    try:
        open_shop(stack, supervisor)
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
        supervisor.stop()
        stack.stop()
        telling.line("All processes have ended.")
    return code


def open_shop(stack: Stack, supervisor: Supervisor) -> None:
    """The shop is open and has sold a basket; all of it was told on the terminal."""
    started = time.monotonic()
    telling.heading("Regimen opens on this machine")
    home = stack.home or HOME
    with telling.step("PostgreSQL and Valkey") as results:
        ours = stack.start()
        supervisor.servers = stack.children()
        results.append("embedded" if len(ours) == 2 else f"{len(ours)} embedded, the rest as you named it")
    ports = choose_ports()
    for sentence in ports.moved:
        telling.line(f"! {sentence}")
    if not uses_own_sandbox():
        telling.line("! STRIPE_API_KEY is set: the shop talks to that Stripe, no sandbox is started.")
    os.environ.update(shop_environment(ports, home))
    with telling.step("mailbox and Stripe sandbox" if uses_own_sandbox() else "mailbox"):
        start_desks(supervisor, ports, home)
    load_shop(stamp=stack.postgres.directory / "regimen.loaded" if stack.postgres else None)
    with telling.step("web, worker and clock ready"):
        start_shop(supervisor, ports)
    telling.heading("A customer buys")
    sandbox = f"http://127.0.0.1:{ports.sandbox}" if uses_own_sandbox() else None
    mailbox = f"http://127.0.0.1:{ports.mailbox}"
    shop = f"http://127.0.0.1:{ports.web}"
    bought = Customer(shop=shop, mailbox=mailbox, sandbox=sandbox, supervisor=supervisor).buy()
    tell_addresses(ports, bought, seconds=time.monotonic() - started)


def tell_addresses(ports: Ports, bought: Bought, *, seconds: float) -> None:
    """Where to look next."""
    web = f"http://127.0.0.1:{ports.web}"
    telling.heading(
        f"Open, {seconds:.0f} s after the start. Order {bought.reference} is paid, its receipt arrived."
    )
    addresses = [
        ("Storefront API", f"{web}/api/v1/products/"),
        ("API docs", f"{web}/api/docs/"),
        ("Admin", f"{web}/admin/   {OWNER_EMAIL}   {owner_password()}"),
        ("Mailbox", f"http://127.0.0.1:{ports.mailbox}/"),
        ("That receipt", bought.letter_url),
    ]
    if uses_own_sandbox():
        addresses.append(("Stripe sandbox", f"http://127.0.0.1:{ports.sandbox}/"))
    for name, address in addresses:
        telling.line(f"{name:<15} {address}")
    telling.line("")
    if not os.environ.get("ONCE"):
        telling.line("Ctrl-C closes the shop. Logs: .run/demo/logs/")


if __name__ == "__main__":
    raise SystemExit(main())
