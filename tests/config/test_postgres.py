"""The pool of the web: a server that was restarted costs no customer an error."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from config.postgres.base import DatabaseWrapper

POOLED = {"min_size": 1, "max_size": 1, "timeout": 5}


@pytest.fixture
def pooled(django_db_setup: None, django_db_blocker: Any) -> Iterator[DatabaseWrapper]:
    """A second door to the test's database, with a pool, as the web has one."""
    options = connection.settings_dict["OPTIONS"] | {"pool": POOLED}
    settings = connection.settings_dict | {"OPTIONS": options, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    wrapper = DatabaseWrapper(settings)
    with django_db_blocker.unblock():
        yield wrapper
        wrapper.close()
        wrapper.close_pool()


def ask(wrapper: DatabaseWrapper, sql: str) -> Any:
    """As a request does it: a connection is lent, asked, and given back."""
    with wrapper.cursor() as cursor:
        cursor.execute(sql)
        (answer,) = cursor.fetchone()
    wrapper.close()
    return answer


def ask_beside(sql: str, *values: Any) -> Any:
    """Asked by somebody else, on a connection of their own."""
    named = connection.settings_dict
    host = named["HOST"] or named["OPTIONS"].get("host", "")
    with psycopg.connect(dbname=named["NAME"], user=named["USER"], host=host) as other:
        row = other.execute(sql, values).fetchone()
    assert row is not None
    return row[0]


def test_the_pool_lends_the_same_connection_again(pooled: DatabaseWrapper) -> None:
    assert ask(pooled, "SELECT pg_backend_pid()") == ask(pooled, "SELECT pg_backend_pid()")


def test_connections_that_the_server_ended_are_not_lent_again(pooled: DatabaseWrapper) -> None:
    first = ask(pooled, "SELECT pg_backend_pid()")
    assert ask_beside("SELECT pg_terminate_backend(%s, 5000)", first) is True

    assert ask(pooled, "SELECT 7") == 7
    assert ask(pooled, "SELECT pg_backend_pid()") != first


def test_lending_a_connection_asks_the_server_nothing(pooled: DatabaseWrapper) -> None:
    pid = ask(pooled, "SELECT pg_backend_pid()")
    pooled.ensure_connection()

    last = ask_beside("SELECT query FROM pg_stat_activity WHERE pid = %s", pid)
    assert last == "SELECT pg_backend_pid()"
