"""The process: starts where it is told, refuses what is dangerous, survives a kill, ends at once."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from dev.stripe_sandbox.ids import Identifiers
from dev.stripe_sandbox.settings import SettingsError, read_settings
from tests.dev.stripe_sandbox.scene import (
    KEY,
    ROOT,
    Sandbox,
    make_client,
    send,
    session_params,
    start_sandbox,
    stop_sandbox,
)

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_a_live_key_is_refused() -> None:
    command = [sys.executable, "-m", "dev.stripe_sandbox", "--port", "0", "--api-key", "sk_live_x"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 1
    assert "only keys that start with sk_test_" in ended.stderr


def test_settings_come_from_flags_then_from_the_environment() -> None:
    environ = {"SANDBOX_PORT": "7", "SANDBOX_API_KEY": "sk_test_env", "SANDBOX_RETRY_SCHEDULE": "1,2"}
    settings = read_settings(["--port", "8"], environ)
    assert (settings.port, settings.api_key, settings.control_token) == (8, "sk_test_env", "sk_test_env")
    assert (settings.host, settings.retry_schedule) == ("127.0.0.1", (1, 2))
    for arguments in (["--webhook-url", "http://x/"], ["--retry-schedule", "soon"], ["--api-key", "x"]):
        with pytest.raises(SettingsError):
            read_settings(arguments, {})


def test_a_seed_repeats_ids_within_a_start_and_never_across_starts() -> None:
    first, same, restarted = (Identifiers(seed=7, boots=boots).draw_session() for boots in (1, 1, 2))
    assert first == same
    assert restarted != first


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    file = str(tmp_path / "sandbox.sqlite")
    process, url = start_sandbox("--db", file, "--seed", "7")
    answered: list[str] = []
    with requests.Session() as session:
        client = make_client(url, session, [])

        def shop() -> None:
            try:
                while True:
                    made = client.v1.checkout.sessions.create(
                        session_params(), {"idempotency_key": f"k{len(answered)}"}
                    )
                    send("POST", f"{url}/c/pay/{made.id}", b"test_card=4242424242424242", FORM)
                    answered.append(made.id)
            except (stripe.APIConnectionError, OSError, http.client.HTTPException):
                return

        thread = threading.Thread(target=shop)
        thread.start()
        while len(answered) < 10:
            time.sleep(0.005)
        stop_sandbox(process, signal.SIGKILL)
        thread.join()
    process, url = start_sandbox("--db", file, "--seed", "7")
    with requests.Session() as session:
        client = make_client(url, session, [])
        paid = client.v1.checkout.sessions.list({"status": "complete", "limit": 100})
        assert set(answered) <= {item.id for item in paid.auto_paging_iter()}
        again = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "k0"})
        assert again.id == answered[0], "a key outlives the process"
        fresh = client.v1.checkout.sessions.create(session_params())
        assert fresh.id not in answered, "a seed does not draw the same id twice"
        status, body, _ = send(
            "GET", f"{url}/_sandbox/invariants", headers={"Authorization": f"Bearer {KEY}"}
        )
        assert (status, json.loads(body)) == (200, {"ok": True, "violations": []})
    began = time.monotonic()
    assert stop_sandbox(process) == 0
    assert time.monotonic() - began < 1


def test_it_ends_at_once_even_while_someone_hangs() -> None:
    process, url = start_sandbox("--db", ":memory:")
    key = {"Authorization": f"Bearer {KEY}"}
    send("POST", f"{url}/_sandbox/faults", b'{"hang": true}', key)
    with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as hanging:
        hanging.sendall(b"GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.1)
        began = time.monotonic()
        assert stop_sandbox(process) == 0
        assert time.monotonic() - began < 1


def test_one_connection_carries_many_calls(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rsplit(":", 1)[1])
    call = f"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        for _ in range(3):
            connection.sendall(call)
            assert read_answer(connection).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"POST /v1/refunds HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n", b"400"),
        (b"POST /v1/refunds HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
        (b"POST /v1/refunds HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /v1/refunds HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n", b"413"),
        (b"POST /v1/refunds HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"GET /c/pay/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", b"404"),
        (b"GET /v1/events HTTP/1.1\r\nHost: \xff[\r\n\r\n", b"401"),
        (b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (
            b"POST /v1/refunds HTTP/1.1\r\nIdempotency-Key: a\n b\r\nStripe-Version: c\n d\r\n\r\n",
            b"401",
        ),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_bytes_that_are_hardly_http_are_answered_calmly(sandbox: Sandbox, raw: bytes, status: bytes) -> None:
    port = int(sandbox.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)
    assert status in answer[:200], answer[:200]


def read_answer(connection: Any) -> bytes:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head
