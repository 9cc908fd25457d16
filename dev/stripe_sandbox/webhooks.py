"""Webhooks: the event's own bytes, signed anew for every try, on a schedule until someone answers 2xx."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import Json
from .sandbox import Sandbox

WORKERS = 4
# In these modes nothing leaves the house, retries included.
STILL = {"off": "off", "hold": "held"}
MODES = ("on", "off", "hold", "release", "duplicate", "before_response")


@dataclass(frozen=True)
class Answer:
    """What the endpoint said: a status, or an error when it said nothing."""

    status: int | None
    error: str | None
    duration_ms: float

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Postbox:
    """Delivers due events from a few threads; one event is in one pair of hands at a time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._in_flight: set[int] = set()
        self._lock = threading.Condition()

    def start(self) -> None:
        """Starts the delivering threads. What was overdue before a restart is due once, now."""
        with self._sandbox.store.transaction() as db:
            now = self._sandbox.clock.exact()
            db.execute("UPDATE delivery SET due_at = max(due_at, ?) WHERE state = 'due'", (now,))
        for _ in range(WORKERS):
            threading.Thread(target=self._run, daemon=True, name="webhooks").start()

    def is_idle(self) -> bool:
        """Whether nothing is on its way and nothing is due."""
        with self._lock:
            return not self._in_flight and self._find_due() is None

    def deliver_now(self, numbers: Iterable[int]) -> None:
        """Returns when each of these events has had its first try, in their order."""
        for number in numbers:
            row = self._claim(number)
            if row is not None:
                self._deliver(row)
            with self._lock:
                self._lock.wait_for(lambda number=number: number not in self._in_flight)  # type: ignore[misc]

    def _run(self) -> None:
        while True:
            seen = self._sandbox.news
            row = self._claim()
            if row is not None:
                self._deliver(row)
                continue
            due_at = self._next_due_at()
            wait = None if due_at is None else max(0.01, due_at - self._sandbox.clock.exact())
            self._sandbox.sleep_until_news(seen, wait)

    def _find_due(self, number: int | None = None) -> sqlite3.Row | None:
        busy = ",".join(map(str, self._in_flight)) or "-1"
        which = "" if number is None else f"AND event_seq = {number:d}"
        with self._sandbox.store.transaction() as db:
            row: sqlite3.Row | None = db.execute(
                f"SELECT delivery.*, event.body, event.id FROM delivery JOIN event ON event.seq = event_seq "
                f"WHERE state = 'due' AND due_at <= ? AND event_seq NOT IN ({busy}) {which} "
                "ORDER BY due_at, event_seq LIMIT 1",
                (self._sandbox.clock.exact(),),
            ).fetchone()
        return row

    def _claim(self, number: int | None = None) -> sqlite3.Row | None:
        with self._lock:
            row = self._find_due(number)
            if row is not None:
                self._in_flight.add(row["event_seq"])
            return row

    def _next_due_at(self) -> float | None:
        with self._lock:
            busy = ",".join(map(str, self._in_flight)) or "-1"
        with self._sandbox.store.transaction() as db:
            row = db.execute(
                "SELECT min(due_at) AS due_at FROM delivery "
                f"WHERE state = 'due' AND event_seq NOT IN ({busy})"
            ).fetchone()
        return None if row["due_at"] is None else float(row["due_at"])

    def _deliver(self, row: sqlite3.Row) -> None:
        try:
            copies = 2 if self._sandbox.webhook_mode == "duplicate" else 1
            self._record(row, self._send_copies(row["body"], copies))
        finally:
            with self._lock:
                self._in_flight.discard(row["event_seq"])
                self._lock.notify_all()
            self._sandbox.wake()

    def _send_copies(self, body: bytes, copies: int) -> list[Answer]:
        settings, answers = self._sandbox.settings, []
        assert settings.webhook_url is not None
        assert settings.webhook_secret is not None
        url, secret, timeout = settings.webhook_url, settings.webhook_secret, settings.webhook_timeout_s

        def send() -> None:
            answers.append(post_signed(url, secret, body, timeout_s=timeout))

        others = [threading.Thread(target=send, daemon=True) for _ in range(copies - 1)]
        for other in others:
            other.start()
        send()
        for other in others:
            other.join()
        return answers

    def _record(self, row: sqlite3.Row, answers: list[Answer]) -> None:
        tries, schedule = row["tries"] + 1, self._sandbox.settings.retry_schedule
        accepted = any(answer.accepted for answer in answers)
        state = "done" if accepted else "due" if tries <= len(schedule) else "failed"
        # Counted from when this one was due: an advanced clock runs the whole schedule in order.
        due_at = row["due_at"] + (schedule[tries - 1] if state == "due" else 0)
        with self._sandbox.store.transaction() as db:
            for answer in answers:
                db.execute(
                    "INSERT INTO attempt (event_seq, at, try, status, error, duration_ms) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (row["event_seq"], row["due_at"], tries, answer.status, answer.error, answer.duration_ms),
                )
            db.execute(
                "UPDATE delivery SET state = ?, tries = ?, due_at = ? WHERE event_seq = ?",
                (state, tries, due_at, row["event_seq"]),
            )
            if accepted:
                db.execute("UPDATE event SET undelivered = 0 WHERE seq = ?", (row["event_seq"],))

    def reset(self) -> None:
        """Forgets everything the sandbox knows, once no delivery is on its way."""
        with self._lock:
            self._lock.wait_for(lambda: not self._in_flight, self._sandbox.settings.webhook_timeout_s + 1)
            self._sandbox.store.clear()
            self._sandbox.clock.set_offset(0)
            self._sandbox.set_webhook_mode("on")
        self._sandbox.wake()

    def set_mode(self, mode: str) -> int:
        """How many held events were let go. `release` means: deliver what was held, and go on as usual."""
        released, now = 0, self._sandbox.clock.exact()
        with self._sandbox.store.transaction() as db:
            if mode == "release":
                cursor = db.execute(
                    "UPDATE delivery SET state = 'due', due_at = ? WHERE state = 'held'", (now,)
                )
                mode, released = "on", cursor.rowcount
            elif mode in STILL:
                db.execute("UPDATE delivery SET state = ? WHERE state = 'due'", (STILL[mode],))
            self._sandbox.set_webhook_mode(mode)
        self._sandbox.wake()
        return released


