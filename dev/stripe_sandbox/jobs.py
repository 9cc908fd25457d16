"""What happens by itself at a virtual second: sessions expire, charges settle, refunds finish."""

from __future__ import annotations

from collections.abc import Callable

from . import balance, idempotency, refunds, sessions
from .sandbox import WAKE_WITHIN_S, Sandbox, Work


def _expire_session(work: Work, identifier: str) -> None:
    session = work.get("checkout.session", identifier)
    if session["status"] == "open":
        sessions.expire_session(work, session)


def _settle_charge(work: Work, identifier: str) -> None:
    balance.settle_charge(work, work.get("charge", identifier))


def _finish_refund(work: Work, identifier: str) -> None:
    refunds.finish_refund(work, work.get("refund", identifier))


JOBS: dict[str, Callable[[Work, str], None]] = {
    "expire_session": _expire_session,
    "settle_charge": _settle_charge,
    "finish_refund": _finish_refund,
}


def run_due_jobs(sandbox: Sandbox) -> int:
    """How many jobs ran: all that are due, in the order of their time, each at its own moment."""
    ran = 0
    while _run_next(sandbox):
        ran += 1
    return ran


def _run_next(sandbox: Sandbox) -> bool:
    with sandbox.store.transaction() as db:
        row = db.execute(
            "SELECT * FROM job WHERE due_at <= ? ORDER BY due_at, seq LIMIT 1", (sandbox.clock.now(),)
        ).fetchone()
        if row is None:
            return False
        with sandbox.work(now=row["due_at"]) as work:
            db.execute("DELETE FROM job WHERE seq = ?", (row["seq"],))
            JOBS[row["kind"]](work, row["object_id"])
    sandbox.wake()  # once more, now that it is committed
    return True


def next_job_at(sandbox: Sandbox) -> int | None:
    """The virtual second of the next job, if there is one."""
    with sandbox.store.transaction() as db:
        row = db.execute("SELECT min(due_at) AS due_at FROM job").fetchone()
    return None if row["due_at"] is None else int(row["due_at"])


def run_forever(sandbox: Sandbox) -> None:
    """The thread that runs jobs when their time comes, and forgets old idempotency keys."""
    while True:
        seen = sandbox.news
        run_due_jobs(sandbox)
        idempotency.forget_old_keys(sandbox)
        due_at = next_job_at(sandbox)
        wait: float = WAKE_WITHIN_S if due_at is None else min(WAKE_WITHIN_S, due_at - sandbox.clock.exact())
        if wait > 0:
            sandbox.sleep_until_news(seen, wait)
