"""Workers keep a connection from task to task, and let a dead one go; the clock starts with all rounds."""

import pytest
from celery.beat import Scheduler
from django.db import connection

from config.celery import app
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


def test_every_round_is_due_when_the_clock_starts_for_it_remembers_no_other_start() -> None:
    clock = Scheduler(app, lazy=True)
    clock.setup_schedule()

    late = [name for name in app.conf.beat_schedule if not clock.schedule[name].is_due()[0]]

    assert late == [], "a house that restarts every few hours would wait for these for ever"
