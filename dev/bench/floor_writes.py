"""What the floor writes: the rows of the shop's own checkout, into the shop's own tables.

So constraints and indexes cost both the same. The figures in the rows are only roughly right: no tax, no
delivery price; a bench of the floor sells nothing.
"""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

Answer = tuple[int, bytes]
Connection = AsyncConnection[TupleRow]

OPEN_CART = """INSERT INTO shop_cart (token, market_id, order_fingerprint, created_at, touched_at)
SELECT %s, id, '', now(), now() FROM catalog_market WHERE code = 'eu' RETURNING id"""
PUT_LINE = """INSERT INTO shop_cartline (cart_id, variant_id, units, seen_unit_cents, added_at)
SELECT c.id, v.id, %s, r.amount_cents, now() FROM shop_cart c, catalog_variant v
  JOIN catalog_price r ON r.variant_id = v.id AND r.currency = 'EUR'
 WHERE c.token = %s AND v.sku = %s
ON CONFLICT (cart_id, variant_id)
   DO UPDATE SET units = excluded.units, seen_unit_cents = excluded.seen_unit_cents
RETURNING cart_id"""
FOR_SALE = """SELECT v.id, v.sku, p.name, v.name, r.amount_cents, l.id FROM catalog_lot l
  JOIN catalog_variant v ON v.id = l.variant_id JOIN catalog_product p ON p.id = v.product_id
  JOIN catalog_price r ON r.variant_id = v.id AND r.currency = 'EUR'
 WHERE v.sku = ANY(%s) AND l.on_hand > l.reserved ORDER BY l.id FOR NO KEY UPDATE OF l"""
ORDER = """INSERT INTO orders_order (reference, secret, key, status, email, recipient, street, street_more,
  postcode, city, region, country, phone, market, currency, prices_include_tax, delivery_method_id,
  delivery_name, delivery_net_cents, delivery_tax_cents, delivery_cents, delivery_tax_bp, net_cents,
  tax_cents, total_cents, placed_at, pay_before)
SELECT %s, %s, %s, 'PLACED', %s, %s, %s, '', %s, %s, '', 'DE', '', 'eu', 'EUR', true, id, name, 412, 78, 490,
  1900, %s, 0, %s, %s, %s FROM orders_deliverymethod WHERE code = 'standard' RETURNING id"""
EVENT = "INSERT INTO orders_orderevent (order_id, kind, at, note) VALUES (%s, 'PLACED', %s, '')"
LINE = """INSERT INTO orders_orderline (order_id, variant_id, sku, product_name, variant_name, units,
  unit_cents, tax_bp, net_cents, tax_cents, total_cents)
VALUES (%s, %s, %s, %s, %s, %s, %s, 1900, %s, 0, %s) RETURNING id"""
RESERVE = "UPDATE catalog_lot SET reserved = reserved + %s WHERE id = %s"
MOVE = """INSERT INTO catalog_movement (lot_id, kind, on_hand_change, reserved_change, at, cause)
VALUES (%s, 'RESERVED', 0, %s, %s, %s)"""
ALLOCATE = "INSERT INTO orders_allocation (line_id, lot_id, units) VALUES (%s, %s, %s)"
KEY = """INSERT INTO shop_idempotencykey (principal, key, body_sha256, order_id, answer, created_at)
VALUES (%s, %s, %s, %s, %s, %s)"""
ATTEMPT = """INSERT INTO payments_paymentattempt (id, order_id, seq, state, amount_cents, currency, params,
  url, expires_at, created_at, note, due_at, attempts, failures, last_error, session_id)
VALUES (%s, %s, 1, 'OPEN', %s, 'EUR', %s, %s, %s, %s, '', %s, 0, 0, '', %s)"""


async def open_cart(connection: Connection) -> tuple[int, str]:
    token = secrets.token_urlsafe(24)
    row = await (await connection.execute(OPEN_CART, [token])).fetchone()
    assert row is not None
    return row[0], token


def euro(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": "EUR"}


async def check_out(connection: Connection, asked: dict[str, Any]) -> Answer:
    """A cart, its lines, the order and all that belongs to it, in one transaction."""
    async with connection.transaction():
        cart_id, token = await open_cart(connection)
        for sku, units in asked["units"].items():
            await connection.execute(PUT_LINE, [units, token, sku])
        skus = list(asked["units"])
        rows = await (await connection.execute(FOR_SALE, [skus])).fetchall()
        order = await _write_order(connection, asked, cart_id, rows)
    return 201, json.dumps({"order": order, "payment_url": f"https://{token}"}).encode()


async def _write_order(
    connection: Connection, asked: dict[str, Any], cart_id: int, rows: list[TupleRow]
) -> dict[str, Any]:
    now, reference, key = datetime.now(UTC), secrets.token_urlsafe(6), secrets.token_hex(32)
    until, secret, to = now + timedelta(minutes=35), secrets.token_urlsafe(24), asked["shipping_address"]
    total = sum(asked["units"][sku] * cents for _, sku, _, _, cents, _ in rows)
    where = [to["name"], to["street"], to["postcode"], to["city"]]
    values = [reference, secret, key, asked["email"], *where, total, total, now, until]
    order = await (await connection.execute(ORDER, values)).fetchone()
    assert order is not None
    await connection.execute(EVENT, [order[0], now])
    for variant_id, sku, product, name, cents, lot_id in rows:
        units = asked["units"][sku]
        line = [order[0], variant_id, sku, product, name, units, cents, units * cents, units * cents]
        written = await (await connection.execute(LINE, line)).fetchone()
        assert written is not None
        await connection.execute(RESERVE, [units, lot_id])
        await connection.execute(MOVE, [lot_id, units, now, reference])
        await connection.execute(ALLOCATE, [written[0], lot_id, units])
    cart = "UPDATE shop_cart SET order_id = %s, order_fingerprint = %s, touched_at = %s WHERE id = %s"
    await connection.execute(cart, [order[0], key, now, cart_id])
    said = Jsonb({"payment_url": secret})
    await connection.execute(KEY, [f"cart:{secret}", key, key, order[0], said, now])
    attempt = [uuid.uuid4(), order[0], total, Jsonb(asked), secret, until, now, until, f"cs_{secret}"]
    await connection.execute(ATTEMPT, attempt)
    return {"reference": reference, "secret": secret, "status": "placed", "total": euro(total)}
