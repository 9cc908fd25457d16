"""The Celery application and the timetable of its rounds and sweeps.

Two beats are harmless: every sweep lends rows that only one worker can claim.
"""

import os
from datetime import UTC, datetime

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections, connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

SWEEP_S = 2.0  # a receipt may lag by this much

app = Celery("regimen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf["CELERY_DB_REUSE_MAX"] = 1000  # else the database connection is closed around every task


@task_prerun.connect
def look_at_connections(**_: object) -> None:
    """A task begins with a connection that lives: PostgreSQL may have been restarted since the one before.

    Otherwise each process of a worker would fail its next thousand tasks. A task that is run in the middle
    of a transaction has its caller's connection, and leaves it alone.
    """
    if not connection.in_atomic_block:
        close_old_connections()


def _every(seconds: float, task: str) -> dict[str, object]:
    # A message that nobody took within one period is stale: the next one does its work. A clock remembers
    # nothing: so all is due when it starts, or a house that deploys five times a day never marks down.
    return {
        "task": task,
        "schedule": seconds,
        "options": {"expires": max(seconds, 10.0)},
        "last_run_at": datetime(2000, 1, 1, tzinfo=UTC),
    }


app.conf.beat_schedule = {
    "settle what Stripe said": _every(SWEEP_S, "payments.sweep_stripe_events"),
    "ask Stripe about attempts": _every(SWEEP_S, "payments.sweep_attempts"),
    "send receipts": _every(SWEEP_S, "payments.sweep_receipts"),
    "pay money back": _every(SWEEP_S, "payments.sweep_refunds"),
    "send order mail": _every(SWEEP_S, "orders.sweep_order_mail"),
    "look whether what people wait for is back": _every(60.0, "shop.watch_shelves"),
    "send alert mail": _every(SWEEP_S, "shop.sweep_alert_mail"),
    "tell staff what needs them": _every(60.0, "shop.tell_staff"),
    "send staff mail": _every(10.0, "shop.sweep_staff_mail"),
    "propose markdowns": _every(6 * 3600.0, "catalog.propose_markdowns"),
    "watch open recalls": _every(30.0, "shop.watch_recalls"),
    "replace what was recalled": _every(30.0, "shop.replace_recalled"),
    "prove the stock": _every(300.0, "payments.audit_stock"),
    "forget old audits": _every(6 * 3600.0, "orders.forget_audits"),
    "forget old carts and keys": _every(3600.0, "shop.forget_old_rows"),
    "fetch suppliers' feeds": _every(10.0, "catalog.sweep_feeds"),
    "forget feeds without news": _every(3600.0, "catalog.forget_feed_runs"),
    "bring files in": _every(SWEEP_S, "catalog.sweep_imports"),
    "forget old imports": _every(6 * 3600.0, "catalog.forget_imports"),
    "tend the search": _every(6 * 3600.0, "catalog.tend_search"),
    "show that a worker lives": _every(5.0, "shop.beat_heart"),
}
