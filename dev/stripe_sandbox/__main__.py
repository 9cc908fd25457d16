"""`python -m dev.stripe_sandbox`: starts, says where it listens, and ends at SIGTERM."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from types import FrameType

from .app import App
from .sandbox import Sandbox
from .server import Connection, Server
from .settings import SettingsError, read_settings


def main() -> None:
    """Runs until it is told to end."""
    try:
        settings = read_settings(sys.argv[1:])
    except SettingsError as problem:
        sys.exit(f"stripe sandbox: {problem}")
    server = Server(settings.host, settings.port, lambda environ, start_response: [], Connection)
    sandbox = Sandbox(replace(settings, port=server.port))
    app = App(sandbox)
    server.app = app
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    app.start()
    print(f"sandbox ready at http://{settings.host}:{server.port}", flush=True)
    try:
        server.serve_forever()
    finally:
        sandbox.store.close()
        # Threads that still hold a connection or a delivery must not keep the process alive.
        os._exit(0)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
