"""The embedded servers and the test stack: real PostgreSQL and Valkey, and nothing of them afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dev import loopback
from dev.embedded import DURABLE, TEST, EmbeddedError, Stack
from dev.embedded.stack import lock_directory, sweep_socket_directories
from dev.embedded.template import migration_digest
from dev.pytest_stack import KEPT_TABLES, choose_redis_number
from dev.sandbox_process import reserve_port


@pytest.fixture
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a bare machine: no server is named in the environment (and what a stack names is forgotten)."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("nothing_named")
def test_a_lasting_stack_keeps_its_rows_and_frees_its_directory(tmp_path: Path) -> None:
    home = tmp_path / "a home with spaces" / ("deep" * 20)  # a socket in there would be too long a path
    with Stack(home, settings=DURABLE) as stack:
        assert os.environ["DATABASE_URL"] == stack.environment["DATABASE_URL"]
        assert stack.postgres is not None
        assert stack.postgres.ask("show fsync") == "on"
        assert stack.postgres.ask("show synchronous_commit") == "on"
        assert stack.postgres.ask("show shared_buffers") == "256MB"
        stack.postgres.ask("create table jar as select 7 as units", database="shop")
        with pytest.raises(EmbeddedError, match=f"already running here \\(pid {os.getpid()}\\)"):
            lock_directory(home)
        children = [child.process for child in stack.children()]
    assert [child.poll() for child in children if child] == [0, 0]
    assert "DATABASE_URL" not in os.environ
    with Stack(home, settings=DURABLE) as stack:
        assert stack.postgres is not None
        assert stack.postgres.ask("select units from jar", database="shop") == "7"


@pytest.mark.usefixtures("nothing_named")
def test_after_kill_9_the_next_start_just_works(tmp_path: Path) -> None:
    code = f"""
        import time
        from pathlib import Path
        from dev.embedded import DEMO, Stack
        stack = Stack(Path({str(tmp_path)!r}), settings=DEMO)
        stack.start()
        stack.postgres.ask("create table jar as select 7 as units", database="shop")
        print(stack.postgres.process.pid, flush=True)
        time.sleep(60)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        postmaster = int(first.stdout.readline())
        os.kill(postmaster, signal.SIGKILL)  # the database goes first, without a word, then its keeper
        first.kill()
    with Stack(tmp_path) as stack:
        assert stack.postgres is not None
        assert stack.postgres.ask("select units from jar", database="shop") == "7"


def test_named_servers_are_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/shop")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    with Stack(None, settings=TEST) as stack:
        assert stack.environment == {}
        assert stack.children() == []
    assert os.environ["DATABASE_URL"] == "postgresql://elsewhere/shop"


def test_socket_directories_of_the_dead_are_swept_and_those_of_the_living_are_not() -> None:
    dead = Path(f"/tmp/regimen-{os.getuid()}-99999999-test")
    living = Path(f"/tmp/regimen-{os.getuid()}-{os.getpid()}-test")
    dead.mkdir(exist_ok=True)
    living.mkdir(exist_ok=True)
    try:
        sweep_socket_directories()
        assert not dead.exists()
        assert living.exists()
    finally:
        living.rmdir()


def test_the_kept_template_is_not_used_after_a_migration_changed(tmp_path: Path) -> None:
    migration = tmp_path / "orders" / "migrations" / "0001_initial.py"
    migration.parent.mkdir(parents=True)
    migration.write_text("first")
    before = migration_digest(tmp_path)
    assert migration_digest(tmp_path) == before
    migration.write_text("second")
    assert migration_digest(tmp_path) != before


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///tmp/x/valkey.sock?db=0", "unix:///tmp/x/valkey.sock?db=3"),
        ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379/3"),
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/3"),
        ("rediss://u:p@host:6379/1?ssl_cert_reqs=none", "rediss://u:p@host:6379/3?ssl_cert_reqs=none"),
    ],
)
def test_every_test_worker_has_its_own_redis_number(url: str, expected: str) -> None:
    assert choose_redis_number(url, 3) == expected


def test_reserved_ports_differ_and_are_below_those_that_the_kernel_lends() -> None:
    one, two = reserve_port(), reserve_port()
    with one, two:
        ports = {one.getsockname()[1], two.getsockname()[1]}
    assert len(ports) == 2
    assert max(ports) < 32768


@pytest.mark.parametrize("host", ["93.184.216.34", "example.org", "10.0.0.1", "2606:2800::1"])
def test_no_test_reaches_another_machine(host: str) -> None:
    with pytest.raises(loopback.OutsideCallError, match="only this machine"):
        loopback.refuse_outside(host, frozenset())


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "shop.localhost", "db"])
def test_this_machine_and_named_servers_may_be_reached(host: str) -> None:
    loopback.refuse_outside(host, frozenset({"db"}))


def test_the_guard_is_on_in_this_very_run() -> None:
    import socket

    with pytest.raises(loopback.OutsideCallError):
        socket.create_connection(("192.0.2.1", 9), timeout=1)


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_test_writes_is_flushed_past_triggers(request: pytest.FixtureRequest) -> None:
    from django.contrib.auth.models import Group, Permission
    from django.db import connection

    assert Permission.objects.exists()
    assert Group.objects.count() == 0
    Group.objects.create(name="left behind")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'"
        )
        cursor.execute("CREATE TRIGGER keep BEFORE DELETE ON auth_group EXECUTE FUNCTION refuse()")


@pytest.mark.django_db(transaction=True)
def test_the_flush_kept_what_migrations_made() -> None:
    from django.contrib.auth.models import Group, Permission
    from django.db import connection

    assert Group.objects.count() == 0
    assert Permission.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS keep ON auth_group; DROP FUNCTION IF EXISTS refuse()")
        cursor.execute("SELECT count(*) FROM django_migrations")
        (count,) = cursor.fetchone()
    assert count > 0
    assert "django_migrations" in KEPT_TABLES


@pytest.mark.parametrize("visit", [1, 2])
def test_no_test_finds_what_another_has_cached(visit: int) -> None:
    from django.core.cache import cache

    assert cache.get("visit") is None
    cache.set("visit", visit, timeout=None)
    assert not os.environ["REDIS_URL"].endswith("db=0")
