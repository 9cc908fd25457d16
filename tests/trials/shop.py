"""One whole shop as real processes: web, worker, clock, Stripe's stand-in, mailbox; each may die."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from dev.demo.browser import ask
from dev.demo.ports import Ports, choose_ports
from dev.demo.programs import API_KEY, WEBHOOK_SECRET, answers, is_ready
from dev.demo.supervisor import Program, Supervisor
from dev.embedded.children import EmbeddedError, kill_group
from tests.trials.premises import Premises

PORTS = {"web": 8600, "sandbox": 13580, "mailbox": 8700, "smtp": 8800}
UNCOUNTED = "100000000/min"  # a customer is throttled, a trial is not
GUARDED, UNGUARDED = "config", "tests.trials.unguarded"


class NeverCame(Exception):
    """What was waited for did not come; the message says what."""


class Shop:
    """All processes of a shop over a fresh copy of the loaded database.

    Takes   `guard_off`: the guard that `tests.trials.unguarded` takes away; none: the shop as it is.
    """

    def __init__(
        self, premises: Premises, *, guard_off: str = "", alter: str = "", workers: int = 2, threads: int = 4
    ) -> None:
        self.premises, self.guard_off, self.workers, self.threads = premises, guard_off, workers, threads
        self.database, self.redis = premises.copy_database(alter=alter)
        # never those of the shop before: a client's old connection must not meet a new shop
        self.ports: Ports = choose_ports({name: port + premises.copies for name, port in PORTS.items()})
        self.logs = premises.logs / f"{premises.copies}-{guard_off or 'shop'}"
        self.mail = premises.home / f"mail-{premises.copies}"
        self.supervisor = Supervisor(logs=self.logs)
        self.programs: dict[str, Program] = {}

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.ports.web}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.ports.sandbox}"

    def open(self) -> None:
        """Everything answers, and a worker's heart beats."""
        for name in ("mailbox", "sandbox", "worker", "beat", "web"):
            self.start(name)
        for address in (self.sandbox, f"http://127.0.0.1:{self.ports.mailbox}"):
            self.supervisor.wait_for(address, partial(answers, address), timeout_s=60)
        self.supervisor.wait_for("the shop", partial(is_ready, self.web), timeout_s=90)

    def close(self) -> None:
        self.supervisor.stop()
        self.ports.held.close()

    def environment(self) -> dict[str, str]:
        """What the settings read, for every process of this shop and every manage.py."""
        return {
            "SHOP_ENV": "local",
            "SHOP_URL": self.web,
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.ports.smtp}",
            "MEDIA_ROOT": str(self.premises.home / "media"),
            "DB_POOL": "0",
            "STRIPE_API_KEY": API_KEY,
            "STRIPE_API_BASE": self.sandbox,
            "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
            "THROTTLE_CART": UNCOUNTED,
            "THROTTLE_CHECKOUT": UNCOUNTED,
            "THROTTLE_ORDER": UNCOUNTED,
            "THROTTLE_COUNTS": UNCOUNTED,
            "TRIAL_GUARD_OFF": self.guard_off,
        }

    def start(self, name: str) -> None:
        """The program is on its way up. In the main thread: children die with the thread that made them."""
        command, more = self._command(name)
        self.programs[name] = self.supervisor.start(name, command, **(self.environment() | more))

    def kill(self, name: str) -> None:
        """The program and everything below it is gone, without a word (kill -9)."""
        program = self.programs.pop(name)
        self.supervisor.programs.remove(program)
        assert program.process is not None
        kill_tree(program.process.pid)
        program.process.wait(10)

    def kill_child(self, name: str, which: float) -> None:
        """One process below the program is gone (kill -9)."""
        process = self.programs[name].process
        assert process is not None
        below = descendants(process.pid)
        if below:
            kill_tree(below[int(which * len(below))])

    def kill_server(self, name: str) -> None:
        """PostgreSQL or Valkey is gone with all its processes, as if the machine had lost its power."""
        server = self.premises.stack.postgres if name == "postgres" else self.premises.stack.valkey
        assert server is not None
        assert server.process is not None
        kill_tree(server.process.pid)
        server.process.wait(10)

    def start_server(self, name: str, *, patience_s: float = 60) -> None:
        """It answers again. "Lock file exists": the old one's children are still dying, so try again."""
        server = self.premises.stack.postgres if name == "postgres" else self.premises.stack.valkey
        assert server is not None
        end = time.monotonic() + patience_s
        while True:
            try:
                server.start()
            except EmbeddedError:
                if time.monotonic() > end:
                    raise
                if server.process is not None:
                    kill_tree(server.process.pid)
                    server.process.wait(10)
                time.sleep(0.2)
            else:
                return

    def tell_sandbox(self, path: str, fields: dict[str, Any] | None = None, *, method: str = "POST") -> Any:
        """What the sandbox' control desk answers."""
        answer = ask(
            method,
            f"{self.sandbox}/_sandbox/{path}",
            json_body=None if method == "GET" else fields or {},
            headers={"Authorization": f"Bearer {API_KEY}"},
            timeout_s=60,
        )
        if answer.status != 200:
            raise RuntimeError(f"the sandbox answered {answer.status} to {path}: {answer.text[:300]}")
        return answer.json()

    def _command(self, name: str) -> tuple[list[str], dict[str, str]]:
        target = UNGUARDED if self.guard_off else GUARDED
        celery = [sys.executable, "-m", "celery", "-A", target, "--quiet"]
        if name == "worker":
            calm = ["--without-gossip", "--without-mingle"]
            return [*celery, "worker", "--pool", "prefork", "-c", "2", "-l", "WARNING", *calm], {}
        if name == "beat":
            return [*celery, "beat", "-l", "WARNING", "-S", "celery.beat.Scheduler", "--pidfile="], {}
        if name == "web":
            application = f"{UNGUARDED if self.guard_off else 'config.wsgi'}:application"
            granian = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--no-ws"]
            granian += ["--host", "127.0.0.1", "--port", str(self.ports.web), "--backpressure", "128"]
            granian += ["--workers", str(self.workers), "--blocking-threads", str(self.threads)]
            return [*granian, "--workers-kill-timeout", "5", application], {"DB_POOL": str(self.threads)}
        if name == "mailbox":
            desk = [sys.executable, "-m", "dev.mailbox", "--dir", str(self.mail)]
            return [
                *desk, "--http-port", str(self.ports.mailbox), "--smtp-port", str(self.ports.smtp)
            ], {}  # fmt: skip
        database = self.logs / "sandbox.sqlite3"
        database.parent.mkdir(parents=True, exist_ok=True)
        sandbox = [sys.executable, "-m", "dev.stripe_sandbox", "--port", str(self.ports.sandbox)]
        sandbox += ["--db", str(database), "--api-key", API_KEY, "--retry-schedule", "1,2,3,5,5,10,10,30,60"]
        sandbox += ["--webhook-url", f"{self.web}/webhooks/stripe", "--webhook-secret", WEBHOOK_SECRET]
        return sandbox, {}


def wait_until(what: str, look: Callable[[], bool], *, patience_s: float, pause_s: float = 0.25) -> float:
    """How many seconds it took until that was so. Raises NeverCame."""
    started = time.monotonic()
    while not look():
        if time.monotonic() - started > patience_s:
            raise NeverCame(f"{what}: not within {patience_s:.0f} s")
        time.sleep(pause_s)
    return time.monotonic() - started


def kill_tree(root: int) -> None:
    """That process and all its descendants are killed; backends of PostgreSQL are groups of their own."""
    below = descendants(root)
    for pid in (root, *below):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    kill_group(root)


def descendants(root: int) -> list[int]:
    """The processes below that one, children before grandchildren."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = list[int](), [root]
    while waiting:
        for child in children.get(waiting.pop(0), ()):
            found.append(child)
            waiting.append(child)
    return found
