"""What the sandbox's tests are played with: a process, a client that takes notes, and what the shop sends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import stripe

ROOT = Path(__file__).resolve().parents[3]
CONTRACT = ROOT.parent / "shared" / "data" / "stripe"
KEY, SECRET = "sk_test_for_the_tests", "whsec_for_the_tests"


@dataclass
class Endpoint:
    """The shop's side of the webhooks: keeps what arrives, answers what a test tells it to."""

    url: str
    arrived: list[tuple[bytes, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    otherwise: int = 200

    def events(self) -> list[stripe.Event]:
        """What arrived, each with its signature checked by the official SDK."""
        return [stripe.Webhook.construct_event(body, mark, SECRET) for body, mark in list(self.arrived)]

    def types(self) -> list[str]:
        return [event.type for event in self.events()]


@dataclass
class Sandbox:
    """What a test needs of a running sandbox."""

    url: str
    process: subprocess.Popen[str]
    client: stripe.StripeClient
    exchanges: list[dict[str, Any]]
    endpoint: Endpoint | None = None

    def control(self, method: str, path: str, content: Any = None) -> Any:
        status, answer = self.ask(method, f"/_sandbox/{path}", content)
        assert status == 200, answer
        return json.loads(answer)

    def ask(self, method: str, path: str, content: Any = None) -> tuple[int, bytes]:
        raw = None if content is None else json.dumps(content).encode()
        status, body, _ = send(method, self.url + path, raw, {"Authorization": f"Bearer {KEY}"})
        return status, body

    def submit(self, path: str, form: str) -> tuple[int, str, str | None]:
        """A browser's POST: status, page, and where it is sent."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, body, headers = send("POST", self.url + path, form.encode(), kind)
        return status, body.decode(), headers.get("Location")

    def open(self, path: str) -> tuple[int, str]:
        status, body, _ = send("GET", self.url + path)
        return status, body.decode()

    def settle(self) -> None:
        """Returns when no webhook is under way."""
        assert self.control("GET", "wait?idle=1&timeout=10") == {"idle": True}

    def advance(self, seconds: int) -> None:
        self.control("POST", "clock", {"advance": seconds})

    def now(self) -> int:
        return int(self.control("GET", "clock")["now"])

    def news(self, **params: Any) -> list[str]:
        """The types of all events, oldest first."""
        events = self.client.v1.events.list({"limit": 100, **params})  # type: ignore[arg-type]
        return [event.type for event in reversed(events.data)]


def send(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes, dict[str, str]]:
    """One HTTP request, redirects not followed."""
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with urllib.request.build_opener(_StayHere).open(request, timeout=20) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(), dict(refusal.headers)


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class RecordingClient(stripe.RequestsClient):
    """The SDK's own HTTP client, which also notes every exchange."""

    def __init__(self, session: requests.Session, exchanges: list[dict[str, Any]]) -> None:
        super().__init__(session=session, timeout=20)
        self._exchanges = exchanges

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **options: Any) -> Any:
        answer = super().request(method, url, headers, post_data, **options)
        parts = urlsplit(url)
        self._exchanges.append(
            {
                "method": method,
                "path": parts.path,
                "form": post_data or parts.query,
                "status": answer[1],
                "body": answer[0],
                "version": headers["Stripe-Version"],
            }
        )
        return answer


def start_sandbox(*arguments: str, endpoint: Endpoint | None = None) -> tuple[subprocess.Popen[str], str]:
    """A process that listens, and its address."""
    command = [sys.executable, "-m", "dev.stripe_sandbox", "--port", "0", "--api-key", KEY, *arguments]
    if endpoint is not None:
        command += ["--webhook-url", endpoint.url, "--webhook-secret", SECRET]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environ)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("sandbox ready at http://127.0.0.1:"), line
    return process, line.split()[-1]


def stop_sandbox(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> int:
    """The exit code of a process that was told to end."""
    process.send_signal(number)
    code = process.wait(timeout=5)
    assert process.stdout is not None
    process.stdout.close()
    return code


def make_client(url: str, session: requests.Session, exchanges: list[dict[str, Any]]) -> stripe.StripeClient:
    client = RecordingClient(session, exchanges)
    return stripe.StripeClient(KEY, base_addresses={"api": url}, http_client=client, max_network_retries=0)


def find_violations(contract: Any, running: Sandbox) -> list[str]:
    """What the official types would not allow in this test's traffic."""
    found: list[str] = []
    for exchange in running.exchanges:
        where = f"{exchange['method']} {exchange['path']}: "
        problems = contract.response(
            exchange["method"], exchange["path"], exchange["status"], json.loads(exchange["body"])
        )
        if exchange["status"] < 400 and exchange["version"].endswith("endive"):
            problems += contract.request(exchange["method"], exchange["path"], exchange["form"])
        found += [where + problem for problem in problems if "no such operation" not in problem]
    assert running.endpoint is not None
    for body, _ in running.endpoint.arrived:
        event = json.loads(body)
        found += [f"{event['type']}: {problem}" for problem in contract.event(event)]
    return found


def session_params(**changes: Any) -> Any:
    """What the shop sends for one jar at 19.99 EUR, twice, and its delivery."""
    lines = [line("Barrier cream, 50 ml", 1999, quantity=2), line("Delivery", 490)]
    return {
        "mode": "payment",
        "success_url": "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/cart",
        "client_reference_id": "R7-K2M9",
        "customer_email": "ida@example.com",
        "metadata": {"order": "R7-K2M9"},
        "payment_intent_data": {"metadata": {"order": "R7-K2M9"}},
        "line_items": lines,
        **changes,
    }


def line(name: str, amount: int, *, currency: str = "eur", quantity: int | str = 1) -> Any:
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": name}}
    return {"price_data": price, "quantity": quantity}
