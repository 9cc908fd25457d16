"""Events: written with the change they tell of, their bytes fixed at that moment."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from .errors import Json
from .settings import API_VERSION

if TYPE_CHECKING:
    from .sandbox import Work

RETENTION_S = 30 * 86400


def record_event(work: Work, type_: str, thing: Json, previous: Json | None = None) -> int:
    """The event's number. Writes the event and, when an endpoint is set, its delivery."""
    endpoint = work.sandbox.settings.webhook_url is not None
    content: Json = {"object": thing}
    if previous is not None:
        content["previous_attributes"] = previous
    event = {
        "id": work.draw("evt_1"),
        "object": "event",
        "api_version": API_VERSION,
        "created": work.now,
        "data": content,
        "livemode": False,
        "pending_webhooks": int(endpoint),
        "request": {"id": work.cause.request_id, "idempotency_key": work.cause.idempotency_key},
        "type": type_,
    }
    row = (event["id"], type_, work.now, thing["id"], work.cause.request_id)
    with work.store.transaction() as db:
        cursor = db.execute(
            "INSERT INTO event (id, type, created, object_id, request_id, body, undelivered) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*row, json.dumps(event, indent=2).encode(), int(endpoint)),
        )
        seq = int(cursor.lastrowid or 0)
        if endpoint:
            state = {"off": "off", "hold": "held"}.get(work.sandbox.webhook_mode, "due")
            db.execute(
                "INSERT INTO delivery (event_seq, state, due_at) VALUES (?, ?, ?)", (seq, state, work.now)
            )
    return seq


def render_event(row: sqlite3.Row) -> Json:
    """The event as the API shows it now: only `pending_webhooks` moves after its creation."""
    event: Json = json.loads(row["body"])
    event["pending_webhooks"] = row["undelivered"]
    return event


def find_event(work: Work, identifier: str) -> Json | None:
    """The event of that id, if it is younger than 30 days."""
    with work.store.transaction() as db:
        row = db.execute(
            "SELECT * FROM event WHERE id = ? AND created > ?", (identifier, work.now - RETENTION_S)
        ).fetchone()
    return None if row is None else render_event(row)
