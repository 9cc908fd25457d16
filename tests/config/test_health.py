"""Alive, ready, degraded or down: only a missing database takes a web process out."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as NoRedis

from config import health
from shop import heart

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def beating() -> Any:
    cache.clear()
    heart.beat(now=timezone.now())
    yield
    cache.clear()


def ask(client: Client, status: int = 200) -> dict[str, Any]:
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert "no-cache" in answer.headers["Cache-Control"]
    said: dict[str, Any] = answer.json()
    return said


def test_alive_asks_nobody(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "alive"}


def test_ready_when_all_are_there(client: Client) -> None:
    assert ask(client) == {"status": "ready", "database": "ok", "broker": "ok", "worker": "ok"}


def test_a_silent_worker_degrades_and_says_since_when(client: Client) -> None:
    heart.beat(now=timezone.now() - timedelta(seconds=heart.ALIVE_S + 10))
    said = ask(client)
    assert said["status"] == "degraded"
    assert said["worker"] in (f"silent for {heart.ALIVE_S + 10} s", f"silent for {heart.ALIVE_S + 11} s")


def test_a_worker_that_was_never_seen_is_said_so(client: Client) -> None:
    cache.clear()
    assert heart.last_beat() is None
    assert ask(client) == {"status": "degraded", "database": "ok", "broker": "ok", "worker": "never seen"}


def test_without_its_broker_the_shop_goes_on(client: Client, monkeypatch: Any) -> None:
    def gone(*_: Any) -> Any:
        raise NoRedis("refused")

    monkeypatch.setattr(
        type(cache._connections["default"]) if hasattr(cache, "_connections") else cache, "get", gone
    )
    said = ask(client)
    assert (said["status"], said["database"]) == ("degraded", "ok")
    assert said["broker"].startswith("no answer (ConnectionError")
    assert said["worker"].startswith("no answer (ConnectionError")


def test_without_its_database_it_is_down_and_asks_to_come_back(client: Client, monkeypatch: Any) -> None:
    def gone() -> str:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(health, "_ask_database", gone)
    said = ask(client, 503)
    assert (said["status"], said["database"]) == ("down", "no answer (OperationalError)")
    assert client.get("/readyz").headers["Retry-After"] == "5"
