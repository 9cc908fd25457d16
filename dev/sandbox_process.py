"""One Stripe sandbox of a test process: a port chosen early, a process started late."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dev.embedded.children import Child, EmbeddedError, child_setup

ROOT = Path(__file__).resolve().parent.parent
API_KEY = "sk_test_local_sandbox"
WEBHOOK_SECRET = "whsec_local_sandbox"
_PORTS = range(21000, 32000)  # below the ports that the kernel lends to outgoing connections


def reserve_port() -> socket.socket:
    """A bound, silent socket on a free port of 127.0.0.1: nobody else gets the port while it is open."""
    for port in random.sample(_PORTS, 200):
        sock = socket.socket()
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            sock.close()
            continue
        return sock
    raise EmbeddedError("no free port for the Stripe sandbox")


class SandboxProcess(Child):
    """The sandbox that this process' shop is configured for; `start` may be called again and again."""

    name = "sandbox"

    def __init__(self, *, port: socket.socket, shop_port: socket.socket) -> None:
        super().__init__()
        self._reserved = port
        self.url = f"http://127.0.0.1:{port.getsockname()[1]}"
        self.shop_url = f"http://127.0.0.1:{shop_port.getsockname()[1]}"
        shop_port.close()  # pytest-django's live_server takes it
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self.api_key, self.webhook_secret = API_KEY, WEBHOOK_SECRET

    def shop_environment(self) -> dict[str, str]:
        """What the shop's settings read to speak to this sandbox, and where `live_server` will listen."""
        return {
            "STRIPE_API_KEY": self.api_key,
            "STRIPE_API_BASE": self.url,
            "STRIPE_WEBHOOK_SECRETS": self.webhook_secret,
            "STRIPE_TIMEOUT_S": "5",
            "SHOP_URL": self.shop_url,
            "DJANGO_LIVE_TEST_SERVER_ADDRESS": self.shop_url.removeprefix("http://"),
        }

    def start(self, timeout: float = 15) -> None:
        """The sandbox answers. Raises EmbeddedError with what it said."""
        if self.alive():
            return
        self._reserved.close()
        command = [sys.executable, "-m", "dev.stripe_sandbox", "--port", self.url.rsplit(":", 1)[1]]
        command += ["--db", ":memory:", "--api-key", self.api_key]
        command += [
            "--webhook-url",
            f"{self.shop_url}/webhooks/stripe",
            "--webhook-secret",
            self.webhook_secret,
        ]
        self._log.seek(0)
        self._log.truncate()
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=child_setup(),
        )
        end = time.monotonic() + timeout
        while b"sandbox ready at" not in self.said():
            if not self.alive() or time.monotonic() > end:
                self.stop()
                raise EmbeddedError(
                    "the Stripe sandbox did not start:\n" + self.said().decode(errors="replace")
                )
            time.sleep(0.03)

    def close(self) -> None:
        """Stopped for good: the port and the log are given back."""
        self.stop()
        self._reserved.close()
        self._log.close()

    def reset(self) -> None:
        """No session, no event, no fault, and the real clock: as just started."""
        self.control("reset")

    def control(self, path: str, fields: Mapping[str, Any] | None = None, *, method: str = "POST") -> Any:
        """What the sandbox' control desk (`/_sandbox/<path>`, JSON) answers."""
        request = urllib.request.Request(
            f"{self.url}/_sandbox/{path}",
            data=None if method == "GET" else json.dumps(fields or {}).encode(),
            method=method,
            headers={"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def said(self) -> bytes:
        """All that the process has printed so far."""
        return os.pread(self._log.fileno(), 1_000_000, 0)
