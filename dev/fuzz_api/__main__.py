"""`python -m dev.fuzz_api`: opens a small shop, sends it thousands of odd requests, says what came of it.

Ends with 0 only when no answer was a server error and every answer was as the description says.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dev.demo import telling
from dev.demo.browser import RefusedError
from dev.demo.ports import NoFreePortError
from dev.demo.programs import make_plan, shop_environment, start_desks, start_shop, wait_until_ready
from dev.demo.supervisor import (
    ROOT,
    ChildDiedError,
    StoppedError,
    Supervisor,
    TookTooLongError,
    ignore_signals,
    stop_on_signals,
)
from dev.embedded import TEST, EmbeddedError, Stack
from dev.fuzz_api.real_things import make_real_things
from dev.fuzz_api.shelves import fill_shelves

SCOPES = ("CART", "CHECKOUT", "ORDER", "LABEL", "COUNTS", "ALERT", "INCIDENT")
REFUSALS = (
    "400 401 403 404 405 406 409 413 415 429".split()
)  # 413: a text that is too long may be a body that is
UNCOUNTED = {f"THROTTLE_{scope}": "1000000/s" for scope in SCOPES}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.fuzz_api", description=__doc__)
    parser.add_argument("--examples", type=int, default=60, help="random cases for each operation (60)")
    parser.add_argument("--seconds", type=int, default=0, help="no longer than this (no limit)")
    parser.add_argument("--seed", type=int, help="the same cases again")
    parser.add_argument("--only", help="one operation, such as check_out")
    options = parser.parse_args()
    stop_on_signals()
    with tempfile.TemporaryDirectory(prefix="regimen-fuzz-") as directory:
        home = Path(directory)
        stack, supervisor = Stack(None, settings=TEST, logs=home), Supervisor(logs=home / "logs")
        try:
            return attack(stack, supervisor, home, options)
        except StoppedError:
            return 130
        except (
            EmbeddedError,
            NoFreePortError,
            ChildDiedError,
            RefusedError,
            TookTooLongError,
            OSError,
        ) as error:
            telling.failed(str(error))
            return 1
        finally:
            ignore_signals()
            supervisor.stop()
            stack.stop()


def attack(stack: Stack, supervisor: Supervisor, home: Path, options: argparse.Namespace) -> int:
    """A shop with real carts and orders, and Schemathesis in front of it."""
    with telling.step("a small shop"):
        stack.start()
        supervisor.servers = stack.children()
        plan = make_plan(home)
        os.environ.update(shop_environment(plan) | UNCOUNTED)
        start_desks(supervisor, plan)
        fill_shelves(home)
        start_shop(supervisor, plan)
        wait_until_ready(supervisor, plan)
    with telling.step("real carts and orders"):
        things = make_real_things(plan.web, plan.sandbox or "", supervisor)
        (home / "things.json").write_text(json.dumps(things))
    started = time.monotonic()
    failed = run_schemathesis(plan.web, home, options)
    tried = json.loads((home / "tried.json").read_text())
    complaints = read_complaints(home)
    tell(tried, seconds=time.monotonic() - started)
    for line in complaints:
        telling.trouble("web", line)
    server_errors = sum(many for counts in tried.values() for status, many in counts.items() if status >= "5")
    return 1 if failed or server_errors or complaints else 0


def run_schemathesis(shop: str, home: Path, options: argparse.Namespace) -> bool:
    """True when some answer was not as it should be; Schemathesis has said which."""
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "--config-file",
        str(write_config(home)),
        "run",
    ]
    command += [f"{shop}/api/openapi.yaml", "--max-examples", str(options.examples)]
    command += ["--checks", "all", "--continue-on-failure", "--request-timeout", "20", "--no-color"]
    if options.seconds:
        command += ["--max-time", str(options.seconds)]
    if options.seed is not None:
        command += ["--seed", str(options.seed)]
    if options.only:
        command += ["--include-operation-id", options.only]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "dev.fuzz_api.hooks", "FUZZ_HOME": str(home)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as attacker:
        assert attacker.stdout is not None
        for line in attacker.stdout:
            print(line.strip("=\n"), flush=True)  # its rulers look like those of a test run that ran nothing
    return attacker.returncode != 0


def write_config(home: Path) -> Path:
    """Half of the time a parameter is something that exists: chance alone would never find a cart."""
    things = json.loads((home / "things.json").read_text())
    lines: list[str] = []
    bound = {
        "path.token": things["tokens"],
        "path.sku": things["skus"],
        "path.slug": things["slugs"],
        "path.reference": list(things["secrets"]),
        "query.market": ["eu", "uk", "us"],
        "query.delivery_method": ["standard", "express"],
        "query.country": ["DE", "GB", "US"],
        "query.cursor": things["cursors"],
        "query.q": ["milk spots", "retinol serm", "fragrance free cream", 'SPF50 & "sun"'],
        "body.text": ["Aqua, Glycerin 2%, Parfum. May contain: CI 77891", "No Info"],
        "body.market": ["eu", "uk", "us"],
        "body.delivery_method": ["standard", "express"],
    }
    for name, values in bound.items():
        lines += [f"[dictionaries.{name.replace('.', '-')}]", f"values = {json.dumps(values)}"]
    for name in bound:
        lines += [f'[parameters."{name}"]', f'dictionary = "{name.replace(".", "-")}"', "probability = 0.6"]
    lines += ["[auth.openapi.apiKey]", f"bearer = {json.dumps(things['counts_key'])}"]
    lines += ["[checks.negative_data_rejection]", f"expected-statuses = {json.dumps(REFUSALS)}"]
    path = home / "schemathesis.toml"
    path.write_text("\n".join(lines))
    return path


def read_complaints(home: Path) -> list[str]:
    """What the web process logged as an error: a 500 that nobody saw would be here."""
    lines = (home / "logs" / "web.log").read_text(errors="replace").splitlines()
    return [
        line for line in lines if "Traceback" in line or " ERROR" in line or "Internal Server Error" in line
    ]


def tell(tried: dict[str, dict[str, int]], *, seconds: float) -> None:
    telling.heading("Cases tried, by operation and status")
    whole = 0
    for operation, counts in sorted(tried.items()):
        cases = sum(counts.values())
        whole += cases
        telling.line(
            f"{cases:>6}  {operation:<46} {'  '.join(f'{s}×{n}' for s, n in sorted(counts.items()))}"
        )
    telling.line(f"{whole:>6}  in {seconds:.0f} s")


if __name__ == "__main__":
    raise SystemExit(main())
