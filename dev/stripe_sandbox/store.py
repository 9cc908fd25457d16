"""Everything the sandbox knows, in one SQLite file: a change and its events are one transaction."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS object (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  created INTEGER NOT NULL,
  status TEXT, payment_intent TEXT, charge TEXT, email TEXT, body TEXT NOT NULL,
  hidden TEXT NOT NULL DEFAULT '{}');
CREATE INDEX IF NOT EXISTS object_newest ON object (kind, created, seq);
CREATE INDEX IF NOT EXISTS object_by_status ON object (kind, status, created, seq);
CREATE INDEX IF NOT EXISTS object_by_intent ON object (kind, payment_intent, created, seq);
CREATE INDEX IF NOT EXISTS object_by_charge ON object (kind, charge, created, seq);
CREATE INDEX IF NOT EXISTS object_by_email ON object (kind, email, created, seq);
CREATE TABLE IF NOT EXISTS event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
  created INTEGER NOT NULL,
  object_id TEXT NOT NULL, request_id TEXT, body BLOB NOT NULL, undelivered INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS event_newest ON event (created, seq);
CREATE INDEX IF NOT EXISTS event_by_type ON event (type, created, seq);
CREATE INDEX IF NOT EXISTS event_by_delivery ON event (undelivered, created, seq);
CREATE TABLE IF NOT EXISTS delivery (
  event_seq INTEGER PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('due', 'held', 'off', 'done', 'failed')),
  due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due_at) WHERE state = 'due';
CREATE TABLE IF NOT EXISTS attempt (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event_seq INTEGER NOT NULL, at REAL NOT NULL, try INTEGER NOT NULL,
  status INTEGER, error TEXT, duration_ms REAL NOT NULL);
CREATE TABLE IF NOT EXISTS job (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, due_at INTEGER NOT NULL, kind TEXT NOT NULL,
  object_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS job_due ON job (due_at, seq);
CREATE TABLE IF NOT EXISTS idempotency (
  key TEXT PRIMARY KEY, method TEXT NOT NULL, path TEXT NOT NULL, fingerprint TEXT NOT NULL,
  created INTEGER NOT NULL,
  request_id TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL);
"""
TABLES = ("object", "event", "delivery", "attempt", "job", "idempotency", "setting")
_SELECT = "SELECT body, hidden FROM object"


class Store:
    """One connection, one lock. Reads and writes alike happen inside `transaction()`."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        self._connection.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        self._depth = 0
        self._connection.execute("PRAGMA journal_mode=WAL")
        # With WAL, NORMAL survives the death of the process; only a power cut may lose the last commits.
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing for what happens inside; an inner one joins the outer one."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self._connection
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("COMMIT")

    def read_setting(self, name: str) -> str | None:
        with self.transaction() as db:
            row = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def write_setting(self, name: str, value: str) -> None:
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def find(self, kind: str, identifier: str) -> Json | None:
        """The object of that kind and id, or None."""
        with self.transaction() as db:
            row = db.execute(f"{_SELECT} WHERE id = ? AND kind = ?", (identifier, kind)).fetchone()
        return None if row is None else json.loads(row["body"])

    def find_hidden(self, identifier: str) -> Json:
        """What the sandbox knows about an object and never shows."""
        with self.transaction() as db:
            row = db.execute("SELECT hidden FROM object WHERE id = ?", (identifier,)).fetchone()
        return {} if row is None else json.loads(row["hidden"])

    def find_where(self, kind: str, column: str, value: str) -> list[Json]:
        """The objects of that kind whose indexed column has that value, oldest first."""
        with self.transaction() as db:
            rows = db.execute(
                f"{_SELECT} WHERE kind = ? AND {column} = ? ORDER BY created, seq", (kind, value)
            )
            return [json.loads(row["body"]) for row in rows]

    def put(self, thing: Json, hidden: Json | None = None) -> None:
        """Writes an object as it now is; `hidden` stays as it was when it is not given."""
        columns = (
            thing.get("status"),
            thing.get("payment_intent"),
            thing.get("charge"),
            ((thing.get("customer_details") or {}).get("email") or thing.get("customer_email")),
            json.dumps(thing),
        )
        with self.transaction() as db:
            db.execute(
                "INSERT INTO object (status, payment_intent, charge, email, body, id, kind, created, hidden) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status, "
                "payment_intent = excluded.payment_intent, charge = excluded.charge, email = excluded.email, "
                "body = excluded.body",
                (*columns, thing["id"], thing["object"], thing["created"], json.dumps(hidden or {})),
            )
            if hidden is not None:
                db.execute("UPDATE object SET hidden = ? WHERE id = ?", (json.dumps(hidden), thing["id"]))

    def add_job(self, *, kind: str, object_id: str, due_at: int) -> None:
        """Something to do by itself at that virtual second."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO job (due_at, kind, object_id) VALUES (?, ?, ?)", (due_at, kind, object_id)
            )

    def clear(self) -> None:
        """Forgets everything."""
        with self.transaction() as db:
            for table in TABLES:
                db.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        with self._lock:
            self._connection.close()