def show_deliveries(sandbox: Sandbox) -> list[Json]:
    """The log: each event, where its delivery stands, and every try."""
    with sandbox.store.transaction() as db:
        attempts: dict[int, list[Json]] = {}
        for row in db.execute("SELECT * FROM attempt ORDER BY seq"):
            tried = {name: row[name] for name in ("at", "try", "status", "error", "duration_ms")}
            attempts.setdefault(row["event_seq"], []).append(tried)
        rows = db.execute(
            "SELECT event.id, event.type, event.object_id, delivery.* FROM delivery "
            "JOIN event ON event.seq = event_seq ORDER BY event_seq"
        ).fetchall()
    names = ("type", "object_id", "state", "due_at", "tries")
    return [
        {
            "event": row["id"],
            **{name: row[name] for name in names},
            "attempts": attempts.get(row["event_seq"], []),
        }
        for row in rows
    ]


def sign(body: bytes, secret: str, *, at: int) -> str:
    """The Stripe-Signature header for these bytes."""
    mark = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mark}"


def post_signed(url: str, secret: str, body: bytes, *, timeout_s: float) -> Answer:
    """One try: the endpoint's answer, whatever happened to it."""
    parts, began = urlsplit(url), time.monotonic()
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_s)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Regimen-Stripe-Sandbox/1.0",
        "Stripe-Signature": sign(body, secret, at=int(time.time())),
    }
    status, error = None, None
    try:
        connection.request(
            "POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers
        )
        answer = connection.getresponse()
        answer.read(65536)
        status = answer.status
    except (TimeoutError, OSError, http.client.HTTPException) as problem:
        error = f"{type(problem).__name__}: {problem}"
    finally:
        connection.close()
    return Answer(status, error, round((time.monotonic() - began) * 1000, 1))
