"""What must be so in the database, in SQL of our own: a second opinion beside `manage.py audit stock`.

Written from reliability's invariants and not from the shop's code: it imports nothing of the tower.
"""

from __future__ import annotations

from typing import Any

import psycopg

CLOSED = "('SHIPPED', 'LAPSED', 'CANCELLED')"

CHECKS = {
    "a lot's counters are the sum of its movements": """
        SELECT l.code, l.on_hand, l.reserved, m.on_hand, m.reserved FROM catalog_lot l
          LEFT JOIN (SELECT lot_id, sum(on_hand_change) on_hand, sum(reserved_change) reserved
                       FROM catalog_movement GROUP BY lot_id) m ON m.lot_id = l.id
         WHERE (l.on_hand, l.reserved) IS DISTINCT FROM (coalesce(m.on_hand, 0), coalesce(m.reserved, 0))""",
    "0 ≤ reserved ≤ on hand": """
        SELECT code, on_hand, reserved FROM catalog_lot WHERE reserved < 0 OR reserved > on_hand""",
    "what is reserved is promised, all of it, to orders": """
        SELECT l.code, l.reserved, coalesce(a.units, 0) FROM catalog_lot l
          LEFT JOIN (SELECT lot_id, sum(units) units FROM orders_allocation GROUP BY lot_id) a
            ON a.lot_id = l.id
         WHERE l.reserved <> coalesce(a.units, 0)""",
    "no more is promised and sold than ever came": """
        SELECT v.sku, sold.units, came.units FROM catalog_variant v
          JOIN (SELECT n.variant_id, sum(n.units) units FROM orders_orderline n
                  JOIN orders_order o ON o.id = n.order_id
                 WHERE o.status NOT IN ('LAPSED', 'CANCELLED') GROUP BY 1) sold ON sold.variant_id = v.id
          LEFT JOIN (SELECT l.variant_id, sum(m.on_hand_change) units FROM catalog_movement m
                  JOIN catalog_lot l ON l.id = m.lot_id WHERE m.kind NOT IN ('SHIPPED', 'RETURNED')
                 GROUP BY 1) came ON came.variant_id = v.id
         WHERE sold.units > coalesce(came.units, 0)""",
    "at no moment of its story was a lot below zero or oversold": """
        SELECT DISTINCT s.lot_id FROM (
          SELECT lot_id, sum(on_hand_change) OVER w on_hand, sum(reserved_change) OVER w reserved
            FROM catalog_movement WINDOW w AS (PARTITION BY lot_id ORDER BY id)) s
         WHERE s.on_hand < 0 OR s.reserved < 0 OR s.reserved > s.on_hand""",
    "an open order holds all its units, or has sent them": """
        SELECT o.reference, n.sku, n.units, coalesce(a.units, 0), coalesce(p.units, 0)
          FROM orders_order o JOIN orders_orderline n ON n.order_id = o.id
          LEFT JOIN (SELECT line_id, sum(units) units FROM orders_allocation GROUP BY 1) a
            ON a.line_id = n.id
          LEFT JOIN (SELECT line_id, sum(units) units FROM orders_shipmentline GROUP BY 1) p
            ON p.line_id = n.id
         WHERE o.status IN ('PLACED', 'PAID')
           AND n.units <> coalesce(a.units, 0) + coalesce(p.units, 0)""",
    "a closed order holds nothing": f"""
        SELECT o.reference, o.status, a.units FROM orders_allocation a
          JOIN orders_orderline n ON n.id = a.line_id JOIN orders_order o ON o.id = n.order_id
         WHERE o.status IN {CLOSED}""",
    "a shipped order has left with exactly its units": """
        SELECT o.reference, n.units, coalesce(m.units, 0) FROM orders_order o
          JOIN (SELECT order_id, sum(units) units FROM orders_orderline GROUP BY 1) n ON n.order_id = o.id
          LEFT JOIN (SELECT cause, -sum(on_hand_change) units FROM catalog_movement WHERE kind = 'SHIPPED'
                      GROUP BY 1) m ON m.cause = o.reference
         WHERE o.status = 'SHIPPED' AND n.units <> coalesce(m.units, 0)""",
    "one customer of a trial has one order": """
        SELECT email, count(*) FROM orders_order GROUP BY email HAVING count(*) > 1""",
}

MONEY_CHECKS = {
    "a paid order has one payment that pays it": """
        SELECT o.reference, o.status FROM orders_order o WHERE o.status IN ('PAID', 'SHIPPED')
           AND 1 <> (SELECT count(*) FROM payments_payment p
                      WHERE p.order_id = o.id AND p.status = 'APPLIED')""",
    "money that pays no order has gone back": """
        SELECT p.payment_intent_id, p.status, o.status FROM payments_payment p
          JOIN orders_order o ON o.id = p.order_id
         WHERE (p.status = 'UNAPPLIED' OR o.status NOT IN ('PAID', 'SHIPPED'))
           AND NOT EXISTS (SELECT 1 FROM payments_refund r WHERE r.payment_id = p.id
                              AND r.state = 'SUCCEEDED' AND r.amount_cents = p.amount_cents)""",
    "a paid order has exactly one receipt, and it was sent": """
        SELECT o.reference, o.status, count(r.id) FROM orders_order o
          LEFT JOIN payments_receipt r ON r.order_id = o.id AND r.done_at IS NOT NULL
         WHERE o.status IN ('PAID', 'SHIPPED') GROUP BY o.id HAVING count(r.id) <> 1""",
    "no reservation waits for ever": """
        SELECT reference, status FROM orders_order WHERE status = 'PLACED'""",
    "no attempt is open": """
        SELECT id, state FROM payments_paymentattempt WHERE done_at IS NULL""",
    "no payment waits for a person": """
        SELECT id, note FROM payments_paymentattempt WHERE state = 'NEEDS_REVIEW'""",
}

WAITING = ("no reservation waits for ever", "no attempt is open")

UNFINISHED = """
    SELECT 'news', count(*) FROM payments_stripeevent WHERE done_at IS NULL
    UNION ALL SELECT 'attempts', count(*) FROM payments_paymentattempt WHERE state = 'CREATED'
    UNION ALL SELECT 'refunds', count(*) FROM payments_refund WHERE done_at IS NULL
    UNION ALL SELECT 'receipts', count(*) FROM payments_receipt WHERE done_at IS NULL
    UNION ALL SELECT 'mail', count(*) FROM orders_ordermail WHERE done_at IS NULL"""


def ask(url: str, sql: str, *given: Any) -> list[tuple[Any, ...]]:
    """The rows of the answer."""
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        return connection.execute(sql, given or None).fetchall()


def find_violations(
    url: str, checks: dict[str, str] | None = None, *, but: tuple[str, ...] = ()
) -> list[str]:
    """One sentence per broken rule with the first rows that break it; empty when all is well."""
    broken = []
    for rule, sql in (CHECKS if checks is None else checks).items():
        if rule not in but and (rows := ask(url, sql)):
            shown = "; ".join(str(tuple(map(str, row))) for row in rows[:3])
            broken.append(f"not so: {rule}: {len(rows)} rows, {shown}")
    return broken


def unfinished(url: str) -> dict[str, int]:
    """How many errands of each kind are not done."""
    return {name: count for name, count in ask(url, UNFINISHED) if count}


def deadlocks(url: str) -> int:
    """How many deadlocks PostgreSQL has broken in this database."""
    sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    return int(ask(url, sql)[0][0])
