"""The pytest plugin (`-p dev.pytest_stack`): servers and environment, before the settings are read.

The controlling process starts PostgreSQL and Valkey, and xdist's workers inherit its environment. Each worker
has its own database (cloned by Django), its own Valkey number, and its own Stripe sandbox: the port is chosen
here, the process starts when the first test asks for it.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dev import loopback
from dev.embedded import EmbeddedError, Stack
from dev.embedded.template import start_test_stack
from dev.sandbox_process import SandboxProcess, reserve_port

ROOT = Path(__file__).resolve().parent.parent
KEPT_TABLES = {"django_content_type", "auth_permission", "django_migrations"}  # made by migrate, not by tests

_stack: Stack | None = None
_sandbox: SandboxProcess | None = None
_media: str = ""
_patch = pytest.MonkeyPatch()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    global _stack, _sandbox, _media
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        try:
            _stack = start_test_stack(root=ROOT)
        except EmbeddedError as error:
            raise pytest.UsageError(str(error)) from error
    # number 0 may be somebody's own: each test empties its number first
    number = 1 if worker is None else int(worker.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = choose_redis_number(os.environ["REDIS_URL"], number)
    _sandbox = SandboxProcess(port=reserve_port(), shop_port=reserve_port())
    _media = tempfile.mkdtemp(prefix=f"regimen-{os.getuid()}-{os.getpid()}-media-")  # swept as sockets are
    os.environ.update(_sandbox.shop_environment())
    os.environ.update(test_environment(media=_media))
    hosts = {urlsplit(os.environ.get(name, "")).hostname or "" for name in ("DATABASE_URL", "REDIS_URL")}
    loopback.guard_sockets(_patch, allowed=frozenset(hosts))
    try:
        return (yield)
    except BaseException:  # the settings could not be read: pytest ends without unconfiguring
        pytest_unconfigure()
        raise


def test_environment(*, media: str) -> dict[str, str]:
    """What the settings read in every test, whatever the developer's own environment says."""
    return {
        "SHOP_ENV": "local",
        "SECRET_KEY": "only-for-tests-" + "x" * 40,
        "DB_POOL": "0",
        "EMAIL_URL": "smtp://127.0.0.1:1",  # Django's test runner keeps mail in memory; nothing listens here
        "MEDIA_ROOT": media,
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    }


test_environment.__test__ = False  # type: ignore[attr-defined]


def choose_redis_number(url: str, number: int) -> str:
    """The same server with another database number, for a unix socket (`?db=`) or an address (`/0`)."""
    if "db=" in url:
        return re.sub(r"db=\d+", f"db={number}", url)
    return urlsplit(url)._replace(path=f"/{number}").geturl()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: no search for garbage looks through it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if _sandbox is not None:
        _sandbox.close()
    _patch.undo()
    if _stack is not None:
        _stack.stop()
    if _media:
        shutil.rmtree(_media, ignore_errors=True)


@pytest.fixture(scope="session")
def sandbox_process() -> SandboxProcess:
    """This worker's Stripe sandbox, running."""
    assert _sandbox is not None
    _sandbox.start()
    return _sandbox


@pytest.fixture
def stripe_sandbox(sandbox_process: SandboxProcess) -> SandboxProcess:
    """This worker's Stripe sandbox, empty: the shop already has its address, key and webhook secret."""
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test is slowed down for what an earlier one asked for, or finds what it stored (0.2 ms)."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """The same hash at its least cost: every sign-in at a desk would take 44 ms for it alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shop.passwords.Argon2Lean.time_cost", 1)
        patch.setattr("shop.passwords.Argon2Lean.memory_cost", 8)  # KiB
        yield


@pytest.fixture(autouse=True, scope="session")
def _cheap_flush() -> Iterator[None]:
    """`transaction=True` tests: Django's flush (TRUNCATE of all, post_migrate) takes 0.5 s, this 15 ms."""
    from django.db import connections
    from django.test import TransactionTestCase

    djangos_own = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(case: Any) -> None:
        for alias in case._databases_names(include_mirrors=False):
            connection = connections[alias]
            names = connection.introspection.django_table_names(only_existing=True, include_views=False)
            deletes = "".join(f'DELETE FROM "{name}";' for name in names if name not in KEPT_TABLES)
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('is_superuser')")
                if cursor.fetchone() != ("on",):  # the caller's database: only a superuser may skip triggers
                    djangos_own(case)
                    return
                # replica: no triggers (the ledgers refuse DELETE), no foreign key order
                cursor.execute(
                    "SET lock_timeout = '10s'; SET session_replication_role = replica;"
                    f"{deletes}"
                    "RESET session_replication_role; RESET lock_timeout"
                )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield
