"""The servers that DATABASE_URL and REDIS_URL do not name, started here and put into the environment."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO

from dev.embedded.children import Child, EmbeddedError
from dev.embedded.leftovers import MARK, end_leftovers
from dev.embedded.logfiles import turn_over
from dev.embedded.postgres import DEMO, Postgres, Settings
from dev.embedded.valkey import Valkey


class Stack:
    """PostgreSQL and Valkey for one purpose.

    Takes  `home`: where lasting data lie (locked: one stack a directory); None: nothing lasts.
           `seed`: a stopped, ready cluster to copy instead of making a new one (only when nothing lasts).
           `logs`: where the servers' logs go; None: beside their sockets, and away with them.
    """

    def __init__(
        self,
        home: Path | None,
        *,
        settings: Settings = DEMO,
        seed: Path | None = None,
        logs: Path | None = None,
    ) -> None:
        self.home, self.settings, self.seed, self.logs = home, settings, seed, logs
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self.environment: dict[str, str] = {}
        self._lock: IO[str] | None = None
        self._sockets: Path | None = None

    def start(self) -> dict[str, str]:
        """Both servers answer; gives the variables that were not set and now are (also in os.environ)."""
        if self.home:
            self._lock = lock_directory(self.home)
            end_leftovers(self.home)
            os.environ[MARK] = str(self.home.resolve())
        need_postgres, need_valkey = not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")
        if not (need_postgres or need_valkey):
            return {}
        self._sockets = make_socket_directory()
        if self.logs:
            turn_over(self.logs / "postgres.log")
            turn_over(self.logs / "valkey.log")
        try:
            if need_postgres:
                self.environment["DATABASE_URL"] = self._start_postgres(self._sockets)
            if need_valkey:
                kept = self.home / "valkey" if self.home else None
                self.valkey = Valkey(directory=kept, sockets=self._sockets, logs=self.logs)
                self.valkey.start()
                self.environment["REDIS_URL"] = self.valkey.url()
        except BaseException:
            self.stop()
            raise
        os.environ.update(self.environment)
        return self.environment

    def children(self) -> list[Child]:
        """The servers that we run, in the order of their start."""
        return [child for child in (self.postgres, self.valkey) if child is not None]

    def stop(self) -> None:
        """Nothing of it runs, the sockets and what must not last are gone, the lock is free."""
        for child in reversed(self.children()):
            child.stop()
        self.postgres = self.valkey = None
        if self._sockets:
            shutil.rmtree(self._sockets, ignore_errors=True)
        for key in self.environment:
            os.environ.pop(key, None)
        self.environment = {}
        if self._lock:
            os.environ.pop(MARK, None)
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Stack:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_postgres(self, sockets: Path) -> str:
        directory = (self.home or sockets) / "pg"
        postgres = Postgres(directory=directory, sockets=sockets, settings=self.settings, logs=self.logs)
        if self.seed and not self.home and not postgres.nobody:
            shutil.copytree(self.seed, postgres.directory)
            postgres.directory.chmod(0o700)
        self.postgres = postgres
        postgres.start()
        return postgres.url


def lock_directory(directory: Path) -> IO[str]:
    """One stack per directory; the lock goes with the process, so it cannot go stale.

    Raises EmbeddedError with the pid of the one who has it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    lock = open(directory / "lock", "a+")  # noqa: SIM115 - the lock lives as long as the stack
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        owner = lock.read().strip() or "?"
        lock.close()
        raise EmbeddedError(f"already running here (pid {owner}): {directory}") from None
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def make_socket_directory() -> Path:
    """Short and private: a unix socket's whole path may have 107 bytes, and the project may lie deep."""
    if Path("/proc/self").exists():
        sweep_socket_directories()
    return Path(tempfile.mkdtemp(prefix=f"regimen-{os.getuid()}-{os.getpid()}-", dir="/tmp"))


def sweep_socket_directories() -> None:
    """What a killed stack left in /tmp is gone (its owner's pid is in the name, and dead)."""
    for path in Path("/tmp").glob(f"regimen-{os.getuid()}-*-*"):
        pid = path.name.split("-")[2]
        try:
            ours = path.stat().st_uid == os.getuid()
        except OSError:
            continue  # another sweep was faster
        if ours and pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(path, ignore_errors=True)
