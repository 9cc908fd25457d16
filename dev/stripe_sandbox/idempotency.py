"""Idempotency keys: the effect and its answer are one transaction, so a key never means two effects."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass

from .errors import Refusal
from .forms import Form
from .sandbox import Sandbox, Work

KEEP_S = 86400
MAX_KEY = 255


@dataclass(frozen=True)
class Kept:
    """An answer that was given under a key."""

    status: int
    body: bytes
    request_id: str


class KeysInUse:
    """The keys whose first request still runs. In memory: after a crash nothing of it was committed."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Raises Refusal when another request holds the key."""
        with self._lock:
            if key in self._keys:
                raise Refusal(
                    "Another request with this idempotency key is in progress.",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._keys.add(key)

    def give_back(self, key: str) -> None:
        with self._lock:
            self._keys.discard(key)


def check_key(key: str) -> None:
    """Nothing, when the key is a key. Raises Refusal."""
    if not 1 <= len(key) <= MAX_KEY:
        raise Refusal(f"An idempotency key has between 1 and {MAX_KEY} characters.")
    if not key.isprintable():
        raise Refusal("An idempotency key has no control characters.")


def fingerprint(form: Form) -> str:
    """What the parameters were, whatever their order."""
    return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()


def find_kept(sandbox: Sandbox, key: str, *, method: str, path: str, mark: str) -> Kept | None:
    """The answer already given under this key. Raises Refusal when it belonged to another request."""
    with sandbox.store.transaction() as db:
        row = db.execute(
            "SELECT * FROM idempotency WHERE key = ? AND created > ?", (key, sandbox.clock.now() - KEEP_S)
        ).fetchone()
    if row is None:
        return None
    if (row["method"], row["path"]) != (method, path):
        what = f"this endpoint: it was first used with {row['method']} {row['path']}"
    elif row["fingerprint"] != mark:
        what = "these parameters: it was first used with others"
    else:
        return Kept(row["status"], row["body"], row["request_id"])
    raise Refusal(f"The idempotency key '{key}' cannot be used with {what}.", kind="idempotency_error")


def keep_answer(work: Work, key: str, *, method: str, path: str, mark: str, kept: Kept) -> None:
    """Writes the answer under its key, in the transaction of the effect."""
    with work.store.transaction() as db:
        db.execute(
            "INSERT OR REPLACE INTO idempotency "
            "(key, method, path, fingerprint, created, request_id, status, body) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (key, method, path, mark, work.now, kept.request_id, kept.status, kept.body),
        )


def forget_old_keys(sandbox: Sandbox) -> None:
    """Drops keys older than a virtual day."""
    with sandbox.store.transaction() as db:
        db.execute("DELETE FROM idempotency WHERE created <= ?", (sandbox.clock.now() - KEEP_S,))
