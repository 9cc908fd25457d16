"""The processes of the demo: Stripe's stand-in and the mailbox, then the shop's worker, clock and web."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dev.demo.browser import ask
from dev.demo.ports import Ports, choose_ports
from dev.demo.supervisor import Supervisor

API_KEY = "sk_test_local_sandbox"
CATALOGUE = Path("dev/demo/catalogue")
SUPPLIED = "ROT"  # the place whose shelves the supplier keeps
WEBHOOK_SECRET = "whsec_local_sandbox"


@dataclass(frozen=True)
class Plan:
    """Where everything will be. Made once, before our own choices are put into the environment."""

    home: Path
    ports: Ports
    plays_stripe: bool

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.ports.web}"

    @property
    def mailbox(self) -> str:
        return f"http://127.0.0.1:{self.ports.mailbox}"

    @property
    def supplier(self) -> str:
        return f"http://127.0.0.1:{self.ports.supplier}"

    @property
    def sandbox(self) -> str | None:
        return f"http://127.0.0.1:{self.ports.sandbox}" if self.plays_stripe else None


def make_plan(home: Path) -> Plan:
    """The ports, and who plays Stripe: our sandbox, unless the environment names a key or an address."""
    named = os.environ.get("STRIPE_API_KEY") or os.environ.get("STRIPE_API_BASE")
    return Plan(home=home, ports=choose_ports(unused=("sandbox",) if named else ()), plays_stripe=not named)


def shop_environment(plan: Plan) -> dict[str, str]:
    """What the shop's settings read, for every process of it and every manage.py."""
    environment = {
        "SHOP_ENV": "local",
        "SHOP_URL": plan.web,
        "EMAIL_URL": f"smtp://127.0.0.1:{plan.ports.smtp}",
        "MEDIA_ROOT": str(plan.home / "media"),
        "DB_POOL": "0",
        "FEED_PRIVATE_NETWORKS": "127.0.0.0/8",  # where the supplier stands
    }
    if plan.sandbox:
        environment |= {
            "STRIPE_API_KEY": API_KEY,
            "STRIPE_API_BASE": plan.sandbox,
            "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        }
    return environment


def start_desks(supervisor: Supervisor, plan: Plan) -> None:
    """The mailbox, the supplier, and the sandbox when Stripe is ours to play, run and answer."""
    command = [sys.executable, "-m", "dev.mailbox", "--dir", str(plan.home / "mail")]
    command += ["--http-port", str(plan.ports.mailbox), "--smtp-port", str(plan.ports.smtp)]
    supervisor.start("mailbox", command)
    command = [sys.executable, "-m", "dev.supplier", "--goods", str(CATALOGUE / "lots.csv")]
    command += ["--location", SUPPLIED, "--port", str(plan.ports.supplier)]
    supervisor.start("supplier", command)
    if plan.sandbox:
        command = [sys.executable, "-m", "dev.stripe_sandbox", "--port", str(plan.ports.sandbox)]
        command += ["--db", str(plan.home / "sandbox.sqlite3"), "--api-key", API_KEY]
        command += ["--webhook-url", f"{plan.web}/webhooks/stripe", "--webhook-secret", WEBHOOK_SECRET]
        # the shop may be away for a restart: the first retries come soon
        supervisor.start("sandbox", [*command, "--retry-schedule", "1,2,5,15,60,300"])
        supervisor.wait_for("the sandbox's first answer", partial(answers, plan.sandbox), timeout_s=20)
    supervisor.wait_for("the supplier's first answer", partial(answers, plan.supplier), timeout_s=20)
    supervisor.wait_for("the mailbox's first answer", partial(answers, plan.mailbox), timeout_s=20)


def start_shop(supervisor: Supervisor, plan: Plan) -> None:
    """Worker, clock and web are on their way up."""
    celery = [sys.executable, "-m", "celery", "-A", "config", "--quiet"]
    worker = [*celery, "worker", "--pool", "prefork", "-c", "2", "-l", "WARNING"]
    supervisor.start("worker", [*worker, "--without-gossip", "--without-mingle"])
    # the timetable is in the code and every round repeats: a clock without memory has no file to go stale
    supervisor.start("clock", [*celery, "beat", "-l", "WARNING", "-S", "celery.beat.Scheduler", "--pidfile="])
    granian = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
    granian += ["--port", str(plan.ports.web), "--workers", "1", "--blocking-threads", "4"]
    # granian 2.8.7 loses a SIGTERM that comes while its worker boots: the kill time-out bounds it
    granian += ["--backpressure", "64", "--no-ws", "--workers-kill-timeout", "5", "config.wsgi:application"]
    supervisor.start("web", granian, DB_POOL="4")


def wait_until_ready(supervisor: Supervisor, plan: Plan) -> None:
    """The shop says that it is ready: database and broker answer, a worker's heartbeat was seen.

    Raises TookTooLongError; ChildDiedError.
    """
    supervisor.wait_for("the shop's readiness", partial(is_ready, plan.web), timeout_s=60)


def answers(address: str) -> bool | None:
    """True when something speaks HTTP there, else None."""
    try:
        ask("GET", f"{address}/", timeout_s=5)
    except OSError:
        return None
    return True


def is_ready(shop: str) -> bool | None:
    """True when /readyz says that database, broker and worker are well, else None."""
    try:
        answer = ask("GET", f"{shop}/readyz", timeout_s=5)
    except OSError:
        return None
    return True if answer.status == 200 and answer.json()["status"] == "ready" else None
