"""The floor of placing: the rows of one order, by bare psycopg, the lot last. Run by `dev.bench.placing`."""

from __future__ import annotations

import itertools
import json
import os
import random
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from dev.bench import floor_writes

TAKE = """WITH taken AS (UPDATE catalog_lot SET reserved = reserved + 1
  WHERE id = %s AND on_hand - reserved >= 1 RETURNING id)
INSERT INTO catalog_movement (lot_id, kind, on_hand_change, reserved_change, at, cause)
SELECT id, 'RESERVED', 0, 1, %s, %s FROM taken RETURNING lot_id"""
KNOWN = """SELECT v.id, v.sku, p.name, v.name, r.amount_cents, min(l.id) FROM catalog_variant v
  JOIN catalog_product p ON p.id = v.product_id JOIN catalog_lot l ON l.variant_id = v.id
  JOIN catalog_price r ON r.variant_id = v.id AND r.currency = 'EUR'
 WHERE v.id = ANY(%s) GROUP BY v.id, p.id, r.id"""


def main() -> None:
    told = json.loads(os.environ["PLACING"])
    draw = random.Random(told["number"])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=1) as connection:
        goods = connection.execute(KNOWN, [told["goods"]]).fetchall()
        for warm in range(20):
            place(connection, draw.choice(goods), f"{told['name']} warm {warm}")
        print("READY", flush=True)
        end = time.time() + float(input())
        waits: list[float] = []
        for turn in itertools.count():
            started = time.perf_counter()
            if time.time() >= end:
                break
            place(connection, draw.choice(goods), f"{told['name']} {turn}")
            waits.append(time.perf_counter() - started)
    print("PLACED " + json.dumps({"placed": len(waits), "waits": waits}))


def place(connection: psycopg.Connection[Any], goods: tuple[Any, ...], key: str) -> None:
    """One order of one unit: its diary, its line, the unit, the movement, the allocation."""
    variant_id, sku, product, name, cents, lot_id = goods
    now, reference = datetime.now(UTC), secrets.token_urlsafe(6)
    who = ["ida@example.org", "Ida", "Kastanienallee 7", "10435", "Berlin"]
    until = now + timedelta(minutes=35)
    order = [reference, secrets.token_urlsafe(24), key, *who, cents + 490, cents + 490, now, until]
    with connection.transaction():
        (order_id,) = _one(connection, floor_writes.ORDER, order)
        connection.execute(floor_writes.EVENT, [order_id, now])
        line = [order_id, variant_id, sku, product, name, 1, cents, cents, cents]
        (line_id,) = _one(connection, floor_writes.LINE, line)
        _one(connection, TAKE, [lot_id, now, reference])
        connection.execute(floor_writes.ALLOCATE, [line_id, lot_id, 1])


def _one(connection: psycopg.Connection[Any], sql: str, values: list[Any]) -> tuple[Any, ...]:
    row = connection.execute(sql, values).fetchone()
    assert row is not None
    return tuple(row)


if __name__ == "__main__":
    main()
