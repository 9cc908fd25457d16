"""The processes of the demo: Stripe's stand-in and the mailbox, then the shop's worker, clock and web."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dev.demo.browser import ask
from dev.demo.ports import Ports
from dev.demo.supervisor import Supervisor

API_KEY = "sk_test_local_sandbox"
WEBHOOK_SECRET = "whsec_local_sandbox"


def uses_own_sandbox() -> bool:
    """Whether Stripe is played by our sandbox: no key, or no address, of anybody else's is named."""
    return not os.environ.get("STRIPE_API_KEY") and not os.environ.get("STRIPE_API_BASE")


def shop_environment(ports: Ports, home: Path) -> dict[str, str]:
    """What the shop's settings read, for every process of it and every manage.py."""
    environment = {
        "SHOP_ENV": "local",
        "SHOP_URL": f"http://127.0.0.1:{ports.web}",
        "EMAIL_URL": f"smtp://127.0.0.1:{ports.smtp}",
        "MEDIA_ROOT": str(home / "media"),
        "DB_POOL": "0",
    }
    if uses_own_sandbox():
        environment |= {
            "STRIPE_API_KEY": API_KEY,
            "STRIPE_API_BASE": f"http://127.0.0.1:{ports.sandbox}",
            "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        }
    return environment


def start_desks(supervisor: Supervisor, ports: Ports, home: Path) -> None:
    """The sandbox (when Stripe is ours to play) and the mailbox run and answer."""
    waiting = [("mailbox", ports.mailbox, "/")]
    if uses_own_sandbox():
        command = [sys.executable, "-m", "dev.stripe_sandbox", "--port", str(ports.sandbox)]
        command += ["--db", str(home / "sandbox.sqlite3"), "--api-key", API_KEY]
        command += ["--webhook-url", f"http://127.0.0.1:{ports.web}/webhooks/stripe"]
        command += ["--webhook-secret", WEBHOOK_SECRET, "--retry-schedule", "1,2,5,15,60,300"]
        supervisor.start("sandbox", command)
        waiting.append(("sandbox", ports.sandbox, "/"))
    command = [sys.executable, "-m", "dev.mailbox", "--dir", str(home / "mail")]
    command += ["--http-port", str(ports.mailbox), "--smtp-port", str(ports.smtp)]
    supervisor.start("mailbox", command)
    for name, port, path in waiting:
        supervisor.wait_for(f"the {name}'s first answer", lambda: answers(port, path), timeout_s=20)  # noqa: B023


def start_shop(supervisor: Supervisor, ports: Ports) -> None:
    """Worker, clock and web run, and the shop says that it is ready: it has seen a worker's heartbeat."""
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    worker = [*celery, "worker", "--pool", "prefork", "-c", "2", "-l", "WARNING"]
    supervisor.start("worker", [*worker, "--without-gossip", "--without-mingle"])
    # the timetable is in the code and every round repeats: a clock without memory has no file to go stale
    supervisor.start("clock", [*celery, "beat", "-l", "WARNING", "-S", "celery.beat.Scheduler", "--pidfile="])
    granian = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
    granian += ["--port", str(ports.web), "--workers", "1", "--blocking-threads", "4", "--backpressure", "64"]
    # granian 2.8.7 loses a SIGTERM that comes while its worker boots: the kill time-out bounds it
    granian += ["--no-ws", "--workers-kill-timeout", "5", "config.wsgi:application"]
    supervisor.start("web", granian, DB_POOL="4")
    supervisor.wait_for("the shop's readiness", lambda: is_ready(ports.web), timeout_s=60)


def answers(port: int, path: str) -> bool | None:
    """True when something speaks HTTP there, else None."""
    try:
        ask("GET", f"http://127.0.0.1:{port}{path}", timeout_s=5)
    except OSError:
        return None
    return True


def is_ready(port: int) -> bool | None:
    """True when /readyz says that database, broker and worker are well, else None."""
    try:
        answer = ask("GET", f"http://127.0.0.1:{port}/readyz", timeout_s=5)
    except OSError:
        return None
    return True if answer.status == 200 and answer.json()["status"] == "ready" else None
