"""The sign of life of the workers: a task writes the time, a probe reads it."""

from datetime import datetime

from django.core.cache import cache

KEY = "worker-last-beat"
ALIVE_S = 30


def beat(*, now: datetime) -> None:
    cache.set(KEY, now.isoformat(), timeout=24 * 3600)


def last_beat() -> datetime | None:
    written = cache.get(KEY)
    return datetime.fromisoformat(written) if written else None
