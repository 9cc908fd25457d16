"""The running sandbox, and one piece of work in it: a moment, a cause, a transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from . import events
from .clock import Clock
from .errors import Json
from .ids import Identifiers
from .settings import Settings
from .store import Store

# The clock thread looks by itself at least this often, so only nearer jobs need to wake it.
WAKE_WITHIN_S = 60


@dataclass(frozen=True)
class Cause:
    """The API request behind a change; both are None when the buyer or the clock did it."""

    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass
class Work:
    """What happens in one transaction at one virtual second."""

    sandbox: Sandbox
    now: int
    cause: Cause
    emitted: list[int] = field(default_factory=list)
    urgent: bool = False

    @property
    def store(self) -> Store:
        return self.sandbox.store

    def draw(self, prefix: str, length: int = 24) -> str:
        return self.sandbox.ids.draw(prefix, length)

    def find(self, kind: str, identifier: str) -> Json | None:
        return self.store.find(kind, identifier)

    def get(self, kind: str, identifier: str) -> Json:
        """The object, which must exist."""
        thing = self.store.find(kind, identifier)
        assert thing is not None, f"{kind} {identifier} has vanished"
        return thing

    def put(self, thing: Json, hidden: Json | None = None) -> Json:
        self.store.put(thing, hidden)
        return thing

    def emit(self, type_: str, thing: Json, previous: Json | None = None) -> None:
        """Writes the event of a change, and its delivery, beside the change."""
        self.emitted.append(events.record_event(self, type_, thing, previous))
        self.urgent = True

    def after(self, seconds: int, kind: str, object_id: str) -> None:
        """Has a job run that many virtual seconds from this work's moment."""
        self.urgent = self.urgent or seconds < WAKE_WITHIN_S
        self.store.add_job(kind=kind, object_id=object_id, due_at=self.now + seconds)


class Sandbox:
    """Everything that lives as long as the process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.db)
        boots = int(self.store.read_setting("boots") or 0) + 1
        self.store.write_setting("boots", str(boots))
        self.clock = Clock(self.store)
        self.ids = Identifiers(seed=settings.seed, boots=boots)
        self.url = settings.public_url or f"http://127.0.0.1:{settings.port}"
        self.webhook_mode = self.store.read_setting("webhook_mode") or "on"
        self.alarm = threading.Condition()
        self.news = 0

    @contextmanager
    def work(self, cause: Cause | None = None, *, now: int | None = None) -> Iterator[Work]:
        """One transaction; who waits for due work is woken when it is committed."""
        with self.store.transaction():
            work = Work(self, self.clock.now() if now is None else now, cause or Cause())
            yield work
        if work.urgent:
            self.wake()

    def wake(self) -> None:
        """Tells the sleeping threads that something may be due."""
        with self.alarm:
            self.news += 1
            self.alarm.notify_all()

    def sleep_until_news(self, seen: int, seconds: float | None) -> None:
        """Returns when there is news since `seen` (a value of `news`), or after that many seconds."""
        with self.alarm:
            self.alarm.wait_for(lambda: self.news != seen, seconds)

    def set_webhook_mode(self, mode: str) -> None:
        """How deliveries behave from now on; survives a restart."""
        self.store.write_setting("webhook_mode", mode)
        self.webhook_mode = mode
