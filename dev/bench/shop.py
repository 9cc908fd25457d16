"""The shop that is measured: durable PostgreSQL, Valkey, the sandbox, the web, and the floor beside it."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from dev.bench import sizes, synthetic
from dev.demo import telling
from dev.demo.programs import API_KEY, CATALOGUE, WEBHOOK_SECRET, answers
from dev.demo.supervisor import ROOT, ChildDiedError, Program, Supervisor
from dev.embedded import DURABLE, Stack

HOME = ROOT / ".run" / "bench"
DATABASE = "bench"  # a copy of the loaded database: every run begins with the same rows
THREADS = 4
UNMEASURED = "100000000/min"  # a customer is throttled, a measurement is not
_LOADED_BY = (  # what decides which rows there are
    "catalog/models catalog/migrations catalog/publishing.py catalog/rendering.py catalog/finding/words.py "
    "catalog/inci catalog/knowing catalog/knowledge orders/migrations payments/migrations "
    "shop/migrations dev/bench/synthetic.py dev/demo/catalogue"
).split()


class Shop:
    """All processes of one measurement."""

    def __init__(self, *, products: int, workers: int = 1) -> None:
        self.products, self.workers = products, workers
        self.home = HOME / str(products)
        self.stack = Stack(self.home, settings=DURABLE, logs=self.home / "logs")
        self.supervisor = Supervisor(logs=self.home / "logs")
        self.ports = dict(zip(("web", "floor", "sandbox"), _free_ports(3), strict=True))
        self.web: Program | None = None
        self.floor: Program | None = None
        self.sandbox: Program | None = None

    def open(self) -> None:
        """Everything answers."""
        for name in ("DATABASE_URL", "REDIS_URL"):  # the figures are about servers that we know
            os.environ.pop(name, None)
        with telling.step("PostgreSQL (fsync, synchronous_commit) and Valkey"):
            self.stack.start()
            self.supervisor.servers = self.stack.children()
        os.environ.update(self._environment())
        self._load()
        with telling.step("a fresh copy of the database"):
            self._copy_database()
        with telling.step("sandbox, web and floor answer"):
            self._start_programs()

    def close(self) -> None:
        self.supervisor.stop()
        self.stack.stop()

    def serve_resized(self, products: int, *, prepare: str) -> dict[str, int]:
        """Another web and floor, over a copy with so many products; their ports. `pids()` is of them now."""
        assert self.stack.postgres is not None
        database = f"bench_{products}"
        self.ask(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)", database="postgres")
        self.ask(f"CREATE DATABASE {database} TEMPLATE shop STRATEGY FILE_COPY", database="postgres")
        self.ask(sizes.resize(loaded=self.products, products=products) + prepare, database=database)
        self.ask("VACUUM ANALYZE", database=database)
        ports = dict(zip(("web", "floor"), _free_ports(2), strict=True))
        self._start_servers(database, ports, mark=f" of {products}")
        return ports

    @contextmanager
    def statements_logged(self) -> Iterator[None]:
        """Meanwhile PostgreSQL writes every statement into its log."""
        self.ask("ALTER SYSTEM SET log_statement = 'all'")
        try:
            self.ask("SELECT pg_reload_conf()")
            time.sleep(0.5)
            yield
        finally:
            self.ask("ALTER SYSTEM RESET log_statement")
            self.ask("SELECT pg_reload_conf()")

    def ask(self, sql: str, *, database: str = DATABASE) -> str:
        """What PostgreSQL answers. Raises RuntimeError with the statement when it does not."""
        assert self.stack.postgres is not None
        answer = self.stack.postgres.ask(sql, database=database)
        if answer is None:
            raise RuntimeError(f"PostgreSQL refused: {sql}")
        return answer

    @property
    def log(self) -> Path:
        """Where PostgreSQL writes its statements when asked to."""
        assert self.stack.postgres is not None
        return self.stack.postgres.log

    def pids(self) -> dict[str, int]:
        """The roots of the process trees whose CPU time is read."""
        programs = {"web": self.web, "floor": self.floor, "sandbox": self.sandbox}
        pids = {
            name: program.process.pid for name, program in programs.items() if program and program.process
        }
        assert self.stack.postgres is not None
        assert self.stack.postgres.process is not None
        return pids | {"postgres": self.stack.postgres.process.pid}

    def _environment(self) -> dict[str, str]:
        return {
            "SHOP_ENV": "local",
            "SHOP_URL": f"http://127.0.0.1:{self.ports['web']}",
            "EMAIL_URL": "smtp://127.0.0.1:1",  # nobody pays here, so nobody is written to
            "MEDIA_ROOT": str(self.home / "media"),
            "DB_POOL": "0",
            "STRIPE_API_KEY": API_KEY,
            "STRIPE_API_BASE": f"http://127.0.0.1:{self.ports['sandbox']}",
            "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
            "THROTTLE_CART": UNMEASURED,
            "THROTTLE_CHECKOUT": UNMEASURED,
        }

    def _load(self) -> None:
        """The catalogue is in the database `shop`; skipped when this code has loaded it before."""
        stamp, state = self.home / "pg" / "regimen.loaded", _digest_loaders()
        if stamp.exists() and stamp.read_text() == state:
            telling.done(f"{self.products:,} products loaded as last time", seconds=0)
            return
        stamp.unlink(missing_ok=True)
        assert self.stack.postgres is not None
        self.ask("DROP DATABASE IF EXISTS shop WITH (FORCE)", database="postgres")
        self.ask("CREATE DATABASE shop", database="postgres")
        with telling.step("tables and markets"):
            _manage("migrate", "--no-input", "-v0")
            shelves = ["--taxes", str(CATALOGUE / "taxes.csv"), "--delivery", str(CATALOGUE / "delivery.csv")]
            _manage("load_markets", str(CATALOGUE / "markets.csv"), *shelves)
        with telling.step("what the house knows"):  # labels are read, judged and advised upon as in any shop
            _manage("load_knowledge")
        catalogue, lots = self.home / "products.csv", self.home / "lots.csv"
        rows = synthetic.write_catalogue(catalogue, products=self.products)
        synthetic.write_lots(lots, products=self.products)
        with telling.step(f"{self.products:,} products, {rows:,} sizes imported"):
            _manage("import_catalogue", str(catalogue), "--quiet")
        with telling.step("stock received"):
            _manage("receive_lots", "--released", str(lots))
        self.ask("VACUUM (FREEZE, ANALYZE)", database="shop")
        stamp.write_text(state)

    def _copy_database(self) -> None:
        self.ask(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", database="postgres")
        self.ask(f"CREATE DATABASE {DATABASE} TEMPLATE shop STRATEGY FILE_COPY", database="postgres")
        self.ask("VACUUM ANALYZE")
        self.ask("CHECKPOINT")

    def _start_programs(self) -> None:
        sandbox = [sys.executable, "-m", "dev.stripe_sandbox", "--port", str(self.ports["sandbox"])]
        sandbox += ["--db", ":memory:", "--api-key", API_KEY, "--webhook-secret", WEBHOOK_SECRET]
        self.sandbox = self.supervisor.start("sandbox", sandbox)
        self._start_servers(DATABASE, {name: self.ports[name] for name in ("web", "floor")})
        ready = partial(answers, f"http://127.0.0.1:{self.ports['sandbox']}")
        self.supervisor.wait_for("the first answer of the sandbox", ready, timeout_s=60)

    def _start_servers(self, database: str, ports: dict[str, int], *, mark: str = "") -> None:
        assert self.stack.postgres is not None
        url = self.stack.postgres.url.replace("/shop?", f"/{database}?")
        granian = [str(Path(sys.executable).parent / "granian"), "--host", "127.0.0.1", "--no-ws"]
        granian += ["--workers", str(self.workers), "--workers-kill-timeout", "5", "--backpressure", "64"]
        web = ["--interface", "wsgi", "--port", str(ports["web"]), "--blocking-threads", str(THREADS)]
        self.web = self.supervisor.start(
            f"web{mark}", [*granian, *web, "config.wsgi:application"], DB_POOL=str(THREADS), DATABASE_URL=url
        )
        floor = ["--interface", "asgi", "--port", str(ports["floor"]), "--loop", "asyncio"]
        self.floor = self.supervisor.start(
            f"floor{mark}", [*granian, *floor, "dev.bench.floor:application"], DATABASE_URL=url
        )
        for name, port in ports.items():
            ready = partial(answers, f"http://127.0.0.1:{port}")
            self.supervisor.wait_for(f"the first answer of the {name}", ready, timeout_s=60)


def _manage(*arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        raise ChildDiedError(f"manage.py {arguments[0]} ended with {done.returncode}:\n{last}")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _digest_loaders() -> str:
    """Changes when something that decides what is loaded does."""
    digest = hashlib.sha256()
    for part in _LOADED_BY:
        start = ROOT / part
        paths = (
            [start]
            if start.is_file()
            else [*start.rglob("*.py"), *start.glob("*.csv"), *start.rglob("*.yaml")]
        )
        for path in sorted(paths):
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
