"""Workers keep their connection from task to task, and let a dead one go."""

import pytest
from django.db import connection

from payments import tasks

pytestmark = pytest.mark.django_db(transaction=True)


def restart_database() -> None:
    """The server hangs up on us, as it does when it is restarted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (ours,) = cursor.fetchone()
    another = connection.copy()
    with another.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])
        assert cursor.fetchone() == (True,)
    another.close()


def test_after_a_restart_of_the_database_the_next_task_has_a_connection_of_its_own() -> None:
    restart_database()
    done = tasks.sweep_receipts.apply()
    assert (done.state, done.result) == ("SUCCESS", None)


def test_a_connection_that_is_well_is_kept() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()
        assert tasks.sweep_receipts.apply().state == "SUCCESS"
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() == before
