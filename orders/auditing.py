"""Proving the stock: eight rules over the live database, held against one consistent picture of it.

S1  A lot's counters are the sums of its movements.
S2  0 ≤ reserved ≤ on_hand.
S3  What a lot has reserved is what open orders hold of it, by their allocations and by the ledger; what
    is held and what was sent make up each line of an open order; a closed order holds nothing.
S4  No order holds units after its time to pay, unless Stripe may still take the money for it.
S5  Parcels and returns say of each order and lot what the ledger says.
S6  Every unit that was sent was of a lot that was released and in date when it left.
S7  At no moment of a lot's history were there fewer than none, or more promised than there.
S8  Of no lot more was sent than ever came.

Source: docs/auditing.md
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from orders.audit_orders import FITNESS_SQL, PARCELS_SQL, PROMISES_SQL
from orders.audit_shelves import SHELVES_SQL
from orders.models import StockAudit

RULES = ("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8")
# Stripe is asked 5 s after a session's end and then every 20 s; a lost worker's errand is lent again after
# 60 s. Whoever holds goods longer than this after his time, and of whom nobody asks, is forgotten.
GRACE = timedelta(minutes=3)
CLOCKS_DIFFER = timedelta(seconds=60)  # no request waits longer for a lot
SHOWN = 100  # findings told of each rule; all are counted
KEPT = timedelta(days=90)
PATIENCE_S = 50  # the round's worker is ended after 60 s


@dataclass(frozen=True)
class Finding:
    rule: str
    row: str  # which one: "lot 12 (QC-50/L1)"
    words: str  # "on_hand 7, its movements say 8"


@dataclass(frozen=True)
class Findings:
    told: list[Finding]  # by rule, the first SHOWN of each
    broken: dict[str, int]  # {"S1": how many}; only rules that are broken


def audit_stock(*, now: datetime, asked: Iterable[int] = ()) -> StockAudit:
    """Today's answer, kept: whether every rule holds, and which rows break which.

    Takes   `asked`: ids of unpaid orders whose money may still come; read inside the same picture.
    Writes  StockAudit, once the picture is put away. It waits for nobody, and nobody waits for it.
    """
    began = time.monotonic()
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE_S}s'")
        found = find_breaks(now=now, asked=asked)
    return StockAudit.objects.create(
        at=now,
        took_ms=round((time.monotonic() - began) * 1000),
        is_clean=not found.broken,
        broken=found.broken,
        findings=[{"rule": one.rule, "row": one.row, "words": one.words} for one in found.told],
    )


def find_breaks(*, now: datetime, asked: Iterable[int] = ()) -> Findings:
    """Every row that breaks a rule, in whatever picture the caller has open. Four statements."""
    values = {
        "most": SHOWN,
        "unpaid_before": now - GRACE,
        "asked": list(asked),
        "wait": CLOCKS_DIFFER,
    }
    told: list[Finding] = []
    broken: dict[str, int] = {}
    for rules in (SHELVES_SQL, PROMISES_SQL, PARCELS_SQL, FITNESS_SQL):
        for rule, row, words, count in _ask(rules, values):
            told.append(Finding(rule, row, words))
            broken[rule] = broken.get(rule, 0)
            broken[rule] += count
    told.sort(key=lambda one: RULES.index(one.rule))
    return Findings(told, dict(sorted(broken.items())))


FIRST_SQL = """
SELECT rule, called, words, CASE nth WHEN 1 THEN count ELSE 0 END
  FROM (SELECT rule, called, words, sort, count(*) OVER (PARTITION BY rule) AS count,
               row_number() OVER (PARTITION BY rule ORDER BY sort, words) AS nth
          FROM ({rules}) AS found(rule, sort, called, words)) numbered
 WHERE nth <= %(most)s
 ORDER BY rule, nth
"""


def _ask(rules: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(FIRST_SQL.format(rules=rules), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def newest() -> StockAudit | None:
    """The last answer, or None when nobody has ever asked."""
    return StockAudit.objects.order_by("-at", "-pk").first()


def forget_audits(*, now: datetime) -> int:
    """How many old answers were thrown away."""
    gone, _ = StockAudit.objects.filter(at__lt=now - KEPT).delete()
    return gone
