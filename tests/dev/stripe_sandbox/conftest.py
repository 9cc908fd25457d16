"""One sandbox process for these tests, a webhook endpoint that listens to it, and a check of all they say."""

from __future__ import annotations

import importlib.util
import threading
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from tests.dev.stripe_sandbox.scene import (
    CONTRACT,
    Endpoint,
    Sandbox,
    find_violations,
    make_client,
    start_sandbox,
    stop_sandbox,
)


@pytest.fixture(scope="session")
def webhook_endpoint() -> Iterator[Endpoint]:
    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            endpoint.arrived.append((body, self.headers["Stripe-Signature"]))
            status = endpoint.answers.pop(0) if endpoint.answers else endpoint.otherwise
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}/webhooks/stripe")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield endpoint
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def running(webhook_endpoint: Endpoint) -> Iterator[Sandbox]:
    process, url = start_sandbox("--db", ":memory:", endpoint=webhook_endpoint)
    exchanges: list[dict[str, Any]] = []
    with requests.Session() as session:
        yield Sandbox(url, process, make_client(url, session, exchanges), exchanges, webhook_endpoint)
    stop_sandbox(process)


@pytest.fixture(scope="session")
def contract() -> Any:
    """The independent contract of Stripe's traffic, or None where it is not at hand."""
    if not CONTRACT.is_dir():
        return None
    spec = importlib.util.spec_from_file_location("contract_check", CONTRACT / "contract_check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ResourceWarning
        )  # the checker leaves its file to the garbage collector
        return module.Contract(CONTRACT / "stripe-openapi-subset.json")


@pytest.fixture
def sandbox(running: Sandbox, contract: Any) -> Iterator[Sandbox]:
    """An empty sandbox; afterwards its invariants hold and every exchange and event fits the contract."""
    endpoint = running.endpoint
    assert endpoint is not None
    running.control("POST", "reset")
    running.exchanges.clear()
    endpoint.arrived.clear()
    endpoint.answers.clear()
    endpoint.otherwise = 200
    yield running
    running.control("POST", "webhooks", {"mode": "release"})
    running.settle()
    assert running.control("GET", "invariants") == {"ok": True, "violations": []}
    if contract is not None:
        assert find_violations(contract, running) == []
